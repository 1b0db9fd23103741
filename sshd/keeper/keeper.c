#include "config.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "changes.h"
#include "enrol.h"
#include "reserve.h"
#include "runner.h"
#include "take.h"
#include "tell.h"

#define WRITE_AFTER 0.1 /* s from the first row of a group */
#define WRITE_AGAIN 0.5 /* s after a write that failed */
#define OPEN_AGAIN 0.2
#define OPEN_FOR 10.0 /* s that a busy store is waited for */
#define ALIVE_EVERY 5.0
#define LOOK_FIRST 0.002 /* s from a write seen to a look at the store */
#define LOOK_LAST 0.3
#define IN_A_ROW 256 /* messages taken before other things */
#define QUEUE (1 << 20)
#define LAST_TRIES 8 /* to write what waits when the monitor left */

static int64_t
wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

double
keeper_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void
keeper_stop(struct keeper *k)
{
	ev_break(k->loop, EVBREAK_ALL);
}

static void
start_timer(struct keeper *k, ev_timer *t, double after)
{
	if (ev_is_active(t))
		return;
	ev_timer_set(t, after, 0.0);
	ev_timer_start(k->loop, t);
}

/* --- to the store --- */

/* Nothing of an earlier run is true any more. */
static enum store_result
clear(struct keeper *k)
{
	enum store_result r;

	r = store_session_clear(k->store, k->node.name);
	if (r == STORE_OK)
		r = store_virtual_clear(k->store, k->node.name, wall_us());
	return r;
}

static enum store_result
write_node(struct keeper *k)
{
	enum store_result r;

	if (!k->cleared && (r = clear(k)) != STORE_OK)
		return r;
	k->cleared = true;
	if (!k->node_due)
		return STORE_OK;
	k->node.alive = wall_us();
	if ((r = store_node_put(k->store, &k->node)) == STORE_OK)
		k->node_due = false;
	return r;
}

void
keeper_write(struct keeper *k)
{
	enum store_result r;

	ev_timer_stop(k->loop, &k->on_write);
	if ((r = write_node(k)) == STORE_OK)
		r = group_write(k->group, k->store, keeper_now());
	tell_write(k, r);
	if (r != STORE_OK) {
		start_timer(k, &k->on_write, WRITE_AGAIN);
		return;
	}
	/* Young sessions stay for another round. */
	if (group_rows(k->group) > 0)
		start_timer(k, &k->on_write, WRITE_AFTER);
}

static void
on_write(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	keeper_write(t->data);
}

static void
on_alive(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;

	(void)loop;
	(void)events;
	k->node_due = true;
	start_timer(k, &k->on_write, WRITE_AFTER);
}

/* --- from the store --- */

static void
look(struct keeper *k)
{
	enum store_result r;
	bool changed;

	if ((r = store_changed(k->store, &changed)) == STORE_OK && changed)
		r = changes_send(k);
	if (r != STORE_OK)
		tell_read(k, r);
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
	look(k);
	k->again *= 2;
	if (k->again < LOOK_LAST)
		start_timer(k, &k->on_look, k->again);
}

static void
on_watch(struct ev_loop *loop, ev_io *w, int events)
{
	struct keeper *k = w->data;

	(void)events;
	store_watch_drain(k->store);
	look(k);
	k->again = LOOK_FIRST;
	ev_timer_stop(loop, &k->on_look);
	start_timer(k, &k->on_look, k->again);
}

static void
on_second(struct ev_loop *loop, ev_timer *t, int events)
{
	struct keeper *k = t->data;
	enum store_result r;

	(void)loop;
	(void)events;
	r = store_alive(k->store);
	tell_read(k, r);
	if (r != STORE_OK)
		return;
	tell_state(k, true, false, "");
	look(k);
}

/* --- opening --- */

static void
start_watching(struct keeper *k)
{
	int fd = store_watch(k->store);

	if (fd != -1) {
		ev_io_set(&k->on_watch, fd, EV_READ);
		ev_io_start(k->loop, &k->on_watch);
	}
	ev_timer_set(&k->on_second, 1.0, 1.0);
	ev_timer_start(k->loop, &k->on_second);
	ev_timer_set(&k->on_alive, ALIVE_EVERY, ALIVE_EVERY);
	ev_timer_start(k->loop, &k->on_alive);
}

static void
begin(struct keeper *k)
{
	tell_state(k, true, false, store_notice(k->store));
	start_watching(k);
	k->node.pid = k->where.pid;
	k->node.started = wall_us();
	k->node_due = true;
	keeper_write(k);
	if (changes_load(k) != STORE_OK)
		tell_refusal(k, store_error(k->store));
}

void
keeper_open(struct keeper *k)
{
	char error[STORE_ERROR];
	enum store_result r;

	if (k->open_until == 0)
		k->open_until = keeper_now() + OPEN_FOR;
	r = store_open(
	    &k->store, k->where.url, STORE_SERVER | STORE_CREATE, error);
	if (r == STORE_OK)
		begin(k);
	else if (r == STORE_BUSY && keeper_now() < k->open_until)
		start_timer(k, &k->on_open, OPEN_AGAIN);
	else
		tell_refusal(k, error);
}

static void
on_open(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	keeper_open(t->data);
}

/* --- from the monitor --- */

static void
on_sock(struct ev_loop *loop, ev_io *w, int events)
{
	struct keeper *k = w->data;
	enum msg_result r = MSG_OK;
	const char *reason;
	int i, fd;

	(void)loop;
	(void)events;
	for (i = 0; i < IN_A_ROW && r == MSG_OK; i++) {
		if ((r = msg_recv(k->sock, &k->in, &fd, &reason)) != MSG_OK)
			break;
		if (take(k) == -1)
			r = MSG_BAD;
	}
	k->failed |= r == MSG_BAD;
	if (r == MSG_EOF || r == MSG_BAD)
		keeper_stop(k);
	if (k->store == NULL)
		return;
	if (group_rows(k->group) >= GROUP_ROWS && !k->unwritable)
		keeper_write(k);
	else if (group_rows(k->group) > 0 || k->node_due)
		start_timer(k, &k->on_write, WRITE_AFTER);
}

/* --- the whole --- */

/* The monitor is gone: write what waits, and leave nothing that is untrue. */
static void
finish(struct keeper *k)
{
	int i;

	for (i = 0; k->store != NULL && i < LAST_TRIES; i++)
		if (group_write(k->group, k->store, keeper_now()) == STORE_OK &&
		    clear(k) == STORE_OK &&
		    store_node_remove(k->store, k->node.name) == STORE_OK)
			break;
	store_close(k->store);
	group_free(k->group);
}

static void
set_up(struct keeper *k)
{
	ev_io_init(&k->on_sock, on_sock, k->sock, EV_READ);
	ev_io_init(&k->on_watch, on_watch, -1, EV_READ);
	ev_timer_init(&k->on_open, on_open, 0.0, 0.0);
	ev_timer_init(&k->on_write, on_write, 0.0, 0.0);
	ev_timer_init(&k->on_look, on_look, 0.0, 0.0);
	ev_timer_init(&k->on_second, on_second, 0.0, 0.0);
	ev_timer_init(&k->on_alive, on_alive, 0.0, 0.0);
	k->on_sock.data = k->on_watch.data = k;
	k->on_open.data = k->on_write.data = k->on_look.data = k;
	k->on_second.data = k->on_alive.data = k;
	ev_io_start(k->loop, &k->on_sock);
}

int
keeper_run(int sock)
{
	struct keeper *k;
	int r = -1;

	if ((k = calloc(1, sizeof(*k))) == NULL)
		return -1;
	k->sock = sock;
	reserve_start();
	if ((k->loop = ev_loop_new(EVFLAG_AUTO)) == NULL ||
	    (k->out = msgq_new(sock, QUEUE)) == NULL ||
	    (k->runner = runner_new(k->loop, enrol_checked, k)) == NULL)
		goto out;
	set_up(k);
	ev_run(k->loop, 0);
	finish(k);
	r = k->failed ? -1 : 0;
out:
	runner_free(k->runner);
	msgq_free(k->out);
	if (k->loop != NULL)
		ev_loop_destroy(k->loop);
	free(k);
	return r;
}
