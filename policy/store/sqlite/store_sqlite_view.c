/*
 * The part of a store that an operator sees: the views of store_view.h, in
 * SQLite's temporary schema.  An authorizer refuses whatever would go around
 * them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store_sqlite.h"
#include "store_view.h"

struct sight {
	enum operator_role role;
	char grants[OPERATOR_GRANTS];
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
	const char *text;
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
	for (i = 0; (text = store_view_at(i)) != NULL; i++) {
		sqlite3_snprintf(sizeof(view), view, text, (long long)who->id);
		sqlite3_snprintf(sizeof(sql), sql, "CREATE TEMP VIEW %s", view);
		if (sqlite_exec(s, sql) != STORE_OK)
			return s->result;
	}
	sqlite3_set_authorizer(q->db, sqlite_authorize, NULL);
	return STORE_OK;
}
