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
#ifndef KEEPER_HISTORY_H
#define KEEPER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"
#include "store.h"

#define HISTORY_ROWS	500	/* of one write, at most */
#define HISTORY_NOTES	20	/* devices whose texts one write has */

struct history;

/* NULL: out of memory. */
struct history	*history_new(int64_t now);
void		 history_free(struct history *);

/* -1: out of memory, and the message is not taken. */
int		 history_heartbeat(struct history *,
    const struct msg_heartbeat *);
int		 history_session_end(struct history *,
    const struct msg_session_end *, int64_t now);

/* From now on all figures are due, also of hours under way. */
void		 history_last(struct history *, int64_t now);
bool		 history_ends(const struct history *);

/* Whether history_write may have something to write; now: us since 1970. */
bool		 history_due(const struct history *, int64_t now);
/*
 * Write HISTORY_ROWS at most of what is due, in the caller's transaction; after
 * its commit history_written forgets them.  On failure they are still due.
 */
enum store_result history_write(struct history *, struct store *,
    int64_t now);
void		 history_written(struct history *);

#endif
