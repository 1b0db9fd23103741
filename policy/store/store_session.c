#include "config.h"

#include "store_query.h"

enum store_result
store_session_put(struct store *s, const struct session *n)
{
	static const char sql[] =
	    "INSERT INTO session (node, id, device, since, addr, "
	    "client, digest, ports, operator, standing) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
	    "ON CONFLICT (node, id) DO UPDATE SET device = excluded.device, "
	    "since = excluded.since, addr = excluded.addr, "
	    "client = excluded.client, digest = excluded.digest, "
	    "ports = excluded.ports, operator = excluded.operator, "
	    "standing = excluded.standing";

	return store_run(s, sql,
	    STORE_ARGS(TEXT(n->node), INT(n->id), INT(n->device), INT(n->since),
		TEXT(n->addr), TEXT(n->client),
		BLOB(n->digest, sizeof(n->digest)), TEXT(n->ports),
		INT(n->oper), TEXT(n->standing)));
}

enum store_result
store_session_end(struct store *s, const char *node, uint64_t id, int64_t seen)
{
	static const char update[] =
	    "UPDATE device_seen SET last_seen = ?3 "
	    "WHERE last_seen < ?3 AND device = (SELECT device FROM session "
	    "WHERE node = ?1 AND id = ?2)";
	static const char sql[] =
	    "DELETE FROM session WHERE node = ?1 AND id = ?2";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if (seen > 0)
		r = store_run(
		    s, update, STORE_ARGS(TEXT(node), INT(id), INT(seen)));
	if (r == STORE_OK)
		r = store_run(s, sql, STORE_ARGS(TEXT(node), INT(id)));
	return store_leave(s, mine, r);
}

enum store_result
store_session_clear(struct store *s, const char *node)
{
	static const char sql[] = "DELETE FROM session WHERE node = ?1";

	return store_run(s, sql, STORE_ARGS(TEXT(node)));
}

static void
session_read(struct query *q, struct session *n)
{
	query_text(q, 0, n->node, sizeof(n->node));
	n->id = (uint64_t)query_int(q, 1);
	n->device = query_int(q, 2);
	query_text(q, 3, n->name, sizeof(n->name));
	n->since = query_int(q, 4);
	query_text(q, 5, n->addr, sizeof(n->addr));
	query_text(q, 6, n->client, sizeof(n->client));
	query_blob(q, 7, n->digest, sizeof(n->digest));
	query_text(q, 8, n->ports, sizeof(n->ports));
	n->oper = query_int(q, 9);
	query_text(q, 10, n->who, sizeof(n->who));
	query_text(q, 11, n->standing, sizeof(n->standing));
}

enum store_result
store_session_each(
    struct store *s, int (*each)(void *, const struct session *), void *arg)
{
	static const char sql[] =
	    "SELECT n.node, n.id, n.device, d.name, n.since, n.addr, "
	    "n.client, n.digest, n.ports, n.operator, o.name, n.standing "
	    "FROM session n LEFT JOIN device d ON d.id = n.device "
	    "LEFT JOIN operator o ON o.id = n.operator "
	    "LEFT JOIN node a ON a.name = n.node "
	    "WHERE coalesce(a.alive, 0) > ?1 "
	    "ORDER BY n.node, n.id";
	struct session n;
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(store_rows_since(s))));
	while (query_row(q)) {
		session_read(q, &n);
		if (each(arg, &n) != 0)
			break;
	}
	return query_end_list(s, q);
}
