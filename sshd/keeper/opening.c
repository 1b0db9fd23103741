#include "config.h"

#include "absence.h"
#include "changes.h"
#include "clock.h"
#include "join.h"
#include "opening.h"
#include "prune.h"
#include "report.h"
#include "skew.h"
#include "watch.h"
#include "write.h"

#define OPEN_AGAIN 0.2
#define OPEN_FOR 10.0 /* s for which a busy store is tried */
#define OPEN_SHARED_AGAIN 1.0
#define OPEN_SHARED_FOR 60.0 /* the same of one on another machine */
/* s for a server of our name that does not say that it is there any more */
#define OPEN_TAKEN_FOR 20.0

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

/* Open the store, and be one of its nodes. */
static enum store_result
opening_open(struct keeper *k, char error[STORE_ERROR])
{
	enum store_result r;

	r = store_open(
	    &k->store, k->where.url, STORE_SERVER | STORE_CREATE, error);
	if (r != STORE_OK)
		return r;
	k->node.started = skew_now(k);
	absence_look(k);
	if ((r = join_begin(k, error)) != STORE_OK) {
		store_close(k->store);
		k->store = NULL;
	}
	return r;
}

static bool
opening_may_wait(const struct keeper *k, enum store_result r)
{
	bool shared = store_url_shared(k->where.url);
	double now = clock_now();

	if (r == STORE_TAKEN)
		return shared && now < k->taken_until;
	return r == STORE_BUSY && now < k->open_until;
}

/* The server waits for a store on another machine: people may want to know. */
static void
opening_wait(struct keeper *k, const char *error)
{
	bool shared = store_url_shared(k->where.url);

	if (shared && !k->waits)
		report_state(k, true, false, error);
	k->waits = true;
	ev_timer_set(&k->on_open, shared ? OPEN_SHARED_AGAIN : OPEN_AGAIN, 0.0);
	ev_timer_start(k->loop, &k->on_open);
}

static void
opening_try(struct keeper *k)
{
	char error[STORE_ERROR];
	enum store_result r;

	if ((r = opening_open(k, error)) == STORE_OK)
		opening_done(k);
	else if (opening_may_wait(k, r))
		opening_wait(k, error);
	else
		report_refusal(k, error);
}

static void
on_open(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
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
	double now = clock_now();

	k->open_until =
	    now + (store_url_shared(k->where.url) ? OPEN_SHARED_FOR : OPEN_FOR);
	k->taken_until = now + OPEN_TAKEN_FOR;
	opening_try(k);
}
