/*
 * The keeper's messages: records, changes, the state of the store.  They fill
 * the directory, and end sessions and tunnels that a change no longer allows.
 */
#ifndef LEARN_H
#define LEARN_H

struct monitor;
struct role;

extern const struct role learn_role; /* the keeper's */

/* Send APPLIED if a change waits for that and has taken effect. */
void learn_applied(struct monitor *);

#endif
