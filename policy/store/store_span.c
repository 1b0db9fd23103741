/* The spans of presence are kept in seconds. */
#include "config.h"

#include <string.h>

#include "store_query.h"

#define US INT64_C(1000000)

/* The two oldest spans of a device become one. */
static enum store_result
span_join(struct store *s, int64_t device)
{
	static const char oldest[] =
	    "SELECT min(since) FROM history_span WHERE device = ?1";
	static const char second[] =
	    "SELECT min(since) FROM history_span WHERE device = ?1 "
	    "AND since > ?2";
	static const char join[] =
	    "UPDATE history_span SET gone = history_span.gone + n.since - "
	    "history_span.until + n.gone, until = n.until, why = n.why "
	    "FROM (SELECT since, until, why, gone FROM history_span "
	    "WHERE device = ?1 AND since = ?3) n "
	    "WHERE device = ?1 AND history_span.since = ?2";
	static const char drop[] =
	    "DELETE FROM history_span WHERE device = ?1 AND since = ?2";
	enum store_result r;
	int64_t a, b;

	r = store_one(s, oldest, STORE_ARGS(INT(device)), &a);
	if (r == STORE_OK)
		r = store_one(s, second, STORE_ARGS(INT(device), INT(a)), &b);
	if (r == STORE_OK)
		r = store_run(s, join, STORE_ARGS(INT(device), INT(a), INT(b)));
	if (r == STORE_OK)
		r = store_run(s, drop, STORE_ARGS(INT(device), INT(b)));
	return r;
}

static enum store_result
span_bound(struct store *s, int64_t device)
{
	static const char sql[] =
	    "SELECT count(*) FROM history_span WHERE device = ?1";
	enum store_result r;
	int64_t n;

	r = store_one(s, sql, STORE_ARGS(INT(device)), &n);
	return r == STORE_OK && n > HISTORY_SPANS ? span_join(s, device) : r;
}

/*
 * One that was there a second ago goes on; the clock may have been set back, so
 * that a later one is there.
 */
enum store_result
store_span_online(struct store *s, int64_t device, int64_t at)
{
	static const char sql[] =
	    "INSERT INTO history_span (device, since) SELECT id, ?2 "
	    "FROM device WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM "
	    "history_span WHERE device = ?1 AND until = 0) "
	    "ON CONFLICT (device, since) DO UPDATE SET until = 0, why = 0 "
	    "RETURNING device";
	enum store_result r;
	int64_t added;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_one(s, sql, STORE_ARGS(INT(device), INT(at / US)), &added);
	if (r == STORE_OK)
		r = span_bound(s, device);
	else if (r == STORE_NONE)
		r = STORE_OK;
	return store_leave(s, mine, r);
}

enum store_result
store_span_gone(struct store *s, int64_t device, int64_t at, enum span_end why)
{
	static const char sql[] =
	    "UPDATE history_span SET why = ?3, until = CASE "
	    "WHEN since > ?2 THEN since ELSE ?2 END "
	    "WHERE device = ?1 AND until = 0";

	return store_run(
	    s, sql, STORE_ARGS(INT(device), INT(at / US), INT(why)));
}

enum store_result
store_span_each(struct store *s, int64_t device, int64_t since,
    int (*each)(void *, const struct span *), void *arg)
{
	static const char sql[] =
	    "SELECT since, until, why, gone FROM history_span "
	    "WHERE device = ?1 AND (until = 0 OR until >= ?2) ORDER BY since";
	struct span span = {.device = device};
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(device), INT(since / US)));
	while (query_row(q)) {
		span.since = query_int(q, 0) * US;
		span.until = query_int(q, 1) * US;
		span.why = (enum span_end)query_int(q, 2);
		span.gone = query_int(q, 3) * US;
		if (each(arg, &span) != 0)
			break;
	}
	return query_end_list(s, q);
}

/* --- how long a device was there ----------------------------------------- */

struct counted {
	struct outages away;
	int64_t from, until, each;
	struct presence *presence;
	size_t n;
};

static int
count_span(void *arg, const struct span *span)
{
	struct counted *c = arg;
	int64_t from = c->from;
	size_t i;

	for (i = 0; i < c->n; i++, from += c->each)
		presence_add(&c->presence[i], &c->away, span, from,
		    c->n == 1 ? c->until : from + c->each);
	return 0;
}

static enum store_result
count_spans(struct store *s, int64_t device, struct counted *c)
{
	enum store_result r;
	int64_t from = c->from;
	size_t i;

	r = store_outage_load(s, c->from, c->until, &c->away);
	/* All spans: the one before tells that the device was known. */
	if (r == STORE_OK)
		r = store_span_each(s, device, 0, count_span, c);
	for (i = 0; i < c->n; i++, from += c->each)
		presence_finish(&c->presence[i], &c->away, from,
		    c->n == 1 ? c->until : from + c->each);
	return r;
}

enum store_result
store_span_presence(struct store *s, int64_t device, int64_t from,
    int64_t until, struct presence *p)
{
	struct counted c = {.from = from, .until = until, .presence = p};

	memset(p, 0, sizeof(*p));
	c.n = 1;
	c.each = until - from;
	return count_spans(s, device, &c);
}

#define CELLS 400

enum store_result
store_span_cells(struct store *s, int64_t device, int64_t from, int64_t until,
    struct cell *cells, size_t n)
{
	struct presence p[CELLS] = {{.from = 0}};
	struct counted c = {
	    .from = from, .until = until, .presence = p, .n = n};
	enum store_result r;
	size_t i;

	if (n < 2 || n > CELLS || until <= from)
		return store_fail(s, STORE_FAILED, "not 2 to 400 cells");
	c.each = (until - from) / (int64_t)n;
	r = count_spans(s, device, &c);
	for (i = 0; i < n; i++) {
		cells[i].from = from + (int64_t)i * c.each;
		cells[i].present = p[i].present;
		cells[i].absent = p[i].absent;
		cells[i].away = outages_within(
		    &c.away, cells[i].from, cells[i].from + c.each);
	}
	return r;
}
