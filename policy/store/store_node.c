#include "config.h"

#include "store_query.h"

enum store_result
store_node_put(struct store *s, const struct node *n)
{
	/* applied has its own way in: store_node_applied. */
	static const char sql[] =
	    "INSERT INTO node (name, pid, listen, started, alive, applied, "
	    "status) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	    "ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, "
	    "listen = excluded.listen, started = excluded.started, "
	    "alive = excluded.alive, status = excluded.status";

	return store_run(s, sql,
	    STORE_ARGS(TEXT(n->name), INT(n->pid), TEXT(n->listen),
		INT(n->started), INT(n->alive), INT(n->applied),
		TEXT(n->status)));
}

enum store_result
store_node_applied(struct store *s, const char *node, int64_t seq)
{
	static const char sql[] =
	    "UPDATE node SET applied = ?2 WHERE name = ?1 AND applied < ?2";

	return store_run(s, sql, STORE_ARGS(TEXT(node), INT(seq)));
}

static void
node_read(struct query *q, struct node *n)
{
	query_text(q, 0, n->name, sizeof(n->name));
	n->pid = (uint32_t)query_int(q, 1);
	query_text(q, 2, n->listen, sizeof(n->listen));
	n->started = query_int(q, 3);
	n->alive = query_int(q, 4);
	n->applied = query_int(q, 5);
	query_text(q, 6, n->status, sizeof(n->status));
}

enum store_result
store_node_each(
    struct store *s, int (*each)(void *, const struct node *), void *arg)
{
	static const char sql[] =
	    "SELECT name, pid, listen, started, alive, applied, status "
	    "FROM node ORDER BY name";
	struct node n;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		node_read(q, &n);
		if (each(arg, &n) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_node_remove(struct store *s, const char *node)
{
	static const char sql[] = "DELETE FROM node WHERE name = ?1";

	return store_run(s, sql, STORE_ARGS(TEXT(node)));
}
