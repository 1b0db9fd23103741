#include "config.h"

#include "node_state.h"

#define SECOND INT64_C(1000000)

enum node_state
node_state(const struct store *s, const struct node *n)
{
	if (store_node_lives(s, n))
		return n->drain ? NODE_DRAINING : NODE_ALIVE;
	return n->drain ? NODE_DRAINED : NODE_DEAD;
}

const char *
node_state_name(enum node_state state)
{
	static const char *const names[] = {
	    [NODE_ALIVE] = "alive",
	    [NODE_DRAINING] = "draining",
	    [NODE_DRAINED] = "drained",
	    [NODE_DEAD] = "dead",
	};

	return names[state];
}

int64_t
node_refuses(const struct node *n)
{
	return n->stale == 0 ? 0 : n->alive + n->stale * SECOND;
}
