/*
 * Opens the store for the monitor.
 */
#ifndef OPENING_H
#define OPENING_H

#include "keeper.h"

void	 opening_init(struct keeper *);
/*
 * Open the store of STORE_OPEN, now or when it is not busy any more, and send
 * the directory.
 */
void	 opening_start(struct keeper *);

#endif
