/*
 * Large reads for libssh, which polls and receives for each 4,096 bytes of a
 * connection: that is most of what a transfer costs.
 *
 * The dynamic linker gives libssh the recv(2) and poll(2) of this module.
 * During one step of one connection they serve what was received in one piece;
 * for any other descriptor they are the kernel's.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdbool.h>
#include <stddef.h>

#define READAHEAD (64 * 1024) /* bytes, received at once */

/* Read ahead of fd, and of no other descriptor, until readahead_end. */
void readahead_begin(int fd);

/*
 * Receive no more; recv(2) goes on giving what was received.  Returns how many
 * bytes are left.  The caller lets libssh take its turns until none are: the
 * kernel does not report fd as readable for them.
 */
size_t readahead_rest(void);

/* Stop reading ahead; bytes that are left are lost. */
void readahead_end(void);

#endif
