#include "config.h"

#include "store_query.h"

/* The time of the oldest change after seq that is kept; 0: not known. */
static enum store_result
lag_since(struct store *s, int64_t seq, int64_t *at)
{
	static const char sql[] =
	    "SELECT coalesce((SELECT at FROM change WHERE seq > ?1 "
	    "ORDER BY seq LIMIT 1), 0)";

	return store_one(s, sql, STORE_ARGS(INT(seq)), at);
}

enum store_result
store_node_lag(struct store *s, const struct node *n, struct node_lag *lag)
{
	enum store_result r;
	int64_t seq, at;

	lag->changes = lag->ms = 0;
	if ((r = store_seq(s, &seq)) != STORE_OK || n->applied >= seq)
		return r;
	lag->changes = seq - n->applied;
	if ((r = lag_since(s, n->applied, &at)) != STORE_OK)
		return r;
	lag->ms = (store_clock(s) - at) / 1000;
	if (at == 0 || lag->ms < 0)
		lag->ms = at == 0 ? -1 : 0;
	return STORE_OK;
}
