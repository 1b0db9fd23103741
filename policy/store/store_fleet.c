/*
 * Queries on all devices.  One finds the numbers of devices, in order; each
 * device is read by its number, so that what is sorted stays small.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "store_fleet_sql.h"
#include "store_query.h"

static enum store_result
fleet_select(struct store *s, struct fleet_sql *q, struct query **out)
{
	*out = NULL;
	if (q->full)
		return store_fail(s, STORE_FAILED, "too long a query");
	q->arg[q->args] = (struct value){.kind = VALUE_END};
	*out = store_select_once(s, q->text, q->arg);
	return *out != NULL ? STORE_OK : s->result;
}

/* The numbers of the devices that the query finds, in its order. */
static enum store_result
fleet_find(
    struct store *s, const struct fleet_query *f, int64_t **ids, size_t *n)
{
	struct fleet_sql *q;
	enum store_result r;
	struct query *rows;
	int64_t *more;

	*ids = NULL;
	*n = 0;
	if ((q = calloc(1, sizeof(*q))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	q->nodes_since = store_nodes_since(s);
	fleet_sql_add(q, "SELECT d.id");
	fleet_sql_conditions(q, f);
	fleet_sql_by_state(q, f);
	fleet_sql_order(q, f);
	fleet_sql_add(q, " LIMIT ");
	fleet_sql_int(q, f->limit != 0 ? (int64_t)f->limit : INT64_MAX);
	fleet_sql_add(q, " OFFSET ");
	fleet_sql_int(q, f->offset);
	if ((r = fleet_select(s, q, &rows)) != STORE_OK)
		goto out;
	while (query_row(rows)) {
		if ((*n & (*n - 1)) == 0) {
			more = reallocarray(
			    *ids, *n != 0 ? 2 * *n : 1, sizeof(**ids));
			if (more == NULL) {
				query_end(s, rows);
				r = store_fail(
				    s, STORE_FAILED, "out of memory");
				goto out;
			}
			*ids = more;
		}
		(*ids)[(*n)++] = query_int(rows, 0);
	}
	r = query_end_list(s, rows);
out:
	free(q);
	return r;
}

#define FLEET_ROW "SELECT " DEVICE_COLUMNS ", n.health " DEVICE_FROM

static enum store_result
fleet_row_read(struct store *s, struct query *q, struct fleet_row *row)
{
	if (query_row(q)) {
		store_device_read(q, &row->device);
		query_text(
		    q, DEVICE_COLUMNS_N, row->health, sizeof(row->health));
	}
	return query_end(s, q);
}

static enum store_result
fleet_row_get(struct store *s, int64_t id, struct fleet_row *row)
{
	static const char sql[] = FLEET_ROW "WHERE d.id = ?2";

	return fleet_row_read(s,
	    store_select(
		s, sql, STORE_ARGS(INT(store_nodes_since(s)), INT(id))),
	    row);
}

enum store_result
store_fleet_get(struct store *s, const char *id, struct fleet_row *row)
{
	static const char sql[] = FLEET_ROW "WHERE d.name = ?2";

	return fleet_row_read(s,
	    store_select(
		s, sql, STORE_ARGS(INT(store_nodes_since(s)), TEXT(id))),
	    row);
}

enum store_result
store_fleet_each(struct store *s, const struct fleet_query *f,
    int (*each)(void *, const struct fleet_row *), void *arg)
{
	struct fleet_row row;
	enum store_result r;
	int64_t *ids;
	size_t i, n;

	r = fleet_find(s, f, &ids, &n);
	for (i = 0; i < n && r == STORE_OK; i++) {
		r = fleet_row_get(s, ids[i], &row);
		if (r == STORE_OK && each(arg, &row) != 0)
			break;
		if (r == STORE_NONE)
			r = STORE_OK; /* it was removed meanwhile */
	}
	free(ids);
	return r;
}

static void
fleet_tally(struct fleet_counts *c, int state)
{
	switch (state) {
	case DEVICE_ONLINE:
		c->online++;
		break;
	case DEVICE_LATE:
		c->late++;
		break;
	case DEVICE_OFFLINE:
		c->offline++;
		break;
	case DEVICE_NEVER:
		c->never++;
		break;
	default:
		c->disabled++;
	}
}

enum store_result
store_fleet_count(
    struct store *s, const struct fleet_query *f, struct fleet_counts *c)
{
	struct fleet_sql *q;
	enum store_result r;
	struct query *rows;
	int state;

	memset(c, 0, sizeof(*c));
	if ((q = calloc(1, sizeof(*q))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	q->nodes_since = store_nodes_since(s);
	fleet_sql_add(q, "SELECT ");
	fleet_sql_state(q, f->now);
	fleet_sql_conditions(q, f);
	if ((r = fleet_select(s, q, &rows)) == STORE_OK) {
		while (query_row(rows)) {
			state = (int)query_int(rows, 0);
			fleet_tally(c, state);
			if (!f->by_state || state == (int)f->state)
				c->total++;
		}
		r = query_end_list(s, rows);
	}
	free(q);
	return r;
}

struct fleet_tag {
	char name[DEVICE_NAME];
	unsigned int n;
	UT_hash_handle hh;
};

/* Count the tags of one device. */
static void
fleet_add_tags(struct fleet_tag **all, const char *tags)
{
	struct fleet_tag *t;
	size_t len;

	for (; *tags != '\0'; tags += len + (tags[len] == ',')) {
		len = strcspn(tags, ",");
		HASH_FIND(hh, *all, tags, len, t);
		if (t == NULL && len < DEVICE_NAME &&
		    HASH_COUNT(*all) < FLEET_TAGS_MOST &&
		    (t = calloc(1, sizeof(*t))) != NULL) {
			memcpy(t->name, tags, len);
			HASH_ADD(hh, *all, name, len, t);
			if (t->hh.tbl == NULL) {
				free(t);
				return;
			}
		}
		if (t != NULL)
			t->n++;
	}
}

static int
fleet_tag_order(const struct fleet_tag *a, const struct fleet_tag *b)
{
	return strcmp(a->name, b->name);
}

enum store_result
store_fleet_tags(struct store *s,
    int (*each)(void *, const char *tag, unsigned int n), void *arg)
{
	static const char sql[] = "SELECT tags FROM device WHERE tags <> ''";
	struct fleet_tag *all = NULL, *t, *next;
	char tags[DEVICE_TAGS];
	struct query *q;
	enum store_result r;
	bool enough = false;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		query_text(q, 0, tags, sizeof(tags));
		fleet_add_tags(&all, tags);
	}
	r = query_end_list(s, q);
	HASH_SORT(all, fleet_tag_order);
	HASH_ITER(hh, all, t, next) {
		if (r == STORE_OK && !enough)
			enough = each(arg, t->name, t->n) != 0;
		HASH_DEL(all, t);
		free(t);
	}
	return r;
}

enum store_result
store_fleet_tells(struct store *s, const char *key, bool *tells)
{
	static const char sql[] =
	    "SELECT 1 FROM device_seen WHERE "
	    "health_text (health, ?1) IS NOT NULL LIMIT 1";
	enum store_result r;
	int64_t one;

	r = store_one(s, sql, STORE_ARGS(TEXT(key)), &one);
	*tells = r == STORE_OK;
	return r == STORE_NONE ? STORE_OK : r;
}
