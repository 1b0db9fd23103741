/* The texts of a device, a row a change, in seconds. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "store_query.h"

#define US INT64_C(1000000)

/* STORE_OK: value is the last one of that name already. */
static enum store_result
text_same(struct store *s, int64_t device, const char *name, const char *value)
{
	static const char sql[] =
	    "SELECT value FROM history_text WHERE device = ?1 AND name = ?2 "
	    "ORDER BY since DESC LIMIT 1";
	char last[HISTORY_VALUE] = "";
	enum store_result r;
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(device), TEXT(name)));
	if (query_row(q))
		query_text(q, 0, last, sizeof(last));
	r = query_end(s, q);
	return r == STORE_OK && strcmp(last, value) != 0 ? STORE_NONE : r;
}

static enum store_result
text_bound(struct store *s, int64_t device)
{
	static const char count[] =
	    "SELECT count(*) FROM history_text WHERE device = ?1";
	/* The oldest that another of its name follows; else the oldest. */
	static const char drop[] =
	    "DELETE FROM history_text WHERE device = ?1 AND (name, since) IN "
	    "(SELECT t.name, t.since FROM history_text t "
	    "WHERE t.device = ?1 ORDER BY CASE WHEN EXISTS (SELECT 1 FROM "
	    "history_text n WHERE n.device = ?1 AND n.name = t.name "
	    "AND n.since > t.since) THEN 0 ELSE 1 END, t.since LIMIT 1)";
	enum store_result r;
	int64_t n;

	r = store_one(s, count, STORE_ARGS(INT(device)), &n);
	return r == STORE_OK && n > HISTORY_TEXTS
		   ? store_run(s, drop, STORE_ARGS(INT(device)))
		   : r;
}

enum store_result
store_inventory_note(struct store *s, int64_t device, int64_t at,
    const char *name, const char *value)
{
	static const char sql[] =
	    "INSERT INTO history_text (device, name, since, value) "
	    "SELECT id, ?2, ?3, ?4 FROM device WHERE id = ?1 "
	    "ON CONFLICT (device, name, since) DO UPDATE "
	    "SET value = excluded.value";
	char cut[HISTORY_VALUE];
	enum store_result r;
	bool mine;

	snprintf(cut, sizeof(cut), "%s", value);
	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = text_same(s, device, name, cut)) == STORE_NONE) {
		r = store_run(s, sql,
		    STORE_ARGS(
			INT(device), TEXT(name), INT(at / US), TEXT(cut)));
		if (r == STORE_OK)
			r = text_bound(s, device);
	}
	return store_leave(s, mine, r);
}

enum store_result
store_inventory_each(struct store *s, int64_t device,
    int (*each)(void *, const struct text_change *), void *arg)
{
	static const char sql[] =
	    "SELECT name, since, value FROM history_text WHERE device = ?1 "
	    "ORDER BY name, since";
	struct text_change t;
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(device)));
	while (query_row(q)) {
		query_text(q, 0, t.name, sizeof(t.name));
		t.since = query_int(q, 1) * US;
		query_text(q, 2, t.value, sizeof(t.value));
		if (each(arg, &t) != 0)
			break;
	}
	return query_end_list(s, q);
}
