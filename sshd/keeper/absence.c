#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "absence.h"
#include "clock.h"
#include "report.h"

#define PAUSE (30 * INT64_C(1000000)) /* us between two signs of life */

struct nodes {
	const char *name;
	int64_t alive; /* this node's last sign of life; 0: there is no row */
	int64_t others; /* the latest of another node */
};

static int
absence_node(void *arg, const struct node *n)
{
	struct nodes *all = arg;

	if (strcmp(n->name, all->name) == 0)
		all->alive = n->alive;
	else if (n->alive > all->others)
		all->others = n->alive;
	return 0;
}

static void
absence_text(int64_t at, char out[32])
{
	time_t seconds = (time_t)(at / 1000000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Whoever reads the event log shall know what is not on the disk. */
static void
absence_say(struct keeper *k, int64_t since, int64_t now)
{
	char text[MSG_TEXT], at[32];

	absence_text(since, at);
	if (k->where.since != 0)
		snprintf(text, sizeof(text),
		    "the keeper was started anew; health figures of at most "
		    "one hour before %s are lost",
		    at);
	else
		snprintf(text, sizeof(text),
		    "the server was killed at %s and away for %lld s; health "
		    "figures of at most one hour before are lost",
		    at, (long long)((now - since) / 1000000));
	report_state(k, true, false, text);
}

void
absence_begin(struct keeper *k)
{
	struct nodes all = {.name = k->node.name};
	struct outage o = {.until = clock_wall(), .why = OUTAGE_KILLED};

	if (k->where.history == 0 ||
	    store_node_each(k->store, absence_node, &all) != STORE_OK)
		return;
	store_outage_end(k->store, o.until);
	if (all.alive == 0)
		return;
	absence_say(k, all.alive, o.until);
	o.since = all.alive;
	/* With a keeper that was lost the monitor went on. */
	if (k->where.since == 0 && o.until > o.since &&
	    all.others < o.until - STORE_NODE_GONE)
		store_outage_add(k->store, &o);
}

void
absence_check(struct keeper *k, int64_t last, int64_t now)
{
	const struct outage o = {last, now, OUTAGE_PAUSED};

	if (k->where.history != 0 && last != 0 && now - last > PAUSE)
		store_outage_add(k->store, &o);
}

enum store_result
absence_stop(struct keeper *k)
{
	struct nodes all = {.name = k->node.name};
	struct outage o = {.since = clock_wall(), .why = OUTAGE_STOPPED};
	enum store_result r;

	if (k->where.history == 0)
		return STORE_OK;
	r = store_node_each(k->store, absence_node, &all);
	if (r != STORE_OK || all.others > o.since - STORE_NODE_GONE)
		return r;
	return store_outage_add(k->store, &o);
}
