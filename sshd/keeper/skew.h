/*
 * The monitor's times are by this machine's clock, the store's by store_clock,
 * which all nodes share: a machine may be an hour off.  All times in messages pass
 * through here, on their way in and out, and nothing else converts them.
 */
#ifndef SKEW_H
#define SKEW_H

#include "keeper.h"

/* us of the store's clock before this machine's; 0 until the store is open. */
int64_t	 skew_offset(const struct keeper *);
/* The time by the store's clock, us since the epoch. */
int64_t	 skew_now(const struct keeper *);
/* Make the times of a message that was taken the store's. */
void	 skew_in(const struct keeper *, struct msg *);
/* Make the times of a message that is sent this machine's. */
void	 skew_out(const struct keeper *, struct msg *);

#endif
