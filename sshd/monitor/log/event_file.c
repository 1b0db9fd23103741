#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event_file.h"
#include "event_level.h"
#include "event_seal.h"

static int
open_path(const char *path)
{
	if (strcmp(path, "stderr") == 0)
		return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	/* As root, at the start: in a folder that may be the user's. */
	return open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
		O_NOFOLLOW,
	    0640);
}

static void
take_fd(struct event_file *f, int fd)
{
	struct stat st;

	f->fd = fd;
	f->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

int
event_file_open(struct event_file *f, const char *path)
{
	int fd;

	if ((f->path = strdup(path)) == NULL)
		return -1;
	if ((fd = open_path(path)) == -1) {
		free(f->path);
		return -1;
	}
	take_fd(f, fd);
	f->journal = strcmp(path, "stderr") == 0 && event_level_journal(fd);
	return 0;
}

void
event_file_close(struct event_file *f)
{
	close(f->fd);
	free(f->path);
}

static bool
same_file(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	       sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* Queued lines are chained to the lost one, and are dropped too. */
static void
drop_chained(struct event_file *f)
{
	size_t i = f->buffer[0] == '\n';

	for (; i < f->len; i++)
		f->dropped += f->buffer[i] == '\n';
	f->len = f->cut = 0;
	event_seal_lost(f->seal, true);
	event_seal_wrote(f->seal, "\n", 1);
}

/* Drop the rest of a line whose beginning is in the old file. */
static void
drop_rest(struct event_file *f)
{
	const char *end = memchr(f->buffer, '\n', f->len);
	size_t n;

	if (f->cut == 0 || end == NULL)
		return;
	if (f->seal != NULL) {
		drop_chained(f);
		return;
	}
	n = (size_t)(end + 1 - f->buffer);
	f->dropped += n > 1;
	f->len -= n;
	memmove(f->buffer, end + 1, f->len);
	f->cut = 0;
}

int
event_file_reopen(struct event_file *f)
{
	int fd;

	if ((fd = open_path(f->path)) == -1)
		return -1;
	if (!same_file(f->fd, fd))
		drop_rest(f);
	close(f->fd);
	take_fd(f, fd);
	return 0;
}

static bool
is_writable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

/* Take the beginning of a line back from a file. */
static bool
take_back(const struct event_file *f)
{
	struct stat st;

	return f->regular && fstat(f->fd, &st) == 0 &&
	       st.st_size >= (off_t)f->cut &&
	       ftruncate(f->fd, st.st_size - (off_t)f->cut) == 0;
}

/*
 * Drop all queued lines.  A line partly written is ended before the next begins;
 * the newline for that may be queued for long, and is no event.
 */
static void
drop_lines(struct event_file *f)
{
	size_t i = f->cut > 0 && f->len > 0 && f->buffer[0] == '\n';

	for (; i < f->len; i++)
		f->dropped += f->buffer[i] == '\n';
	f->len = 0;
	if (f->cut > 0 && take_back(f))
		f->cut = 0;
	if (f->seal != NULL)
		event_seal_lost(f->seal, f->cut > 0);
	if (f->cut > 0)
		f->buffer[f->len++] = '\n';
}

static void
write_failed(struct event_file *f, int error)
{
	/* stderr may be the pipe that is not read. */
	if (!f->failing && is_writable(STDERR_FILENO))
		fprintf(stderr,
		    "et-sshd: %s %s: %s: events are lost until it can be "
		    "written\n",
		    f->what != NULL ? f->what : "event log", f->path,
		    strerror(error));
	f->failing = true;
	drop_lines(f);
}

static void
consume_written(struct event_file *f, size_t n)
{
	const char *end = memrchr(f->buffer, '\n', n);

	if (f->seal != NULL)
		event_seal_wrote(f->seal, f->buffer, n);
	if (end != NULL)
		f->cut = 0;
	f->cut += n - (end != NULL ? (size_t)(end + 1 - f->buffer) : 0);
	memmove(f->buffer, f->buffer + n, f->len - n);
	f->len -= n;
}

/* A pipe that polls writable takes PIPE_BUF without a block. */
static size_t
next_chunk(const struct event_file *f)
{
	const char *end;

	if (f->regular || f->len < PIPE_BUF)
		return f->len;
	/* The journal takes no priority that is cut. */
	end = f->journal ? memrchr(f->buffer, '\n', PIPE_BUF) : NULL;
	return end != NULL ? (size_t)(end + 1 - f->buffer) : PIPE_BUF;
}

bool
event_file_write(struct event_file *f)
{
	ssize_t n;

	while (f->len > 0) {
		if (!f->regular && !is_writable(f->fd)) {
			if (f->len > EVENT_FILE_BUFFER / 2)
				write_failed(f, EAGAIN);
			return false;
		}
		n = write(f->fd, f->buffer, next_chunk(f));
		if (n == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN)
				write_failed(f, errno);
			return false;
		}
		if (n == 0)
			return false;
		consume_written(f, (size_t)n);
	}
	f->failing = false;
	return true;
}
