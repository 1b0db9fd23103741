#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clock.h"
#include "event.h"
#include "event_file.h"
#include "event_level.h"
#include "event_seal.h"

struct eventlog {
	char *node;
	uint64_t reported; /* of those dropped, in the log itself */
	event_watcher *watcher; /* NULL: none */
	void *watcher_arg;
	struct event_file file;
};

static bool lacking; /* jansson, memory: see event_whole */

static void *
allocate_noting(size_t size)
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

struct eventlog *
event_open(const char *path, const char *node)
{
	struct eventlog *log;

	if ((log = calloc(1, sizeof(*log))) == NULL)
		return NULL;
	json_set_alloc_funcs(allocate_noting, free);
	if ((log->node = strdup(node)) == NULL ||
	    event_file_open(&log->file, path) == -1) {
		free(log->node);
		free(log);
		return NULL;
	}
	return log;
}

void
event_close(struct eventlog *log)
{
	if (log == NULL)
		return;
	event_flush(log); /* which may log what was dropped */
	event_sign(log, "stop");
	event_flush(log);
	event_file_close(&log->file);
	event_seal_free(log->file.seal);
	free(log->node);
	free(log);
}

int
event_reopen(struct eventlog *log)
{
	event_sign(log, "rotate");
	event_flush(log);
	return event_file_reopen(&log->file);
}

void
event_watch(struct eventlog *log, event_watcher *watcher, void *arg)
{
	log->watcher = watcher;
	log->watcher_arg = arg;
}

int
event_fd(const struct eventlog *log)
{
	return log->file.fd;
}

bool
event_failing(const struct eventlog *log)
{
	return log->file.failing;
}

uint64_t
event_dropped(const struct eventlog *log)
{
	return log->file.dropped;
}

/* "<4>" for the journal, which leaves it out of the line.  Its length. */
static size_t
put_level(const struct eventlog *log, const json_t *o, char *out)
{
	int level;

	if (!log->file.journal)
		return 0;
	level = event_level(json_string_value(json_object_get(o, "event")),
	    json_string_value(json_object_get(o, "reason")));
	out[0] = '<';
	out[1] = (char)('0' + level);
	out[2] = '>';
	return EVENT_LEVEL_PREFIX;
}

static bool
append_line(struct eventlog *log, json_t *o)
{
	char *line = log->file.buffer + log->file.len;
	size_t room = EVENT_FILE_BUFFER - log->file.len, n;

	if (log->file.seal != NULL && event_seal_link(log->file.seal, o) == -1)
		return false;
	if (room <= EVENT_LEVEL_PREFIX)
		return false;
	line += put_level(log, o, line);
	room = EVENT_FILE_BUFFER - (size_t)(line - log->file.buffer);
	n = json_dumpb(o, line, room, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (n == 0 || n + 1 > room || lacking)
		return false;
	if (log->file.seal != NULL)
		event_seal_line(log->file.seal, line, n);
	if (log->watcher != NULL)
		log->watcher(log->watcher_arg, o, line, n);
	line[n] = '\n';
	log->file.len = (size_t)(line - log->file.buffer) + n + 1;
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
	bool done = e->fields != NULL && append_line(e->log, e->fields);

	lacking = false;
	event_lose(e);
	return done;
}

void
event_end(struct event *e)
{
	if (!event_append(e))
		e->log->file.dropped++;
}

void
event_reason(struct eventlog *log, const char *name, const char *reason)
{
	struct event e = event_begin(log, name);

	event_text(&e, "reason", reason);
	event_end(&e);
}

/* Log the number of dropped events once the log can be written again. */
static void
report_dropped(struct eventlog *log)
{
	struct event e;

	if (log->file.dropped == log->reported)
		return;
	e = event_begin(log, "limit");
	event_text(&e, "reason", "events were dropped");
	event_int(&e, "count", (int64_t)(log->file.dropped - log->reported));
	if (event_append(&e))
		log->reported = log->file.dropped;
}

const char *
event_chain(struct eventlog *log, const char *key)
{
	const char *why;
	struct event e;

	if ((log->file.seal = event_seal_new(key, &why)) == NULL)
		return why;
	if (log->file.journal)
		event_seal_skip(log->file.seal, EVENT_LEVEL_PREFIX);
	if (strcmp(log->file.path, "stderr") != 0)
		log->file.cut =
		    event_seal_resume(log->file.seal, log->file.path);
	if (log->file.cut > 0)
		log->file.buffer[log->file.len++] = '\n';
	e = event_begin(log, "log.open");
	event_text(&e, "reason", event_seal_standing(log->file.seal));
	event_text(&e, "key", event_seal_fingerprint(log->file.seal));
	event_end(&e);
	event_sign(log, "start");
	return NULL;
}

void
event_sign(struct eventlog *log, const char *reason)
{
	struct event e;

	if (log->file.seal == NULL ||
	    (!event_seal_due(log->file.seal) && strcmp(reason, "stop") != 0))
		return;
	e = event_begin(log, "log.seal");
	event_seal_sign(log->file.seal, &e, reason);
	event_end(&e);
}

void
event_flush(struct eventlog *log)
{
	struct event_file *f = &log->file;

	if (f->len == 0 && !f->failing)
		report_dropped(log);
	while (f->len > 0 && event_file_write(f))
		report_dropped(log);
}
