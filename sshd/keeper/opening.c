#include "config.h"

#include "changes.h"
#include "clock.h"
#include "opening.h"
#include "prune.h"
#include "report.h"
#include "watch.h"
#include "write.h"

#define OPEN_AGAIN 0.2
#define OPEN_FOR 10.0 /* s for which a busy store is tried */

static void
opening_done(struct keeper *k)
{
	report_state(k, true, false, store_notice(k->store));
	watch_start(k);
	write_start(k);
	prune_start(k);
	if (changes_load(k) != STORE_OK)
		report_refusal(k, store_error(k->store));
}

static void
opening_try(struct keeper *k)
{
	char error[STORE_ERROR];
	enum store_result r;

	r = store_open(
	    &k->store, k->where.url, STORE_SERVER | STORE_CREATE, error);
	if (r == STORE_OK)
		opening_done(k);
	else if (r == STORE_BUSY && clock_now() < k->open_until)
		ev_timer_start(k->loop, &k->on_open);
	else
		report_refusal(k, error);
}

static void
on_open(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	ev_timer_set(t, OPEN_AGAIN, 0.0);
	opening_try(t->data);
}

void
opening_init(struct keeper *k)
{
	ev_timer_init(&k->on_open, on_open, OPEN_AGAIN, 0.0);
	k->on_open.data = k;
}

void
opening_start(struct keeper *k)
{
	k->open_until = clock_now() + OPEN_FOR;
	opening_try(k);
}
