#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <utlist.h>

#include "alert_list.h"
#include "alert_mute.h"
#include "alert_tell.h"
#include "clock.h"
#include "directory.h"
#include "event_file.h"
#include "monitor.h"

/* "2026-01-31T23:59:59.123Z" */
static json_t *
tell_time(int64_t at)
{
	time_t s = (time_t)(at / 1000000);
	char text[40];
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(
	    text + n, sizeof(text) - n, ".%03dZ", (int)(at % 1000000 / 1000));
	return json_string(text);
}

static json_t *
tell_names(const char *names)
{
	json_t *list = json_array();
	size_t n;

	for (; names != NULL && *names != '\0';
	     names += names[n] == ',' ? n + 1 : n) {
		n = strcspn(names, ",");
		json_array_append_new(list, json_stringn(names, n));
	}
	return list;
}

static int64_t
tell_seq(struct alerts *as)
{
	int64_t now = clock_wall() / 1000;

	as->seq = now > as->seq ? now : as->seq + 1;
	return as->seq;
}

static json_t *
tell_object(struct monitor *m, const struct alert *a)
{
	bool close = a->closed != 0;
	const char *one = a->device != 0 ? a->subject : NULL;
	json_t *o;

	o = json_pack("{s:o, s:s, s:I, s:s, s:s, s:s, s:s, s:o}", "time",
	    tell_time(clock_wall()), "id", a->id, "seq",
	    (json_int_t)tell_seq(m->alerts), "event", close ? "close" : "open",
	    "kind", alert_kind_name(a->kind), "subject", a->subject, "severity",
	    alert_critical(a->kind) ? "critical" : "warning", "since",
	    tell_time(a->since));
	if (close)
		json_object_update_new(
		    o, json_pack("{s:o, s:I}", "until", tell_time(a->closed),
			   "duration",
			   (json_int_t)((a->closed - a->since) / 1000000)));
	json_object_update_new(
	    o, json_pack("{s:s, s:o, s:i, s:o, s:s}", "summary", a->summary,
		   "devices", tell_names(a->devices != NULL ? a->devices : one),
		   "count", (int)a->count, "missing", tell_names(a->missing),
		   "server", m->conf->node));
	return o;
}

/* True: the line is in the file, or there is no file to be written. */
static bool
tell_line(struct monitor *m, const struct alert *a)
{
	struct event_file *f = m->alerts->file;
	size_t room, n;
	uint64_t was;
	json_t *o;

	if (f == NULL)
		return true;
	was = f->dropped;
	room = EVENT_FILE_BUFFER - f->len;
	event_whole();
	o = tell_object(m, a);
	n = json_dumpb(
	    o, f->buffer + f->len, room, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(o);
	if (!event_whole() || n == 0 || n + 1 > room)
		return false;
	f->buffer[f->len + n] = '\n';
	f->len += n + 1;
	return event_file_write(f) && f->dropped == was;
}

static bool
tell_is_quiet(const struct monitor *m, const struct alert *a)
{
	const struct conf *conf = m->conf;
	time_t now = (time_t)(clock_wall() / 1000000);
	struct tm tm;

	if (alert_critical(a->kind) || a->kind == ALERT_TEST ||
	    conf->alert_quiet_first == conf->alert_quiet_last ||
	    localtime_r(&now, &tm) == NULL)
		return false;
	return alert_quiet_at(conf->alert_quiet_first, conf->alert_quiet_last,
	    (unsigned int)(tm.tm_hour * 60 + tm.tm_min));
}

void
alert_tell(struct monitor *m, struct alert *a)
{
	bool open = a->closed == 0;

	if (a->told != (open ? ALERT_UNTOLD : ALERT_TOLD_OPEN) ||
	    (open && alert_muted(m, a)) || tell_is_quiet(m, a) ||
	    !tell_line(m, a))
		return;
	a->told = open ? ALERT_TOLD_OPEN : ALERT_TOLD_CLOSE;
	a->dirty = true;
}

void
alert_tell_all(struct monitor *m)
{
	struct alert *a, *tmp;

	HASH_ITER(hh, m->alerts->open, a, tmp)
		if (a->told == ALERT_UNTOLD)
			alert_tell(m, a);
	DL_FOREACH(m->alerts->closed, a)
		alert_tell(m, a);
}

static struct event
tell_event(struct monitor *m, const struct alert *a, const char *name)
{
	struct event e = event_begin(m->log, name);

	event_text(&e, "id", a->id);
	event_text(&e, "kind", alert_kind_name(a->kind));
	event_text(&e, "device", a->device != 0 ? a->subject : NULL);
	event_text(&e, "subject", a->subject);
	event_text(
	    &e, "severity", alert_critical(a->kind) ? "critical" : "warning");
	event_int(&e, "count", a->count);
	return e;
}

void
alert_log_open(struct monitor *m, const struct alert *a)
{
	struct event e = tell_event(m, a, "alert.open");

	event_bool(&e, "muted", alert_muted(m, a));
	event_text(&e, "reason", a->summary);
	event_end(&e);
}

void
alert_log_close(struct monitor *m, const struct alert *a)
{
	struct event e = tell_event(m, a, "alert.close");

	event_ms(&e, (double)(a->closed - a->since) / 1e6);
	event_text(&e, "reason", a->summary);
	event_end(&e);
}

int
alert_reopen(struct monitor *m)
{
	if (m->alerts == NULL || m->alerts->file == NULL)
		return 0;
	return event_file_reopen(m->alerts->file);
}
