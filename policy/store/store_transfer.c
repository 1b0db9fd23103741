#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_transfer.h"
#include "store_transfer_row.h"

#define TABLES 48
#define SQL 16384
#define TOLD_EVERY 50000 /* rows */

static const struct value none[] = {{.kind = VALUE_END}};

struct transfer {
	struct store *from, *to;
	int (*told)(void *, const char *, int64_t, bool);
	void *arg;
	char table[TABLES][64];
	size_t tables;
	char *error;
	/* The table that is being copied. */
	struct row_column column[ROW_COLUMNS];
	size_t columns;
	struct row_batch batch;
	char select[SQL], insert[SQL], rest[SQL];
};

static enum store_result
transfer_say(struct transfer *t, struct store *s, enum store_result r)
{
	if (r != STORE_OK && *t->error == '\0')
		snprintf(t->error, STORE_ERROR, "%s", store_error(s));
	return r;
}

static enum store_result
transfer_fail(struct transfer *t, const char *table, const char *why)
{
	snprintf(t->error, STORE_ERROR, "table %.64s: %.160s", table, why);
	return STORE_FAILED;
}

/* --- what there is ----------------------------------------------------------- */

/*
 * Devices come first, since other tables refer to them, and changes last:
 * adding the others may make some.
 */
static int
transfer_rank(const char *table)
{
	return strcmp(table, "device") == 0   ? 0
	       : strcmp(table, "change") == 0 ? 2
					      : 1;
}

static int
transfer_order(const void *a, const void *b)
{
	int rank = transfer_rank(a) - transfer_rank(b);

	return rank != 0 ? rank : strcmp(a, b);
}

static enum store_result
transfer_list(struct transfer *t, struct store *s)
{
	struct query *q = store_select(s, s->backend->whole->tables, NULL);

	t->tables = 0;
	while (query_row(q)) {
		if (t->tables == TABLES)
			return transfer_fail(t, "", "too many tables");
		query_text(q, 0, t->table[t->tables], sizeof(t->table[0]));
		t->tables++;
	}
	qsort(t->table, t->tables, sizeof(t->table[0]), transfer_order);
	return transfer_say(t, s, query_end_list(s, q));
}

/* Both have the same tables. */
static enum store_result
transfer_tables(struct transfer *t)
{
	char other[TABLES][64];
	enum store_result r;
	size_t n, i;

	if ((r = transfer_list(t, t->to)) != STORE_OK)
		return r;
	memcpy(other, t->table, sizeof(other));
	n = t->tables;
	if ((r = transfer_list(t, t->from)) != STORE_OK)
		return r;
	for (i = 0; i < n || i < t->tables; i++)
		if (i == n || i == t->tables ||
		    strcmp(other[i], t->table[i]) != 0)
			return transfer_fail(t,
			    i < t->tables ? t->table[i] : other[i],
			    "only one of the stores has it");
	return STORE_OK;
}

static enum store_result
transfer_columns_of(struct transfer *t, struct store *s, const char *table)
{
	struct row_column *c;
	char kind[8];
	struct query *q;

	t->columns = 0;
	q = store_select(
	    s, s->backend->whole->columns, STORE_ARGS(TEXT(table)));
	while (query_row(q)) {
		if (t->columns == ROW_COLUMNS)
			return transfer_fail(t, table, "too many columns");
		c = &t->column[t->columns++];
		query_text(q, 0, c->name, sizeof(c->name));
		query_text(q, 1, kind, sizeof(kind));
		c->kind = kind[0];
		c->nullable = query_int(q, 2) != 0;
		if (strchr("itb", c->kind) == NULL || c->kind == '\0')
			return transfer_fail(t, table, "a column of no kind");
	}
	return transfer_say(t, s, query_end_list(s, q));
}

/* Those of from, which to must have, too; in whatever order. */
static enum store_result
transfer_columns(struct transfer *t, const char *table)
{
	struct row_column other[ROW_COLUMNS];
	enum store_result r;
	size_t n, i, k;

	if ((r = transfer_columns_of(t, t->to, table)) != STORE_OK)
		return r;
	memcpy(other, t->column, sizeof(other));
	n = t->columns;
	if ((r = transfer_columns_of(t, t->from, table)) != STORE_OK)
		return r;
	for (i = 0; i < t->columns; i++) {
		for (k = 0; k < n; k++)
			if (strcmp(t->column[i].name, other[k].name) == 0 &&
			    t->column[i].kind == other[k].kind)
				break;
		if (k == n || n != t->columns)
			return transfer_fail(
			    t, table, "its columns are not the same");
		t->column[i].nullable |= other[k].nullable;
	}
	return STORE_OK;
}

/* --- SQL --------------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3)))
transfer_append(char sql[SQL], const char *fmt, ...)
{
	size_t n = strlen(sql);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sql + n, SQL - n, fmt, ap);
	va_end(ap);
}

static void
transfer_select(struct transfer *t, const char *table)
{
	size_t i;

	strcpy(t->select, "SELECT ");
	for (i = 0; i < t->columns; i++)
		transfer_append(t->select, "%s\"%s\"", i > 0 ? ", " : "",
		    t->column[i].name);
	for (i = 0; i < t->columns; i++)
		if (t->column[i].nullable)
			transfer_append(t->select,
			    ", CASE WHEN \"%s\" IS NULL THEN 1 ELSE 0 END",
			    t->column[i].name);
	transfer_append(t->select, " FROM \"%s\"", table);
}

static void
transfer_insert(
    const struct transfer *t, const char *table, size_t rows, char sql[SQL])
{
	size_t i, k, n = 0;

	*sql = '\0';
	transfer_append(sql, "INSERT INTO \"%s\" (", table);
	for (i = 0; i < t->columns; i++)
		transfer_append(
		    sql, "%s\"%s\"", i > 0 ? ", " : "", t->column[i].name);
	transfer_append(sql, ") VALUES ");
	for (i = 0; i < rows; i++) {
		transfer_append(sql, "%s", i > 0 ? ", (" : "(");
		for (k = 0; k < t->columns; k++)
			transfer_append(sql, "%s?%zu", k > 0 ? ", " : "", ++n);
		transfer_append(sql, ")");
	}
}

/* A table's triggers rest, or go on, where that is needed. */
static enum store_result
transfer_triggers(struct transfer *t, const char *table, bool rest)
{
	const char *const *words = t->to->backend->whole->triggers;
	char sql[160];

	if (words[0] == NULL)
		return STORE_OK;
	snprintf(sql, sizeof(sql), "ALTER TABLE \"%s\" %s", table,
	    words[rest ? 0 : 1]);
	return transfer_say(t, t->to, t->to->backend->exec(t->to, sql));
}

static enum store_result
transfer_count(
    struct transfer *t, struct store *s, const char *table, int64_t *rows)
{
	char sql[128];
	struct query *q;

	*rows = 0;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM \"%s\"", table);
	q = store_select_once(s, sql, none);
	if (query_row(q))
		*rows = query_int(q, 0);
	return transfer_say(t, s, query_end_list(s, q));
}

/* --- rows -------------------------------------------------------------------- */

/* Write the batch with this statement, which lasts until the table's end. */
static enum store_result
transfer_flush(struct transfer *t, const char *sql)
{
	enum store_result r = store_run(t->to, sql, row_values(&t->batch));

	row_clear(&t->batch);
	return transfer_say(t, t->to, r);
}

static enum store_result
transfer_tell(
    struct transfer *t, const char *table, const struct row_sum *sum, bool done)
{
	if (!done && sum->rows % TOLD_EVERY != 0)
		return STORE_OK;
	return t->told(t->arg, table, sum->rows, done) == 0
		   ? STORE_OK
		   : transfer_fail(t, table, "stopped");
}

static enum store_result
transfer_rows(struct transfer *t, const char *table, struct row_sum *sum)
{
	const size_t most = ROW_CELLS / t->columns * t->columns;
	enum store_result r = STORE_OK;
	struct query *q;

	transfer_insert(t, table, ROW_CELLS / t->columns, t->insert);
	q = store_select_once(t->from, t->select, none);
	while (r == STORE_OK && query_row(q)) {
		if (row_take(&t->batch, q, t->column, t->columns, sum) == -1)
			r = transfer_fail(t, table, "out of memory");
		else if (t->batch.n == most)
			r = transfer_flush(t, t->insert);
		if (r == STORE_OK)
			r = transfer_tell(t, table, sum, false);
	}
	if (r != STORE_OK) {
		query_end_list(t->from, q);
		return r;
	}
	r = transfer_say(t, t->from, query_end_list(t->from, q));
	if (r != STORE_OK || t->batch.n == 0)
		return r;
	transfer_insert(t, table, t->batch.n / t->columns, t->rest);
	return transfer_flush(t, t->rest);
}

/* Read what was written. */
static enum store_result
transfer_compare(
    struct transfer *t, const char *table, const struct row_sum *was)
{
	struct row_sum sum = {.rows = 0};
	enum store_result r = STORE_OK;
	struct query *q;

	q = store_select_once(t->to, t->select, none);
	while (r == STORE_OK && query_row(q)) {
		row_clear(&t->batch);
		if (row_take(&t->batch, q, t->column, t->columns, &sum) == -1)
			r = transfer_fail(t, table, "out of memory");
	}
	row_clear(&t->batch);
	if (transfer_say(t, t->to, query_end_list(t->to, q)) != STORE_OK)
		return STORE_FAILED;
	if (r == STORE_OK && !row_same(&sum, was))
		r = transfer_fail(t, table, "the copy is not what was copied");
	return r;
}

/* What adding other tables' rows has made is not copied. */
static enum store_result
transfer_table(struct transfer *t, const char *table)
{
	struct row_sum sum = {.rows = 0};
	char sql[128];
	enum store_result r;

	if ((r = transfer_columns(t, table)) != STORE_OK)
		return r;
	if (t->columns == 0)
		return transfer_fail(t, table, "it has no columns");
	transfer_select(t, table);
	snprintf(sql, sizeof(sql), "DELETE FROM \"%s\"", table);
	if ((r = transfer_triggers(t, table, true)) == STORE_OK &&
	    (r = transfer_say(t, t->to, t->to->backend->exec(t->to, sql))) ==
		STORE_OK &&
	    (r = transfer_rows(t, table, &sum)) == STORE_OK &&
	    (r = transfer_compare(t, table, &sum)) == STORE_OK &&
	    (r = transfer_triggers(t, table, false)) == STORE_OK)
		r = transfer_tell(t, table, &sum, true);
	/* The next table's statements may have the same addresses. */
	query_free_all(t->to);
	return r;
}

/* The numbers that are given next are not given anew. */
static enum store_result
transfer_numbers(struct transfer *t)
{
	const struct store_whole *from = t->from->backend->whole;
	const struct store_whole *to = t->to->backend->whole;
	char table[TABLES][64];
	enum store_result r;
	struct query *q;
	size_t n = 0, i, k;
	int64_t last;

	q = store_select(t->from, from->numbered, NULL);
	while (n < TABLES && query_row(q))
		query_text(q, 0, table[n++], sizeof(table[0]));
	r = transfer_say(t, t->from, query_end_list(t->from, q));
	for (i = 0; r == STORE_OK && i < n; i++) {
		r = transfer_say(t, t->from,
		    store_one(t->from, from->last, STORE_ARGS(TEXT(table[i])),
			&last));
		for (k = 0; r == STORE_OK && k < 2; k++)
			r = transfer_say(t, t->to,
			    store_run(t->to, to->set_last[k],
				STORE_ARGS(TEXT(table[i]), INT(last))));
	}
	return r;
}

/* --- all ---------------------------------------------------------------------- */

static enum store_result
transfer_check(struct transfer *t)
{
	int from = 0, to = 0;
	enum store_result r;
	int64_t rows;
	size_t i;

	if ((r = transfer_say(t, t->from, store_schema(t->from, &from))) !=
		STORE_OK ||
	    (r = transfer_say(t, t->to, store_schema(t->to, &to))) != STORE_OK)
		return r;
	if (from != to) {
		snprintf(t->error, STORE_ERROR,
		    "the stores are of schema %d and %d: start et-sshd on the "
		    "older one once, which migrates it",
		    from, to);
		return STORE_FAILED;
	}
	if ((r = transfer_tables(t)) != STORE_OK)
		return r;
	for (i = 0; i < t->tables; i++) {
		if (strcmp(t->table[i], "heartbeat_last") == 0)
			continue; /* a migration's own row */
		if ((r = transfer_count(t, t->to, t->table[i], &rows)) !=
		    STORE_OK)
			return r;
		if (rows > 0)
			return transfer_fail(t, t->table[i],
			    "the store to copy to is not empty: name a new "
			    "one");
	}
	return STORE_OK;
}

static enum store_result
transfer_patient(struct transfer *t, struct store *s)
{
	const char *sql = s->backend->whole->patient;

	return sql == NULL ? STORE_OK
			   : transfer_say(t, s, s->backend->exec(s, sql));
}

static enum store_result
transfer_run(struct transfer *t)
{
	enum store_result r;
	size_t i;

	r = transfer_say(t, t->from, store_begin_read(t->from));
	if (r != STORE_OK)
		return r;
	if ((r = transfer_patient(t, t->from)) == STORE_OK &&
	    (r = transfer_say(t, t->to, store_begin(t->to))) == STORE_OK) {
		if ((r = transfer_patient(t, t->to)) == STORE_OK)
			r = transfer_check(t);
		for (i = 0; r == STORE_OK && i < t->tables; i++)
			r = transfer_table(t, t->table[i]);
		if (r == STORE_OK)
			r = transfer_numbers(t);
		if (r == STORE_OK)
			r = transfer_say(t, t->to, store_commit(t->to));
		if (r != STORE_OK)
			store_rollback(t->to);
	}
	store_rollback(t->from);
	return r;
}

enum store_result
store_transfer(struct store *from, struct store *to,
    int (*told)(void *, const char *, int64_t, bool), void *arg,
    char error[STORE_ERROR])
{
	struct transfer *t = calloc(1, sizeof(*t));
	enum store_result r;

	*error = '\0';
	if (t == NULL) {
		snprintf(error, STORE_ERROR, "out of memory");
		return STORE_FAILED;
	}
	t->from = from;
	t->to = to;
	t->told = told;
	t->arg = arg;
	t->error = error;
	r = transfer_run(t);
	row_free(&t->batch);
	free(t);
	return r;
}
