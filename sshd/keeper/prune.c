#include "config.h"

#include "prune.h"
#include "skew.h"

#define STEP 1.0 /* s from a step to the next */
#define AGAIN 21600.0 /* s from a whole turn to the next */
#define DAY (86400 * INT64_C(1000000))

static void
prune_after(struct keeper *k, double after)
{
	ev_timer_set(&k->on_prune, after, 0.0);
	ev_timer_start(k->loop, &k->on_prune);
}

/* What fails, as on a full disk, is tried again. */
static void
on_prune(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;
	bool more = true;

	(void)loop;
	(void)events;
	if (!k->unwritable)
		store_history_prune(k->store,
		    skew_now(k) - (int64_t)k->where.history * DAY, &k->pruned,
		    &more);
	prune_after(k, more ? STEP : AGAIN);
}

void
prune_init(struct keeper *k)
{
	ev_timer_init(&k->on_prune, on_prune, STEP, 0.0);
	k->on_prune.data = k;
}

void
prune_start(struct keeper *k)
{
	prune_after(k, STEP);
}
