/*
 * A device's row, and what is said of its polls.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

static const struct column device_columns[] = {{"device", "DEVICE"},
    {"alias", "ALIAS"}, {"state", "STATE"}, {"enabled", NULL},
    {"connected", NULL}, {"last_seen", "LAST SEEN"}, {"addr", "ADDRESS"},
    {"client", "CLIENT"}, {"interval", "POLLS EVERY"}, {"tags", "TAGS"},
    {"duplicate_key", NULL}, {"places", NULL}};
#define DEVICE_COLUMNS (sizeof(device_columns) / sizeof(device_columns[0]))
static const char device_order[] =
    "client interval addr tags:16 note:16 alias last_seen";

enum device_state
show_state(const struct device *d)
{
	return fleet_state(d, when_now());
}

bool
show_twice(const struct device *d)
{
	return d->duplicate_key != 0 &&
	       when_now() - d->duplicate_key < DEVICE_DUPLICATE_KEY;
}

int64_t
show_due(const struct device *d)
{
	int64_t interval = d->interval ? d->interval : DEVICE_INTERVAL;

	if (d->last_seen == 0 || d->connected)
		return 0;
	return d->last_seen + interval * 1000000;
}

const char *
show_expected(const struct device *d, char out[SHOW_EXPECTED])
{
	char due[WHEN_TEXT], every[WHEN_TEXT];

	snprintf(out, SHOW_EXPECTED, "expected %s, every %s",
	    when_due(show_due(d), when_now(), due),
	    when_span(d->interval ? d->interval : DEVICE_INTERVAL, every));
	return out;
}

void
show_next(struct output *o, const struct device *d)
{
	char text[SHOW_EXPECTED], exact[WHEN_TEXT];
	int64_t due = show_due(d);

	output_both(o,
	    due != 0	   ? show_expected(d, text)
	    : d->connected ? "none: connected"
			   : "not known",
	    due == 0 ? NULL : json_string(when_micros(due, exact)));
}

void
show_seen(struct output *o, const struct device *d)
{
	char exact[WHEN_TEXT];

	if (d->connected && d->last_seen != 0)
		output_both(o, "connected",
		    json_string(when_micros(d->last_seen, exact)));
	else
		output_ago(o, d->last_seen);
}

/* Is the version, as far as its numbers go, before ours? */
static bool
show_is_old(const char *version)
{
	unsigned long theirs, ours;
	const char *own = PACKAGE_VERSION;
	char *end, *own_end;

	for (;; version = end + 1, own = own_end + 1) {
		theirs = strtoul(version, &end, 10);
		ours = strtoul(own, &own_end, 10);
		if (end == version || own_end == own || theirs != ours)
			break;
		if (*end != '.' || *own_end != '.')
			return *own_end == '.';
	}
	return end != version && own_end != own && theirs < ours;
}

static void
show_note(struct output *o, const struct device *d, const char *version)
{
	bool twice = show_twice(d), old = show_is_old(version);
	char note[HEARTBEAT_VALUE + 64];

	snprintf(note, sizeof(note), "%s%s%s%s",
	    twice ? "at two places at once" : "", twice && old ? ", " : "",
	    old ? "old client " : "", old ? version : "");
	output_text(o, note);
}

/* Show the column of this field: the last one for a field that is not known. */
static void
show_column(struct show_columns *c, const char *field)
{
	enum fleet_kind kind;
	size_t i;

	if (fleet_field(field, &kind) == NULL)
		return;
	for (i = DEVICE_COLUMNS; i < c->n; i++)
		if (strcmp(c->column[i].key,
			kind == FLEET_KIND_KEY ? "health" : field) == 0)
			c->hidden[i] = false;
}

void
show_device_table(struct output *o, struct show_columns *c,
    const char *const *field, size_t n, bool wide)
{
	size_t i, used = 0;

	c->n = DEVICE_COLUMNS;
	memcpy(c->column, device_columns, sizeof(device_columns));
	show_health_columns(c, true);
	c->order[0] = '\0';
	for (i = 0; i < c->n; i++)
		c->hidden[i] = i >= DEVICE_COLUMNS && !wide;
	for (i = c->n; wide && i-- > DEVICE_COLUMNS;)
		used += (size_t)snprintf(c->order + used,
		    sizeof(c->order) - used, "%s ", c->column[i].key);
	snprintf(c->order + used, sizeof(c->order) - used, "%s", device_order);
	for (i = 0; i < n; i++)
		show_column(c, field[i]);
	c->column[c->n++] = (struct column){NULL, "NOTE"};
	c->hidden[c->n - 1] = false;
	output_table(o, c->column, c->n);
	for (i = 0; i < c->n; i++)
		if (c->hidden[i])
			output_hide(o, i);
	output_order(o, c->order);
}

void
show_device(struct output *o, const struct fleet_row *row, bool served)
{
	const struct device *d = &row->device;
	enum device_state at = show_state(d);
	const char *state =
	    served || at == DEVICE_NEVER ? device_state_name(at) : "unknown";
	char version[HEARTBEAT_VALUE];

	health_text(row->health, "v", version);
	output_text(o, d->name);
	output_text(o, d->alias);
	output_both(o, d->enabled ? state : "disabled", json_string(state));
	output_bool(o, d->enabled);
	output_bool(o, d->connected);
	show_seen(o, d);
	output_text(o, d->addr);
	output_text(o, d->client);
	output_span(o, d->interval);
	output_words(o, d->tags);
	output_time(o, d->duplicate_key);
	output_words(o, d->places);
	show_health_values(o, row->health);
	show_note(o, d, version);
}
