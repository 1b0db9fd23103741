/*
 * Messages of the keeper: records, changes, the state of the store.  The
 * directory is filled here, and what a change ends, ends here.
 */
#ifndef LEARN_H
#define LEARN_H

struct monitor;
struct role;

extern const struct role learn_role; /* of the keeper */

/* Tell the keeper that a change has taken effect, if it has. */
void learn_applied(struct monitor *);

#endif
