#include "config.h"

#include "store_query.h"

/*
 * Of a device's ended virtual forwards only the last is kept, for each node: two
 * nodes that remove each other's would wait for each other.
 */
static enum store_result
virtual_prune(struct store *s, const char *node, const struct forward *f)
{
	static const char sql[] = "DELETE FROM wish WHERE device = ?1 AND "
				  "dport <> ?2 AND state >= 3 AND node = ?3";

	if (!forward_ended(f->state))
		return STORE_OK;
	return store_run(
	    s, sql, STORE_ARGS(INT(f->device), INT(f->dport), TEXT(node)));
}

enum store_result
store_virtual_put(struct store *s, const char *node, const struct forward *f)
{
	/* The device may be gone by now. */
	static const char sql[] =
	    "INSERT INTO wish (device, dport, sport, node, created, "
	    "state, state_at, reason) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
	    "FROM device WHERE id = ?1 "
	    "ON CONFLICT (device, dport, node) DO UPDATE SET "
	    "sport = excluded.sport, "
	    "created = excluded.created, state = excluded.state, "
	    "state_at = excluded.state_at, reason = excluded.reason";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_run(s, sql,
	    STORE_ARGS(INT(f->device), INT(f->dport), INT(f->sport), TEXT(node),
		INT(f->created), INT(f->state), INT(f->state_at),
		TEXT(f->reason)));
	if (r == STORE_OK)
		r = virtual_prune(s, node, f);
	return store_leave(s, mine, r);
}

enum store_result
store_virtual_clear(struct store *s, const char *node, int64_t now)
{
	static const char sql[] =
	    "UPDATE wish SET state = ?2, state_at = ?3, reason = 'server "
	    "stopped' WHERE node = ?1 AND state < 3";

	return store_run(
	    s, sql, STORE_ARGS(TEXT(node), INT(FORWARD_CANCELLED), INT(now)));
}

enum store_result
store_virtual_each(
    struct store *s, int (*each)(void *, const struct forward *), void *arg)
{
	static const char sql[] =
	    "SELECT w.device, d.name, w.dport, w.sport, w.created, w.state, "
	    "w.state_at, w.reason, w.node "
	    "FROM wish w JOIN device d ON d.id = w.device "
	    "LEFT JOIN node n ON n.name = w.node "
	    "WHERE CASE WHEN w.state < 3 THEN coalesce(n.alive, 0) > ?1 "
	    "ELSE NOT EXISTS (SELECT 1 FROM wish l WHERE l.device = w.device "
	    "AND l.node <> w.node AND l.state >= 3 "
	    "AND (l.state_at > w.state_at OR "
	    "(l.state_at = w.state_at AND l.node > w.node))) END "
	    "ORDER BY w.created, w.device, w.dport";
	struct forward f = {.virtual = true};
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(store_rows_since(s))));
	while (query_row(q)) {
		f.device = query_int(q, 0);
		query_text(q, 1, f.name, sizeof(f.name));
		f.dport = (uint32_t)query_int(q, 2);
		f.sport = (uint32_t)query_int(q, 3);
		f.created = query_int(q, 4);
		f.state = (enum forward_state)query_int(q, 5);
		f.state_at = query_int(q, 6);
		query_text(q, 7, f.reason, sizeof(f.reason));
		query_text(q, 8, f.node, sizeof(f.node));
		if (each(arg, &f) != 0)
			break;
	}
	return query_end_list(s, q);
}

/* ?1: nodes that were alive after this time are there. */
#define WISHES                                                   \
	"SELECT w.device, w.dport, w.sport, w.node FROM wish w " \
	"JOIN node n ON n.name = w.node AND n.alive > ?1 "       \
	"WHERE w.state < 3 "

static void
wish_read(struct query *q, struct node_wish *w)
{
	w->device = query_int(q, 0);
	w->dport = (uint32_t)query_int(q, 1);
	w->sport = (uint32_t)query_int(q, 2);
	query_text(q, 3, w->node, sizeof(w->node));
}

enum store_result
store_wish_get(struct store *s, int64_t device, uint32_t dport,
    const char *node, struct node_wish *w)
{
	static const char sql[] =
	    WISHES "AND w.device = ?2 AND w.dport = ?3 AND w.node = ?4";
	struct query *q;

	q = store_select(s, sql,
	    STORE_ARGS(INT(store_clock(s) - STORE_NODE_GONE), INT(device),
		INT(dport), TEXT(node)));
	if (query_row(q))
		wish_read(q, w);
	return query_end(s, q);
}

enum store_result
store_wish_each(
    struct store *s, int (*each)(void *, const struct node_wish *), void *arg)
{
	static const char sql[] = WISHES "ORDER BY w.created";
	struct node_wish w;
	struct query *q;

	q = store_select(
	    s, sql, STORE_ARGS(INT(store_clock(s) - STORE_NODE_GONE)));
	while (query_row(q)) {
		wish_read(q, &w);
		if (each(arg, &w) != 0)
			break;
	}
	return query_end_list(s, q);
}
