#include "config.h"

#include <string.h>

#include "name.h"
#include "store_query.h"

void
store_device_read(struct query *q, struct device *d)
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
	d->duplicate_key = query_int(q, 10);
	query_text(q, 11, d->places, sizeof(d->places));
	d->connected = query_int(q, 12) != 0;
}

/* A name that the device has (was; NULL: a new device) may stay. */
static enum store_result
device_check_names(
    struct store *s, const struct device *d, const struct device *was)
{
	enum store_result r = STORE_OK;

	if (was == NULL || strcmp(d->name, was->name) != 0)
		r = store_name_free(s, d->id, "device id", d->name);
	if (r == STORE_OK && d->alias[0] != '\0' &&
	    (was == NULL || strcmp(d->alias, was->alias) != 0))
		r = store_name_free(s, d->id, "alias", d->alias);
	return r;
}

static enum store_result
device_insert(struct store *s, struct device *d)
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
	if ((r = device_check_names(s, d, NULL)) == STORE_OK)
		r = device_insert(s, d);
	if (r == STORE_OK && k != NULL) {
		key = *k;
		key.device = d->id;
		r = store_key_add(s, &key);
	}
	return store_leave(s, mine, r);
}

static enum store_result
device_select(struct store *s, const char *sql, const struct value *args,
    struct device *d)
{
	struct query *q;

	q = store_select(s, sql, args);
	if (query_row(q))
		store_device_read(q, d);
	return query_end(s, q);
}

enum store_result
store_device_find(struct store *s, const char *name, struct device *d)
{
	static const char sql[] =
	    "SELECT " DEVICE_COLUMNS " " DEVICE_FROM "WHERE d.name = ?2 OR "
	    "(d.alias = ?2 AND d.alias <> '')";
	enum store_result r;

	if ((r = device_select(s, sql,
		 STORE_ARGS(INT(store_nodes_since(s)), TEXT(name)), d)) ==
	    STORE_NONE)
		store_fail(s, r, "no such device: %.64s", name);
	return r;
}

static enum store_result
device_by_id(struct store *s, const char *id, struct device *d)
{
	static const char sql[] =
	    "SELECT " DEVICE_COLUMNS " " DEVICE_FROM "WHERE d.name = ?2";

	return device_select(
	    s, sql, STORE_ARGS(INT(store_nodes_since(s)), TEXT(id)), d);
}

/* A second row of q is another device, which was meant just as well. */
static enum store_result
device_check_one(
    struct store *s, struct query *q, const char *typed, const struct device *d)
{
	struct device other;

	if (!query_row(q))
		return query_end_list(s, q);
	store_device_read(q, &other);
	query_end(s, q);
	return store_fail(s, STORE_EXISTS,
	    "%.64s means two devices: use " STORE_BY_ID "%s or " STORE_BY_ID
	    "%s",
	    typed, d->name, other.name);
}

enum store_result
store_device_named(struct store *s, const char *typed, struct device *d)
{
	static const char sql[] =
	    "SELECT " DEVICE_COLUMNS " " DEVICE_FROM
	    "WHERE d.name IN (?2, ?3) OR "
	    "(d.alias IN (?2, ?3) AND d.alias <> '') LIMIT 2";
	char plain[DEVICE_NAME], low[DEVICE_NAME];
	struct query *q;

	if (strncmp(typed, STORE_BY_ID, strlen(STORE_BY_ID)) == 0)
		return device_by_id(s, typed + strlen(STORE_BY_ID), d);
	name_canonical(typed, plain);
	name_lower(typed, low);
	q = store_select(s, sql,
	    STORE_ARGS(INT(store_nodes_since(s)), TEXT(plain), TEXT(low)));
	if (!query_row(q))
		return query_end(s, q);
	store_device_read(q, d);
	return device_check_one(s, q, typed, d);
}

enum store_result
store_device_get(struct store *s, int64_t id, struct device *d)
{
	static const char sql[] =
	    "SELECT " DEVICE_COLUMNS " " DEVICE_FROM "WHERE d.id = ?2";

	return device_select(
	    s, sql, STORE_ARGS(INT(store_nodes_since(s)), INT(id)), d);
}

enum store_result
store_device_each(
    struct store *s, int (*each)(void *, const struct device *), void *arg)
{
	static const char sql[] =
	    "SELECT " DEVICE_COLUMNS " " DEVICE_FROM "ORDER BY d.id";
	struct device d;
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(store_nodes_since(s))));
	while (query_row(q)) {
		store_device_read(q, &d);
		if (each(arg, &d) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_device_update(struct store *s, const struct device *d)
{
	static const char sql[] =
	    "UPDATE device SET name = ?2, alias = ?3, tags = ?4, enabled = ?5 "
	    "WHERE id = ?1 RETURNING id";
	struct device was;
	enum store_result r;
	int64_t id;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = store_device_get(s, d->id, &was)) == STORE_OK &&
	    (r = device_check_names(s, d, &was)) == STORE_OK)
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
