/*
 * The hour of each device that is under way: the least, mean and most of the
 * numbers that it tells, and the bytes of its sessions.  They are in memory: 40
 * bytes a device and 32 for each of its numbers, of which there are at most
 * HISTORY_FIELDS; some 250 for a device with six.  When a device's hour is over
 * (history_slot), its figures are written, a row a device and hour; devices
 * follow each other through the hour.  A keeper that is killed loses them.
 *
 * Texts are compared by a hash and written when they change: at most twice an hour
 * for a device, and HISTORY_NOTES a write.
 */
#ifndef HOURS_H
#define HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"
#include "store.h"

#define HISTORY_ROWS	500	/* of one write, at most */
#define HISTORY_NOTES	20	/* devices whose texts one write has */

struct hours;

/* NULL: out of memory. */
struct hours	*hours_new(int64_t now);
void		 hours_free(struct hours *);

/* -1: out of memory, and the message is not taken. */
int		 hours_heartbeat(struct hours *,
    const struct msg_heartbeat *);
int		 hours_session_end(struct hours *,
    const struct msg_session_end *, int64_t now);

/* From now on all figures are due, also of hours under way. */
void		 hours_last(struct hours *, int64_t now);
bool		 hours_ends(const struct hours *);

/* Whether hours_write may have something to write; now: us since 1970. */
bool		 hours_due(const struct hours *, int64_t now);
/*
 * Write HISTORY_ROWS at most of what is due, in the caller's transaction; after
 * its commit hours_written forgets them.  On failure they are still due.
 */
enum store_result hours_write(struct hours *, struct store *,
    int64_t now);
void		 hours_written(struct hours *);

#endif
