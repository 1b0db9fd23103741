#include "config.h"

#include "store_query.h"

#define COLUMNS                                                        \
	"f.id, f.device, d.name, f.dport, f.sport, f.ttl, f.created, " \
	"f.expires, f.state, f.state_at, f.reason, f.cancelled, "      \
	"f.operator, f.owner, f.node "                                 \
	"FROM forward f JOIN device d ON d.id = f.device "

static void
forward_read(struct query *q, struct forward *f)
{
	f->id = query_int(q, 0);
	f->device = query_int(q, 1);
	query_text(q, 2, f->name, sizeof(f->name));
	f->dport = (uint32_t)query_int(q, 3);
	f->sport = (uint32_t)query_int(q, 4);
	f->ttl = (uint32_t)query_int(q, 5);
	f->created = query_int(q, 6);
	f->expires = query_int(q, 7);
	f->state = (enum forward_state)query_int(q, 8);
	f->state_at = query_int(q, 9);
	query_text(q, 10, f->reason, sizeof(f->reason));
	f->cancelled = query_int(q, 11) != 0;
	f->oper = query_int(q, 12);
	query_text(q, 13, f->owner, sizeof(f->owner));
	query_text(q, 14, f->node, sizeof(f->node));
	f->virtual = false;
}

/* The name in the first row, or "". */
static enum store_result
forward_first_name(struct store *s, const char *sql, const struct value *args,
    char name[DEVICE_NAME])
{
	struct query *q;

	name[0] = '\0';
	q = store_select(s, sql, args);
	if (query_row(q))
		query_text(q, 0, name, DEVICE_NAME);
	return query_end_list(s, q);
}

/* A port in another device's permit would be two devices' at once. */
static enum store_result
forward_check_permits(struct store *s, const struct forward *f)
{
	static const char sql[] =
	    "SELECT coalesce(d.name, 'tag:' || p.tag) FROM permit p "
	    "LEFT JOIN device d ON d.id = p.device "
	    "WHERE ?2 BETWEEN p.first AND p.last AND p.virtual = 0 AND "
	    "CASE WHEN p.device IS NOT NULL THEN p.device <> ?1 "
	    "ELSE NOT EXISTS (SELECT 1 FROM device o WHERE o.id = ?1 AND "
	    "replace(',' || o.tags || ',', ',' || p.tag || ',', '') "
	    "<> ',' || o.tags || ',') END LIMIT 1";
	char other[DEVICE_NAME];
	enum store_result r;

	if ((r = store_lock_changes(s)) != STORE_OK)
		return r;
	r = forward_first_name(
	    s, sql, STORE_ARGS(INT(f->device), INT(f->sport)), other);
	if (r != STORE_OK || other[0] == '\0')
		return r;
	return store_fail(s, STORE_EXISTS,
	    "server port %u is in the permit of %s: choose another", f->sport,
	    other);
}

/* A forward that expired while no server ran frees its port. */
static enum store_result
forward_end_expired(struct store *s, const struct forward *f)
{
	static const char sql[] =
	    "UPDATE forward SET state = ?3, state_at = ?2, reason = 'expired' "
	    "WHERE sport = ?1 AND state < 3 AND expires <= ?2";

	return store_run(s, sql,
	    STORE_ARGS(INT(f->sport), INT(f->created), INT(FORWARD_EXPIRED)));
}

/* The newest FORWARD_KEEP of the ended forwards stay. */
static enum store_result
forward_prune(struct store *s)
{
	static const char sql[] =
	    "DELETE FROM forward WHERE state >= 3 AND id <= "
	    "(SELECT id FROM forward WHERE state >= 3 "
	    "ORDER BY id DESC LIMIT 1 OFFSET ?1)";

	return store_run(s, sql, STORE_ARGS(INT(FORWARD_KEEP)));
}

static enum store_result
forward_port_taken(struct store *s, const struct forward *f)
{
	static const char sql[] =
	    "SELECT d.name FROM forward f JOIN device d ON d.id = f.device "
	    "WHERE f.sport = ?1 AND f.state < 3 AND f.cancelled = 0";
	char other[DEVICE_NAME];

	if (forward_first_name(s, sql, STORE_ARGS(INT(f->sport)), other) !=
	    STORE_OK)
		return s->result;
	return store_fail(s, STORE_EXISTS,
	    "server port %u is requested for device %s: close that forward, or "
	    "choose another port",
	    f->sport, other);
}

static enum store_result
forward_insert(struct store *s, struct forward *f)
{
	static const char sql[] =
	    "INSERT INTO forward (device, dport, sport, ttl, created, expires, "
	    "state, state_at, reason, operator, owner, node) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
	    "RETURNING id";
	enum store_result r;

	r = store_one(s, sql,
	    STORE_ARGS(INT(f->device), INT(f->dport), INT(f->sport),
		INT(f->ttl), INT(f->created), INT(f->expires), INT(f->state),
		INT(f->state_at), TEXT(f->reason), INT(f->oper), TEXT(f->owner),
		TEXT(f->node)),
	    &f->id);
	return r == STORE_EXISTS ? forward_port_taken(s, f) : r;
}

enum store_result
store_forward_add(struct store *s, struct forward *f)
{
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = forward_check_permits(s, f)) == STORE_OK &&
	    (r = forward_end_expired(s, f)) == STORE_OK &&
	    (r = forward_insert(s, f)) == STORE_OK)
		r = forward_prune(s);
	return store_leave(s, mine, r);
}

enum store_result
store_forward_get(struct store *s, int64_t id, struct forward *f)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE f.id = ?1";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(id)));
	if (query_row(q))
		forward_read(q, f);
	return query_end(s, q);
}

enum store_result
store_forward_each(struct store *s, bool all,
    int (*each)(void *, const struct forward *), void *arg)
{
	static const char every[] = "SELECT " COLUMNS "ORDER BY f.id";
	static const char live[] =
	    "SELECT " COLUMNS "WHERE f.state < 3 ORDER BY f.id";
	struct forward f;
	struct query *q;

	q = store_select(s, all ? every : live, NULL);
	while (query_row(q)) {
		forward_read(q, &f);
		if (each(arg, &f) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_forward_cancel(struct store *s, int64_t id)
{
	static const char sql[] = "UPDATE forward SET cancelled = 1 "
				  "WHERE id = ?1 AND state < 3 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}

enum store_result
store_forward_set(struct store *s, int64_t id, enum forward_state state,
    int64_t at, const char *reason)
{
	/* An ended forward stays ended, whatever comes late. */
	static const char sql[] =
	    "UPDATE forward SET state = ?2, state_at = ?3, reason = ?4 "
	    "WHERE id = ?1 AND state < 3 "
	    "AND NOT (state = 2 AND ?2 = 1 AND state_at > ?3) RETURNING id";

	return store_one(s, sql,
	    STORE_ARGS(INT(id), INT(state), INT(at), TEXT(reason)), &id);
}
