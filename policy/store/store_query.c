#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "store_query.h"

struct query {
	struct store *store;
	const char *sql; /* its address is the key */
	void *statement;
	enum store_result result; /* of the last step */
	bool once; /* freed at its end */
	UT_hash_handle hh;
};

static struct query *
query_get(struct store *s, const char *sql)
{
	struct query *q;

	HASH_FIND_PTR(s->queries, &sql, q);
	if (q != NULL)
		return q;
	if ((q = calloc(1, sizeof(*q))) == NULL) {
		store_fail(s, STORE_FAILED, "out of memory");
		return NULL;
	}
	q->store = s;
	q->sql = sql;
	if ((q->statement = s->backend->prepare(s, sql)) == NULL) {
		free(q);
		return NULL;
	}
	HASH_ADD_PTR(s->queries, sql, q);
	if (q->hh.tbl != NULL)
		return q;
	s->backend->unprepare(q->statement);
	free(q);
	store_fail(s, STORE_FAILED, "out of memory");
	return NULL;
}

void
query_free_all(struct store *s)
{
	struct query *q, *next;

	HASH_ITER(hh, s->queries, q, next) {
		HASH_DEL(s->queries, q);
		s->backend->unprepare(q->statement);
		free(q);
	}
}

struct query *
store_select(struct store *s, const char *sql, const struct value *args)
{
	struct query *q;

	if ((q = query_get(s, sql)) == NULL)
		return NULL;
	q->result = STORE_OK;
	if (args != NULL &&
	    s->backend->bind(s, q->statement, args) != STORE_OK) {
		s->backend->reset(q->statement);
		return NULL;
	}
	return q;
}

struct query *
store_select_once(struct store *s, const char *sql, const struct value *args)
{
	struct query *q;

	if ((q = calloc(1, sizeof(*q))) == NULL) {
		store_fail(s, STORE_FAILED, "out of memory");
		return NULL;
	}
	q->store = s;
	q->once = true;
	if ((q->statement = s->backend->prepare(s, sql)) == NULL) {
		free(q);
		return NULL;
	}
	if (s->backend->bind(s, q->statement, args) == STORE_OK)
		return q;
	query_end(s, q);
	return NULL;
}

bool
query_row(struct query *q)
{
	if (q == NULL)
		return false;
	q->result = q->store->backend->step(q->store, q->statement);
	return q->result == STORE_OK;
}

int64_t
query_int(struct query *q, int column)
{
	return q->store->backend->column_int(q->statement, column);
}

void
query_text(struct query *q, int column, char *out, size_t size)
{
	const char *text;

	text = q->store->backend->column_text(q->statement, column);
	snprintf(out, size, "%s", text != NULL ? text : "");
}

size_t
query_blob(struct query *q, int column, void *out, size_t size)
{
	const void *bytes;
	size_t len;

	bytes = q->store->backend->column_blob(q->statement, column, &len);
	if (len > size)
		len = size;
	if (len > 0)
		memcpy(out, bytes, len);
	return len;
}

const char *
query_text_at(struct query *q, int column)
{
	return q->store->backend->column_text(q->statement, column);
}

const void *
query_blob_at(struct query *q, int column, size_t *len)
{
	return q->store->backend->column_blob(q->statement, column, len);
}

enum store_result
query_end(struct store *s, struct query *q)
{
	enum store_result r;

	if (q == NULL)
		return s->result;
	r = q->result;
	s->backend->reset(q->statement);
	if (q->once) {
		s->backend->unprepare(q->statement);
		free(q);
	}
	return r;
}

enum store_result
query_end_list(struct store *s, struct query *q)
{
	enum store_result r = query_end(s, q);

	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
store_run(struct store *s, const char *sql, const struct value *args)
{
	struct query *q = store_select(s, sql, args);

	while (query_row(q))
		;
	return query_end_list(s, q);
}

enum store_result
store_one(
    struct store *s, const char *sql, const struct value *args, int64_t *number)
{
	struct query *q = store_select(s, sql, args);

	if (!query_row(q))
		return query_end(s, q);
	*number = query_int(q, 0);
	/* A write with RETURNING is done only at its end. */
	query_row(q);
	return query_end_list(s, q);
}
