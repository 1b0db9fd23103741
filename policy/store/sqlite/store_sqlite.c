#include "config.h"

#include "store_sqlite.h"

static enum store_result
sqlite_same(struct store *s)
{
	return sqlite_file_same(s, s->db);
}

static const struct store_whole sqlite_whole = {
    .tables = "SELECT name FROM sqlite_master WHERE type = 'table' "
	      "AND name NOT LIKE 'sqlite_%'",
    .columns = "SELECT name, CASE type WHEN 'INTEGER' THEN 'i' "
	       "WHEN 'TEXT' THEN 't' WHEN 'BLOB' THEN 'b' ELSE '' END, "
	       "\"notnull\" = 0 AND pk = 0 FROM pragma_table_info(?1)",
    .numbered = "SELECT name FROM sqlite_master WHERE type = 'table' "
		"AND sql LIKE '%AUTOINCREMENT%'",
    .last = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence "
	    "WHERE name = ?1",
    .set_last = {"DELETE FROM sqlite_sequence WHERE name = ?1 AND ?2 >= 0",
	"INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE ?2 > 0"},
};

static const struct store_fact sqlite_facts[] = {
    {"SQLite", "SELECT sqlite_version()"},
    {"journal", "SELECT journal_mode FROM pragma_journal_mode"},
    {NULL, NULL},
};

const struct store_backend store_sqlite = {
    .scheme = "sqlite:",
    .address = "sqlite:/path",
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .begin_migration = "BEGIN IMMEDIATE",
    .migrations = sqlite_migrations,
    .whole = &sqlite_whole,
    .facts = sqlite_facts,
    .open = sqlite_open,
    .close = sqlite_close,
    .exec = sqlite_exec,
    .prepare = sqlite_prepare,
    .unprepare = sqlite_unprepare,
    .bind = sqlite_bind,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .column_blob = sqlite_column_blob,
    .version = sqlite_version,
    .set_version = sqlite_set_version,
    .snapshot = sqlite_snapshot,
    .size = sqlite_size,
    .copy = sqlite_copy,
    .verify = sqlite_verify,
    .hold = sqlite_hold,
    .same = sqlite_same,
    .changed = sqlite_changed,
    .watch = sqlite_watch,
    .watch_drain = sqlite_watch_drain,
    .server_runs = sqlite_server_runs,
    .limit = sqlite_limit,
};
