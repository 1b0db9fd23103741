#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "event.h"
#include "event_level.h"
#include "event_seal.h"

#define BUFFER (1024 * 1024)

struct eventlog {
	char *path;
	char *node;
	int fd;
	bool regular; /* a file: write never blocks long */
	bool journal; /* a line begins with its priority */
	bool failing;
	size_t cut; /* bytes of a line not yet whole */
	uint64_t dropped;
	uint64_t reported; /* of dropped, in the log itself */
	struct event_seal *seal; /* or NULL: it has no chain */
	size_t len;
	char buffer[BUFFER];
};

static bool lacking; /* jansson, memory: see event_whole */

static void *
allocate(size_t size)
{
	void *p = malloc(size);

	if (p == NULL)
		lacking = true;
	return p;
}

bool
event_whole(void)
{
	bool was = lacking;

	lacking = false;
	return !was;
}

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
take_fd(struct eventlog *log, int fd)
{
	struct stat st;

	log->fd = fd;
	log->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

struct eventlog *
event_open(const char *path, const char *node)
{
	struct eventlog *log;
	int fd = -1;

	if ((log = calloc(1, sizeof(*log))) == NULL)
		return NULL;
	json_set_alloc_funcs(allocate, free);
	log->path = strdup(path);
	log->node = strdup(node);
	if (log->path == NULL || log->node == NULL ||
	    (fd = open_path(path)) == -1) {
		free(log->path);
		free(log->node);
		free(log);
		return NULL;
	}
	take_fd(log, fd);
	log->journal = strcmp(path, "stderr") == 0 && event_level_journal(fd);
	return log;
}

void
event_close(struct eventlog *log)
{
	if (log == NULL)
		return;
	event_flush(log); /* which may say what was lost */
	event_sign(log, "stop");
	event_flush(log);
	close(log->fd);
	event_seal_free(log->seal);
	free(log->path);
	free(log->node);
	free(log);
}

static bool
same_file(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	       sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* What waits is chained to that line, and cannot be without it. */
static void
drop_chained(struct eventlog *log)
{
	size_t i = log->buffer[0] == '\n';

	for (; i < log->len; i++)
		log->dropped += log->buffer[i] == '\n';
	log->len = log->cut = 0;
	event_seal_lost(log->seal, true);
	event_seal_wrote(log->seal, "\n", 1);
}

/* The rest of a line whose beginning is in another file. */
static void
drop_rest(struct eventlog *log)
{
	const char *end = memchr(log->buffer, '\n', log->len);
	size_t n;

	if (log->cut == 0 || end == NULL)
		return;
	if (log->seal != NULL) {
		drop_chained(log);
		return;
	}
	n = (size_t)(end + 1 - log->buffer);
	log->dropped += n > 1;
	log->len -= n;
	memmove(log->buffer, end + 1, log->len);
	log->cut = 0;
}

int
event_reopen(struct eventlog *log)
{
	int fd;

	event_sign(log, "rotate");
	event_flush(log);
	if ((fd = open_path(log->path)) == -1)
		return -1;
	if (!same_file(log->fd, fd))
		drop_rest(log);
	close(log->fd);
	take_fd(log, fd);
	return 0;
}

int
event_fd(const struct eventlog *log)
{
	return log->fd;
}

uint64_t
event_dropped(const struct eventlog *log)
{
	return log->dropped;
}

/* "<4>" for the journal, which leaves it out of the line.  Its length. */
static size_t
put_level(const struct eventlog *log, const json_t *o, char *out)
{
	int level;

	if (!log->journal)
		return 0;
	level = event_level(json_string_value(json_object_get(o, "event")),
	    json_string_value(json_object_get(o, "reason")));
	out[0] = '<';
	out[1] = (char)('0' + level);
	out[2] = '>';
	return EVENT_LEVEL_PREFIX;
}

static bool
append(struct eventlog *log, json_t *o)
{
	char *line = log->buffer + log->len;
	size_t room = BUFFER - log->len, n;

	if (log->seal != NULL && event_seal_link(log->seal, o) == -1)
		return false;
	if (room <= EVENT_LEVEL_PREFIX)
		return false;
	line += put_level(log, o, line);
	room = BUFFER - (size_t)(line - log->buffer);
	n = json_dumpb(o, line, room, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (n == 0 || n + 1 > room || lacking)
		return false;
	if (log->seal != NULL)
		event_seal_line(log->seal, line, n);
	line[n] = '\n';
	log->len = (size_t)(line - log->buffer) + n + 1;
	return true;
}

struct event
event_begin(struct eventlog *log, const char *name)
{
	return event_head(log, name, log->node);
}

/* True: the event waits to be written. */
static bool
event_append(struct event *e)
{
	bool done = e->fields != NULL && append(e->log, e->fields);

	lacking = false;
	event_lose(e);
	return done;
}

void
event_end(struct event *e)
{
	if (!event_append(e))
		e->log->dropped++;
}

void
event_reason(struct eventlog *log, const char *name, const char *reason)
{
	struct event e = event_begin(log, name);

	event_text(&e, "reason", reason);
	event_end(&e);
}

/* Once it can be written again, the log itself says what it lost. */
static void
report_dropped(struct eventlog *log)
{
	struct event e;

	if (log->dropped == log->reported)
		return;
	e = event_begin(log, "limit");
	event_text(&e, "reason", "events were dropped");
	event_int(&e, "count", (int64_t)(log->dropped - log->reported));
	if (event_append(&e))
		log->reported = log->dropped;
}

const char *
event_chain(struct eventlog *log, const char *key)
{
	const char *why;
	struct event e;

	if ((log->seal = event_seal_new(key, &why)) == NULL)
		return why;
	if (log->journal)
		event_seal_skip(log->seal, EVENT_LEVEL_PREFIX);
	if (strcmp(log->path, "stderr") != 0)
		log->cut = event_seal_resume(log->seal, log->path);
	if (log->cut > 0)
		log->buffer[log->len++] = '\n';
	e = event_begin(log, "log.open");
	event_text(&e, "reason", event_seal_standing(log->seal));
	event_text(&e, "key", event_seal_fingerprint(log->seal));
	event_end(&e);
	event_sign(log, "start");
	return NULL;
}

void
event_sign(struct eventlog *log, const char *reason)
{
	struct event e;

	if (log->seal == NULL ||
	    (!event_seal_due(log->seal) && strcmp(reason, "stop") != 0))
		return;
	e = event_begin(log, "log.seal");
	event_seal_sign(log->seal, &e, reason);
	event_end(&e);
}

static bool
writable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

/* Take the beginning of a line back from a file. */
static bool
take_back(const struct eventlog *log)
{
	struct stat st;

	return log->regular && fstat(log->fd, &st) == 0 &&
	       st.st_size >= (off_t)log->cut &&
	       ftruncate(log->fd, st.st_size - (off_t)log->cut) == 0;
}

/*
 * Lost by the line; one that was cut is ended before the next begins.  The
 * newline that does so may have to wait for long, and is no event.
 */
static void
drop_lines(struct eventlog *log)
{
	size_t i = log->cut > 0 && log->len > 0 && log->buffer[0] == '\n';

	for (; i < log->len; i++)
		log->dropped += log->buffer[i] == '\n';
	log->len = 0;
	if (log->cut > 0 && take_back(log))
		log->cut = 0;
	if (log->seal != NULL)
		event_seal_lost(log->seal, log->cut > 0);
	if (log->cut > 0)
		log->buffer[log->len++] = '\n';
}

static void
failed(struct eventlog *log, int error)
{
	/* stderr may be the very pipe that nobody reads. */
	if (!log->failing && writable(STDERR_FILENO))
		fprintf(stderr,
		    "et-sshd: event log %s: %s: events are lost "
		    "until it can be written\n",
		    log->path, strerror(error));
	log->failing = true;
	drop_lines(log);
}

static void
consume(struct eventlog *log, size_t n)
{
	const char *end = memrchr(log->buffer, '\n', n);

	if (log->seal != NULL)
		event_seal_wrote(log->seal, log->buffer, n);
	if (end != NULL)
		log->cut = 0;
	log->cut += n - (end != NULL ? (size_t)(end + 1 - log->buffer) : 0);
	memmove(log->buffer, log->buffer + n, log->len - n);
	log->len -= n;
}

/* A pipe that polls writable takes PIPE_BUF without a block. */
static size_t
next_chunk(const struct eventlog *log)
{
	const char *end;

	if (log->regular || log->len < PIPE_BUF)
		return log->len;
	/* The journal takes no priority that is cut. */
	end = log->journal ? memrchr(log->buffer, '\n', PIPE_BUF) : NULL;
	return end != NULL ? (size_t)(end + 1 - log->buffer) : PIPE_BUF;
}

void
event_flush(struct eventlog *log)
{
	ssize_t n;

	if (log->len == 0 && !log->failing)
		report_dropped(log);
	while (log->len > 0) {
		if (!log->regular && !writable(log->fd)) {
			if (log->len > BUFFER / 2)
				failed(log, EAGAIN);
			return;
		}
		n = write(log->fd, log->buffer, next_chunk(log));
		if (n == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN)
				failed(log, errno);
			return;
		}
		if (n == 0)
			return;
		consume(log, (size_t)n);
		if (log->len == 0) {
			log->failing = false;
			report_dropped(log);
		}
	}
}
