/*
 * Inside the SQLite backend: the database, and the files it stands in.
 * Private to store_sqlite*.c.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <limits.h>

#include <sqlite3.h>

#include "store_backend.h"

#define SQLITE_APPLICATION_ID	0x45545048	/* "ETPH" */

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

/* Is there a file, and does it begin as a database does? */
enum store_result sqlite_file_check(struct store *, const char *path,
    unsigned int flags);
/* Make an empty database of ours at path, whole or not at all. */
enum store_result sqlite_file_create(struct store *, const char *path);
/* Mark the database at path as ours, and one that has a log (WAL). */
enum store_result sqlite_file_mark(struct store *, const char *path);
/*
 * Is the file at the path still the one of the first call?
 */
enum store_result sqlite_file_same(struct store *, struct sqlite *);

/*
 * Let SQLite ask about its descriptors with fstat(2) itself: libc's fstat may
 * call newfstatat(2), which takes paths, so a console must not have it.
 * Returns SQLITE_OK, or another code of SQLite's.
 */
int		 sqlite_file_calls(void);

/* The server's lock of a database at path, which need not be there. */
enum store_result sqlite_hold(struct store *, const char *path, int *fd);
enum store_result sqlite_server_lock(struct store *, struct sqlite *);
bool		 sqlite_server_runs(struct store *);
enum store_result sqlite_limit(struct store *, const struct oper *);
int		 sqlite_watch(struct store *);
void		 sqlite_watch_drain(struct store *);

/* The result of an SQLite call that failed; the error's text is noted. */
enum store_result sqlite_failed(struct store *, sqlite3 *, const char *path);

#endif
