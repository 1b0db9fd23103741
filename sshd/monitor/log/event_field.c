#include "config.h"

#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "event_field.h"

/* "2026-01-31T23:59:59.000001Z" */
static void
format_time(char out[40])
{
	int64_t now = clock_wall();
	time_t s = (time_t)(now / 1000000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 40 - n, ".%06dZ", (int)(now % 1000000));
}

void
event_lose(struct event *e)
{
	json_decref(e->fields);
	e->fields = NULL;
}

/* Keys are literals, and need no check of their UTF-8. */
static void
field_add(struct event *e, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(e->fields, key, value) == -1)
		event_lose(e);
}

struct event
event_head(struct eventlog *log, const char *name, const char *node)
{
	struct event e = {log, json_object()};
	char ts[40];

	format_time(ts);
	event_text(&e, "ts", ts);
	event_text(&e, "event", name);
	event_text(&e, "node", node);
	return e;
}

void
event_int(struct event *e, const char *key, int64_t value)
{
	field_add(e, key, json_integer(value));
}

void
event_bool(struct event *e, const char *key, bool value)
{
	field_add(e, key, json_boolean(value));
}

void
event_text(struct event *e, const char *key, const char *value)
{
	if (value != NULL)
		field_add(e, key, json_string(value));
}

void
event_json(struct event *e, const char *key, json_t *value)
{
	if (value != NULL)
		field_add(e, key, value);
}

void
event_ms(struct event *e, double seconds)
{
	event_int(e, "ms", (int64_t)(seconds * 1000));
}
