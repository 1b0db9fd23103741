/*
 * Counts and tags, which take a look at every device.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "print.h"
#include "view.h"

#define EVERY (5 * INT64_C(1000000)) /* us */
#define SHARE 200 /* of the time that a look takes */

/* When to look again after a look that took so long. */
static int64_t
tally_next(const struct view *v, double took)
{
	int64_t pause = (int64_t)(took * 1e6) * SHARE;

	return v->now + (pause > EVERY ? pause : EVERY);
}

/* A query but for its order and page, as a text that is equal for equal ones. */
static void
tally_name(const struct fleet_query *q, char out[VIEW_QUERY])
{
	size_t n;
	int i;

	n = (size_t)snprintf(out, VIEW_QUERY, "%d%d%d\n%s", q->by_state,
	    (int)q->state, q->wrong, q->text != NULL ? q->text : "");
	for (i = 0; i < q->tags && n < VIEW_QUERY; i++)
		n += (size_t)snprintf(
		    out + n, VIEW_QUERY - n, "\n#%s", q->tag[i]);
	for (i = 0; i < q->wheres && n < VIEW_QUERY; i++)
		n += (size_t)snprintf(out + n, VIEW_QUERY - n, "\n%s %d %s",
		    q->where[i].field, (int)q->where[i].op, q->where[i].value);
	/* What does not fit is its own: such a text equals no other. */
	if (n >= VIEW_QUERY)
		out[0] = '\0';
}

/* The tally of this query, or the oldest one, emptied. */
static struct tally *
tally_of(struct view *v, const char *query)
{
	struct tally *t, *oldest = v->tallies;

	for (t = v->tallies; t < v->tallies + VIEW_TALLIES; t++) {
		if (*query != '\0' && strcmp(t->query, query) == 0)
			return t;
		if (t->made < oldest->made)
			oldest = t;
	}
	memset(oldest, 0, sizeof(*oldest));
	memcpy(oldest->query, query, sizeof(oldest->query));
	return oldest;
}

enum store_result
view_count(
    struct view *v, const struct fleet_query *q, const struct tally **out)
{
	char name[VIEW_QUERY] = "";
	enum store_result r;
	struct tally *t;
	uint64_t print;
	double start;

	tally_name(q, name);
	*out = t = tally_of(v, name);
	if (t->made != 0 && v->now < t->again && v->now >= t->made)
		return STORE_OK;
	start = clock_now();
	if ((r = store_fleet_count(v->store, q, &t->counts)) != STORE_OK)
		return r;
	t->again = tally_next(v, clock_now() - start);
	print = print_counts(&t->counts);
	if (t->made == 0 || print != t->print)
		t->changed = v->now;
	t->print = print;
	t->made = v->now;
	return STORE_OK;
}

static int
tally_tag(void *arg, const char *tag, unsigned int n)
{
	json_t *tags = arg;

	json_array_append_new(
	    tags, json_pack("{s:s, s:I}", "tag", tag, "n", (json_int_t)n));
	return json_array_size(tags) < VIEW_TAGS ? 0 : 1;
}

enum store_result
view_tags(struct view *v, json_t **tags)
{
	enum store_result r;
	json_t *list;
	double start;

	*tags = v->tags;
	if (v->tags != NULL && v->now < v->tags_again)
		return STORE_OK;
	start = clock_now();
	list = json_array();
	if ((r = store_fleet_tags(v->store, tally_tag, list)) != STORE_OK) {
		json_decref(list);
		return r;
	}
	json_decref(v->tags);
	*tags = v->tags = list;
	v->tags_again = tally_next(v, clock_now() - start);
	return STORE_OK;
}
