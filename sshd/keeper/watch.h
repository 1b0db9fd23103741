/* Watches the store for changes, and whether it is still there. */
#ifndef WATCH_H
#define WATCH_H

#include "keeper.h"

void	 watch_init(struct keeper *);
/* Watch the store, which was opened. */
void	 watch_start(struct keeper *);

#endif
