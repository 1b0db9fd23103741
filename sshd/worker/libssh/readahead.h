/*
 * libssh polls and receives for each 4,096 bytes of a connection, which is
 * most of what a transfer costs.  The dynamic linker gives it the recv(2) and
 * poll(2) which this module exports: during one step of one connection they
 * serve it from what was received in one piece.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdbool.h>
#include <stddef.h>

#define READAHEAD (64 * 1024) /* bytes, received at once */

/* From now on fd is read ahead. */
void readahead_begin(int fd);

/*
 * Nothing more is received, what is there is still given.  Returns how many
 * bytes that are: the caller goes on until there are none, since no event
 * would tell of them.
 */
size_t readahead_rest(void);

/* No more; what is left is lost. */
void readahead_end(void);

#endif
