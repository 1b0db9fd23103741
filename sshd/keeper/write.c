#include "config.h"

#include "absence.h"
#include "clock.h"
#include "join.h"
#include "report.h"
#include "skew.h"
#include "write.h"

#define WRITE_AFTER 0.1 /* s from the first row of a group */
#define WRITE_AGAIN 0.5 /* s from a write that failed to the next */
#define WRITE_LATEST 2.0 /* the same of a shared store, after several */
#define ALIVE_EVERY 5.0
#define LAST_TRIES 8 /* for what waits when the monitor has left; 8 s at most */

static void
write_after(struct keeper *k, double after)
{
	if (ev_is_active(&k->on_write))
		return;
	ev_timer_set(&k->on_write, after, 0.0);
	ev_timer_start(k->loop, &k->on_write);
}

/*
 * Remove the rows of an earlier run: its sessions, virtual forwards and tunnels.
 * The tunnels of a server that goes on are there still, so they stay until it has
 * told of them anew.
 */
static enum store_result
write_clear(struct keeper *k)
{
	enum store_result r;

	r = store_session_clear(k->store, k->node.name);
	if (r == STORE_OK)
		r = store_virtual_clear(k->store, k->node.name, skew_now(k));
	if (r == STORE_OK)
		r = k->where.since == 0
			? store_tunnel_clear(k->store, k->node.name, INT64_MAX)
			: store_tunnel_doubt(k->store, k->node.name);
	return r;
}

static enum store_result
write_clear_old(struct keeper *k)
{
	enum store_result r;

	r = store_tunnel_clear(k->store, k->node.name, 1);
	if (r == STORE_OK)
		k->old_tunnels = false;
	return r;
}

static enum store_result
write_node(struct keeper *k)
{
	int64_t now = skew_now(k);
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

/* A node that has to begin anew does so before it writes. */
static enum store_result
write_begin(struct keeper *k)
{
	enum store_result r;

	if ((r = join_resume(k)) == STORE_OK)
		r = write_node(k);
	group_share(k->group, store_shared(k->store), skew_offset(k));
	return r;
}

static void
write_failed(struct keeper *k)
{
	write_after(k, k->retry);
	if (store_shared(k->store) && k->retry < WRITE_LATEST)
		k->retry *= 2;
}

void
write_now(struct keeper *k)
{
	enum store_result r;

	ev_timer_stop(k->loop, &k->on_write);
	if ((r = write_begin(k)) == STORE_OK)
		r = group_write(k->group, k->store, clock_now());
	report_write(k, r);
	if (r != STORE_OK) {
		write_failed(k);
		return;
	}
	k->retry = WRITE_AGAIN;
	/* Young sessions and the rest of the history wait for another write. */
	if (group_waits(k->group))
		write_after(k, WRITE_AFTER);
}

/* What other nodes wait for is not held up by what they do not. */
static void
write_urgent(struct keeper *k)
{
	enum store_result r;

	if ((r = write_begin(k)) == STORE_OK)
		r = group_write_urgent(k->group, k->store);
	if (r != STORE_OK) {
		report_write(k, r);
		write_failed(k);
	}
}

void
write_soon(struct keeper *k)
{
	if (group_urgent(k->group) && !k->unwritable)
		write_urgent(k);
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
	if (k->old_tunnels)
		report_write(k, write_clear_old(k));
	write_after(k, WRITE_AFTER);
}

void
write_init(struct keeper *k)
{
	ev_timer_init(&k->on_write, on_write, 0.0, 0.0);
	ev_timer_init(&k->on_alive, on_alive, ALIVE_EVERY, ALIVE_EVERY);
	k->on_write.data = k->on_alive.data = k;
	k->retry = WRITE_AGAIN;
}

void
write_start(struct keeper *k)
{
	ev_timer_start(k->loop, &k->on_alive);
	absence_begin(k);
	k->node_due = true;
	k->fine = clock_now();
	k->old_tunnels = k->where.since != 0 && store_shared(k->store);
	write_now(k);
}

void
write_last(struct keeper *k)
{
	double until = clock_now() + LAST_TRIES;
	int i;

	group_share(k->group, store_shared(k->store), skew_offset(k));
	group_last_words(k->group);
	for (i = 0; i < LAST_TRIES && clock_now() < until; i++)
		if (group_write(k->group, k->store, clock_now()) == STORE_OK &&
		    write_clear(k) == STORE_OK && absence_stop(k) == STORE_OK &&
		    store_node_remove(k->store, k->node.name) == STORE_OK)
			break;
}
