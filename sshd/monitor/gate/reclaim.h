/*
 * Slots are taken back from idle unauthenticated connections while others wait,
 * at most 16 at a time; waiting.h has the order.
 */
#ifndef RECLAIM_H
#define RECLAIM_H

struct lobby;

/* From connections without a key exchange begun, or completed, in time. */
void reclaim_idle(struct lobby *);

/*
 * For each of eligible connections that wait, have sent a version line and
 * whose source has no slot: from the source with most slots.  For each of first
 * ones among them, whose source is known: from a source that is not known.
 */
void reclaim_for(struct lobby *, unsigned int eligible, unsigned int first);

#endif
