/*
 * What the row of a node says of it.
 */
#ifndef NODE_STATE_H
#define NODE_STATE_H

#include "store.h"

enum node_state {
	NODE_ALIVE,	/* gave a sign of life within STORE_NODE_GONE */
	NODE_DRAINING,	/* the same, and an admin drains it */
	NODE_DRAINED,	/* it was drained, and has ended */
	NODE_DEAD
};

enum node_state	node_state(const struct store *, const struct node *);
const char	*node_state_name(enum node_state);

/*
 * When a node that does not hear of the store any more refuses logins by
 * itself, us since the epoch by store_clock; 0: not known.
 */
int64_t		node_refuses(const struct node *);

#endif
