/*
 * Results of what was sent, each waited for within the patience.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store_pgsql.h"

#define PATIENCE_MIGRATION 600000 /* ms */

int64_t
pgsql_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

void
pgsql_notices(struct pgsql *q)
{
	uint64_t one = 1;
	PGnotify *n;

	while (q->db != NULL && (n = PQnotifies(q->db)) != NULL) {
		PQfreemem(n);
		q->notified = true;
	}
	/* It may have been read with the answer to something else. */
	if (q->notified && q->wake != -1 &&
	    write(q->wake, &one, sizeof(one)) == -1)
		return;
}

/* STORE_BUSY: the server said nothing for all of the patience. */
static enum store_result
result_wait(struct store *s, short events)
{
	struct pgsql *q = s->db;
	int64_t until, left;
	struct pollfd pfd = {.fd = PQsocket(q->db), .events = events};

	until = pgsql_now() + (q->patient ? PATIENCE_MIGRATION : q->patience);
	while ((left = until - pgsql_now()) > 0) {
		if (poll(&pfd, 1, (int)left) > 0)
			return STORE_OK;
		if (errno != EINTR)
			break;
	}
	return pgsql_lost(s, "it does not answer");
}

enum store_result
pgsql_next(struct store *s, PGresult **out)
{
	struct pgsql *q = s->db;
	enum store_result r;
	short events;
	int unsent;

	*out = NULL;
	while ((unsent = PQflush(q->db)) == 1 || PQisBusy(q->db)) {
		events = unsent == 1 ? POLLIN | POLLOUT : POLLIN;
		if ((r = result_wait(s, events)) != STORE_OK)
			return r;
		/* What the server said last may be there to be read. */
		if (!PQconsumeInput(q->db))
			break;
	}
	*out = PQgetResult(q->db);
	if (PQstatus(q->db) == CONNECTION_OK)
		return STORE_OK;
	r = pgsql_lost(s,
	    *out != NULL ? PQresultErrorMessage(*out) : PQerrorMessage(q->db));
	PQclear(*out);
	*out = NULL;
	return r;
}

static bool
result_is_error(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	       status != PGRES_SINGLE_TUPLE && status != PGRES_EMPTY_QUERY;
}

PGresult *
pgsql_finish(struct store *s)
{
	PGresult *last = NULL, *result;

	for (;;) {
		if (pgsql_next(s, &result) != STORE_OK) {
			PQclear(last);
			return NULL;
		}
		if (result == NULL)
			break;
		if (last != NULL && result_is_error(last)) {
			PQclear(result);
			continue;
		}
		PQclear(last);
		last = result;
	}
	pgsql_notices(s->db);
	if (last == NULL) {
		store_fail(s, STORE_FAILED, "PostgreSQL gave no result");
		return NULL;
	}
	if (!result_is_error(last))
		return last;
	pgsql_failed(s, last);
	return NULL;
}

PGresult *
pgsql_query(struct store *s, const char *sql)
{
	struct pgsql *q = s->db;

	if (!PQsendQuery(q->db, sql)) {
		pgsql_lost(s, PQerrorMessage(q->db));
		return NULL;
	}
	return pgsql_finish(s);
}

int64_t
pgsql_integer(const char *bytes, size_t len)
{
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	switch (len) {
	case 8:
		memcpy(&eight, bytes, 8);
		return (int64_t)be64toh(eight);
	case 4:
		memcpy(&four, bytes, 4);
		return (int32_t)be32toh(four);
	case 2:
		memcpy(&two, bytes, 2);
		return (int16_t)be16toh(two);
	case 1:
		return *bytes;
	}
	return 0;
}

enum store_result
pgsql_number(struct store *s, const char *sql, int64_t *number)
{
	struct pgsql *q = s->db;
	enum store_result r = STORE_OK;
	PGresult *result;

	if (!PQsendQueryParams(q->db, sql, 0, NULL, NULL, NULL, NULL, 1))
		return pgsql_lost(s, PQerrorMessage(q->db));
	if ((result = pgsql_finish(s)) == NULL)
		return s->result;
	if (PQntuples(result) < 1)
		r = STORE_NONE;
	else
		*number = pgsql_integer(PQgetvalue(result, 0, 0),
		    (size_t)PQgetlength(result, 0, 0));
	PQclear(result);
	return r;
}
