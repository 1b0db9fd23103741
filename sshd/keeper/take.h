/*
 * The table of the monitor's messages.
 */
#ifndef TAKE_H
#define TAKE_H

#include "keeper.h"

/*
 * Take the message k->in.  Returns 0, or -1: the monitor may not send it now,
 * or there is no memory.
 */
int	 take_message(struct keeper *);

#endif
