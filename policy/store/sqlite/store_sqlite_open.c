#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

#define WAIT_MS 2000 /* for another process's write to end */
#define SERVER_WAIT_MS 250 /* the keeper tries again, and serves others */
#define CACHE_KIB "16384"
#define CACHE_SMALL_KIB "2048"
#define READ_ONLY "et-read-only" /* how SQLite reaches files */

/* The mark is ours, and page one fits the file's length. */
static enum store_result
sqlite_check_ours(struct store *s)
{
	static const char id_sql[] = "PRAGMA application_id";
	static const char tables_sql[] = "SELECT count(*) FROM sqlite_schema";
	struct sqlite *q = s->db;
	enum store_result r;
	int64_t id, tables;

	if ((r = sqlite_number(s, id_sql, &id)) != STORE_OK)
		return r;
	if (id != SQLITE_APPLICATION_ID)
		return store_fail(s, STORE_BROKEN,
		    "%.150s is a database of another program", q->path);
	return sqlite_number(s, tables_sql, &tables);
}

/*
 * SQLite opens the log for writing even for a connection that only reads; by
 * this one it does not.
 */
static int
sqlite_open_read_only(
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
sqlite_register_read_only(void)
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
	only.xOpen = sqlite_open_read_only;
	return sqlite3_vfs_register(&only, 0);
}

/*
 * As a file: URI, by which alone the index of the log is opened for reading,
 * too (https://www.sqlite.org/wal.html, "Read-Only Databases").
 */
static enum store_result
sqlite_open_for_reading(struct store *s)
{
	struct sqlite *q = s->db;
	char uri[3 * PATH_MAX + 32] = "file:";
	size_t n = strlen(uri);
	const char *c;

	for (c = q->path; *c != '\0'; c++)
		n += (size_t)snprintf(uri + n, sizeof(uri) - n,
		    strchr("?#%", *c) != NULL ? "%%%02X" : "%c", *c);
	snprintf(uri + n, sizeof(uri) - n, "?readonly_shm=1");
	if (sqlite_register_read_only() != SQLITE_OK ||
	    sqlite3_open_v2(uri, &q->db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
		READ_ONLY) != SQLITE_OK)
		return sqlite_fail(s);
	return STORE_OK;
}

static enum store_result
sqlite_open_for_writing(struct store *s)
{
	struct sqlite *q = s->db;

	if (sqlite3_open_v2(q->path, &q->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK)
		return sqlite_fail(s);
	return STORE_OK;
}

static enum store_result
sqlite_open_database(struct store *s)
{
	static const char setup[] = "PRAGMA foreign_keys = ON;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA trusted_schema = OFF;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA cache_size = -" CACHE_KIB;
	static const char small[] = "PRAGMA cache_size = -" CACHE_SMALL_KIB;
	struct sqlite *q = s->db;
	enum store_result r;

	if (sqlite_file_calls() != SQLITE_OK)
		return store_fail(s, STORE_FAILED, "SQLite keeps its fstat");
	r = s->flags & STORE_READ ? sqlite_open_for_reading(s)
				  : sqlite_open_for_writing(s);
	if (r != STORE_OK)
		return r;
	sqlite3_busy_timeout(
	    q->db, s->flags & STORE_SERVER ? SERVER_WAIT_MS : WAIT_MS);
	if ((r = sqlite_exec(s, setup)) != STORE_OK ||
	    (r = sqlite_functions(s)) != STORE_OK)
		return r;
	if ((s->flags & STORE_SMALL) && (r = sqlite_exec(s, small)) != STORE_OK)
		return r;
	return sqlite_check_ours(s);
}

enum store_result
sqlite_open(struct store *s, const char *where)
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
		    "the store's address must be sqlite:/path");
	snprintf(q->path, sizeof(q->path), "%s", where);
	r = sqlite_file_check(s, q->path);
	if (r == STORE_NONE)
		r = sqlite_file_create(s, q->path);
	if (r != STORE_OK)
		return r;
	if ((s->flags & STORE_SERVER) &&
	    (r = sqlite_server_lock(s, q)) != STORE_OK)
		return r;
	if ((r = sqlite_open_database(s)) != STORE_OK)
		return r;
	/* The file that is open now is the one to stay. */
	sqlite_file_same(s, q);
	return sqlite_changed(s, &changed);
}

void
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
