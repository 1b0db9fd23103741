#include "config.h"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tail.h"

#define LINE_MOST 1048576
#define LOOK_EVERY 1000 /* ms, should inotify(7) say nothing */

bool
lines_take(struct lines *l, const char *bytes, size_t n,
    bool (*take)(void *, char *), void *arg)
{
	char *end, *line, *more;

	if (l->used + n > LINE_MOST)
		l->used = 0; /* no event is so long */
	if (l->used + n + 1 > l->room) {
		if ((more = realloc(l->text, l->used + n + 1)) == NULL)
			return false;
		l->text = more;
		l->room = l->used + n + 1;
	}
	memcpy(l->text + l->used, bytes, n);
	l->used += n;
	for (line = l->text; (end = memchr(line, '\n',
				  l->used - (size_t)(line - l->text))) != NULL;
	     line = end + 1) {
		*end = '\0';
		if (!take(arg, line))
			return false;
	}
	l->used -= (size_t)(line - l->text);
	memmove(l->text, line, l->used);
	return true;
}

struct file {
	const struct tail *tail;
	int fd;
	int inotify;
	struct lines lines;
};

/* As the server has it: no link, and nothing that would wait for a writer. */
static int
file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

/* Where the last n lines begin. */
static off_t
file_last(int fd, off_t size, unsigned int n)
{
	off_t at = size;
	char block[65536];
	ssize_t len;

	while (at > 0) {
		len = at < (off_t)sizeof(block) ? (ssize_t)at
						: (ssize_t)sizeof(block);
		at -= len;
		if (pread(fd, block, (size_t)len, at) != len)
			return at;
		while (len-- > 0)
			if (block[len] == '\n' && at + len + 1 < size &&
			    n-- == 1)
				return at + len + 1;
	}
	return 0;
}

/* All that is there; false: it is enough. */
static bool
file_read(struct file *f)
{
	const struct tail *t = f->tail;
	char block[65536];
	struct stat st;
	ssize_t n;

	/* The file was truncated in place. */
	if (fstat(f->fd, &st) == 0 && st.st_size < lseek(f->fd, 0, SEEK_CUR)) {
		lseek(f->fd, 0, SEEK_SET);
		f->lines.used = 0;
	}
	while ((n = read(f->fd, block, sizeof(block))) > 0)
		if (!lines_take(&f->lines, block, (size_t)n, t->take, t->arg))
			return false;
	return true;
}

/*
 * Has the server begun another file of this name?  Before its first line there
 * the server may still write the one that was renamed.
 */
static bool
file_renewed(struct file *f)
{
	struct stat now, old;
	int fd;

	if (lstat(f->tail->path, &now) == -1 || fstat(f->fd, &old) == -1 ||
	    (now.st_ino == old.st_ino && now.st_dev == old.st_dev) ||
	    now.st_size == 0 || !file_read(f) ||
	    (fd = file_open(f->tail->path)) == -1)
		return false;
	close(f->fd);
	f->fd = fd;
	f->lines.used = 0;
	return true;
}

static void
file_wait(struct file *f)
{
	struct pollfd pfd = {.fd = f->inotify, .events = POLLIN};
	char events[4096] __attribute__((aligned(8)));

	if (poll(&pfd, 1, LOOK_EVERY) == 1)
		while (read(f->inotify, events, sizeof(events)) > 0)
			;
}

/* Of its folder: so one that gets its name is heard of, too. */
static void
file_watch(struct file *f)
{
	char *copy = strdup(f->tail->path);

	f->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (copy != NULL && f->inotify != -1)
		inotify_add_watch(f->inotify, dirname(copy),
		    IN_MODIFY | IN_CREATE | IN_MOVED_TO);
	free(copy);
}

enum admin_exit
tail_file(const struct tail *t)
{
	struct file f = {.tail = t, .inotify = -1};
	struct stat st;

	if ((f.fd = file_open(t->path)) == -1)
		return admin_fail("cannot read event-log %s: %s", t->path,
		    errno == EINVAL ? "not a regular file" : strerror(errno));
	if (t->follow)
		file_watch(&f);
	if (t->last != 0 && fstat(f.fd, &st) == 0)
		lseek(f.fd, file_last(f.fd, st.st_size, t->last), SEEK_SET);
	while (file_read(&f) && t->rest(t->arg) && t->follow)
		if (!file_renewed(&f))
			file_wait(&f);
	close(f.fd);
	if (f.inotify != -1)
		close(f.inotify);
	free(f.lines.text);
	return ADMIN_DONE;
}
