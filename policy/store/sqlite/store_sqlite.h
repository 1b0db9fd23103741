/*
 * Inside the SQLite backend: the database, and the files it stands in.
 * Private to store_sqlite*.c, but for the table of the backend.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sys/types.h>

#include <limits.h>

#include <sqlite3.h>

#include "store_backend.h"

#define SQLITE_APPLICATION_ID	0x45545048	/* "ETPH" */
#define SQLITE_PART_PATH	(PATH_MAX + 32)	/* the path and a suffix */

struct sqlite {
	sqlite3		*db;
	sqlite3_stmt	*version;	/* PRAGMA data_version */
	int64_t		 seen;		/* its last value */
	int		 lock;		/* held by the server; -1 */
	int		 watch;		/* inotify(7); -1 */
	dev_t		 dev;		/* of the file that was opened */
	ino_t		 ino;
	char		 path[PATH_MAX];
};

/* SQLite's migrations; made from policy/schema at build time. */
extern const struct migration sqlite_migrations[];

/* --- errors: each notes its text and returns a result --- */

/* An SQLite call on a database of this path failed. */
enum store_result sqlite_failed(struct store *, sqlite3 *, const char *path);
/* An SQLite call on the store's database failed. */
enum store_result sqlite_fail(struct store *);
/* A system call on path failed; the reason is errno. */
enum store_result sqlite_denied(struct store *, const char *path);

/* --- files --- */

/*
 * Does the file begin as a database does?  STORE_NONE: it is to be made, as
 * STORE_CREATE says.
 */
enum store_result sqlite_file_check(struct store *, const char *path);
/* Make an empty database of ours at path, whole or not at all. */
enum store_result sqlite_file_create(struct store *, const char *path);
/* Mark the database at path as ours, and one that has a log (WAL). */
enum store_result sqlite_file_mark(struct store *, const char *path);
/* Is the file at the path still the one of the first call? */
enum store_result sqlite_file_same(struct store *, struct sqlite *);
/*
 * Let SQLite ask about its descriptors with fstat(2) itself: libc's fstat may
 * call newfstatat(2), which takes paths, so a console must not have it.
 * Returns SQLITE_OK, or another code of SQLite's.
 */
int		 sqlite_file_calls(void);

/* Take the lock that an open server has. */
enum store_result sqlite_server_lock(struct store *, struct sqlite *);

/* A statement without parameters, for the first column of its one row. */
enum store_result sqlite_number(struct store *, const char *sql,
    int64_t *number);

/* Add the functions that the records' SQL calls. */
enum store_result sqlite_functions(struct store *);

/* --- the functions of struct store_backend --- */

enum store_result sqlite_open(struct store *, const char *where);
void		 sqlite_close(struct store *);
enum store_result sqlite_hold(struct store *, const char *where, int *lock);
bool		 sqlite_server_runs(struct store *);
enum store_result sqlite_exec(struct store *, const char *sql);
void		*sqlite_prepare(struct store *, const char *sql);
void		 sqlite_unprepare(void *statement);
enum store_result sqlite_bind(struct store *, void *statement,
    const struct value *);
enum store_result sqlite_step(struct store *, void *statement);
void		 sqlite_reset(void *statement);
int64_t		 sqlite_column_int(void *statement, int column);
const char	*sqlite_column_text(void *statement, int column);
const void	*sqlite_column_blob(void *statement, int column, size_t *len);
enum store_result sqlite_version(struct store *, int *version, int *oldest);
enum store_result sqlite_set_version(struct store *, int version, int oldest);
enum store_result sqlite_snapshot(struct store *, int version);
enum store_result sqlite_size(struct store *, int64_t *bytes);
enum store_result sqlite_copy(struct store *, const char *to);
enum store_result sqlite_verify(struct store *);
enum store_result sqlite_changed(struct store *, bool *changed);
int		 sqlite_watch(struct store *);
void		 sqlite_watch_drain(struct store *);
enum store_result sqlite_limit(struct store *, const struct oper *);

#endif
