/*
 * Old history is removed in steps that take a few milliseconds each: days in
 * their order, then spans and texts by devices.
 */
#include "config.h"

#include "store_query.h"

#define US INT64_C(1000000)
#define DAYS_AT_ONCE 1000 /* rows */
#define DEVICES_AT_ONCE 64

/* STORE_NONE: no day is old. */
static enum store_result
prune_days(struct store *s, int64_t before)
{
	static const char oldest[] =
	    "SELECT day FROM history_calendar WHERE day < ?1 "
	    "ORDER BY day LIMIT 1";
	static const char rows[] =
	    "DELETE FROM history_day WHERE day = ?1 AND device IN "
	    "(SELECT device FROM history_day WHERE day = ?1 "
	    "ORDER BY device LIMIT ?2)";
	static const char over[] =
	    "DELETE FROM history_calendar WHERE day = ?1 AND NOT EXISTS "
	    "(SELECT 1 FROM history_day WHERE day = ?1)";
	enum store_result r;
	int64_t day;

	/* A day is as long as its devices' slots more. */
	r = store_one(s, oldest, STORE_ARGS(INT(before / US / 86400)), &day);
	if (r != STORE_OK)
		return r;
	r = store_run(s, rows, STORE_ARGS(INT(day), INT(DAYS_AT_ONCE)));
	return r == STORE_OK ? store_run(s, over, STORE_ARGS(INT(day))) : r;
}

/* The last span that began before tells that the device was known then. */
static enum store_result
prune_spans(struct store *s, int64_t first, int64_t last, int64_t before)
{
	static const char sql[] =
	    "DELETE FROM history_span WHERE device > ?1 AND device <= ?2 "
	    "AND until <> 0 AND until < ?3 AND EXISTS (SELECT 1 "
	    "FROM history_span n WHERE n.device = history_span.device "
	    "AND n.since > history_span.since AND n.since <= ?3)";

	return store_run(
	    s, sql, STORE_ARGS(INT(first), INT(last), INT(before / US)));
}

/* A text that is another since before has been old for all that is kept. */
static enum store_result
prune_texts(struct store *s, int64_t first, int64_t last, int64_t before)
{
	static const char sql[] =
	    "DELETE FROM history_text WHERE device > ?1 AND device <= ?2 "
	    "AND since < ?3 AND EXISTS (SELECT 1 FROM history_text n "
	    "WHERE n.device = history_text.device "
	    "AND n.name = history_text.name "
	    "AND n.since > history_text.since AND n.since <= ?3)";

	return store_run(
	    s, sql, STORE_ARGS(INT(first), INT(last), INT(before / US)));
}

static enum store_result
prune_outages(struct store *s, int64_t before)
{
	static const char sql[] =
	    "DELETE FROM history_outage WHERE until <> 0 AND until < ?1";

	return store_run(s, sql, STORE_ARGS(INT(before / US)));
}

/* The id of the last device of the next step; *last 0: there are no more. */
static enum store_result
prune_next(struct store *s, int64_t after, int64_t *last)
{
	static const char sql[] =
	    "SELECT coalesce(max(id), 0) FROM (SELECT id FROM device "
	    "WHERE id > ?1 ORDER BY id LIMIT ?2) next";

	return store_one(
	    s, sql, STORE_ARGS(INT(after), INT(DEVICES_AT_ONCE)), last);
}

static enum store_result
prune_step(struct store *s, int64_t before, int64_t *after, bool *more)
{
	enum store_result r;
	int64_t last;

	*more = true;
	if ((r = prune_days(s, before)) != STORE_NONE)
		return r;
	if (*after == 0 && (r = prune_outages(s, before)) != STORE_OK)
		return r;
	if ((r = prune_next(s, *after, &last)) != STORE_OK)
		return r;
	if (last != 0 &&
	    ((r = prune_spans(s, *after, last, before)) != STORE_OK ||
		(r = prune_texts(s, *after, last, before)) != STORE_OK))
		return r;
	*more = last != 0;
	*after = last;
	return STORE_OK;
}

enum store_result
store_history_prune(struct store *s, int64_t before, int64_t *after, bool *more)
{
	int64_t next = *after;
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_leave(s, mine, prune_step(s, before, &next, more));
	if (r == STORE_OK)
		*after = next;
	return r;
}
