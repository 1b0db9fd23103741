#include "config.h"

#include "store_query.h"

/* ?1: nodes that were alive after this time are there. */
#define COLUMNS                                                    \
	"t.device, t.sport, t.dport, t.node, t.virtual, t.opened " \
	"FROM tunnel t JOIN node n ON n.name = t.node AND n.alive > ?1 "

enum store_result
store_tunnel_put(struct store *s, const struct node_tunnel *t)
{
	/*
	 * The device may be gone by now.  What a dead node has opened last leads
	 * nowhere.
	 */
	static const char sql[] =
	    "INSERT INTO tunnel (device, sport, dport, node, virtual, opened) "
	    "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM device WHERE id = ?1 "
	    "ON CONFLICT (device, sport) DO UPDATE SET "
	    "dport = excluded.dport, node = excluded.node, "
	    "virtual = excluded.virtual, opened = excluded.opened "
	    "WHERE tunnel.node = excluded.node "
	    "OR tunnel.opened <= excluded.opened OR NOT EXISTS (SELECT 1 "
	    "FROM node n WHERE n.name = tunnel.node AND n.alive > ?7)";

	return store_run(s, sql,
	    STORE_ARGS(INT(t->device), INT(t->sport), INT(t->dport),
		TEXT(t->node), INT(t->virtual), INT(t->opened),
		INT(store_clock(s) - STORE_NODE_GONE)));
}

enum store_result
store_tunnel_remove(
    struct store *s, const char *node, int64_t device, uint32_t sport)
{
	static const char sql[] = "DELETE FROM tunnel WHERE device = ?1 AND "
				  "sport = ?2 AND node = ?3";

	return store_run(
	    s, sql, STORE_ARGS(INT(device), INT(sport), TEXT(node)));
}

enum store_result
store_tunnel_doubt(struct store *s, const char *node)
{
	static const char sql[] =
	    "UPDATE tunnel SET opened = 0 WHERE node = ?1";

	return store_run(s, sql, STORE_ARGS(TEXT(node)));
}

enum store_result
store_tunnel_clear(struct store *s, const char *node, int64_t before)
{
	static const char sql[] =
	    "DELETE FROM tunnel WHERE node = ?1 AND opened < ?2";

	return store_run(s, sql, STORE_ARGS(TEXT(node), INT(before)));
}

static void
tunnel_read(struct query *q, struct node_tunnel *t)
{
	t->device = query_int(q, 0);
	t->sport = (uint32_t)query_int(q, 1);
	t->dport = (uint32_t)query_int(q, 2);
	query_text(q, 3, t->node, sizeof(t->node));
	t->virtual = query_int(q, 4) != 0;
	t->opened = query_int(q, 5);
}

enum store_result
store_tunnel_get(
    struct store *s, int64_t device, uint32_t sport, struct node_tunnel *t)
{
	static const char sql[] =
	    "SELECT " COLUMNS "WHERE t.device = ?2 AND t.sport = ?3";
	struct query *q;

	q = store_select(s, sql,
	    STORE_ARGS(INT(store_clock(s) - STORE_NODE_GONE), INT(device),
		INT(sport)));
	if (query_row(q))
		tunnel_read(q, t);
	return query_end(s, q);
}

enum store_result
store_tunnel_each(
    struct store *s, int (*each)(void *, const struct node_tunnel *), void *arg)
{
	static const char sql[] =
	    "SELECT " COLUMNS "ORDER BY t.device, t.sport";
	struct node_tunnel t;
	struct query *q;

	q = store_select(
	    s, sql, STORE_ARGS(INT(store_clock(s) - STORE_NODE_GONE)));
	while (query_row(q)) {
		tunnel_read(q, &t);
		if (each(arg, &t) != 0)
			break;
	}
	return query_end_list(s, q);
}
