/*
 * Advisory locks.  Each server shares one for as long as it is connected; who
 * holds the store has it alone.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "store_pgsql.h"

bool
pgsql_server_runs(struct store *s)
{
	static const char sql[] =
	    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
	    "AND granted AND mode = 'ShareLock' AND database = (SELECT oid "
	    "FROM pg_database WHERE datname = current_database()) "
	    "AND classid = " PGSQL_LOCK " AND objid = 1 AND objsubid = 2";
	int64_t servers;

	if (s->flags & (STORE_SERVER | STORE_WITHIN))
		return true;
	if (pgsql_ready(s) != STORE_OK ||
	    pgsql_number(s, sql, &servers) != STORE_OK)
		return false;
	return servers > 0;
}

/*
 * The lock lasts until the descriptor is closed: it is that of the connection,
 * which goes on without libpq.
 */
static enum store_result
hold_keep(struct store *s, int *lock)
{
	struct pgsql *q = s->db;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	*lock = fcntl(PQsocket(q->db), F_DUPFD_CLOEXEC, 3);
	if (null == -1 || *lock == -1 ||
	    dup3(null, PQsocket(q->db), O_CLOEXEC) == -1) {
		if (*lock != -1)
			close(*lock);
		*lock = -1;
		store_fail(s, STORE_FAILED, "too many descriptors");
	}
	if (null != -1)
		close(null);
	return *lock != -1 ? STORE_OK : s->result;
}

enum store_result
pgsql_hold(struct store *s, const char *where, int *lock)
{
	static const char sql[] =
	    "SELECT CASE WHEN pg_try_advisory_lock(" PGSQL_LOCK_SERVER
	    ") THEN 1 ELSE 0 END";
	enum store_result r;
	int64_t got = 0;

	s->flags = STORE_CREATE;
	if ((r = pgsql_open(s, where)) == STORE_OK &&
	    (r = pgsql_number(s, sql, &got)) == STORE_OK)
		r = got ? hold_keep(s, lock)
			: store_fail(s, STORE_TAKEN,
			      "an et-sshd is running on this store: stop it "
			      "first");
	pgsql_close(s);
	return r;
}
