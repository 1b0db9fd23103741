/*
 * The functions that the records' SQL calls, which each backend has: SQLite by
 * these, PostgreSQL by its migrations.
 */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "health_field.h"
#include "store_sqlite.h"

/* health_text (health, key): the value, or NULL. */
static void
function_health_text(sqlite3_context *ctx, int n, sqlite3_value **arg)
{
	const char *health = (const char *)sqlite3_value_text(arg[0]);
	const char *key = (const char *)sqlite3_value_text(arg[1]);
	char value[HEARTBEAT_VALUE];

	(void)n;
	if (health != NULL && key != NULL && health_text(health, key, value))
		sqlite3_result_text(ctx, value, -1, SQLITE_TRANSIENT);
}

/* health_number (health, key): the value as a number, or NULL. */
static void
function_health_number(sqlite3_context *ctx, int n, sqlite3_value **arg)
{
	const char *health = (const char *)sqlite3_value_text(arg[0]);
	const char *key = (const char *)sqlite3_value_text(arg[1]);
	double value;

	(void)n;
	if (health != NULL && key != NULL && health_number(health, key, &value))
		sqlite3_result_double(ctx, value);
}

static char
function_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* strcasestr(3) for ASCII: that one takes longer to begin than our texts do. */
static bool
function_find(const char *text, const char *part)
{
	char first = function_lower(*part);
	size_t i;

	if (first == '\0')
		return true;
	for (; *text != '\0'; text++) {
		if (function_lower(*text) != first)
			continue;
		for (i = 1; part[i] != '\0'; i++)
			if (function_lower(text[i]) != function_lower(part[i]))
				break;
		if (part[i] == '\0')
			return true;
	}
	return false;
}

/* has_text (text, part): whether part is in it, whatever the case. */
static void
function_has_text(sqlite3_context *ctx, int n, sqlite3_value **arg)
{
	const char *text = (const char *)sqlite3_value_text(arg[0]);
	const char *part = (const char *)sqlite3_value_text(arg[1]);

	(void)n;
	sqlite3_result_int(
	    ctx, text != NULL && part != NULL && function_find(text, part));
}

enum store_result
sqlite_functions(struct store *s)
{
	static const struct {
		const char *name;
		void (*call)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {{"health_text", function_health_text},
	    {"health_number", function_health_number},
	    {"has_text", function_has_text}};
	struct sqlite *q = s->db;
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (sqlite3_create_function(q->db, functions[i].name, 2,
			SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
			NULL, functions[i].call, NULL, NULL) != SQLITE_OK)
			return sqlite_fail(s);
	return STORE_OK;
}
