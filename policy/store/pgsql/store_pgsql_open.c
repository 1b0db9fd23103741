#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store_pgsql.h"

#define PATIENCE_SERVER 2000 /* ms; the keeper serves others, too */
#define PATIENCE 30000

/* What the server itself ends, in ms, in case that this program is gone. */
static enum store_result
open_session(struct store *s)
{
	char sql[512];
	bool server = (s->flags & STORE_SERVER) != 0;
	PGresult *result;

	snprintf(sql, sizeof(sql),
	    "SET statement_timeout = %d; SET lock_timeout = %d; "
	    "SET idle_in_transaction_session_timeout = 60000; "
	    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; "
	    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000; "
	    "SET default_transaction_read_only = %s",
	    server ? PATIENCE_SERVER : PATIENCE, server ? 1000 : 2000,
	    s->flags & STORE_READ ? "on" : "off");
	if ((result = pgsql_query(s, sql)) == NULL)
		return s->result;
	PQclear(result);
	return STORE_OK;
}

static enum store_result
open_connection(struct store *s)
{
	struct pgsql *q = s->db;
	enum store_result r;

	if ((r = pgsql_connect(s)) != STORE_OK)
		return r;
	if ((r = open_session(s)) == STORE_OK &&
	    (r = pgsql_clock(s)) == STORE_OK && (s->flags & STORE_SERVER))
		r = pgsql_server_lock(s);
	if (r == STORE_OK)
		r = pgsql_listen(s);
	if (r != STORE_OK && q->db != NULL)
		pgsql_disconnect(s);
	return r;
}

/* Ended by the server while it was not used? */
static void
open_check(struct store *s)
{
	struct pgsql *q = s->db;

	if (!PQconsumeInput(q->db))
		pgsql_lost(s, PQerrorMessage(q->db));
	pgsql_notices(q);
	if (q->db != NULL && q->ended)
		pgsql_lost(s, "it stops");
}

/*
 * A store that is limited shows less only on this connection, and a console or
 * a page that is sealed can make no other.
 */
bool
pgsql_is_last(const struct store *s)
{
	const struct pgsql *q = s->db;

	return q->limited || ((s->flags & STORE_WITHIN) && q->generation > 0);
}

enum store_result
pgsql_ready(struct store *s)
{
	struct pgsql *q = s->db;

	if (q->db != NULL && q->active == NULL && !s->grouped && !q->limited)
		open_check(s);
	if (q->db != NULL)
		return pgsql_settle(s);
	if (s->grouped || pgsql_is_last(s))
		return store_fail(s,
		    pgsql_is_last(s) ? STORE_FAILED : STORE_BUSY,
		    "the connection to PostgreSQL at %.60s was lost%s",
		    q->place, pgsql_is_last(s) ? ": connect again" : "");
	return open_connection(s);
}

/* Other programs' tables are theirs; an empty database may become a store. */
static enum store_result
open_check_ours(struct store *s)
{
	static const char tables[] =
	    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
	    "relnamespace = to_regnamespace(current_schema())";
	struct pgsql *q = s->db;
	enum store_result r;
	int version, oldest;
	int64_t n;

	if ((r = pgsql_version(s, &version, &oldest)) != STORE_OK ||
	    version > 0)
		return r;
	if ((r = pgsql_number(s, tables, &n)) != STORE_OK)
		return r;
	if (n > 0)
		return store_fail(s, STORE_BROKEN,
		    "%.90s is a database of another program", q->place);
	if (s->flags & STORE_CREATE)
		return STORE_OK;
	return store_fail(s, STORE_DENIED,
	    "no store in PostgreSQL at %.90s "
	    "yet",
	    q->place);
}

enum store_result
pgsql_load(struct store *s)
{
	char why[128];

	return pgsql_libpq_load(why, sizeof(why))
		   ? STORE_OK
		   : store_fail(s, STORE_FAILED, "%s", why);
}

enum store_result
pgsql_open(struct store *s, const char *where)
{
	size_t size = strlen(s->backend->scheme) + strlen(where) + 1;
	struct pgsql *q;
	enum store_result r;

	if ((q = calloc(1, sizeof(*q))) == NULL ||
	    (q->url = malloc(size)) == NULL) {
		free(q);
		return store_fail(s, STORE_FAILED, "out of memory");
	}
	s->db = q;
	snprintf(q->url, size, "%s%s", s->backend->scheme, where);
	q->watch = q->wake = q->timer = -1;
	q->patience = s->flags & STORE_SERVER ? PATIENCE_SERVER : PATIENCE;
	if ((r = pgsql_load(s)) != STORE_OK)
		return r;
	if (strncmp(where, "//", 2) != 0)
		return store_fail(s, STORE_DENIED,
		    "the store's address must be %s", s->backend->address);
	if ((r = open_connection(s)) != STORE_OK)
		return r;
	return open_check_ours(s);
}

void
pgsql_close(struct store *s)
{
	struct pgsql *q = s->db;

	if (q == NULL)
		return;
	pgsql_disconnect(s);
	if (q->watch != -1)
		close(q->watch);
	if (q->wake != -1)
		close(q->wake);
	if (q->timer != -1)
		close(q->timer);
	free(q->url);
	free(q);
	s->db = NULL;
}

enum store_result
pgsql_clock(struct store *s)
{
	static const char sql[] =
	    "SELECT CAST (1000000 * "
	    "EXTRACT (epoch FROM clock_timestamp()) AS BIGINT)";
	struct timespec ts;
	enum store_result r;
	int64_t before, theirs;

	before = pgsql_now();
	if ((r = pgsql_number(s, sql, &theirs)) != STORE_OK)
		return r;
	clock_gettime(CLOCK_REALTIME, &ts);
	/* It was read in the middle of the way there and back. */
	s->offset = theirs + (pgsql_now() - before) * 500 -
		    (ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000);
	return STORE_OK;
}

enum store_result
pgsql_same(struct store *s)
{
	enum store_result r = pgsql_ready(s);

	return r == STORE_OK ? pgsql_clock(s) : r;
}
