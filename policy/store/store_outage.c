/* The absences of the server are kept in seconds. */
#include "config.h"

#include <string.h>

#include "store_query.h"

#define US INT64_C(1000000)

enum store_result
store_outage_add(struct store *s, const struct outage *o)
{
	static const char sql[] =
	    "INSERT INTO history_outage (since, until, why) "
	    "VALUES (?1, ?2, ?3) ON CONFLICT (since) DO UPDATE SET "
	    "until = excluded.until, why = excluded.why";
	static const char bound[] =
	    "DELETE FROM history_outage WHERE since <= (SELECT since FROM "
	    "history_outage ORDER BY since DESC LIMIT 1 OFFSET ?1)";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_run(s, sql,
	    STORE_ARGS(INT(o->since / US), INT((o->until + US - 1) / US),
		INT(o->why)));
	if (r == STORE_OK)
		r = store_run(s, bound, STORE_ARGS(INT(HISTORY_OUTAGES)));
	return store_leave(s, mine, r);
}

enum store_result
store_outage_end(struct store *s, int64_t at)
{
	static const char sql[] =
	    "UPDATE history_outage SET until = CASE WHEN since > ?1 "
	    "THEN since ELSE ?1 END WHERE until = 0";

	return store_run(s, sql, STORE_ARGS(INT((at + US - 1) / US)));
}

enum store_result
store_outage_each(struct store *s, int64_t since,
    int (*each)(void *, const struct outage *), void *arg)
{
	static const char sql[] =
	    "SELECT since, until, why FROM history_outage "
	    "WHERE until = 0 OR until >= ?1 ORDER BY since";
	struct outage o;
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(since / US)));
	while (query_row(q)) {
		o.since = query_int(q, 0) * US;
		o.until = query_int(q, 1) * US;
		o.why = (enum outage_why)query_int(q, 2);
		if (each(arg, &o) != 0)
			break;
	}
	return query_end_list(s, q);
}

struct load {
	struct outages *all;
	int64_t now;
};

static int
load_one(void *arg, const struct outage *o)
{
	struct load *load = arg;

	outages_add(load->all, o, load->now);
	return 0;
}

enum store_result
store_outage_load(
    struct store *s, int64_t since, int64_t now, struct outages *all)
{
	struct load load = {all, now};

	all->n = 0;
	return store_outage_each(s, since, load_one, &load);
}
