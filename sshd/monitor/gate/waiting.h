/*
 * The way to a worker.  max-startups connections, and per-source-max-startups
 * of one source, have a place there in which to log in; who comes after them
 * waits, as a descriptor that has cost nothing yet.  A place goes first to who
 * has sent a whole version line (RFC 4253, section 4.2), of those to whose
 * source is known and has none, then to whose source has the fewest, then to
 * who came last: under load somebody who has not waited long is served at once,
 * and the oldest, who may have given up, last.
 *
 * While somebody waits, who has a place and lets it lie loses it: without a
 * key exchange begun within 1 s, or completed within 10.  And the source that
 * has most places, two at least, loses its oldest to one that has none and has
 * sent a version line.  If that one's source is known, it gets the place of one
 * that is not, and has not completed its key exchange within 1 s.
 *
 * As many as per-source-max-startups of one source wait, and four times
 * max-startups in all; past that the oldest goes, but not of a known source.
 */
#ifndef WAITING_H
#define WAITING_H

struct incoming;
struct lobby;
struct monitor;

void waiting_start(struct lobby *);

/*
 * The connection's source is known: it waits in the lobby of its pool, or is
 * turned away if that source has a penalty.  Takes incoming's descriptor.
 */
void waiting_add(struct monitor *, const struct incoming *);

/* Places may be free: give them to who waits, in each lobby. */
void waiting_place(struct monitor *);

/* At the end of the monitor: all of a lobby, without an event. */
void waiting_free_all(struct lobby *);

#endif
