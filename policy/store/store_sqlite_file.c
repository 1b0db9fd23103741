#include "config.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

/* The database and its log: what a commit writes. */
static const char *const parts[] = {"", "-wal"};
#define PARTS (sizeof(parts) / sizeof(parts[0]))
#define PART_PATH (PATH_MAX + 32)

static enum store_result
denied(struct store *s, const char *path)
{
	return store_fail(s, STORE_DENIED, "%.150s: %s", path, strerror(errno));
}

static enum store_result
missing(struct store *s, const char *path, unsigned int flags)
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
	if (flags & STORE_CREATE)
		return STORE_NONE;
	return store_fail(
	    s, STORE_DENIED, "there is no store at %.150s yet", path);
}

enum store_result
sqlite_file_check(struct store *s, const char *path, unsigned int flags)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)];
	enum store_result r = STORE_OK;
	struct stat st;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT ? missing(s, path, flags)
				       : denied(s, path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		r = store_fail(s, STORE_BROKEN, "%.150s is not a file", path);
	else if ((n = pread(fd, head, sizeof(head), 0)) == 0)
		r = store_fail(s, STORE_BROKEN,
		    "%.150s is empty: put a copy of the store back, or remove "
		    "it to begin anew",
		    path);
	else if (n != sizeof(head) || memcmp(head, magic, sizeof(head)) != 0)
		r = store_fail(s, STORE_BROKEN,
		    "%.150s is not a store, or is damaged: put a copy of it "
		    "back",
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
sync_directory(const char *path)
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
 * Made under another name and linked, so that nobody finds half a store; if
 * somebody was faster, theirs it is.
 */
enum store_result
sqlite_file_create(struct store *s, const char *path)
{
	char part[PART_PATH];
	enum store_result r;
	int fd;

	snprintf(part, sizeof(part), "%s.new-%ld", path, (long)getpid());
	fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return errno == ENOSPC
			   ? store_fail(s, STORE_FULL,
				 "no room on the disk for %.150s", path)
			   : denied(s, path);
	close(fd);
	r = sqlite_file_mark(s, part);
	if (r == STORE_OK && link(part, path) == -1 && errno != EEXIST)
		r = denied(s, path);
	unlink(part);
	sync_directory(path);
	return r;
}

enum store_result
sqlite_file_same(struct store *s, struct sqlite *q)
{
	struct stat st;

	if (stat(q->path, &st) == -1)
		return denied(s, q->path);
	if (q->ino == 0) {
		q->dev = st.st_dev;
		q->ino = st.st_ino;
	}
	if (st.st_dev == q->dev && st.st_ino == q->ino)
		return STORE_OK;
	return store_fail(s, STORE_BROKEN,
	    "%.150s was replaced by another file: restart et-sshd", q->path);
}

/*
 * An open file description's lock (fcntl(2)): it can be tested without being
 * taken, so that who asks is never in the way of a server that starts.
 */
static int
lock_file(const char *path, int flags)
{
	char name[PART_PATH];

	snprintf(name, sizeof(name), "%s-server", path);
	return open(name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum store_result
sqlite_hold(struct store *s, const char *path, int *fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return store_fail(s, STORE_DENIED,
		    "the store's address has to be sqlite:/path");
	if ((*fd = lock_file(path, O_RDWR | O_CREAT)) == -1)
		return denied(s, path);
	if (fcntl(*fd, F_OFD_SETLK, &lock) == 0)
		return STORE_OK;
	return store_fail(s, STORE_TAKEN,
	    "another et-sshd runs on %.150s: stop it first", path);
}

enum store_result
sqlite_server_lock(struct store *s, struct sqlite *q)
{
	return sqlite_hold(s, q->path, &q->lock);
}

bool
sqlite_server_runs(struct store *s)
{
	struct sqlite *q = s->db;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	bool runs;
	int fd;

	if (q->lock != -1 || (s->flags & STORE_WITHIN))
		return true;
	if ((fd = lock_file(q->path, O_RDONLY)) == -1)
		return false;
	runs = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return runs;
}

int
sqlite_watch(struct store *s)
{
	struct sqlite *q = s->db;
	char name[PART_PATH];
	size_t i;

	if (q->watch != -1)
		return q->watch;
	if ((q->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) == -1)
		return -1;
	for (i = 0; i < PARTS; i++) {
		snprintf(name, sizeof(name), "%s%s", q->path, parts[i]);
		if (inotify_add_watch(q->watch, name, IN_MODIFY) == -1) {
			close(q->watch);
			return q->watch = -1;
		}
	}
	return q->watch;
}

void
sqlite_watch_drain(struct store *s)
{
	struct sqlite *q = s->db;
	char events[4096];

	while (q->watch != -1 && read(q->watch, events, sizeof(events)) > 0)
		;
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
