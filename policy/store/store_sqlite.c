#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

#define WAIT_MS 2000 /* for somebody else's write to end */
#define SERVER_WAIT_MS 250 /* it tries again, and has others to hear */
#define CACHE_KIB "16384"
#define READ_ONLY "et-read-only" /* how SQLite reaches files */

static enum store_result
result_of(sqlite3 *db, int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
		return STORE_EXISTS;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return STORE_NONE;
	}
	switch (extended & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_BUSY;
	case SQLITE_FULL:
		return STORE_FULL;
	case SQLITE_IOERR:
		return sqlite3_system_errno(db) == ENOSPC ? STORE_FULL
							  : STORE_FAILED;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_BROKEN;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return STORE_DENIED;
	}
	return STORE_FAILED;
}

enum store_result
sqlite_failed(struct store *s, sqlite3 *db, const char *path)
{
	enum store_result r = result_of(db, sqlite3_extended_errcode(db));

	switch (r) {
	case STORE_BUSY:
		return store_fail(
		    s, r, "%.150s is locked by another program", path);
	case STORE_FULL:
		return store_fail(
		    s, r, "no room on the disk for %.150s: make some", path);
	case STORE_BROKEN:
		return store_fail(
		    s, r, "%.150s is damaged: put a copy of it back", path);
	case STORE_DENIED:
		return store_fail(s, r,
		    "%.150s: not allowed to read or write it as this user",
		    path);
	default:
		return store_fail(
		    s, r, "%.100s: %.120s", path, sqlite3_errmsg(db));
	}
}

static enum store_result
failed(struct store *s)
{
	struct sqlite *q = s->db;

	return sqlite_failed(s, q->db, q->path);
}

static enum store_result
sqlite_exec(struct store *s, const char *sql)
{
	struct sqlite *q = s->db;

	if (sqlite3_exec(q->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(s);
	return STORE_OK;
}

static void *
sqlite_prepare(struct store *s, const char *sql)
{
	struct sqlite *q = s->db;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(q->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
		NULL) != SQLITE_OK) {
		failed(s);
		return NULL;
	}
	return st;
}

static void
sqlite_unprepare(void *statement)
{
	sqlite3_finalize(statement);
}

static int
bind_one(sqlite3_stmt *st, int at, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
		return sqlite3_bind_int64(st, at, v->number);
	case VALUE_TEXT:
		return sqlite3_bind_text(st, at, v->bytes, -1, SQLITE_STATIC);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(
		    st, at, v->bytes, v->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, at);
	}
}

static enum store_result
sqlite_bind(struct store *s, void *statement, const struct value *v)
{
	int at;

	for (at = 1; v->kind != VALUE_END; at++, v++)
		if (bind_one(statement, at, v) != SQLITE_OK)
			return failed(s);
	return STORE_OK;
}

static enum store_result
sqlite_step(struct store *s, void *statement)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return STORE_OK;
	case SQLITE_DONE:
		return STORE_NONE;
	}
	return failed(s);
}

static void
sqlite_reset(void *statement)
{
	sqlite3_reset(statement);
	/* What was bound is the caller's and goes away. */
	sqlite3_clear_bindings(statement);
}

static int64_t
sqlite_column_int(void *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

static const char *
sqlite_column_text(void *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static const void *
sqlite_column_blob(void *statement, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	*len = (size_t)sqlite3_column_bytes(statement, column);
	return bytes;
}

static enum store_result
sqlite_version(struct store *s, int *version)
{
	static const char sql[] = "PRAGMA user_version";
	enum store_result r;
	int64_t n;

	if ((r = store_one(s, sql, NULL, &n)) == STORE_OK)
		*version = (int)n;
	return r;
}

static enum store_result
sqlite_set_version(struct store *s, int version)
{
	char sql[48];

	/* A pragma takes no parameters. */
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
	return sqlite_exec(s, sql);
}

static enum store_result
sqlite_copy(struct store *s, const char *to)
{
	static const char sql[] = "VACUUM INTO ?1";
	static const char *const logs[] = {"-wal", "-shm", "-journal"};
	char log[PATH_MAX + 48];
	enum store_result r;
	size_t i;

	/* What a copy that was cut short left would be read into this one. */
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(log, sizeof(log), "%s%s", to, logs[i]);
		unlink(log);
	}
	if ((r = store_run(s, sql, STORE_ARGS(TEXT(to)))) != STORE_OK)
		return r;
	return sqlite_file_mark(s, to);
}

static enum store_result
sqlite_verify(struct store *s)
{
	static const char sql[] = "PRAGMA integrity_check(1)";
	struct sqlite *q = s->db;
	struct query *found;
	char text[100] = "";

	if ((found = store_select(s, sql, NULL)) == NULL)
		return s->result;
	if (query_next(found) == STORE_OK)
		query_text(found, 0, text, sizeof(text));
	query_end(found);
	if (strcmp(text, "ok") == 0)
		return STORE_OK;
	return store_fail(s, STORE_BROKEN, "%.100s is damaged: %s", q->path,
	    *text != '\0' ? text : "it cannot be read");
}

/*
 * Copied to another name and then renamed: a copy that was cut short never
 * stands there as if it were whole.
 */
static enum store_result
sqlite_snapshot(struct store *s, int version)
{
	static const char sql[] = "VACUUM INTO ?1";
	struct sqlite *q = s->db;
	char to[PATH_MAX + 32], part[PATH_MAX + 48];
	enum store_result r;

	snprintf(to, sizeof(to), "%s.schema-%d", q->path, version);
	snprintf(part, sizeof(part), "%s.part", to);
	unlink(part);
	if ((r = store_run(s, sql, STORE_ARGS(TEXT(part)))) != STORE_OK)
		goto out;
	if (rename(part, to) == -1) {
		r = store_fail(
		    s, STORE_FAILED, "%.150s: %s", to, strerror(errno));
		goto out;
	}
	snprintf(s->notice, sizeof(s->notice),
	    "the store was of schema %d and is now of %d; as it was it is "
	    "kept in %.120s",
	    version, STORE_SCHEMA, to);
out:
	if (r != STORE_OK)
		unlink(part);
	return r;
}

static enum store_result
sqlite_changed(struct store *s, bool *changed)
{
	struct sqlite *q = s->db;
	int64_t now;

	if (q->version == NULL &&
	    (q->version = sqlite_prepare(s, "PRAGMA data_version")) == NULL)
		return s->result;
	if (sqlite3_step(q->version) != SQLITE_ROW) {
		sqlite3_reset(q->version);
		return failed(s);
	}
	now = sqlite3_column_int64(q->version, 0);
	sqlite3_reset(q->version);
	*changed = now != q->seen;
	q->seen = now;
	return STORE_OK;
}

static enum store_result
sqlite_alive(struct store *s)
{
	int64_t seq;
	enum store_result r;

	if ((r = store_seq(s, &seq)) != STORE_OK)
		return r;
	return sqlite_file_same(s, s->db);
}

static void
sqlite_close(struct store *s)
{
	struct sqlite *q = s->db;

	if (q == NULL)
		return;
	sqlite3_finalize(q->version);
	sqlite3_close(q->db);
	if (q->watch != -1)
		close(q->watch);
	if (q->lock != -1)
		close(q->lock);
	free(q);
	s->db = NULL;
}

/* Ours, by its mark; and does page one fit the file's length? */
static enum store_result
check_ours(struct store *s)
{
	static const char id_sql[] = "PRAGMA application_id";
	static const char tables_sql[] = "SELECT count(*) FROM sqlite_schema";
	struct sqlite *q = s->db;
	enum store_result r;
	int64_t id, tables;

	if ((r = store_one(s, id_sql, NULL, &id)) != STORE_OK)
		return r;
	if (id != SQLITE_APPLICATION_ID)
		return store_fail(s, STORE_BROKEN,
		    "%.150s is a database of another program", q->path);
	return store_one(s, tables_sql, NULL, &tables);
}

/*
 * SQLite opens the log for writing even for a connection that only reads; by
 * this one it does not.
 */
static int
open_read_only(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	sqlite3_vfs *all = vfs->pAppData;

	if (flags & SQLITE_OPEN_WAL)
		flags =
		    (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) |
		    SQLITE_OPEN_READONLY;
	return all->xOpen(all, name, file, flags, out);
}

static int
register_read_only(void)
{
	static sqlite3_vfs only;
	sqlite3_vfs *all = sqlite3_vfs_find(NULL);

	if (only.zName != NULL)
		return SQLITE_OK;
	if (all == NULL)
		return SQLITE_ERROR;
	only = *all;
	only.zName = READ_ONLY;
	only.pAppData = all;
	only.xOpen = open_read_only;
	return sqlite3_vfs_register(&only, 0);
}

/*
 * As a file: URI, by which alone the index of the log is opened for reading,
 * too (https://www.sqlite.org/wal.html, "Read-Only Databases").
 */
static enum store_result
open_for_reading(struct store *s)
{
	struct sqlite *q = s->db;
	char uri[3 * PATH_MAX + 32] = "file:";
	size_t n = strlen(uri);
	const char *c;

	for (c = q->path; *c != '\0'; c++)
		n += (size_t)snprintf(uri + n, sizeof(uri) - n,
		    strchr("?#%", *c) != NULL ? "%%%02X" : "%c", *c);
	snprintf(uri + n, sizeof(uri) - n, "?readonly_shm=1");
	if (register_read_only() != SQLITE_OK ||
	    sqlite3_open_v2(uri, &q->db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
		READ_ONLY) != SQLITE_OK)
		return failed(s);
	return STORE_OK;
}

static enum store_result
open_for_writing(struct store *s)
{
	struct sqlite *q = s->db;

	if (sqlite3_open_v2(q->path, &q->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK)
		return failed(s);
	return STORE_OK;
}

static enum store_result
open_database(struct store *s)
{
	static const char setup[] = "PRAGMA foreign_keys = ON;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA trusted_schema = OFF;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA cache_size = -" CACHE_KIB;
	struct sqlite *q = s->db;
	enum store_result r;

	if (sqlite_file_calls() != SQLITE_OK)
		return store_fail(s, STORE_FAILED, "SQLite keeps its fstat");
	r = s->flags & STORE_READ ? open_for_reading(s) : open_for_writing(s);
	if (r != STORE_OK)
		return r;
	sqlite3_busy_timeout(
	    q->db, s->flags & STORE_SERVER ? SERVER_WAIT_MS : WAIT_MS);
	if ((r = sqlite_exec(s, setup)) != STORE_OK)
		return r;
	return check_ours(s);
}

static enum store_result
sqlite_open(struct store *s, const char *where, unsigned int flags)
{
	struct sqlite *q;
	enum store_result r;
	bool changed;

	if ((q = calloc(1, sizeof(*q))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	s->db = q;
	q->lock = q->watch = -1;
	if (where[0] != '/' || strlen(where) >= sizeof(q->path))
		return store_fail(s, STORE_DENIED,
		    "the store's address has to be sqlite:/path");
	snprintf(q->path, sizeof(q->path), "%s", where);
	r = sqlite_file_check(s, q->path, flags);
	if (r == STORE_NONE)
		r = sqlite_file_create(s, q->path);
	if (r != STORE_OK)
		return r;
	if ((flags & STORE_SERVER) &&
	    (r = sqlite_server_lock(s, q)) != STORE_OK)
		return r;
	if ((r = open_database(s)) != STORE_OK)
		return r;
	/* The file that is open now is the one to stay. */
	sqlite_file_same(s, q);
	return sqlite_changed(s, &changed);
}

const struct backend store_sqlite = {
    .scheme = "sqlite:",
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
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
    .copy = sqlite_copy,
    .verify = sqlite_verify,
    .hold = sqlite_hold,
    .alive = sqlite_alive,
    .changed = sqlite_changed,
    .watch = sqlite_watch,
    .watch_drain = sqlite_watch_drain,
    .server_runs = sqlite_server_runs,
    .limit = sqlite_limit,
};
