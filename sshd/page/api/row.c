#include "config.h"

#include <string.h>

#include "beats.h"
#include "clean.h"
#include "health_field.h"
#include "print.h"
#include "row.h"

#define MS 1000 /* us */
#define SECOND INT64_C(1000000) /* us */

json_t *
row_time(int64_t us)
{
	return us == 0 ? json_null() : json_integer(us / MS);
}

json_t *
row_number(double number)
{
	json_int_t whole = (json_int_t)number;

	return number == (double)whole ? json_integer(whole)
				       : json_real(number);
}

json_t *
row_text(const char *text)
{
	return clean_json(text);
}

json_t *
row_words(const char *words)
{
	json_t *list = json_array();
	const char *p = words;
	size_t n;

	for (; *p != '\0'; p += p[n] == ',' ? n + 1 : n) {
		n = strcspn(p, ",");
		json_array_append_new(list, json_stringn(p, n));
	}
	return list;
}

static int
row_add_health(void *arg, const char *key, const char *value)
{
	json_object_set_new(arg, key, json_string(value));
	return 0;
}

json_t *
row_health(const char *health)
{
	json_t *object = json_object();

	health_each(health, row_add_health, object);
	return object;
}

static int64_t
row_interval(const struct device *d)
{
	return (d->interval != 0 ? d->interval : DEVICE_INTERVAL) * SECOND;
}

/* When its next poll is due; 0: not known, or it holds a connection. */
static int64_t
row_due(const struct device *d)
{
	return d->last_seen == 0 || d->connected
		   ? 0
		   : d->last_seen + row_interval(d);
}

/* The known fields, each by its name; null: the device does not tell it. */
static void
row_add_fields(json_t *row, const char *health)
{
	char text[HEARTBEAT_VALUE];
	const struct health_field *f;
	double number;
	json_t *value;
	size_t i;

	for (i = 0; (f = health_field_at(i)) != NULL; i++) {
		if (f->kind == HEALTH_NUMBER)
			value = health_number(health, f->key, &number)
				    ? row_number(number)
				    : json_null();
		else
			value = health_text(health, f->key, text)
				    ? json_string(text)
				    : json_null();
		json_object_set_new(row, f->name, value);
	}
}

static enum store_result
row_add_beats(const struct view *v, const struct device *d, json_t *row)
{
	struct beats b = {.interval = row_interval(d),
	    .connected = d->connected,
	    .now = v->now};
	int64_t at[HEARTBEAT_KEEP];
	char text[BEATS + 1];
	enum store_result r;

	r = store_heartbeat_times(v->store, d->id, at, &b.n);
	if (r != STORE_OK)
		return r;
	b.at = at;
	beats_write(&b, text);
	json_object_set_new(row, "beats", json_string(text));
	return STORE_OK;
}

static uint64_t
row_print(const struct row *row)
{
	const struct device *d = &row->of->device;
	uint64_t p;

	p = print_text(PRINT_NONE, d->alias);
	p = print_text(p, d->tags);
	p = print_text(p, d->addr);
	p = print_text(p, d->client);
	p = print_text(p, d->places);
	p = print_text(p, row->of->health);
	p = print_text(p, row->wrong);
	p = print_number(p, d->last_seen);
	p = print_number(p, d->interval);
	p = print_number(p, d->enabled * 2 + d->connected);
	return print_number(p, (int64_t)row->state);
}

enum store_result
row_judge(const struct view *v, const struct wrong_forwards *forwards,
    const struct fleet_row *of, struct row *row)
{
	enum store_result r;

	row->of = of;
	row->state = fleet_state(&of->device, v->now);
	if ((r = wrong_word(v, forwards, of, &row->wrong)) == STORE_OK)
		row->print = row_print(row);
	return r;
}

enum store_result
row_json(const struct view *v, const struct row *row, json_t **json)
{
	const struct device *d = &row->of->device;

	*json = json_pack("{s:s, s:o, s:o, s:s, s:b, s:b, s:o, s:o, s:o, s:o, "
			  "s:o, s:o, s:o, s:o, s:s, s:s}",
	    "id", d->name, "alias", row_text(d->alias), "tags",
	    row_words(d->tags), "state", device_state_name(row->state),
	    "enabled", d->enabled, "connected", d->connected, "last_seen",
	    row_time(d->last_seen), "due", row_time(row_due(d)), "interval",
	    d->interval != 0 ? json_integer(d->interval) : json_null(), "addr",
	    row_text(d->addr), "client", row_text(d->client), "duplicate_key",
	    row_time(d->duplicate_key), "places", row_words(d->places),
	    "health", row_health(row->of->health), "wrong", row->wrong,
	    "wrong_text", wrong_text(row->wrong));
	if (*json == NULL)
		return STORE_OK;
	row_add_fields(*json, row->of->health);
	return row_add_beats(v, d, *json);
}
