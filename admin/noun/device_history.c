#include "config.h"

#include <stdio.h>

#include "device_health.h"
#include "device_history.h"
#include "when.h"

#define SINCE (7 * 86400 * INT64_C(1000000)) /* unless --since says */

struct listing {
	struct output *out;
	int64_t since, now;
};

static void
history_lasted(struct output *o, int64_t from, int64_t until)
{
	char text[WHEN_TEXT];
	int64_t seconds = (until - from) / 1000000;

	output_both(o, when_span(seconds, text), json_integer(seconds));
}

static int
history_span(void *arg, const struct span *s)
{
	struct listing *l = arg;

	output_time(l->out, s->since);
	if (s->until == 0)
		output_both(l->out, "now", NULL);
	else
		output_time(l->out, s->until);
	history_lasted(l->out, s->since, s->until == 0 ? l->now : s->until);
	output_text(l->out, span_end_name(s->why));
	output_span(l->out, s->gone / 1000000);
	return 0;
}

static int
history_outage(void *arg, const struct outage *o)
{
	struct listing *l = arg;

	output_time(l->out, o->since);
	if (o->until == 0)
		output_both(l->out, "now", NULL);
	else
		output_time(l->out, o->until);
	history_lasted(l->out, o->since, o->until == 0 ? l->now : o->until);
	output_text(l->out, outage_why_name(o->why));
	return 0;
}

static int
history_text(void *arg, const struct text_change *t)
{
	struct listing *l = arg;

	output_text(l->out, t->name);
	output_time(l->out, t->since);
	output_text(l->out, t->value);
	return 0;
}

static int
history_month(void *arg, const struct month *m)
{
	struct listing *l = arg;
	char text[24];

	snprintf(text, sizeof(text), "%d-%02d", m->year, m->month);
	output_text(l->out, text);
	output_number(l->out, (int64_t)m->bytes_in);
	output_number(l->out, (int64_t)m->bytes_out);
	return 0;
}

static void
history_record(struct output *o, const struct device *d,
    const struct presence *p, int64_t since)
{
	static const struct column columns[] = {{"device", "Device"},
	    {"since", "Since"}, {"availability", "Available"},
	    {"absent", "Absent"}, {"absences", "Absences"},
	    {"longest", "Longest"}};
	double share = presence_share(p);
	char text[32];

	snprintf(text, sizeof(text), "%.3f %%", share * 100);
	output_record(o, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(o, d->name);
	output_time(o, p->from == 0 ? since : p->from);
	output_both(
	    o, share < 0 ? "-" : text, share < 0 ? NULL : json_real(share));
	output_span(o, p->absent / 1000000);
	output_number(o, p->absences);
	output_span(o, p->longest / 1000000);
}

static enum store_result
history_presence(struct admin *a, const struct device *d, struct listing *l)
{
	static const struct column spans[] = {{"since", "THERE SINCE"},
	    {"until", "UNTIL"}, {"lasted", "FOR"}, {"why", "THEN"},
	    {"gone", "GONE WITHIN"}};
	static const struct column outages[] = {{"since", "SINCE"},
	    {"until", "UNTIL"}, {"lasted", "FOR"}, {"why", "WHY"}};
	enum store_result r;

	output_part(l->out, "spans", "Presence", spans, 5);
	output_order(l->out, "gone why");
	r = store_span_each(a->store, d->id, l->since, history_span, l);
	if (r != STORE_OK)
		return r;
	output_part(l->out, "outages", "Server away", outages, 4);
	return store_outage_each(a->store, l->since, history_outage, l);
}

static enum store_result
history_rest(struct admin *a, const struct device *d, struct listing *l)
{
	static const struct column texts[] = {
	    {"name", "NAME"}, {"since", "SINCE"}, {"value", "VALUE"}};
	static const struct column months[] = {{"month", "MONTH"},
	    {"bytes_in", "FROM DEVICE"}, {"bytes_out", "TO DEVICE"}};
	enum store_result r;

	r = device_health_show(a, d->id, l->since, l->now);
	if (r != STORE_OK)
		return r;
	output_part(l->out, "changes", "Changes", texts, 3);
	r = store_inventory_each(a->store, d->id, history_text, l);
	if (r != STORE_OK)
		return r;
	output_part(l->out, "months", "Bytes", months, 3);
	return store_series_months(a->store, d->id, history_month, l);
}

enum admin_exit
device_history_run(struct admin *a, const struct args *args)
{
	const char *text = args->value[ARG_SINCE];
	int64_t span = text == NULL ? SINCE : history_parse_since(text);
	struct listing l = {.out = a->out, .now = when_now()};
	enum store_result r;
	struct presence p;
	struct device d;

	if (span <= 0)
		return admin_usage(
		    "--since requires a time such as 12h or 7d, not %s", text);
	l.since = l.now - span;
	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	r = store_span_presence(a->store, d.id, l.since, l.now, &p);
	if (r != STORE_OK)
		return admin_result(a, r);
	history_record(a->out, &d, &p, l.since);
	if ((r = history_presence(a, &d, &l)) == STORE_OK)
		r = history_rest(a, &d, &l);
	return admin_result(a, r);
}
