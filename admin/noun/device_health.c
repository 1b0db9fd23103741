#include "config.h"

#include <stdio.h>
#include <string.h>

#include "device_health.h"
#include "health_field.h"
#include "when.h"

#define MARKS 40 /* of a line */
#define FIELDS 32 /* shown; a device may tell others from day to day */

struct mark {
	double sum;
	unsigned int n;
};

struct field {
	char key[HISTORY_KEY];
	double least, most, last, sum;
	unsigned int n;
	struct mark mark[MARKS];
	json_t *points;
};

struct health {
	bool json;
	int64_t since, now;
	unsigned int fields;
	struct field field[FIELDS];
};

static struct field *
health_get(struct health *h, const char *key)
{
	struct field *f = h->field;
	unsigned int i;

	for (i = 0; i < h->fields; i++, f++)
		if (strcmp(f->key, key) == 0)
			return f;
	if (h->fields == FIELDS)
		return NULL;
	h->fields++;
	memset(f, 0, sizeof(*f));
	snprintf(f->key, sizeof(f->key), "%s", key);
	f->points = json_array();
	return f;
}

static json_t *
health_point(const struct point *p)
{
	char at[WHEN_TEXT];

	return json_pack("[s, o, f, o]", when_seconds(p->at, at),
	    p->ranged ? json_real(p->least) : json_null(), p->mean,
	    p->ranged ? json_real(p->most) : json_null());
}

static int
health_take(void *arg, const struct point *p)
{
	double least, most;
	struct health *h = arg;
	struct field *f = health_get(h, p->key);
	int64_t at = (p->at - h->since) * MARKS / (h->now - h->since + 1);

	if (f == NULL)
		return 0;
	least = p->ranged ? p->least : p->mean;
	most = p->ranged ? p->most : p->mean;
	if (f->n == 0 || least < f->least)
		f->least = least;
	if (f->n == 0 || most > f->most)
		f->most = most;
	f->sum += p->mean;
	f->last = p->mean;
	f->n++;
	if (at >= 0 && at < MARKS) {
		f->mark[at].sum += p->mean;
		f->mark[at].n++;
	}
	if (h->json)
		json_array_append_new(f->points, health_point(p));
	return 0;
}

/* A mark's height shows the mean; a blank: nothing is known. */
static void
health_line(const struct field *f, char line[MARKS + 3])
{
	static const char marks[] = "_.:-=+*#";
	double mean, least = 0, most = 0;
	bool any = false;
	int i;

	for (i = 0; i < MARKS; i++) {
		if (f->mark[i].n == 0)
			continue;
		mean = f->mark[i].sum / f->mark[i].n;
		if (!any || mean < least)
			least = mean;
		if (!any || mean > most)
			most = mean;
		any = true;
	}
	line[0] = line[MARKS + 1] = '|';
	line[MARKS + 2] = '\0';
	for (i = 0; i < MARKS; i++) {
		line[i + 1] = ' ';
		if (f->mark[i].n == 0)
			continue;
		mean = f->mark[i].sum / f->mark[i].n;
		line[i + 1] =
		    marks[most > least
			      ? (int)((mean - least) / (most - least) * 7)
			      : 3];
	}
}

static void
health_value(struct output *o, double number)
{
	char text[40];

	snprintf(text, sizeof(text), "%.10g",
	    (double)(int64_t)(number * 100 + (number < 0 ? -0.5 : 0.5)) / 100);
	output_both(o, text, json_real(number));
}

static void
health_row(struct output *o, const struct field *f)
{
	const struct health_field *known = health_field_find(f->key);
	char line[MARKS + 3];

	health_line(f, line);
	output_text(o, known != NULL ? known->name : f->key);
	output_text(o, known != NULL ? known->unit : "");
	health_value(o, f->last);
	health_value(o, f->least);
	health_value(o, f->sum / f->n);
	health_value(o, f->most);
	output_both(o, line, f->points);
}

enum store_result
device_health_show(struct admin *a, int64_t device, int64_t since, int64_t now)
{
	static const struct column columns[] = {{"field", "FIELD"},
	    {"unit", "UNIT"}, {"last", "LAST"}, {"least", "LEAST"},
	    {"mean", "MEAN"}, {"most", "MOST"}, {"points", "BY TIME"}};
	struct health h = {
	    .json = output_json(a->out), .since = since, .now = now};
	enum store_result r;
	unsigned int i;

	r = store_series_each(a->store, device, NULL, since, health_take, &h);
	output_part(a->out, "health", "Health", columns,
	    sizeof(columns) / sizeof(columns[0]));
	output_order(a->out, "unit mean points:12");
	for (i = 0; i < h.fields; i++)
		health_row(a->out, &h.field[i]);
	return r;
}
