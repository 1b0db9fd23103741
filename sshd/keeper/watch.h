/*
 * Sees the store change, and whether it is still there.
 */
#ifndef WATCH_H
#define WATCH_H

#include "keeper.h"

void	 watch_init(struct keeper *);
/* The store is open. */
void	 watch_start(struct keeper *);

#endif
