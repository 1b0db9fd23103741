#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

static enum store_result
file_missing(struct store *s, const char *path)
{
	char copy[PATH_MAX], *dir;
	struct stat st;

	snprintf(copy, sizeof(copy), "%s", path);
	dir = dirname(copy);
	if (stat(dir, &st) == -1)
		return store_fail(s, STORE_DENIED,
		    "the store's directory %.100s: %s (make it: install -d "
		    "-m 700 -o USER %.60s)",
		    dir, strerror(errno), dir);
	if (s->flags & STORE_CREATE)
		return STORE_NONE;
	return store_fail(s, STORE_DENIED, "no store at %.150s yet", path);
}

enum store_result
sqlite_file_check(struct store *s, const char *path)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)];
	enum store_result r = STORE_OK;
	struct stat st;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT ? file_missing(s, path)
				       : sqlite_denied(s, path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		r = store_fail(
		    s, STORE_BROKEN, "%.150s is not a regular file", path);
	else if ((n = pread(fd, head, sizeof(head), 0)) == 0)
		r = store_fail(s, STORE_BROKEN,
		    "%.150s is empty: restore a backup, or remove it to start "
		    "with an empty store",
		    path);
	else if (n != sizeof(head) || memcmp(head, magic, sizeof(head)) != 0)
		r = store_fail(s, STORE_BROKEN,
		    "%.150s is not a store, or is damaged: restore a backup",
		    path);
	close(fd);
	return r;
}

enum store_result
sqlite_file_mark(struct store *s, const char *path)
{
	char sql[160];
	enum store_result r = STORE_OK;
	sqlite3 *db = NULL;

	snprintf(sql, sizeof(sql),
	    "PRAGMA application_id = %d; PRAGMA journal_mode = WAL;",
	    SQLITE_APPLICATION_ID);
	if (sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		r = sqlite_failed(s, db, path);
	sqlite3_close(db);
	return r;
}

static void
file_sync_directory(const char *path)
{
	char copy[PATH_MAX];
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	if ((fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1)
		return;
	fsync(fd);
	close(fd);
}

/*
 * The file is made under another name and linked, so that no process finds
 * half a store; if another process was faster, its store stays.
 */
enum store_result
sqlite_file_create(struct store *s, const char *path)
{
	char part[SQLITE_PART_PATH];
	enum store_result r;
	int fd;

	snprintf(part, sizeof(part), "%s.new-%ld", path, (long)getpid());
	fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return errno == ENOSPC
			   ? store_fail(s, STORE_FULL,
				 "no space left on the disk for %.150s", path)
			   : sqlite_denied(s, path);
	close(fd);
	r = sqlite_file_mark(s, part);
	if (r == STORE_OK && link(part, path) == -1 && errno != EEXIST)
		r = sqlite_denied(s, path);
	unlink(part);
	file_sync_directory(path);
	return r;
}

enum store_result
sqlite_file_same(struct store *s, struct sqlite *q)
{
	struct stat st;

	if (stat(q->path, &st) == -1)
		return sqlite_denied(s, q->path);
	if (q->ino == 0) {
		q->dev = st.st_dev;
		q->ino = st.st_ino;
	}
	if (st.st_dev == q->dev && st.st_ino == q->ino)
		return STORE_OK;
	return store_fail(s, STORE_BROKEN,
	    "%.150s was replaced by another file: restart et-sshd", q->path);
}

#if defined(SYS_fstat) && defined(__LP64__)
static int
file_stat(int fd, struct stat *st)
{
	return (int)syscall(SYS_fstat, fd, st);
}

int
sqlite_file_calls(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (vfs == NULL || vfs->iVersion < 3 || vfs->xSetSystemCall == NULL)
		return SQLITE_ERROR;
	return vfs->xSetSystemCall(
	    vfs, "fstat", (sqlite3_syscall_ptr)file_stat);
}
#else
int
sqlite_file_calls(void)
{
	return SQLITE_OK;
}
#endif
