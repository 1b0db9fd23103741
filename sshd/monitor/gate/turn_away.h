/*
 * A connection that is not let in is closed, and the event log hears of it.
 */
#ifndef TURN_AWAY_H
#define TURN_AWAY_H

struct incoming;
struct monitor;

/* Reasons: the lobby has too many, or one source has. */
extern const char turn_away_many[];
extern const char turn_away_many_of_source[];

/* Close it; the event log hears of the first one and of every 1,000th. */
void turn_away(struct monitor *, const struct incoming *, const char *reason);

/* Close it for want of memory, of which the log hears each time. */
void turn_away_no_memory(struct monitor *, const struct incoming *);

/*
 * A limit was met, by a connection from addr, or NULL: log it, the first time
 * and then once every 1,000.
 */
void turn_away_log(struct monitor *, const char *addr, const char *reason);

#endif
