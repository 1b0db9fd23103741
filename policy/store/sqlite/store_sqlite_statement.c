/*
 * Statements: prepared, bound, stepped, read.
 */
#include "config.h"

#include "store_sqlite.h"

enum store_result
sqlite_exec(struct store *s, const char *sql)
{
	struct sqlite *q = s->db;

	if (sqlite3_exec(q->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(s);
	return STORE_OK;
}

void *
sqlite_prepare(struct store *s, const char *sql)
{
	struct sqlite *q = s->db;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(q->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
		NULL) != SQLITE_OK) {
		sqlite_fail(s);
		return NULL;
	}
	return st;
}

void
sqlite_unprepare(void *statement)
{
	sqlite3_finalize(statement);
}

static int
sqlite_bind_one(sqlite3_stmt *st, int at, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
		return sqlite3_bind_int64(st, at, v->number);
	case VALUE_TEXT:
		return sqlite3_bind_text(st, at, v->bytes, -1, SQLITE_STATIC);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(
		    st, at, v->bytes, v->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, at);
	}
}

enum store_result
sqlite_bind(struct store *s, void *statement, const struct value *v)
{
	int at;

	for (at = 1; v->kind != VALUE_END; at++, v++)
		if (sqlite_bind_one(statement, at, v) != SQLITE_OK)
			return sqlite_fail(s);
	return STORE_OK;
}

enum store_result
sqlite_step(struct store *s, void *statement)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return STORE_OK;
	case SQLITE_DONE:
		return STORE_NONE;
	}
	return sqlite_fail(s);
}

void
sqlite_reset(void *statement)
{
	sqlite3_reset(statement);
	/* The bound values are the caller's and go away. */
	sqlite3_clear_bindings(statement);
}

int64_t
sqlite_column_int(void *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

const char *
sqlite_column_text(void *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

const void *
sqlite_column_blob(void *statement, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	*len = (size_t)sqlite3_column_bytes(statement, column);
	return bytes;
}

enum store_result
sqlite_number(struct store *s, const char *sql, int64_t *number)
{
	enum store_result r;
	void *statement;

	if ((statement = sqlite_prepare(s, sql)) == NULL)
		return s->result;
	if ((r = sqlite_step(s, statement)) == STORE_OK)
		*number = sqlite_column_int(statement, 0);
	sqlite_unprepare(statement);
	return r;
}
