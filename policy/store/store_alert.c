#include "config.h"

#include "store_query.h"

#define COLUMNS                                                                \
	"id, kind, subject, device, tag, since, opened, closed, told, count, " \
	"summary, devices, missing FROM alert "

static void
alert_read(struct query *q, struct alert_record *a)
{
	query_text(q, 0, a->id, sizeof(a->id));
	a->kind = (enum alert_kind)query_int(q, 1);
	query_text(q, 2, a->subject, sizeof(a->subject));
	a->device = query_int(q, 3);
	query_text(q, 4, a->tag, sizeof(a->tag));
	a->since = query_int(q, 5);
	a->opened = query_int(q, 6);
	a->closed = query_int(q, 7);
	a->told = (enum alert_told)query_int(q, 8);
	a->count = (uint32_t)query_int(q, 9);
	query_text(q, 10, a->summary, sizeof(a->summary));
	query_text(q, 11, a->devices, sizeof(a->devices));
	query_text(q, 12, a->missing, sizeof(a->missing));
}

/* Of closed alerts the newest are kept. */
static enum store_result
alert_prune(struct store *s)
{
	static const char sql[] =
	    "DELETE FROM alert WHERE closed <> 0 AND closed < "
	    "(SELECT closed FROM alert WHERE closed <> 0 "
	    "ORDER BY closed DESC LIMIT 1 OFFSET ?1)";

	return store_run(s, sql, STORE_ARGS(INT(ALERT_KEEP - 1)));
}

enum store_result
store_alert_put(struct store *s, const struct alert_record *a)
{
	static const char sql[] =
	    "INSERT INTO alert (id, kind, subject, device, tag, since, opened, "
	    "closed, told, count, summary, devices, missing) VALUES (?1, ?2, "
	    "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
	    "ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, "
	    "told = excluded.told, count = excluded.count, "
	    "summary = excluded.summary, devices = excluded.devices, "
	    "missing = excluded.missing";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_run(s, sql,
	    STORE_ARGS(TEXT(a->id), INT(a->kind), TEXT(a->subject),
		INT(a->device), TEXT(a->tag), INT(a->since), INT(a->opened),
		INT(a->closed), INT(a->told), INT(a->count), TEXT(a->summary),
		TEXT(a->devices), TEXT(a->missing)));
	if (r == STORE_OK && a->closed != 0)
		r = alert_prune(s);
	return store_leave(s, mine, r);
}

static enum store_result
alert_each(struct store *s, const char *sql,
    int (*each)(void *, const struct alert_record *), void *arg)
{
	struct alert_record a;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		alert_read(q, &a);
		if (each(arg, &a) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_alert_each(struct store *s, bool all,
    int (*each)(void *, const struct alert_record *), void *arg)
{
	static const char open[] =
	    "SELECT " COLUMNS "WHERE closed = 0 ORDER BY opened, id";
	static const char any[] = "SELECT " COLUMNS "ORDER BY opened, id";

	return alert_each(s, all ? any : open, each, arg);
}

enum store_result
store_alert_unfinished(struct store *s,
    int (*each)(void *, const struct alert_record *), void *arg)
{
	static const char sql[] =
	    "SELECT " COLUMNS "WHERE closed = 0 OR told = 1 ORDER BY opened";

	return alert_each(s, sql, each, arg);
}

/* --- mutes ----------------------------------------------------------------- */

enum store_result
store_mute_put(struct store *s, struct alert_mute *m, int64_t now)
{
	static const char over[] = "DELETE FROM mute WHERE until < ?1";
	static const char many[] = "SELECT count(*) FROM mute";
	static const char sql[] =
	    "INSERT INTO mute (target, device, until, who) "
	    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (target) DO UPDATE SET "
	    "until = excluded.until, who = excluded.who RETURNING id";
	enum store_result r;
	int64_t n = 0;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = store_run(s, over, STORE_ARGS(INT(now)))) == STORE_OK &&
	    (r = store_one(s, many, NULL, &n)) == STORE_OK && n >= ALERT_MUTES)
		r = store_fail(s, STORE_EXISTS,
		    "%d mutes are there: remove "
		    "one",
		    ALERT_MUTES);
	if (r == STORE_OK)
		r = store_one(s, sql,
		    STORE_ARGS(TEXT(m->target), INT(m->device), INT(m->until),
			TEXT(m->who)),
		    &m->id);
	return store_leave(s, mine, r);
}

static void
mute_read(struct query *q, struct alert_mute *m)
{
	m->id = query_int(q, 0);
	query_text(q, 1, m->target, sizeof(m->target));
	m->device = query_int(q, 2);
	m->until = query_int(q, 3);
	query_text(q, 4, m->who, sizeof(m->who));
}

enum store_result
store_mute_get(struct store *s, int64_t id, struct alert_mute *m)
{
	static const char sql[] =
	    "SELECT id, target, device, until, who FROM mute WHERE id = ?1";
	struct query *q = store_select(s, sql, STORE_ARGS(INT(id)));

	if (query_row(q))
		mute_read(q, m);
	return query_end(s, q);
}

enum store_result
store_mute_each(
    struct store *s, int (*each)(void *, const struct alert_mute *), void *arg)
{
	static const char sql[] =
	    "SELECT id, target, device, until, who FROM mute ORDER BY target";
	struct alert_mute m;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		mute_read(q, &m);
		if (each(arg, &m) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_mute_remove(struct store *s, const char *target)
{
	static const char sql[] =
	    "DELETE FROM mute WHERE target = ?1 RETURNING id";
	int64_t id;

	return store_one(s, sql, STORE_ARGS(TEXT(target)), &id);
}

/* --- bounds ---------------------------------------------------------------- */

enum store_result
store_bound_add(struct store *s, struct alert_bound *b)
{
	static const char many[] = "SELECT count(*) FROM bound";
	static const char sql[] =
	    "INSERT INTO bound (bound, tag, hold) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (bound, tag) DO UPDATE SET hold = excluded.hold "
	    "RETURNING id";
	char text[64];
	enum store_result r;
	int64_t n = 0;
	bool mine;

	alert_bound_text(b, text, sizeof(text));
	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = store_one(s, many, NULL, &n)) == STORE_OK && n >= ALERT_BOUNDS)
		r = store_fail(s, STORE_EXISTS,
		    "%d bounds are there: remove "
		    "one",
		    ALERT_BOUNDS);
	if (r == STORE_OK)
		r = store_one(s, sql,
		    STORE_ARGS(TEXT(text), TEXT(b->tag), INT(b->hold)), &b->id);
	return store_leave(s, mine, r);
}

/* False: no text of a bound, which a later version may have. */
static bool
bound_read(struct query *q, struct alert_bound *b)
{
	char text[64];
	bool good;

	query_text(q, 1, text, sizeof(text));
	good = alert_bound_parse(text, b);
	b->id = query_int(q, 0);
	query_text(q, 2, b->tag, sizeof(b->tag));
	b->hold = (uint32_t)query_int(q, 3);
	return good;
}

enum store_result
store_bound_get(struct store *s, int64_t id, struct alert_bound *b)
{
	static const char sql[] =
	    "SELECT id, bound, tag, hold FROM bound WHERE id = ?1";
	struct query *q = store_select(s, sql, STORE_ARGS(INT(id)));

	if (query_row(q) && !bound_read(q, b)) {
		query_end(s, q);
		return STORE_NONE;
	}
	return query_end(s, q);
}

enum store_result
store_bound_each(
    struct store *s, int (*each)(void *, const struct alert_bound *), void *arg)
{
	static const char sql[] =
	    "SELECT id, bound, tag, hold FROM bound ORDER BY bound, tag";
	struct alert_bound b;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q))
		if (bound_read(q, &b) && each(arg, &b) != 0)
			break;
	return query_end_list(s, q);
}

enum store_result
store_bound_remove(struct store *s, int64_t id)
{
	static const char sql[] =
	    "DELETE FROM bound WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}
