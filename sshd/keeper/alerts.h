/*
 * What the keeper knows for the monitor's alerts: alerts that have not ended,
 * mutes and bounds; tokens and operators that end soon; a file system that is
 * nearly full.
 */
#ifndef ALERTS_H
#define ALERTS_H

#include "keeper.h"

/* Send the alerts that are open or whose close is not told, mutes, bounds. */
enum store_result alerts_load(struct keeper *);

/* Send a mute or bound that has changed.  STORE_NONE: it was removed. */
enum store_result alerts_change(struct keeper *, const struct change *);

/*
 * Send ENDS for each token and operator that ends within ALERTS_ENDS, but for
 * those that were made for no longer than that.
 */
#define ALERTS_ENDS	(7 * 86400 * INT64_C(1000000)) /* us */
enum store_result alerts_ends(struct keeper *);

/* Is the store's file system nearly full? */
bool	 alerts_full(struct keeper *);

#endif
