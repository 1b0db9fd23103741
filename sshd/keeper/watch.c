#include "config.h"

#include "alerts.h"
#include "changes.h"
#include "join.h"
#include "lead.h"
#include "nodes.h"
#include "report.h"
#include "watch.h"

#define LOOK_FIRST 0.002 /* s from a write to a look at the store */
#define LOOK_LAST 0.3
#define ENDS_EVERY 60 /* s between looks for what ends soon */

static void
watch_look(struct keeper *k)
{
	enum store_result r;
	bool changed;

	if ((r = store_changed(k->store, &changed)) == STORE_OK && changed)
		r = changes_send(k);
	if (r != STORE_OK)
		report_read(k, r);
}

static void
watch_look_after(struct keeper *k, double after)
{
	k->again = after;
	ev_timer_set(&k->on_look, after, 0.0);
	ev_timer_start(k->loop, &k->on_look);
}

/*
 * The watch fires when a commit is being written, which is before it can be
 * read: look now, and again ever later, for as long as a slow disk may take.
 */
static void
on_look(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;

	(void)loop;
	(void)events;
	watch_look(k);
	if (k->again * 2 < LOOK_LAST)
		watch_look_after(k, k->again * 2);
}

static void
on_watch(struct ev_loop *loop, ev_io *w, int events)
{
	struct keeper *k = w->data;

	(void)events;
	store_watch_drain(k->store);
	watch_look(k);
	ev_timer_stop(loop, &k->on_look);
	watch_look_after(k, LOOK_FIRST);
}

static void
on_second(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;
	enum store_result r;

	(void)loop;
	(void)events;
	if ((r = store_alive(k->store)) == STORE_OK &&
	    (r = join_resume(k)) == STORE_OK && (r = nodes_look(k)) == STORE_OK)
		r = lead_look(k);
	report_read(k, r);
	if (r != STORE_OK)
		lead_lost(k);
	if (report_fine(k)) {
		alerts_full(k);
		report_state(k, true, false, "");
	}
	if (r != STORE_OK)
		return;
	watch_look(k);
	if (k->seconds++ % ENDS_EVERY == 0)
		report_read(k, alerts_ends(k));
}

void
watch_init(struct keeper *k)
{
	ev_io_init(&k->on_watch, on_watch, -1, EV_READ);
	ev_timer_init(&k->on_look, on_look, 0.0, 0.0);
	ev_timer_init(&k->on_second, on_second, 1.0, 1.0);
	k->on_watch.data = k->on_look.data = k->on_second.data = k;
}

void
watch_start(struct keeper *k)
{
	int fd = store_watch(k->store);

	if (fd != -1) {
		ev_io_set(&k->on_watch, fd, EV_READ);
		ev_io_start(k->loop, &k->on_watch);
	}
	ev_timer_start(k->loop, &k->on_second);
}
