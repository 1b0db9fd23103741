/*
 * Slots in workers.  max-startups connections of a lobby, of these
 * per-source-max-startups of one source, have a slot, in which they log in;
 * further connections are queued as mere descriptors.  Slots are granted in
 * this order:
 *
 *	1. the source is known (srclimit.h) and has no slot, and the client has
 *	   sent its whole version line (RFC 4253, section 4.2)
 *	2. the client has sent its version line
 *	3. the source has fewest slots
 *	4. the connection is the newest, as an old one may have been given up
 *
 * While connections wait, idle ones lose their slot: those without a key
 * exchange begun within 1 s, or completed within 10 s.  A connection with a
 * version line whose source has no slot gets the oldest slot of the source with
 * most, two at least.  If its source is known, it gets the slot of a connection
 * whose source is not, and that has not completed its key exchange within 1 s.
 *
 * The queue has at most per-source-max-startups connections of one source and
 * four times max-startups in all; past that the oldest is turned away, one of a
 * known source last.
 */
#ifndef WAITING_H
#define WAITING_H

struct incoming;
struct lobby;
struct monitor;

void waiting_start(struct lobby *);

/*
 * Queue incoming in the lobby of its pool, or turn it away if its source has an
 * active penalty.  Takes incoming's descriptor.
 */
void waiting_add(struct monitor *, const struct incoming *);

/* Grant free slots to waiting connections, in each lobby. */
void waiting_give_slots(struct monitor *);

/* At the end of the monitor: close all of a lobby, without an event. */
void waiting_free_all(struct lobby *);

#endif
