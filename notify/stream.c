#include "config.h"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "stream.h"
#include "stream_file.h"

#define CHUNK (ALERT_LINE + 1)
#define TURN (256 * 1024) /* bytes before the loop does something else */

struct stream {
	struct stream_file *files;
	int fd; /* of the file that is read, or -1 */
	int inotify;
	bool skips; /* the rest of a line that is too long */
	bool refused; /* that the file cannot be read has been said */
	struct cursor cursor;
	char guard[ALERT_TIME];
	char bytes[CHUNK];
};

int
stream_fd(const struct stream *s)
{
	return s->inotify;
}

struct cursor *
stream_cursor(struct stream *s)
{
	return &s->cursor;
}

const char *
stream_guard(const struct stream *s)
{
	return s->guard;
}

bool
stream_changed(struct stream *s)
{
	char events[4096] __attribute__((aligned(8)));
	const struct inotify_event *e;
	bool there = true;
	ssize_t n, at;

	while ((n = read(s->inotify, events, sizeof(events))) > 0)
		for (at = 0; at < n; at += (ssize_t)(sizeof(*e) + e->len)) {
			e = (const void *)(events + at);
			if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
				there = false;
		}
	return there;
}

/* Begin a file; guard: it may have lines that were taken already. */
static void
stream_begin(struct stream *s, int fd, bool guard)
{
	struct stat st;

	if (s->fd != -1 && s->fd != fd)
		close(s->fd);
	s->fd = fd;
	s->skips = false;
	s->guard[0] = '\0';
	if (guard)
		memcpy(s->guard, s->cursor.time, sizeof(s->guard));
	s->cursor.inode = fstat(fd, &st) == 0 ? st.st_ino : 0;
	s->cursor.offset = 0;
	s->cursor.known = true;
	cursor_seal(&s->cursor, fd);
}

/* At the end of what is there, for a first start. */
static void
stream_begin_at_end(struct stream *s, int fd)
{
	struct stat st;

	stream_begin(s, fd, false);
	if (fstat(fd, &st) == -1)
		return;
	s->cursor.offset = st.st_size;
	cursor_seal(&s->cursor, fd);
}

/*
 * Where the last run stopped: in the file of the path, in one that was rotated
 * since, or nowhere: then in the file of the path, past what is older than the
 * last alert.
 */
static void
stream_resume(struct stream *s)
{
	struct cursor was = s->cursor;
	int fd;

	if (!was.known) {
		if ((fd = stream_file_open(s->files)) != -1)
			stream_begin_at_end(s, fd);
		s->cursor.known = true;
		return;
	}
	if (was.inode == 0)
		return; /* there was no file yet */
	if ((fd = stream_file_find(s->files, &was)) != -1) {
		stream_begin(s, fd, false);
		s->cursor = was;
		return;
	}
	say_warning("the file that was read last is gone or was changed: "
		    "alerts in it that were not read are not sent");
	if ((fd = stream_file_open(s->files)) != -1)
		stream_begin(s, fd, true);
}

struct stream *
stream_open(const char *path, const struct cursor *from)
{
	struct stream *s = calloc(1, sizeof(*s));
	const char *folder;

	if (s == NULL || (s->files = stream_file_new(path)) == NULL) {
		say_error("out of memory");
		free(s);
		return NULL;
	}
	s->fd = -1;
	s->cursor = *from;
	s->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	folder = stream_file_folder(s->files);
	if (s->inotify == -1 ||
	    inotify_add_watch(s->inotify, folder,
		IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF |
		    IN_MOVE_SELF | IN_ONLYDIR) == -1) {
		say_error("cannot watch %s: %s", folder, strerror(errno));
		stream_close(s);
		return NULL;
	}
	stream_resume(s);
	return s;
}

void
stream_close(struct stream *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	if (s->inotify != -1)
		close(s->inotify);
	stream_file_free(s->files);
	free(s);
}

/*
 * One chunk from the cursor on.  Returns whether the cursor moved.
 */
static bool
stream_chunk(struct stream *s, void (*take)(void *, const char *line, size_t n),
    void *arg)
{
	ssize_t n = pread(s->fd, s->bytes, CHUNK, s->cursor.offset);
	char *line = s->bytes, *end;
	size_t left = n > 0 ? (size_t)n : 0;

	while ((end = memchr(line, '\n', left)) != NULL) {
		if (!s->skips)
			take(arg, line, (size_t)(end - line));
		s->skips = false;
		left -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	if (left == CHUNK || (s->skips && left > 0)) {
		if (!s->skips)
			take(arg, line, left);
		s->skips = true;
		line += left;
	}
	if (line == s->bytes)
		return false;
	s->cursor.offset += line - s->bytes;
	return true;
}

/* A file that is there and cannot be opened is not passed over in silence. */
static void
stream_check_refused(struct stream *s)
{
	int fd = stream_file_open(s->files);
	bool refused = fd == -1 && errno != ENOENT;

	if (fd != -1)
		close(fd);
	if (refused && !s->refused)
		say_error("cannot read the stream in %s: %s",
		    stream_file_folder(s->files), strerror(errno));
	s->refused = refused;
}

/* The file that follows, once this one is read to its end. */
static bool
stream_proceed(struct stream *s)
{
	bool rotated = false;
	int fd;

	fd = s->fd == -1 ? stream_file_open(s->files)
			 : stream_file_next(s->files, s->fd, &rotated);
	if (fd == -1) {
		stream_check_refused(s);
		return false;
	}
	stream_begin(s, fd, rotated);
	return true;
}

bool
stream_read(struct stream *s, void (*take)(void *, const char *line, size_t n),
    void *arg)
{
	int64_t from;

	if (s->fd != -1 && !cursor_fits(&s->cursor, s->fd)) {
		say_info("the stream was truncated: read from its beginning");
		stream_begin(s, s->fd, false);
	}
	if (s->fd == -1 && !stream_proceed(s))
		return false;
	from = s->cursor.offset;
	while (s->cursor.offset - from < TURN && stream_chunk(s, take, arg))
		;
	cursor_seal(&s->cursor, s->fd);
	return s->cursor.offset - from >= TURN || stream_proceed(s);
}
