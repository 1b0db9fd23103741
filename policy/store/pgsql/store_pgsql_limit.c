/*
 * The part of a store that an operator sees: the views of store_view.h, in the
 * connection's own temporary schema, which is looked at first.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"
#include "store_view.h"

#define SEES_SIZE (16 * OPERATOR_GRANTS)

/* The SQL of a condition, as it grows. */
struct sight {
	PGconn *db;
	char text[SEES_SIZE];
	size_t len;
};

static int
sight_grant(void *arg, const struct grant *g)
{
	struct sight *sight = arg;
	size_t room = sizeof(sight->text) - sight->len;
	const char *name = g->tag != NULL ? g->tag : g->device;
	char *quoted = PQescapeLiteral(sight->db, name, strlen(name));
	int n;

	if (quoted == NULL)
		return -1;
	n = snprintf(sight->text + sight->len, room,
	    g->tag != NULL ? " OR strpos(',' || tags || ',', ',' || %s || ',') "
			     "> 0"
			   : " OR id = %s",
	    quoted);
	PQfreemem(quoted);
	if (n < 0 || (size_t)n >= room)
		return -1;
	sight->len += (size_t)n;
	return 0;
}

/* As operator_sees, which decides of everybody who has no grants. */
static enum store_result
limit_function(struct store *s, const struct oper *who)
{
	struct pgsql *q = s->db;
	struct sight *sight;
	enum store_result r;
	char *sql;
	bool all;
	int n = 0;

	sight = calloc(1, sizeof(*sight));
	sql = malloc(sizeof(sight->text) + 256);
	if (sight == NULL || sql == NULL) {
		free(sight);
		free(sql);
		return store_fail(s, STORE_FAILED, "out of memory");
	}
	sight->db = q->db;
	all = operator_sees(who->role, who->grants, "", "");
	sight->len = (size_t)snprintf(
	    sight->text, sizeof(sight->text), all ? "true" : "false");
	if (!all && operator_each_grant(who->grants, sight_grant, sight) != 0)
		n = -1;
	snprintf(sql, sizeof(sight->text) + 256,
	    "CREATE FUNCTION pg_temp.sees (id TEXT, tags TEXT) RETURNS "
	    "BOOLEAN LANGUAGE sql IMMUTABLE AS $sees$ SELECT %s $sees$",
	    sight->text);
	r = n == 0 ? pgsql_exec(s, sql)
		   : store_fail(s, STORE_FAILED, "too many grants");
	free(sight);
	free(sql);
	return r;
}

static enum store_result
limit_view(struct store *s, const char *view, const char *schema, int64_t id)
{
	char text[1024], sql[1060], own[24];

	snprintf(text, sizeof(text), "%s", view);
	snprintf(own, sizeof(own), "%lld", (long long)id);
	if (!pgsql_text_replace(
		text, sizeof(text), "sees (", "pg_temp.sees (") ||
	    !pgsql_text_replace(text, sizeof(text), "main.", schema) ||
	    !pgsql_text_replace(text, sizeof(text), STORE_VIEW_SELF, own))
		return store_fail(s, STORE_FAILED, "too long a view");
	snprintf(sql, sizeof(sql), "CREATE TEMP VIEW %s", text);
	return pgsql_exec(s, sql);
}

/* Where the tables are: "public." */
static enum store_result
limit_schema(struct store *s, char *schema, size_t size)
{
	PGresult *result;

	result = pgsql_query(s, "SELECT quote_ident(current_schema()) || '.'");
	if (result == NULL)
		return s->result;
	snprintf(schema, size, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	return STORE_OK;
}

static enum store_result
limit_views(struct store *s, const struct oper *who)
{
	enum store_result r;
	char schema[136];
	const char *view;
	size_t i;

	if ((r = limit_schema(s, schema, sizeof(schema))) == STORE_OK)
		r = limit_function(s, who);
	for (i = 0; r == STORE_OK && (view = store_view_at(i)) != NULL; i++)
		r = limit_view(s, view, schema, who->id);
	return r;
}

/* Statements are looked up anew: they are those of the views now. */
enum store_result
pgsql_limit(struct store *s, const struct oper *who)
{
	struct pgsql *q = s->db;
	enum store_result r;

	if ((r = pgsql_exec(s, "SET default_transaction_read_only = off")) !=
		STORE_OK ||
	    (r = limit_views(s, who)) != STORE_OK ||
	    (r = pgsql_exec(s, "SET default_transaction_read_only = on")) !=
		STORE_OK)
		return r;
	q->generation++;
	q->limited = true;
	return STORE_OK;
}
