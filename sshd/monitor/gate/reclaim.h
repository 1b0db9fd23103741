/*
 * Slots in a worker are taken back from connections that let them lie while
 * others wait, at most 16 at a time; waiting.h has the order.
 */
#ifndef RECLAIM_H
#define RECLAIM_H

struct lobby;

/* From those that have not begun, or not ended, a key exchange in time. */
void reclaim_idle(struct lobby *);

/*
 * For so many that wait, have sent a version line and have no slot at all: from
 * the source that has most of them.  For so many of these whose source is known:
 * from one that is not.
 */
void reclaim_for(struct lobby *, unsigned int eligible, unsigned int first);

#endif
