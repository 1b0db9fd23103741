/*
 * Closes a connection that gets no slot, and logs that.
 */
#ifndef TURN_AWAY_H
#define TURN_AWAY_H

struct incoming;
struct monitor;

/* Reasons: the lobby has too many, or one source has. */
extern const char turn_away_many[];
extern const char turn_away_many_of_source[];

/* Close the connection; only the first and every 1,000th is logged. */
void turn_away(struct monitor *, const struct incoming *, const char *reason);

/* Close the connection for want of memory; each is logged. */
void turn_away_no_memory(struct monitor *, const struct incoming *);

/*
 * Log that a limit was met, by a connection from addr (or NULL): the first
 * time, and then every 1,000th.
 */
void turn_away_log(struct monitor *, const char *addr, const char *reason);

#endif
