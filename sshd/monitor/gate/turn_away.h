/*
 * Closes a connection that gets no slot, and logs that.
 */
#ifndef TURN_AWAY_H
#define TURN_AWAY_H

struct incoming;
struct monitor;

/*
 * Why a connection gets no slot.  Each reason has a count of its own: its first
 * connection is logged, and then every 1,000th.
 */
enum turn_away_reason {
	TURN_AWAY_MANY, /* the lobby has too many */
	TURN_AWAY_MANY_OF_SOURCE,
	TURN_AWAY_WORKERS_FULL,
	TURN_AWAY_GRACE, /* no slot in time */
	TURN_AWAY_LEFT, /* disconnected before it had one */
	TURN_AWAY_PENALTY,
	TURN_AWAY_EMFILE, /* these four: listen_no_room */
	TURN_AWAY_ENFILE,
	TURN_AWAY_ENOBUFS,
	TURN_AWAY_ENOMEM,
	TURN_AWAY_REASONS
};

/* A reason's text, as it is logged. */
const char *turn_away_text(enum turn_away_reason);

/* Close the connection, and log and count it by its reason. */
void turn_away(struct monitor *, const struct incoming *,
    enum turn_away_reason);

/* Close the connection for want of memory; each is logged. */
void turn_away_no_memory(struct monitor *, const struct incoming *);

/* Log and count that none can be accepted, by an error of listen_no_room. */
void turn_away_no_room(struct monitor *, int error);

#endif
