#include "config.h"

#include "absence.h"
#include "clock.h"
#include "report.h"
#include "write.h"

#define WRITE_AFTER 0.1 /* s from the first row of a group */
#define WRITE_AGAIN 0.5 /* s from a write that failed to the next */
#define ALIVE_EVERY 5.0
#define LAST_TRIES 8 /* s for writing what waits when the monitor has left */

static void
write_after(struct keeper *k, double after)
{
	if (ev_is_active(&k->on_write))
		return;
	ev_timer_set(&k->on_write, after, 0.0);
	ev_timer_start(k->loop, &k->on_write);
}

/* Remove the rows of an earlier run: its sessions and virtual forwards. */
static enum store_result
write_clear(struct keeper *k)
{
	enum store_result r;

	r = store_session_clear(k->store, k->node.name);
	if (r == STORE_OK)
		r = store_virtual_clear(k->store, k->node.name, clock_wall());
	return r;
}

static enum store_result
write_node(struct keeper *k)
{
	int64_t now = clock_wall();
	enum store_result r;

	if (!k->cleared && (r = write_clear(k)) != STORE_OK)
		return r;
	k->cleared = true;
	if (!k->node_due)
		return STORE_OK;
	absence_check(k, k->node.alive, now);
	k->node.alive = now;
	if ((r = store_node_put(k->store, &k->node)) == STORE_OK)
		k->node_due = false;
	return r;
}

void
write_now(struct keeper *k)
{
	enum store_result r;

	ev_timer_stop(k->loop, &k->on_write);
	if ((r = write_node(k)) == STORE_OK)
		r = group_write(k->group, k->store, clock_now());
	report_write(k, r);
	if (r != STORE_OK) {
		write_after(k, WRITE_AGAIN);
		return;
	}
	/* Young sessions and the rest of the history wait for another write. */
	if (group_waits(k->group))
		write_after(k, WRITE_AFTER);
}

void
write_soon(struct keeper *k)
{
	if (group_rows(k->group) >= GROUP_ROWS && !k->unwritable)
		write_now(k);
	else if (group_waits(k->group) || k->node_due)
		write_after(k, WRITE_AFTER);
}

static void
on_write(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	write_now(t->data);
}

static void
on_alive(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;

	(void)loop;
	(void)events;
	k->node_due = true;
	write_after(k, WRITE_AFTER);
}

void
write_init(struct keeper *k)
{
	ev_timer_init(&k->on_write, on_write, 0.0, 0.0);
	ev_timer_init(&k->on_alive, on_alive, ALIVE_EVERY, ALIVE_EVERY);
	k->on_write.data = k->on_alive.data = k;
}

void
write_start(struct keeper *k)
{
	ev_timer_start(k->loop, &k->on_alive);
	absence_begin(k);
	k->node.pid = k->where.pid;
	k->node.started = clock_wall();
	k->node_due = true;
	write_now(k);
}

void
write_last(struct keeper *k)
{
	int i;

	group_last_words(k->group);
	for (i = 0; i < LAST_TRIES; i++)
		if (group_write(k->group, k->store, clock_now()) == STORE_OK &&
		    write_clear(k) == STORE_OK && absence_stop(k) == STORE_OK &&
		    store_node_remove(k->store, k->node.name) == STORE_OK)
			break;
}
