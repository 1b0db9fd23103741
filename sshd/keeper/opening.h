/*
 * Opens the store for the monitor.
 */
#ifndef OPENING_H
#define OPENING_H

#include "keeper.h"

void	 opening_init(struct keeper *);
/*
 * Open the store that k->where names, now or when it is free, and send the
 * directory.
 */
void	 opening_start(struct keeper *);

#endif
