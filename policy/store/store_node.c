#include "config.h"

#include <stdio.h>
#include <string.h>

#include "store_query.h"

#define LEADER "" /* the name of the lock of the node that leads */

/*
 * The row of a node, unless ?12 and another server has it: one that was alive
 * after ?13.  applied has its own way in: store_node_applied.
 */
static const char put_sql[] =
    "INSERT INTO node (name, pid, listen, started, alive, applied, status, "
    "addr, version, hostkeys, stale) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
    "ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, "
    "listen = excluded.listen, started = excluded.started, "
    "alive = excluded.alive, status = excluded.status, "
    "addr = excluded.addr, version = excluded.version, "
    "hostkeys = excluded.hostkeys, stale = excluded.stale "
    "WHERE ?12 = 0 OR node.alive <= ?13 OR "
    "(node.pid = excluded.pid AND node.started = excluded.started) "
    "RETURNING pid";

static enum store_result
node_put(struct store *s, const struct node *n, bool guarded)
{
	int64_t pid, now = store_clock(s);

	return store_one(s, put_sql,
	    STORE_ARGS(TEXT(n->name), INT(n->pid), TEXT(n->listen),
		INT(n->started), INT(n->alive != 0 ? n->alive : now),
		INT(n->applied), TEXT(n->status), TEXT(n->addr),
		TEXT(n->version), TEXT(n->hostkeys), INT(n->stale),
		INT(guarded), INT(now - STORE_NODE_GONE)),
	    &pid);
}

enum store_result
store_node_put(struct store *s, const struct node *n)
{
	return node_put(s, n, false);
}

/* Whether this connection has the lock, in a store that has such locks. */
static enum store_result
node_lock(struct store *s, const char *name, bool *has)
{
	enum store_result r;
	int64_t one;

	if ((r = store_one(s, s->backend->lock, STORE_ARGS(TEXT(name)),
		 &one)) == STORE_OK)
		*has = one == 1;
	return r;
}

enum store_result
store_lead(struct store *s, bool *leads)
{
	*leads = true;
	return s->backend->shared ? node_lock(s, LEADER, leads) : STORE_OK;
}

int64_t
store_lineage(struct store *s)
{
	int64_t lineage;

	if (s->backend->lineage == NULL ||
	    store_one(s, s->backend->lineage, NULL, &lineage) != STORE_OK)
		return 0;
	return lineage;
}

/* The key of this type in "TYPE HEX,..."; NULL: there is none. */
static const char *
hostkey_of(const char *keys, const char *type, size_t len)
{
	const char *p;

	for (p = keys; p != NULL && *p != '\0';
	     p = strchr(p, ',') != NULL ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, type, len) == 0)
			return p;
	return NULL;
}

/*
 * Whether each key of a is one of b, too; if not, type is that of the one that
 * is not.
 */
static bool
hostkeys_among(const char *a, const char *b, char type[16])
{
	size_t len;

	for (; *a != '\0'; a += len + (a[len] == ',')) {
		len = strcspn(a, ",");
		snprintf(type, 16, "%.*s", (int)strcspn(a, " ,"), a);
		if (hostkey_of(b, a, len) == NULL)
			return false;
	}
	return true;
}

struct node_rivals {
	struct store *store;
	const struct node *node;
	enum store_result result;
	char *error;
};

/* Is it another node that is alive and has other host keys? */
static int
node_rival(void *arg, const struct node *n)
{
	struct node_rivals *v = arg;
	char type[16];

	if (strcmp(n->name, v->node->name) == 0 ||
	    !store_node_lives(v->store, n) || n->hostkeys[0] == '\0' ||
	    v->node->hostkeys[0] == '\0' ||
	    (hostkeys_among(v->node->hostkeys, n->hostkeys, type) &&
		hostkeys_among(n->hostkeys, v->node->hostkeys, type)))
		return 0;
	snprintf(v->error, STORE_ERROR,
	    "node %.60s has another %s host key, and devices know the key that "
	    "all nodes have: copy the host keys of that node to this one",
	    n->name, type);
	v->result = STORE_DENIED;
	return 1;
}

static int
node_same_name(void *arg, const struct node *n)
{
	struct node_rivals *v = arg;
	int64_t now = store_clock(v->store);

	if (strcmp(n->name, v->node->name) != 0)
		return 0;
	snprintf(v->error, STORE_ERROR,
	    "node %.60s is running already, for %lld s, on %.60s: give this "
	    "server another name (node)",
	    n->name, (long long)(now - n->started) / 1000000, n->listen);
	return 1;
}

static enum store_result
node_begin(struct store *s, const struct node *n, bool guarded, char *error)
{
	struct node_rivals v = {s, n, STORE_OK, error};
	enum store_result r;

	if ((r = store_lock_changes(s)) != STORE_OK)
		return r;
	if ((r = node_put(s, n, guarded)) == STORE_NONE) {
		r = store_node_look(s, node_same_name, &v);
		return r == STORE_OK ? STORE_TAKEN : r;
	}
	if (r == STORE_OK)
		r = store_node_drain(s, n->name, false);
	if (r == STORE_OK)
		r = store_node_look(s, node_rival, &v);
	return r == STORE_OK ? v.result : r;
}

enum store_result
store_node_begin(struct store *s, const struct node *n, char error[STORE_ERROR])
{
	enum store_result r;
	bool alone = false, mine;

	error[0] = '\0';
	/*
	 * A server that has died has its lock no more, though it was alive a
	 * moment ago; one that is cut off from the store may have it still.
	 */
	if (s->backend->shared &&
	    (r = node_lock(s, n->name, &alone)) != STORE_OK)
		goto out;
	if ((r = store_enter(s, &mine)) == STORE_OK)
		r = store_leave(s, mine, node_begin(s, n, !alone, error));
out:
	if (r != STORE_OK && error[0] == '\0')
		snprintf(error, STORE_ERROR, "%s", store_error(s));
	return r;
}

enum store_result
store_node_applied(struct store *s, const char *node, int64_t seq)
{
	static const char sql[] =
	    "UPDATE node SET applied = ?2 WHERE name = ?1 AND applied < ?2";

	return store_run(s, sql, STORE_ARGS(TEXT(node), INT(seq)));
}

enum store_result
store_node_drain(struct store *s, const char *node, bool on)
{
	static const char sql[] =
	    "UPDATE node SET drain = ?2 WHERE name = ?1 RETURNING pid";
	int64_t pid;

	return store_one(s, sql, STORE_ARGS(TEXT(node), INT(on)), &pid);
}

bool
store_node_lives(const struct store *s, const struct node *n)
{
	return n->alive > store_clock(s) - STORE_NODE_GONE;
}

#define COLUMNS                                                       \
	"name, pid, listen, started, alive, applied, addr, version, " \
	"drain, hostkeys, stale"

static void
node_read(struct query *q, struct node *n)
{
	query_text(q, 0, n->name, sizeof(n->name));
	n->pid = (uint32_t)query_int(q, 1);
	query_text(q, 2, n->listen, sizeof(n->listen));
	n->started = query_int(q, 3);
	n->alive = query_int(q, 4);
	n->applied = query_int(q, 5);
	query_text(q, 6, n->addr, sizeof(n->addr));
	query_text(q, 7, n->version, sizeof(n->version));
	n->drain = query_int(q, 8) != 0;
	query_text(q, 9, n->hostkeys, sizeof(n->hostkeys));
	n->stale = (uint32_t)query_int(q, 10);
	query_text(q, 11, n->status, sizeof(n->status));
}

static enum store_result
node_each(struct store *s, const char *sql,
    int (*each)(void *, const struct node *), void *arg)
{
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
store_node_each(
    struct store *s, int (*each)(void *, const struct node *), void *arg)
{
	static const char sql[] =
	    "SELECT " COLUMNS ", status FROM node ORDER BY name";

	return node_each(s, sql, each, arg);
}

enum store_result
store_node_look(
    struct store *s, int (*each)(void *, const struct node *), void *arg)
{
	static const char sql[] =
	    "SELECT " COLUMNS ", '' FROM node ORDER BY name";

	return node_each(s, sql, each, arg);
}

enum store_result
store_node_remove(struct store *s, const char *node)
{
	static const char sql[] = "DELETE FROM node WHERE name = ?1";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = store_session_clear(s, node)) == STORE_OK &&
	    (r = store_virtual_clear(s, node, store_clock(s))) == STORE_OK &&
	    (r = store_tunnel_clear(s, node, INT64_MAX)) == STORE_OK)
		r = store_run(s, sql, STORE_ARGS(TEXT(node)));
	return store_leave(s, mine, r);
}
