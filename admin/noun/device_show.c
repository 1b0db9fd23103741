#include "config.h"

#include <string.h>

#include "census.h"
#include "show.h"
#include "when.h"

#define HEARTBEATS 5 /* so many of the newest are shown */

struct part {
	struct output *out;
	const struct device *device;
};

static int
key_of(void *arg, const struct key *k)
{
	struct part *p = arg;

	show_key(p->out, p->device->name, k);
	return 0;
}

static int
forward_of(void *arg, const struct forward *f)
{
	struct part *p = arg;

	if (f->device == p->device->id)
		show_forward(p->out, f);
	return 0;
}

static int
show_virtual_of(void *arg, const struct forward *f)
{
	return forward_ended(f->state) ? 0 : forward_of(arg, f);
}

static int
standing_of(void *arg, const struct session *s)
{
	return show_standing(s, forward_of, arg);
}

static int
last_jump(void *arg, const struct forward *f)
{
	struct forward *last = arg;

	if (f->device == last->device && forward_ended(f->state))
		*last = *f;
	return 0;
}

/* The outcome of the last jump's virtual forward: "port 22 expired: did not poll..." */
static void
show_last_jump(struct output *o, const struct forward *f)
{
	char text[sizeof(f->reason) + 32], at[WHEN_TEXT];

	if (f->dport == 0) {
		output_both(o, "-", NULL);
		return;
	}
	snprintf(text, sizeof(text), "port %u %s: %s", f->dport,
	    forward_state_name(f->state), f->reason);
	output_both(o, text,
	    json_pack("{s:i, s:s, s:s, s:s}", "dport", (int)f->dport, "at",
		when_micros(f->state_at, at), "state",
		forward_state_name(f->state), "reason", f->reason));
}

static int
permit_of(void *arg, const struct permit *permit)
{
	struct part *p = arg;

	if (permit_allows(
		permit, p->device->id, p->device->tags, permit->first))
		show_permit(p->out, permit);
	return 0;
}

static int
session_of(void *arg, const struct session *s)
{
	struct part *p = arg;

	if (s->device == p->device->id)
		show_session(p->out, s);
	return 0;
}

static int
heartbeat_of(void *arg, const struct heartbeat *h)
{
	struct part *p = arg;

	show_heartbeat(p->out, h);
	return 0;
}

/* The fields of health that the device told have a line. */
static void
record_columns(struct show_columns *c, const char *health)
{
	static const struct column columns[] = {{"device", "Device"},
	    {"alias", "Alias"}, {"tags", "Tags"}, {"enabled", "Enabled"},
	    {"created", "Added"}, {"state", "State"},
	    {"last_seen", "Last seen"}, {"due", "Next poll"},
	    {"interval", "Polls every"}, {"addr", "Address"},
	    {"client", "Client"}, {"last_jump", "Last jump"},
	    {"duplicate_key", "Duplicate key"}, {"places", "Places"}};
	const struct health_field *f;
	char value[HEARTBEAT_VALUE], other[HEARTBEAT_HEALTH];
	size_t i, first;

	memcpy(c->column, columns, sizeof(columns));
	c->n = first = sizeof(columns) / sizeof(columns[0]);
	show_health_columns(c, false);
	for (i = 0; (f = health_field_at(i)) != NULL; i++) {
		if (!health_text(health, f->key, value))
			c->column[first + i].title = NULL;
	}
	if (!show_health_other(health, other))
		c->column[c->n - 1].title = NULL;
}

static void
device_record(struct output *o, const struct fleet_row *row,
    struct show_columns *c, const struct forward *last)
{
	const struct device *d = &row->device;

	record_columns(c, row->health);
	output_record(o, c->column, c->n);
	output_text(o, d->name);
	output_text(o, d->alias);
	output_words(o, d->tags);
	output_bool(o, d->enabled);
	output_time(o, d->created);
	output_text(o, device_state_name(show_state(d)));
	show_seen(o, d);
	show_next(o, d);
	output_span(o, d->interval);
	output_text(o, d->addr);
	output_text(o, d->client);
	show_last_jump(o, last);
	output_ago(o, d->duplicate_key);
	output_words(o, d->places);
	show_health_values(o, row->health);
}

static enum store_result
show_parts(
    struct admin *a, const struct device *d, struct show_columns *columns)
{
	struct part p = {.out = a->out, .device = d};
	struct forward last = {.device = d->id};
	struct fleet_row row;
	enum store_result result;

	result = store_virtual_each(a->store, last_jump, &last);
	if (result != STORE_OK)
		return result;
	if ((result = store_fleet_get(a->store, d->name, &row)) != STORE_OK)
		return result;
	device_record(a->out, &row, columns, &last);
	show_part(a->out, SHOW_KEY);
	result = store_key_each(a->store, d->id, key_of, &p);
	if (result != STORE_OK)
		return result;
	show_part(a->out, SHOW_FORWARD);
	result = store_forward_each(a->store, false, forward_of, &p);
	if (result == STORE_OK)
		result = store_virtual_each(a->store, show_virtual_of, &p);
	if (result == STORE_OK)
		result = store_session_each(a->store, standing_of, &p);
	if (result != STORE_OK)
		return result;
	show_part(a->out, SHOW_PERMIT);
	result = store_permit_each(a->store, permit_of, &p);
	if (result != STORE_OK)
		return result;
	show_part(a->out, SHOW_SESSION);
	result = store_session_each(a->store, session_of, &p);
	if (result != STORE_OK)
		return result;
	show_part(a->out, SHOW_HEARTBEAT);
	return store_heartbeat_each(
	    a->store, d->id, 0, HEARTBEATS, heartbeat_of, &p);
}

enum store_result
show_whole_device(struct admin *a, const struct device *d)
{
	struct show_columns columns;
	enum store_result result;

	output_nodes(a->out, census_several(a->store));
	result = show_parts(a, d, &columns);
	output_end(a->out); /* while its columns are there */
	return result;
}
