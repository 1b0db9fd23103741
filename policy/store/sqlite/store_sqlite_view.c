/*
 * The part of a store that an operator sees: a view for each table, of the same name in
 * SQLite's temporary schema, which is looked at first.  So the SQL of all
 * records stands as it is and finds the rows that the operator sees.  An
 * authorizer refuses whatever would go around the views.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store_sqlite.h"

struct sight {
	enum operator_role role;
	char grants[OPERATOR_GRANTS];
};

/* Looked up for each row: one device's must not cost a list of all. */
#define SEEN(device)                                               \
	"EXISTS (SELECT 1 FROM main.device d WHERE d.id = " device \
	" AND sees (d.name, d.tags))"

/* ?: the operator's own number. */
static const char *const views[] = {
    "device AS SELECT * FROM main.device WHERE sees (name, tags)",
    "device_seen AS SELECT * FROM main.device_seen WHERE " SEEN(
	"device_seen.device"),
    "key AS SELECT * FROM main.key WHERE " SEEN("key.device"),
    "permit AS SELECT * FROM main.permit WHERE " SEEN(
	"permit.device") " OR device IS NULL AND sees ('', tag)",
    "refusal AS SELECT * FROM main.refusal WHERE " SEEN("refusal.device"),
    /* The owner of another operator's forward is not shown. */
    "forward AS SELECT id, device, dport, sport, ttl, created, expires, state, "
    "state_at, reason, cancelled, operator, CASE operator WHEN %lld THEN owner "
    "ELSE '' END AS owner, node FROM main.forward WHERE " SEEN(
	"forward.device"),
    "wish AS SELECT * FROM main.wish WHERE " SEEN("wish.device"),
    "heartbeat AS SELECT * FROM main.heartbeat WHERE " SEEN(
	"heartbeat.id / 64"),
    "session AS SELECT * FROM main.session WHERE " SEEN(
	"session.device") " OR operator = %lld",
    "operator AS SELECT * FROM main.operator WHERE id = %lld",
    "history_span AS SELECT * FROM main.history_span WHERE " SEEN(
	"history_span.device"),
    "history_day AS SELECT * FROM main.history_day WHERE " SEEN(
	"history_day.device"),
    "history_text AS SELECT * FROM main.history_text WHERE " SEEN(
	"history_text.device"),
    "history_outage AS SELECT * FROM main.history_outage",
    "history_calendar AS SELECT * FROM main.history_calendar",
    "tunnel AS SELECT * FROM main.tunnel WHERE " SEEN("tunnel.device"),
    "ticket AS SELECT * FROM main.ticket WHERE false",
    "node AS SELECT * FROM main.node",
    "heartbeat_last AS SELECT * FROM main.heartbeat_last",
    /* A site is that of its tag; the server's own alerts are an admin's. */
    "alert AS SELECT * FROM main.alert WHERE " SEEN(
	"alert.device") " OR tag <> '' AND sees ('', tag)",
    "mute AS SELECT * FROM main.mute WHERE false",
    "bound AS SELECT * FROM main.bound WHERE false",
    "token AS SELECT * FROM main.token WHERE false",
    "change AS SELECT * FROM main.change WHERE false",
};

static void
sqlite_sees(sqlite3_context *ctx, int n, sqlite3_value **arg)
{
	const struct sight *sight = sqlite3_user_data(ctx);
	const char *id = (const char *)sqlite3_value_text(arg[0]);
	const char *tags = (const char *)sqlite3_value_text(arg[1]);

	(void)n;
	sqlite3_result_int(
	    ctx, id != NULL && tags != NULL &&
		     operator_sees(sight->role, sight->grants, id, tags));
}

/*
 * A table is read through its view, and nothing else is done.  A table of which
 * a join takes no value but the row's number is read without a column's name,
 * and no more than the number of its rows could be told of it.
 */
static int
sqlite_authorize(void *arg, int action, const char *table, const char *column,
    const char *schema, const char *view)
{
	(void)arg;
	(void)table;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_FUNCTION:
	case SQLITE_TRANSACTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		if (view != NULL || schema == NULL || *column == '\0' ||
		    strcmp(schema, "temp") == 0)
			return SQLITE_OK;
	}
	return SQLITE_DENY;
}

enum store_result
sqlite_limit(struct store *s, const struct oper *who)
{
	struct sqlite *q = s->db;
	struct sight *sight;
	char sql[512], view[400];
	size_t i;

	if ((sight = calloc(1, sizeof(*sight))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	sight->role = who->role;
	memcpy(sight->grants, who->grants, sizeof(sight->grants));
	/* SQLite frees sight, also when this fails. */
	if (sqlite3_create_function_v2(q->db, "sees", 2,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, sight,
		sqlite_sees, NULL, NULL, free) != SQLITE_OK)
		return sqlite_fail(s);
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		sqlite3_snprintf(
		    sizeof(view), view, views[i], (long long)who->id);
		sqlite3_snprintf(sizeof(sql), sql, "CREATE TEMP VIEW %s", view);
		if (sqlite_exec(s, sql) != STORE_OK)
			return s->result;
	}
	sqlite3_set_authorizer(q->db, sqlite_authorize, NULL);
	return STORE_OK;
}
