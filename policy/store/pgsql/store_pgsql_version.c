/*
 * The schema's version, and what concerns the whole database.
 */
#include "config.h"

#include <stdio.h>

#include "store_pgsql.h"

enum store_result
pgsql_version(struct store *s, int *version, int *oldest)
{
	static const char there[] =
	    "SELECT count(*) FROM pg_class WHERE relname = 'store_schema' "
	    "AND relnamespace = to_regnamespace(current_schema())";
	enum store_result r;
	int64_t n, v = 0, o = 0;

	if ((r = pgsql_ready(s)) != STORE_OK ||
	    (r = pgsql_number(s, there, &n)) != STORE_OK)
		return r;
	if (n > 0) {
		r = pgsql_number(s, "SELECT version FROM store_schema", &v);
		if (r == STORE_OK)
			r = pgsql_number(
			    s, "SELECT oldest FROM store_schema", &o);
	}
	*version = (int)v;
	*oldest = (int)o;
	return r;
}

enum store_result
pgsql_set_version(struct store *s, int version, int oldest)
{
	char sql[96];

	snprintf(sql, sizeof(sql),
	    "UPDATE store_schema SET version = %d, oldest = %d", version,
	    oldest);
	return pgsql_exec(s, sql);
}

/* No copy is kept: that is for the database's own tools, before. */
enum store_result
pgsql_snapshot(struct store *s, int version)
{
	snprintf(s->notice, sizeof(s->notice),
	    "the store was migrated from schema %d to %d; PostgreSQL's are not "
	    "copied before: keep backups by pg_dump or the like",
	    version, STORE_SCHEMA);
	return STORE_OK;
}

enum store_result
pgsql_size(struct store *s, int64_t *bytes)
{
	enum store_result r = pgsql_ready(s);

	return r != STORE_OK
		   ? r
		   : pgsql_number(s,
			 "SELECT pg_database_size(current_database())", bytes);
}

enum store_result
pgsql_copy(struct store *s, const char *to)
{
	(void)to;
	return store_fail(s, STORE_FAILED,
	    "a PostgreSQL store is not copied to a file: use et-admin store "
	    "copy, or pg_dump");
}

/* Each counts what must not be. */
static const struct {
	const char *sql, *what;
} checks[] = {
    {"SELECT count(*) FROM device d WHERE NOT EXISTS "
     "(SELECT 1 FROM device_seen n WHERE n.device = d.id)",
	"devices without a row of device_seen"},
    {"SELECT count(*) FROM device_seen n WHERE NOT EXISTS "
     "(SELECT 1 FROM device d WHERE d.id = n.device)",
	"rows of device_seen without a device"},
    {"SELECT count(*) FROM key k WHERE NOT EXISTS "
     "(SELECT 1 FROM device d WHERE d.id = k.device)",
	"keys without a device"},
    {"SELECT count(*) FROM key k JOIN operator o ON o.digest = k.digest",
	"keys of both a device and an operator"},
    {"SELECT count(*) FROM forward f WHERE NOT EXISTS "
     "(SELECT 1 FROM device d WHERE d.id = f.device)",
	"forwards without a device"},
    {"SELECT count(*) FROM history_span h WHERE NOT EXISTS "
     "(SELECT 1 FROM device d WHERE d.id = h.device)",
	"spans without a device"},
    {"SELECT count(*) FROM heartbeat h, heartbeat_last l "
     "WHERE h.seq > l.seq",
	"heartbeats after the last"},
    {"SELECT count(*) FROM change_counter "
     "WHERE seq > (SELECT max(seq) FROM change)",
	"counter that is beyond the last change's number"},
    {"SELECT coalesce(max(seq) - min(seq) + 1 - count(*), 0) FROM change",
	"numbers of changes that are missing"},
};

enum store_result
pgsql_verify(struct store *s)
{
	struct pgsql *q = s->db;
	enum store_result r;
	int64_t n = 0;
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if ((r = pgsql_ready(s)) != STORE_OK ||
		    (r = pgsql_number(s, checks[i].sql, &n)) != STORE_OK)
			return r;
		if (n > 0)
			return store_fail(s, STORE_BROKEN,
			    "PostgreSQL at %.90s is damaged: %lld %s", q->place,
			    (long long)n, checks[i].what);
	}
	return STORE_OK;
}
