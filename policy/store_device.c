#include "config.h"

#include <time.h>

#include "store_backend.h"

/* ?1: nodes that were alive after it are. */
#define COLUMNS                                                           \
	"d.id, d.name, d.alias, d.tags, d.enabled, d.created, "           \
	"n.last_seen, n.interval, n.addr, n.client, n.twice, n.places, "  \
	"EXISTS (SELECT 1 FROM session s JOIN node o ON o.name = s.node " \
	"WHERE s.device = d.id AND o.alive > ?1) "                        \
	"FROM device d JOIN device_seen n ON n.device = d.id "

static int64_t
alive(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * INT64_C(1000000) - STORE_NODE_GONE;
}

static void
read_device(struct query *q, struct device *d)
{
	d->id = query_int(q, 0);
	query_text(q, 1, d->name, sizeof(d->name));
	query_text(q, 2, d->alias, sizeof(d->alias));
	query_text(q, 3, d->tags, sizeof(d->tags));
	d->enabled = query_int(q, 4) != 0;
	d->created = query_int(q, 5);
	d->last_seen = query_int(q, 6);
	d->interval = (uint32_t)query_int(q, 7);
	query_text(q, 8, d->addr, sizeof(d->addr));
	query_text(q, 9, d->client, sizeof(d->client));
	d->twice = query_int(q, 10);
	query_text(q, 11, d->places, sizeof(d->places));
	d->connected = query_int(q, 12) != 0;
}

/* An id and an alias are one name space: each names one device. */
static enum store_result
check_names(struct store *s, const struct device *d)
{
	/* In pieces, so that each is looked up by an index. */
	static const char sql[] =
	    "SELECT name FROM device WHERE name = ?2 AND id <> ?1 "
	    "UNION ALL SELECT name FROM device "
	    "WHERE alias = ?2 AND alias <> '' AND id <> ?1 "
	    "UNION ALL SELECT name FROM device WHERE name = ?3 AND id <> ?1 "
	    "UNION ALL SELECT name FROM device "
	    "WHERE alias = ?3 AND alias <> '' AND id <> ?1 LIMIT 1";
	char other[DEVICE_NAME] = "";
	struct query *q;
	enum store_result r;

	q = store_select(
	    s, sql, STORE_ARGS(INT(d->id), TEXT(d->name), TEXT(d->alias)));
	if (q == NULL)
		return s->result;
	if ((r = query_next(q)) == STORE_OK)
		query_text(q, 0, other, sizeof(other));
	query_end(q);
	if (r == STORE_NONE)
		return STORE_OK;
	if (r != STORE_OK)
		return r;
	return store_fail(
	    s, STORE_EXISTS, "device %s has that id or alias already", other);
}

static enum store_result
insert(struct store *s, struct device *d)
{
	static const char sql[] =
	    "INSERT INTO device (name, alias, tags, enabled, created) "
	    "VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";

	return store_one(s, sql,
	    STORE_ARGS(TEXT(d->name), TEXT(d->alias), TEXT(d->tags),
		INT(d->enabled), INT(d->created)),
	    &d->id);
}

enum store_result
store_device_add(struct store *s, struct device *d, const struct key *k)
{
	struct key key;
	enum store_result r;
	bool mine;

	d->id = 0;
	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = check_names(s, d)) == STORE_OK)
		r = insert(s, d);
	if (r == STORE_OK && k != NULL) {
		key = *k;
		key.device = d->id;
		r = store_key_add(s, &key);
	}
	return store_leave(s, mine, r);
}

static enum store_result
one(struct store *s, const char *sql, const struct value *args,
    struct device *d)
{
	struct query *q;
	enum store_result r;

	if ((q = store_select(s, sql, args)) == NULL)
		return s->result;
	if ((r = query_next(q)) == STORE_OK)
		read_device(q, d);
	query_end(q);
	return r;
}

enum store_result
store_device_find(struct store *s, const char *name, struct device *d)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE d.name = ?2 OR "
				  "(d.alias = ?2 AND d.alias <> '')";
	enum store_result r;

	if ((r = one(s, sql, STORE_ARGS(INT(alive()), TEXT(name)), d)) ==
	    STORE_NONE)
		store_fail(s, r, "there is no device %.64s", name);
	return r;
}

enum store_result
store_device_get(struct store *s, int64_t id, struct device *d)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE d.id = ?2";

	return one(s, sql, STORE_ARGS(INT(alive()), INT(id)), d);
}

enum store_result
store_device_each(
    struct store *s, int (*each)(void *, const struct device *), void *arg)
{
	static const char sql[] = "SELECT " COLUMNS "ORDER BY d.id";
	struct device d;
	struct query *q;
	enum store_result r;

	if ((q = store_select(s, sql, STORE_ARGS(INT(alive())))) == NULL)
		return s->result;
	while ((r = query_next(q)) == STORE_OK) {
		read_device(q, &d);
		if (each(arg, &d) != 0)
			break;
	}
	query_end(q);
	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
store_device_update(struct store *s, const struct device *d)
{
	static const char sql[] =
	    "UPDATE device SET name = ?2, alias = ?3, tags = ?4, enabled = ?5 "
	    "WHERE id = ?1 RETURNING id";
	enum store_result r;
	int64_t id;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = check_names(s, d)) == STORE_OK)
		r = store_one(s, sql,
		    STORE_ARGS(INT(d->id), TEXT(d->name), TEXT(d->alias),
			TEXT(d->tags), INT(d->enabled)),
		    &id);
	return store_leave(s, mine, r);
}

enum store_result
store_device_remove(struct store *s, int64_t id)
{
	static const char sql[] =
	    "DELETE FROM device WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}

enum store_result
store_device_twice(struct store *s, int64_t id, int64_t at, const char *places)
{
	static const char sql[] =
	    "UPDATE device_seen SET twice = ?2, places = ?3 WHERE device = ?1";

	return store_run(s, sql, STORE_ARGS(INT(id), INT(at), TEXT(places)));
}
