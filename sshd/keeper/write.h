/* Decides when the group and the node's row are written to the store. */
#ifndef WRITE_H
#define WRITE_H

#include "keeper.h"

void	 write_init(struct keeper *);
/* The store is open: write the node's row now and every 5 s. */
void	 write_start(struct keeper *);

/* Write all rows that wait. */
void	 write_now(struct keeper *);
/* A message was taken: write at once when the group is full, or soon. */
void	 write_soon(struct keeper *);

/*
 * The monitor is gone: write all rows that wait, and remove those that are not
 * true of a server that has stopped.
 */
void	 write_last(struct keeper *);

#endif
