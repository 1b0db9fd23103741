/*
 * What the monitor tells the keeper.
 */
#ifndef TAKE_H
#define TAKE_H

#include "keeper.h"

/*
 * Take the message k->in.  Returns 0, or -1: it is none that the monitor may
 * send now, or there is no memory for it.
 */
int take(struct keeper *);

#endif
