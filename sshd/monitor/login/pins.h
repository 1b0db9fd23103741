/*
 * The host keys to come, and other names of this server, for devices that ask
 * for them (policy/announce.h).  A device says with each poll and wait which
 * announcement it has; it gets this one if that is another.
 */
#ifndef PINS_H
#define PINS_H

struct conf;
struct conn;
struct monitor;
struct msg_poll;
struct pins;

/* The announcement beside the first host key.  NULL: no memory. */
struct pins *pins_new(const struct conf *);
void pins_free(struct pins *);

/*
 * Read it again, if it was changed.  A file that is gone changes nothing: the
 * host keys are the new ones then, and a start takes them.  One that is empty
 * ends the announcement.
 */
void pins_look(struct monitor *);

/* Every second: connections that wait hear of a change, so many at a time. */
void pins_tick(struct monitor *);

/*
 * A device polls or begins to wait: HINTS, if it asks and has another
 * announcement than this.  For a poll before INBOX, which sends them.
 */
void pins_answer(struct conn *, const struct msg_poll *);

#endif
