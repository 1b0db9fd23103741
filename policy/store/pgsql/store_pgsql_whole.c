/*
 * The store as tables of any kind, and facts of the database for people.
 */
#include "config.h"

#include "store_pgsql.h"

/*
 * Tables of ours: a partition's rows are those of its table.  Groups of
 * heartbeats and rings of times are PostgreSQL's alone, and are not copied.
 */
#define OURS                                                                \
	"FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition " \
	"AND relnamespace = to_regnamespace(current_schema()) "             \
	"AND relname NOT IN ('store_schema', 'change_counter', "            \
	"'heartbeat_group', 'node_lock')"

/* The last change's number is the table's, as with an identity. */
const struct store_whole pgsql_whole = {
    .patient = "SET LOCAL statement_timeout = 0; SET LOCAL "
	       "idle_in_transaction_session_timeout = 0",
    .tables = "SELECT CAST (relname AS TEXT) " OURS,
    .columns =
	"SELECT CAST (column_name AS TEXT), CASE data_type "
	"WHEN 'bigint' THEN 'i' WHEN 'text' THEN 't' WHEN 'bytea' THEN 'b' "
	"ELSE '' END, CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END "
	"FROM information_schema.columns "
	"WHERE table_schema = current_schema() AND table_name = ?1 "
	"AND column_name <> 'times' "
	"ORDER BY ordinal_position",
    .numbered = "SELECT CAST (table_name AS TEXT) "
		"FROM information_schema.columns "
		"WHERE table_schema = current_schema() "
		"AND is_identity = 'YES' UNION SELECT 'change'",
    .last = "SELECT CASE WHEN ?1 = 'change' "
	    "THEN " PGSQL_LAST_CHANGE " "
	    "ELSE coalesce(pg_sequence_last_value(CAST ("
	    "pg_get_serial_sequence(?1, 'id') AS regclass)), 0) END",
    .set_last = {"UPDATE change_counter SET seq = ?2 WHERE ?1 = 'change'",
	"SELECT CASE WHEN ?1 <> 'change' AND ?2 > 0 THEN "
	"setval(CAST (pg_get_serial_sequence(?1, 'id') AS regclass), ?2) "
	"END"},
    .triggers = {"DISABLE TRIGGER USER", "ENABLE TRIGGER USER"},
};

const struct store_fact pgsql_facts[] = {
    {"PostgreSQL", "SELECT current_setting('server_version')"},
    {"role", "SELECT CASE WHEN rolsuper THEN '!' || current_user || ' is a "
	     "superuser: use the role that store init makes' "
	     "ELSE CAST (current_user AS TEXT) END "
	     "FROM pg_roles WHERE rolname = current_user"},
    {"may", "SELECT CASE "
	    "WHEN pg_has_role(current_user, relowner, 'USAGE') "
	    "THEN 'own, read and write the tables' "
	    "WHEN has_table_privilege(oid, 'INSERT, UPDATE, DELETE') "
	    "THEN '!write the tables, but not migrate them' "
	    "WHEN has_table_privilege(oid, 'SELECT') "
	    "THEN 'read the tables' "
	    "ELSE '!not even read the tables' END "
	    "FROM pg_class WHERE oid = to_regclass('device')"},
    {"temporary views",
	"SELECT CASE WHEN has_database_privilege(current_database(), "
	"'TEMPORARY') THEN 'may be made' "
	"ELSE '!may not be made: GRANT TEMPORARY ON DATABASE' END"},
    {"encoding",
	"SELECT CASE WHEN current_setting('server_encoding') = 'UTF8' THEN "
	"'UTF8' ELSE '!' || current_setting('server_encoding') || ', not "
	"UTF8' END"},
    {"encrypted", "SELECT CASE WHEN ssl THEN version ELSE 'no' END "
		  "FROM pg_stat_ssl WHERE pid = pg_backend_pid()"},
    {"connections",
	"SELECT count(*) || ' of ' || current_setting('max_connections') "
	"FROM pg_stat_activity WHERE backend_type = 'client backend'"},
    {"standbys", "SELECT CAST (count(*) AS TEXT) FROM pg_stat_replication"},
    {"synchronous_commit",
	"SELECT current_setting('synchronous_commit') || CASE WHEN "
	"current_setting('synchronous_standby_names') = '' THEN ', to no "
	"standby' ELSE ', to ' || current_setting('synchronous_standby_names') "
	"END"},
    {NULL, NULL},
};
