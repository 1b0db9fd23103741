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

/* Read the announcement beside the first host key.  NULL: no memory. */
struct pins *pins_new(const struct conf *);
void pins_free(struct pins *);

/*
 * Read the file again if it has changed.  A missing file changes nothing: the
 * rotation is complete, and a restart uses the new keys.  An empty file ends
 * the announcement.
 */
void pins_look(struct monitor *);

/* Every second: send a change to waiting connections, some at a time. */
void pins_tick(struct monitor *);

/*
 * A device polls or begins to wait: HINTS, if it asks and has another
 * announcement than this.  For a poll before INBOX, which sends them.
 */
void pins_answer(struct conn *, const struct msg_poll *);

#endif
