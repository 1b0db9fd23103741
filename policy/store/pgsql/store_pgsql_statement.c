/*
 * Statements.  The first run of one is a single message with its text; at the
 * second it is prepared, once for each connection.  Numbers, texts and bytes
 * are sent and read binary.  A list comes one row at a time.
 */
#include "config.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"

struct param {
	Oid type;
	int len;
	const char *bytes;
	uint64_t number; /* of the network's order */
	char *plain; /* made of the text */
};

struct pgsql_statement {
	struct store *store;
	char *sql;
	char name[16];
	unsigned int generation; /* of the connection that has it prepared */
	bool ran;
	bool list; /* read one row at a time */
	bool guarded; /* it may be refused for a value that is taken */
	bool started;
	struct param *param;
	int params, room;
	PGresult *result; /* with the row that is read */
	int row;
	struct pgsql_rows kept;
	bool keeping; /* the row that is read is the first kept */
	enum store_result end; /* after the kept ones */
};

/*
 * A value that is taken, or whose device is gone, is no failure of the group;
 * but PostgreSQL ends a transaction at any error, unless there is a savepoint.
 */
static bool
statement_guarded(const char *sql)
{
	return (strncmp(sql, "INSERT", 6) == 0 &&
		   strstr(sql, "ON CONFLICT") == NULL) ||
	       strncmp(sql, "UPDATE device SET", 17) == 0;
}

void *
pgsql_prepare(struct store *s, const char *sql)
{
	struct pgsql_statement *st;
	struct pgsql *q = s->db;

	if ((st = calloc(1, sizeof(*st))) == NULL ||
	    (st->sql = pgsql_text_numbered(sql)) == NULL) {
		free(st);
		store_fail(s, STORE_FAILED, "out of memory");
		return NULL;
	}
	st->store = s;
	st->list = strncmp(sql, "SELECT", 6) == 0;
	st->guarded = statement_guarded(sql);
	snprintf(st->name, sizeof(st->name), "e%u", q->names++);
	return st;
}

void
pgsql_unprepare(void *statement)
{
	struct pgsql_statement *st = statement;

	pgsql_reset(st);
	free(st->param);
	free(st->sql);
	free(st);
}

static enum store_result
param_set(struct store *s, struct param *p, const struct value *v)
{
	p->plain = NULL;
	switch (v->kind) {
	case VALUE_INT:
		p->type = PGSQL_INT8;
		p->number = htobe64((uint64_t)v->number);
		p->len = sizeof(p->number);
		return STORE_OK;
	case VALUE_BLOB:
		p->type = PGSQL_BYTEA;
		p->bytes = v->len > 0 ? v->bytes : "";
		p->len = (int)v->len;
		return STORE_OK;
	case VALUE_TEXT:
		p->type = PGSQL_TEXT;
		p->bytes = v->bytes;
		if (!pgsql_text_valid(p->bytes) &&
		    (p->bytes = p->plain = pgsql_text_plain(p->bytes)) == NULL)
			return store_fail(s, STORE_FAILED, "out of memory");
		p->len = (int)strlen(p->bytes);
		return STORE_OK;
	default:
		p->type = 0;
		p->bytes = NULL;
		return STORE_OK;
	}
}

enum store_result
pgsql_bind(struct store *s, void *statement, const struct value *v)
{
	struct pgsql_statement *st = statement;
	struct param *more;
	Oid type;
	int n;

	for (n = 0; v[n].kind != VALUE_END; n++)
		;
	if (n > PGSQL_PARAMS)
		return store_fail(s, STORE_FAILED, "too many parameters");
	if (n > st->room) {
		more = reallocarray(st->param, (size_t)n, sizeof(*more));
		if (more == NULL)
			return store_fail(s, STORE_FAILED, "out of memory");
		memset(
		    more + st->room, 0, (size_t)(n - st->room) * sizeof(*more));
		st->param = more;
		st->room = n;
	}
	for (; st->params < n; st->params++) {
		type = st->param[st->params].type;
		if (param_set(s, &st->param[st->params], &v[st->params]) !=
		    STORE_OK)
			return s->result;
		/* Prepared for another type, it is prepared anew. */
		if (type != st->param[st->params].type)
			st->generation = 0;
	}
	return STORE_OK;
}

/* By its name if it has been prepared, else by its text. */
static int
statement_send(struct pgsql *q, const struct pgsql_statement *st)
{
	const char *value[PGSQL_PARAMS];
	Oid type[PGSQL_PARAMS];
	int i, len[PGSQL_PARAMS], format[PGSQL_PARAMS];

	for (i = 0; i < st->params; i++) {
		type[i] = st->param[i].type;
		value[i] = type[i] == PGSQL_INT8
			       ? (const char *)&st->param[i].number
			       : st->param[i].bytes;
		len[i] = st->param[i].len;
		format[i] = 1;
	}
	if (st->generation == q->generation)
		return PQsendQueryPrepared(
		    q->db, st->name, st->params, value, len, format, 1);
	return PQsendQueryParams(
	    q->db, st->sql, st->params, type, value, len, format, 1);
}

/* At its second run. */
static enum store_result
statement_prepare(struct store *s, struct pgsql_statement *st)
{
	struct pgsql *q = s->db;
	Oid type[PGSQL_PARAMS];
	PGresult *result;
	int i;

	for (i = 0; i < st->params; i++)
		type[i] = st->param[i].type;
	/* A name is used once: it may have been prepared for other types. */
	snprintf(st->name, sizeof(st->name), "e%u", q->names++);
	if (!PQsendPrepare(q->db, st->name, st->sql, st->params, type))
		return pgsql_lost(s, PQerrorMessage(q->db));
	if ((result = pgsql_finish(s)) == NULL)
		return s->result;
	PQclear(result);
	st->generation = q->generation;
	return STORE_OK;
}

/*
 * A savepoint, the statement, and the savepoint's end, in one way there and
 * back.  *first: the first result that is an error, or the statement's.
 */
static enum store_result
guarded_run(struct store *s, struct pgsql_statement *st, PGresult **first)
{
	static const char set[] = "SAVEPOINT e", end[] = "RELEASE SAVEPOINT e";
	struct pgsql *q = s->db;
	ExecStatusType status = PGRES_EMPTY_QUERY;
	PGresult *result;
	enum store_result r;
	int n = 0;

	*first = NULL;
	if (!PQenterPipelineMode(q->db) ||
	    !PQsendQueryParams(q->db, set, 0, NULL, NULL, NULL, NULL, 1) ||
	    !statement_send(q, st) ||
	    !PQsendQueryParams(q->db, end, 0, NULL, NULL, NULL, NULL, 1) ||
	    !PQpipelineSync(q->db))
		return pgsql_lost(s, PQerrorMessage(q->db));
	while (status != PGRES_PIPELINE_SYNC) {
		if ((r = pgsql_next(s, &result)) != STORE_OK) {
			PQclear(*first);
			return r;
		}
		if (result == NULL)
			continue;
		status = PQresultStatus(result);
		n++;
		if (*first == NULL && (n == 2 || status == PGRES_FATAL_ERROR))
			*first = result;
		else
			PQclear(result);
	}
	if (!PQexitPipelineMode(q->db) || *first == NULL)
		return pgsql_lost(s, PQerrorMessage(q->db));
	return STORE_OK;
}

/* The group is as it was before. */
static enum store_result
guarded_undo(struct store *s)
{
	static const char undo[] =
	    "ROLLBACK TO SAVEPOINT e; RELEASE SAVEPOINT e";
	enum store_result r = s->result;
	char error[STORE_ERROR];
	PGresult *result;

	/* The reason for it is what people want to read. */
	memcpy(error, s->error, sizeof(error));
	if ((result = pgsql_query(s, undo)) == NULL)
		return s->result;
	PQclear(result);
	return store_fail(s, r, "%s", error);
}

static enum store_result
statement_guard(struct store *s, struct pgsql_statement *st)
{
	PGresult *result;
	enum store_result r;

	if ((r = guarded_run(s, st, &result)) != STORE_OK)
		return r;
	if (PQresultStatus(result) != PGRES_FATAL_ERROR) {
		st->result = result;
		return STORE_OK;
	}
	r = pgsql_failed(s, result);
	return r == STORE_EXISTS || r == STORE_NONE ? guarded_undo(s) : r;
}

/* The next row that comes, which is then st->result; STORE_NONE: the end. */
static enum store_result
statement_receive(struct store *s, struct pgsql_statement *st)
{
	struct pgsql *q = s->db;
	PGresult *result;
	enum store_result r, end = STORE_NONE;

	PQclear(st->result);
	st->result = NULL;
	for (;;) {
		if ((r = pgsql_next(s, &result)) != STORE_OK)
			return r;
		if (result == NULL)
			break;
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
			st->result = result;
			st->row = 0;
			return STORE_OK;
		}
		if (PQresultStatus(result) == PGRES_TUPLES_OK)
			PQclear(result);
		else
			end = pgsql_failed(s, result);
	}
	q->active = NULL;
	pgsql_notices(q);
	return st->end = end;
}

/* Its row that is read stays as it is. */
static enum store_result
statement_settle(struct store *s)
{
	struct pgsql *q = s->db;
	struct pgsql_statement *st = q->active;
	PGresult *reading;
	enum store_result r;
	int row;

	if (st == NULL)
		return STORE_OK;
	reading = st->result;
	row = st->row;
	st->result = NULL;
	while ((r = statement_receive(s, st)) == STORE_OK)
		if (!pgsql_row_keep(&st->kept, st->result, 0)) {
			st->result = reading;
			return pgsql_lost(s, "out of memory");
		}
	st->result = reading;
	st->row = row;
	st->end = r;
	/* The failure of the list is told at its end. */
	return q->db != NULL ? STORE_OK : r;
}

static enum store_result
statement_start(struct store *s, struct pgsql_statement *st)
{
	struct pgsql *q = s->db;
	enum store_result r;

	st->started = true;
	st->row = -1;
	st->end = STORE_FAILED; /* until its end has come */
	if ((r = pgsql_ready(s)) != STORE_OK)
		return r;
	if (st->ran && st->generation != q->generation &&
	    (r = statement_prepare(s, st)) != STORE_OK)
		return r;
	st->ran = true;
	if (st->guarded && s->grouped)
		return statement_guard(s, st);
	if (!statement_send(q, st))
		return pgsql_lost(s, PQerrorMessage(q->db));
	if (!st->list)
		return (st->result = pgsql_finish(s)) != NULL ? STORE_OK
							      : s->result;
	PQsetSingleRowMode(q->db);
	q->active = st;
	q->settle = statement_settle;
	return STORE_OK;
}

enum store_result
pgsql_step(struct store *s, void *statement)
{
	struct pgsql_statement *st = statement;
	struct pgsql *q = s->db;
	enum store_result r;

	if (!st->started && (r = statement_start(s, st)) != STORE_OK)
		return r;
	if (q->active == st)
		return statement_receive(s, st);
	if (!st->list)
		return ++st->row < PQntuples(st->result) ? STORE_OK
							 : STORE_NONE;
	if (st->keeping)
		pgsql_row_drop(&st->kept);
	st->keeping = st->kept.first != NULL;
	return st->keeping ? STORE_OK : st->end;
}

void
pgsql_reset(void *statement)
{
	struct pgsql_statement *st = statement;
	struct pgsql *q = st->store->db;
	int i;

	/* The rest of a list that nobody wants to read. */
	while (q->active == st && statement_receive(st->store, st) == STORE_OK)
		;
	PQclear(st->result);
	st->result = NULL;
	while (st->kept.first != NULL)
		pgsql_row_drop(&st->kept);
	for (i = 0; i < st->params; i++) {
		free(st->param[i].plain);
		st->param[i].plain = NULL;
	}
	st->params = 0;
	st->started = st->keeping = false;
}

static const char *
statement_cell(const struct pgsql_statement *st, int column, size_t *len)
{
	*len = 0;
	if (st->keeping)
		return pgsql_row_cell(&st->kept, column, len);
	if (st->result == NULL || PQgetisnull(st->result, st->row, column))
		return NULL;
	*len = (size_t)PQgetlength(st->result, st->row, column);
	return PQgetvalue(st->result, st->row, column);
}

int64_t
pgsql_column_int(void *statement, int column)
{
	const char *cell;
	size_t len;

	cell = statement_cell(statement, column, &len);
	return cell != NULL ? pgsql_integer(cell, len) : 0;
}

const char *
pgsql_column_text(void *statement, int column)
{
	size_t len;

	return statement_cell(statement, column, &len);
}

const void *
pgsql_column_blob(void *statement, int column, size_t *len)
{
	return statement_cell(statement, column, len);
}

enum store_result
pgsql_exec(struct store *s, const char *sql)
{
	struct pgsql *q = s->db;
	enum store_result r;
	PGresult *result;

	if ((r = pgsql_ready(s)) != STORE_OK)
		return r;
	if (sql == s->backend->begin_migration)
		q->patient = true;
	if ((result = pgsql_query(s, sql)) == NULL)
		r = s->result;
	/* A COMMIT of what has failed is answered so. */
	else if (strcmp(sql, "COMMIT") == 0 &&
		 strcmp(PQcmdStatus(result), "COMMIT") != 0)
		r = store_fail(s, STORE_FAILED,
		    "PostgreSQL did not commit: a statement before had failed");
	PQclear(result);
	if (strcmp(sql, "COMMIT") == 0 || strcmp(sql, "ROLLBACK") == 0)
		q->patient = false;
	return r;
}
