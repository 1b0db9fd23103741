/*
 * A connection that is in use: what is told to the server at its beginning, and
 * a new one when the last was lost.
 */
#include "config.h"

#include <sys/epoll.h>

#include <stdio.h>

#include "store_pgsql.h"

bool
pgsql_watch_add(struct pgsql *q, int fd)
{
	struct epoll_event e = {.events = EPOLLIN};

	return fd != -1 && epoll_ctl(q->watch, EPOLL_CTL_ADD, fd, &e) == 0;
}

enum store_result
pgsql_listen(struct store *s)
{
	static const char sql[] = "LISTEN change; LISTEN applied";
	struct pgsql *q = s->db;
	PGresult *result;

	q->notified = true;
	if (q->watch == -1)
		return STORE_OK;
	if (!pgsql_watch_add(q, PQsocket(q->db)))
		return store_fail(s, STORE_FAILED, "cannot watch PostgreSQL");
	if ((result = pgsql_query(s, sql)) == NULL)
		return s->result;
	PQclear(result);
	return STORE_OK;
}

/* Who may only read, as a page, may take the lock too, but not hold the store. */
static enum store_result
session_lock(struct store *s)
{
	static const char sql[] =
	    "SELECT CASE WHEN "
	    "pg_try_advisory_lock_shared(" PGSQL_LOCK_SERVER ") THEN 1 "
	    "WHEN EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a "
	    "ON a.pid = l.pid WHERE l.locktype = 'advisory' "
	    "AND l.mode = 'ExclusiveLock' AND l.database = a.datid "
	    "AND a.datname = current_database() "
	    "AND l.classid = " PGSQL_LOCK " AND l.objid = 1 "
	    "AND l.objsubid = 2 AND coalesce(has_table_privilege(a.usesysid, "
	    "CAST (to_regclass('change_counter') AS OID), 'UPDATE'), true)) "
	    "THEN 0 ELSE 1 END";
	struct pgsql *q = s->db;
	enum store_result r;
	int64_t got;

	if ((r = pgsql_number(s, sql, &got)) != STORE_OK || got)
		return r;
	return store_fail(s, STORE_TAKEN,
	    "the store in PostgreSQL at %.90s is held by et-admin: wait",
	    q->place);
}

static enum store_result
session_clock(struct store *s)
{
	static const char sql[] =
	    "SELECT CAST (1000000 * "
	    "EXTRACT (epoch FROM clock_timestamp()) AS BIGINT)";
	enum store_result r;
	int64_t before, now, theirs;

	before = store_steady();
	if ((r = pgsql_number(s, sql, &theirs)) != STORE_OK)
		return r;
	now = store_steady();
	/* It was read in the middle of the way there and back. */
	s->offset = theirs + (now - before) / 2 - now;
	return STORE_OK;
}

/* What the server itself ends, in ms, in case that this program is gone. */
static enum store_result
session_set(struct store *s)
{
	struct pgsql *q = s->db;
	char sql[640];
	bool server = (s->flags & STORE_SERVER) != 0;
	PGresult *result;

	snprintf(sql, sizeof(sql),
	    "SET statement_timeout = %d; SET lock_timeout = %d; "
	    "SET idle_in_transaction_session_timeout = 60000; "
	    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; "
	    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000; "
	    "SET default_transaction_isolation = 'read committed'; "
	    "SET default_transaction_read_only = %s",
	    q->patience, server ? 1000 : 2000,
	    s->flags & STORE_READ ? "on" : "off");
	if ((result = pgsql_query(s, sql)) == NULL)
		return s->result;
	PQclear(result);
	return STORE_OK;
}

static enum store_result
session_begin(struct store *s)
{
	struct pgsql *q = s->db;
	enum store_result r;

	if ((r = pgsql_connect(s)) != STORE_OK)
		return r;
	if ((r = session_set(s)) == STORE_OK &&
	    (r = session_clock(s)) == STORE_OK && (s->flags & STORE_SERVER))
		r = session_lock(s);
	if (r == STORE_OK)
		r = pgsql_listen(s);
	if (r != STORE_OK && q->db != NULL)
		pgsql_disconnect(s);
	return r;
}

/* Ended by the server while it was not used? */
static void
session_check(struct store *s)
{
	struct pgsql *q = s->db;

	if (!PQconsumeInput(q->db))
		pgsql_lost(s, PQerrorMessage(q->db));
	pgsql_notices(q);
	if (q->db != NULL && q->ended)
		pgsql_lost(s, "it stops");
}

enum store_result
pgsql_ready(struct store *s)
{
	struct pgsql *q = s->db;

	if (q->db != NULL && q->active == NULL && !s->grouped && !q->limited)
		session_check(s);
	if (q->db != NULL)
		return q->active == NULL ? STORE_OK : q->settle(s);
	if (s->grouped || pgsql_is_last(s))
		return store_fail(s,
		    pgsql_is_last(s) ? STORE_FAILED : STORE_BUSY,
		    "the connection to PostgreSQL at %.60s was lost%s",
		    q->place, pgsql_is_last(s) ? ": connect again" : "");
	return session_begin(s);
}

enum store_result
pgsql_same(struct store *s)
{
	enum store_result r = pgsql_ready(s);

	return r == STORE_OK ? session_clock(s) : r;
}
