#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "absence.h"
#include "report.h"
#include "skew.h"

#define PAUSE (30 * INT64_C(1000000)) /* us between two signs of life */

static int
absence_node(void *arg, const struct node *n)
{
	struct keeper *k = arg;

	if (strcmp(n->name, k->node.name) == 0)
		k->before.alive = n->alive;
	else if (n->alive > k->before.others)
		k->before.others = n->alive;
	return 0;
}

enum store_result
absence_look(struct keeper *k)
{
	memset(&k->before, 0, sizeof(k->before));
	return store_node_look(k->store, absence_node, k);
}

/* Whether another node was there, as of the last look. */
static bool
absence_others(const struct keeper *k, int64_t now)
{
	return k->before.others > now - STORE_NODE_GONE;
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
	const struct absence_look *b = &k->before;
	struct outage o = {.until = skew_now(k), .why = OUTAGE_KILLED};

	if (k->where.history == 0)
		return;
	store_outage_end(k->store, o.until);
	/* The last one that was there ends the time of all. */
	o.since = b->alive > b->others || !store_shared(k->store) ? b->alive
								  : b->others;
	if (b->alive != 0)
		absence_say(k, b->alive, o.until);
	/* With a keeper that was lost the monitor went on. */
	if (o.since != 0 && k->where.since == 0 && o.until > o.since &&
	    !absence_others(k, o.until))
		store_outage_add(k->store, &o);
}

void
absence_check(struct keeper *k, int64_t last, int64_t now)
{
	const struct outage o = {last, now, OUTAGE_PAUSED};

	if (k->where.history == 0 || last == 0 || now - last <= PAUSE)
		return;
	if (absence_look(k) == STORE_OK && !absence_others(k, now))
		store_outage_add(k->store, &o);
}

enum store_result
absence_stop(struct keeper *k)
{
	struct outage o = {.since = skew_now(k), .why = OUTAGE_STOPPED};
	enum store_result r;

	if (k->where.history == 0)
		return STORE_OK;
	if ((r = absence_look(k)) != STORE_OK || absence_others(k, o.since))
		return r;
	return store_outage_add(k->store, &o);
}
