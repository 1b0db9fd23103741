#include "config.h"

#include <errno.h>
#include <string.h>

#include "store_sqlite.h"

static enum store_result
sqlite_result_of(sqlite3 *db, int extended)
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
	enum store_result r =
	    sqlite_result_of(db, sqlite3_extended_errcode(db));

	switch (r) {
	case STORE_BUSY:
		return store_fail(
		    s, r, "%.150s is locked by another program", path);
	case STORE_FULL:
		return store_fail(s, r,
		    "no space left on the disk for %.150s: free some", path);
	case STORE_BROKEN:
		return store_fail(
		    s, r, "%.150s is damaged: restore a backup", path);
	case STORE_DENIED:
		return store_fail(
		    s, r, "%.150s: this user may not read or write it", path);
	default:
		return store_fail(
		    s, r, "%.100s: %.120s", path, sqlite3_errmsg(db));
	}
}

enum store_result
sqlite_fail(struct store *s)
{
	struct sqlite *q = s->db;

	return sqlite_failed(s, q->db, q->path);
}

enum store_result
sqlite_denied(struct store *s, const char *path)
{
	return store_fail(s, STORE_DENIED, "%.150s: %s", path, strerror(errno));
}
