#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "tell_history.h"
#include "health_field.h"
#include "row.h"

#define DAY (86400 * INT64_C(1000000)) /* us */

/* --- 24 hours as stretches of one state --- */

struct stretches {
	json_t *list;
	const struct outages *away;
	int64_t from; /* what lies before is left out */
	int64_t until; /* the end of the last span; 0: none yet */
	int64_t now;
};

static void
stretch_add(
    const struct stretches *s, int64_t since, int64_t until, const char *state)
{
	if (since < s->from)
		since = s->from;
	if (since < until)
		json_array_append_new(s->list,
		    json_pack("{s:o, s:o, s:s}", "since", row_time(since),
			"until", row_time(until), "state", state));
}

/* A stretch, cut where the server was away. */
static void
stretch_cut(
    const struct stretches *s, int64_t since, int64_t until, const char *state)
{
	const struct outage *o;
	int64_t from, to;
	size_t i;

	for (i = 0; i < s->away->n && since < until; i++) {
		o = &s->away->list[i];
		from = o->since > since ? o->since : since;
		to = o->until != 0 && o->until < until ? o->until : until;
		if (from >= to)
			continue;
		stretch_add(s, since, from, state);
		stretch_add(s, from, to, "server");
		since = to;
	}
	stretch_add(s, since, until, state);
}

static int
stretch_of_span(void *arg, const struct span *span)
{
	struct stretches *s = arg;

	if (s->until != 0)
		stretch_cut(s, s->until, span->since, "offline");
	s->until = span->until != 0 ? span->until : s->now;
	stretch_cut(s, span->since, s->until, "online");
	return 0;
}

static enum store_result
history_day(
    struct view *v, const struct device *d, struct outages *away, json_t *list)
{
	struct stretches s = {
	    .list = list, .away = away, .from = v->now - DAY, .now = v->now};
	enum store_result r;

	r = store_outage_load(v->store, s.from, v->now, away);
	if (r == STORE_OK)
		r = store_span_each(v->store, d->id,
		    v->now - HISTORY_DAYS * DAY, stretch_of_span, &s);
	if (r == STORE_OK && s.until != 0)
		stretch_cut(&s, s.until, v->now, "offline");
	return r;
}

static enum store_result
history_presence24(struct view *v, const struct device *d, json_t *object)
{
	struct outages *away;
	enum store_result r;
	json_t *list;

	if ((away = calloc(1, sizeof(*away))) == NULL)
		return STORE_FAILED;
	list = json_array();
	r = history_day(v, d, away, list);
	json_object_set_new(object, "presence24", list);
	free(away);
	return r;
}

/* --- 90 days --- */

static enum store_result
history_presence90(struct view *v, const struct device *d, json_t *object)
{
	struct cell cells[HISTORY_DAYS] = {{.from = 0}};
	json_t *list = json_array(), *share;
	enum store_result r;
	int64_t known;
	size_t i;

	r = store_span_cells(v->store, d->id, v->now - HISTORY_DAYS * DAY,
	    v->now, cells, HISTORY_DAYS);
	for (i = 0; i < HISTORY_DAYS && r == STORE_OK; i++) {
		known = cells[i].present + cells[i].absent;
		share =
		    known > 0
			? json_real((double)cells[i].present / (double)known)
			: json_null();
		json_array_append_new(
		    list, json_pack("{s:o, s:o}", "day",
			      row_time(cells[i].from), "share", share));
	}
	json_object_set_new(object, "presence90", list);
	return r;
}

/* --- figures --- */

static int
history_add_month(void *arg, const struct month *m)
{
	char text[24];

	snprintf(text, sizeof(text), "%d-%02d", m->year, m->month);
	json_array_append_new(arg, json_pack("{s:s, s:I, s:I}", "month", text,
				       "bytes_in", (json_int_t)m->bytes_in,
				       "bytes_out", (json_int_t)m->bytes_out));
	return 0;
}

static int
history_add_point(void *arg, const struct point *p)
{
	const struct health_field *f = health_field_find(p->key);
	const char *name = f != NULL ? f->name : p->key;
	json_t *list = json_object_get(arg, name);

	if (list == NULL) {
		list = json_array();
		json_object_set_new(arg, name, list);
	}
	json_array_append_new(list,
	    json_pack("[o, o, o, o]", row_time(p->at),
		row_number(p->ranged ? p->least : p->mean), row_number(p->mean),
		row_number(p->ranged ? p->most : p->mean)));
	return 0;
}

enum store_result
tell_history(
    struct view *v, const struct device *d, int64_t days, json_t *object)
{
	json_t *months = json_array(), *series = json_object();
	enum store_result r;

	json_object_set_new(object, "months", months);
	json_object_set_new(object, "series", series);
	if ((r = history_presence24(v, d, object)) != STORE_OK ||
	    (r = history_presence90(v, d, object)) != STORE_OK ||
	    (r = store_series_months(
		 v->store, d->id, history_add_month, months)) != STORE_OK)
		return r;
	return store_series_each(v->store, d->id, NULL, v->now - days * DAY,
	    history_add_point, series);
}
