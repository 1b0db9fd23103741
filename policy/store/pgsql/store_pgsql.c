#include "config.h"

#include "store_pgsql.h"

/* A migration takes as long as it takes; one node at a time does it. */
#define MIGRATE                                                           \
	"BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout " \
	"= 30000; SELECT pg_advisory_xact_lock(" PGSQL_LOCK_MIGRATE "); " \
	"SET LOCAL client_min_messages = warning"
/* The first look of a server is long, and of many devices. */
#define READ                                                          \
	"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL " \
	"statement_timeout = 60000"
/* A lock of the connection is taken once, however often it is asked for. */
#define LOCK "SELECT node_lock_take (?1)"
/* The database's timeline: a standby that is promoted begins a new one. */
#define LINEAGE                                              \
	"SELECT CAST (CAST ('x' || substr (pg_walfile_name " \
	"(pg_current_wal_lsn ()), 1, 8) AS bit(32)) AS BIGINT)"

const struct store_backend store_pgsql = {
    .scheme = "postgresql:",
    .address = "postgresql://user@host/database",
    .shared = true,
    .begin = "BEGIN",
    .begin_read = READ,
    .begin_migration = MIGRATE,
    .lineage = LINEAGE,
    .lock_changes = "SELECT seq FROM change_counter FOR UPDATE",
    .lock = LOCK,
    .whole = &pgsql_whole,
    .beats = &pgsql_beats,
    .facts = pgsql_facts,
    .migrations = pgsql_migrations,
    .load = pgsql_load,
    .open = pgsql_open,
    .close = pgsql_close,
    .exec = pgsql_exec,
    .prepare = pgsql_prepare,
    .unprepare = pgsql_unprepare,
    .bind = pgsql_bind,
    .step = pgsql_step,
    .reset = pgsql_reset,
    .column_int = pgsql_column_int,
    .column_text = pgsql_column_text,
    .column_blob = pgsql_column_blob,
    .version = pgsql_version,
    .set_version = pgsql_set_version,
    .snapshot = pgsql_snapshot,
    .size = pgsql_size,
    .copy = pgsql_copy,
    .verify = pgsql_verify,
    .hold = pgsql_hold,
    .same = pgsql_same,
    .changed = pgsql_changed,
    .watch = pgsql_watch,
    .watch_drain = pgsql_watch_drain,
    .server_runs = pgsql_server_runs,
    .limit = pgsql_limit,
};
