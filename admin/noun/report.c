/*
 * The availability of tags and devices, worst first.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "admin.h"
#include "when.h"

#define SINCE (30 * 86400 * INT64_C(1000000)) /* unless --since says */
#define US 1000000

/* A device, or a tag with the sums of its devices. */
struct line {
	char name[DEVICE_NAME];
	char alias[DEVICE_NAME];
	char *tags; /* NULL: a tag's line */
	unsigned int devices;
	struct presence presence;
	UT_hash_handle hh;
};

struct lines {
	const struct args *args;
	struct line **line;
	size_t n, room;
	struct line *tags; /* by name */
	bool failed; /* no memory */
};

static bool
report_wanted(const struct args *args, const struct device *d)
{
	int i;

	for (i = 0; i < args->tags; i++)
		if (!device_has_tag(d->tags, args->tag[i]))
			return false;
	return true;
}

static int
report_add(struct lines *all, struct line *line)
{
	size_t room = all->room == 0 ? 256 : all->room * 2;
	struct line **more;

	if (all->n == all->room) {
		more = reallocarray(all->line, room, sizeof(struct line *));
		if (more == NULL)
			return -1;
		all->line = more;
		all->room = room;
	}
	all->line[all->n++] = line;
	return 0;
}

static struct line *
report_tag(struct lines *all, const char *tag)
{
	struct line *line;

	HASH_FIND_STR(all->tags, tag, line);
	if (line != NULL || (line = calloc(1, sizeof(*line))) == NULL)
		return line;
	snprintf(line->name, sizeof(line->name), "%s", tag);
	HASH_ADD_STR(all->tags, name, line);
	if (line->hh.tbl != NULL && report_add(all, line) == 0)
		return line;
	return NULL;
}

static void
report_sum(struct presence *sum, const struct presence *p)
{
	if (p->from == 0)
		return;
	if (sum->from == 0 || p->from < sum->from)
		sum->from = p->from;
	sum->present += p->present;
	sum->absent += p->absent;
	sum->absences += p->absences;
	if (p->longest > sum->longest)
		sum->longest = p->longest;
}

static int
report_tags(struct lines *all, const struct report *r)
{
	char tags[DEVICE_TAGS], *tag, *rest = tags;
	struct line *line;

	snprintf(tags, sizeof(tags), "%s", r->device.tags);
	while ((tag = strsep(&rest, ",")) != NULL) {
		if (*tag == '\0')
			continue;
		if ((line = report_tag(all, tag)) == NULL)
			return -1;
		line->devices++;
		report_sum(&line->presence, &r->presence);
	}
	return 0;
}

static int
report_take(void *arg, const struct report *r)
{
	struct lines *all = arg;
	struct line *line;

	if (!report_wanted(all->args, &r->device))
		return 0;
	if ((line = calloc(1, sizeof(*line))) == NULL ||
	    (line->tags = strdup(r->device.tags)) == NULL ||
	    report_add(all, line) == -1) {
		if (line != NULL)
			free(line->tags);
		free(line);
		all->failed = true;
		return 1;
	}
	memcpy(line->name, r->device.name, sizeof(line->name));
	memcpy(line->alias, r->device.alias, sizeof(line->alias));
	line->devices = 1;
	line->presence = r->presence;
	all->failed = report_tags(all, r) == -1;
	return all->failed;
}

/* Tags before devices, worst first; then those of which nothing is known. */
static int
report_compare(const void *a, const void *b)
{
	const struct line *x = *(struct line *const *)a,
			  *y = *(struct line *const *)b;
	double of_x = presence_share(&x->presence),
	       of_y = presence_share(&y->presence);

	if ((x->tags == NULL) != (y->tags == NULL))
		return x->tags == NULL ? -1 : 1;
	if ((of_x < 0) != (of_y < 0))
		return of_x < 0 ? 1 : -1;
	if (of_x < of_y || of_x > of_y)
		return of_x < of_y ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
report_print(struct output *o, const struct line *line)
{
	const struct presence *p = &line->presence;
	double share = presence_share(p);
	char text[32];

	/* 99.9996 % is not 100 %. */
	snprintf(text, sizeof(text), "%.3f %%",
	    p->absent > 0 && share > 0.99999 ? 99.999 : share * 100);
	output_text(o, line->tags == NULL ? line->name : NULL);
	output_text(o, line->tags == NULL ? NULL : line->name);
	output_text(o, line->alias);
	output_number(o, line->devices);
	output_both(
	    o, share < 0 ? "-" : text, share < 0 ? NULL : json_real(share));
	output_span(o, p->absent / US);
	output_number(o, p->absences);
	output_span(o, p->longest / US);
	output_time(o, p->from);
	if (line->tags == NULL)
		output_both(o, "-", NULL);
	else
		output_words(o, line->tags);
}

static void
report_free(struct lines *all)
{
	size_t i;

	HASH_CLEAR(hh, all->tags);
	for (i = 0; i < all->n; i++) {
		free(all->line[i]->tags);
		free(all->line[i]);
	}
	free(all->line);
}

static enum admin_exit
run_report(struct admin *a, const struct args *args)
{
	static const struct column columns[] = {{"tag", "TAG"},
	    {"device", "DEVICE"}, {"alias", "ALIAS"}, {"devices", "DEVICES"},
	    {"availability", "AVAILABLE"}, {"absent", "ABSENT"},
	    {"absences", "ABSENCES"}, {"longest", "LONGEST"},
	    {"since", "SINCE"}, {"tags", NULL}};
	const char *text = args->value[ARG_SINCE];
	int64_t now = when_now(),
		span = text == NULL ? SINCE : history_parse_since(text);
	struct lines all = {.args = args};
	enum store_result r;
	size_t i;

	if (span <= 0)
		return admin_usage(
		    "--since requires a time such as 12h or 30d, not %s", text);
	if (args->value[ARG_CSV] != NULL)
		output_csv(a->out);
	r = store_report(a->store, now - span, now, report_take, &all);
	if (r == STORE_OK && !all.failed) {
		if (all.n > 0)
			qsort(all.line, all.n, sizeof(struct line *),
			    report_compare);
		output_table(
		    a->out, columns, sizeof(columns) / sizeof(columns[0]));
		output_order(a->out, "since longest absences alias devices");
		for (i = 0; i < all.n; i++)
			report_print(a->out, all.line[i]);
	}
	report_free(&all);
	return all.failed ? admin_fail("out of memory") : admin_result(a, r);
}

static const struct verb verbs[] = {
    {NULL, "[--tag T]... [--since TIME] [--csv] [-o A,B]",
	"Report the availability of tags and devices, worst first.",
	"The time in which the server itself was away counts for no device, "
	"and a device\ncounts from its first poll on.  Disabled devices are "
	"left out.  TIME is how far\nback, 12h or 30d (default 30d).",
	0, 0,
	ARG_BIT(ARG_TAG) | ARG_BIT(ARG_SINCE) | ARG_BIT(ARG_CSV) |
	    ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_report},
    {.run = NULL},
};

const struct noun noun_report = {
    "report", "report the availability of devices", verbs};
