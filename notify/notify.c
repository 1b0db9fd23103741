#include "config.h"

#include <ev.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert_line.h"
#include "clock.h"
#include "courier.h"
#include "filter.h"
#include "launcher.h"
#include "notify.h"
#include "say.h"
#include "seal.h"
#include "state.h"
#include "stream.h"

#define LOOK_EVERY 60 /* s, should inotify(7) lose an event */
#define SAVE_AGAIN 30 /* s, after a failure */
#define STOP_WITHIN 5 /* s, for attempts under way */

struct notify {
	const struct conf *conf;
	struct ev_loop *loop;
	struct stream *stream;
	struct courier couriers[CONF_RECEIVERS];
	struct ev_io on_stream, on_launcher;
	struct ev_timer look, save, stop;
	struct ev_prepare turn;
	struct ev_signal term, interrupt;
	unsigned int malformed; /* lines, since the last that was said */
	bool dirty;
	bool save_failed;
	bool stops;
	int status;
};

static void
notify_stop(struct notify *n, int status)
{
	n->status = status;
	ev_break(n->loop, EVBREAK_ALL);
}

/* ---- the state ---- */

static json_t *
notify_state(struct notify *n)
{
	json_t *receivers = json_object();
	size_t i;

	for (i = 0; i < n->conf->n; i++)
		json_object_set_new(receivers, n->conf->receiver[i].name,
		    queue_json(&n->couriers[i].queue));
	return json_pack("{s:i, s:o, s:o}", "version", 1, "cursor",
	    cursor_json(stream_cursor(n->stream)), "receivers", receivers);
}

/*
 * A state that cannot be written leaves the old one, whose cursor stands before
 * what is in memory alone: after a crash that is read again.
 */
static void
notify_save(struct notify *n)
{
	json_t *state = notify_state(n);
	int failure = ENOMEM;

	if (state != NULL)
		failure = state_save(n->conf->state, state);
	json_decref(state);
	if (failure != 0 && !n->save_failed)
		say_error(
		    "cannot write %s: %s", n->conf->state, strerror(failure));
	else if (failure == 0 && n->save_failed)
		say_info("%s can be written again", n->conf->state);
	n->dirty = false;
	n->save_failed = failure != 0;
	if (n->save_failed) {
		ev_timer_stop(n->loop, &n->save);
		ev_timer_set(&n->save, SAVE_AGAIN, 0);
		ev_timer_start(n->loop, &n->save);
	}
}

static void
notify_changed(void *arg)
{
	struct notify *n = arg;

	n->dirty = true;
}

static void
notify_load(struct notify *n, struct cursor *cursor)
{
	bool lost;
	json_t *state = state_load(n->conf->state, &lost), *receivers;
	const char *name;
	json_t *queue;
	size_t i;

	cursor_load(cursor, json_object_get(state, "cursor"));
	/* Twice rather than never: from the beginning of the file. */
	if (lost)
		cursor->known = true;
	receivers = json_object_get(state, "receivers");
	for (i = 0; i < n->conf->n; i++)
		queue_load(&n->couriers[i].queue,
		    json_object_get(receivers, n->conf->receiver[i].name),
		    n->conf->queue);
	json_object_foreach(receivers, name, queue)
		if (conf_receiver(n->conf, name) == NULL &&
		    json_array_size(json_object_get(queue, "alerts")) > 0)
			say_warning("%s is no receiver any more: its %zu "
				    "alerts are dropped",
			    name,
			    json_array_size(json_object_get(queue, "alerts")));
	json_decref(state);
}

/* ---- the stream ---- */

static void
notify_malformed(struct notify *n, const char *why)
{
	if (n->malformed++ == 0)
		say_warning("a line of %s is no alert: %s; those that follow "
			    "are counted",
		    n->conf->stream, why);
}

static void
notify_take(void *arg, const char *line, size_t length)
{
	struct notify *n = arg;
	const char *why, *time;
	json_t *alert;
	size_t i;

	if (length == 0)
		return;
	if ((alert = alert_parse(line, length, &why)) == NULL) {
		notify_malformed(n, why);
		return;
	}
	time = alert_text(alert, "time");
	if (strcmp(time, stream_guard(n->stream)) >= 0)
		for (i = 0; i < n->conf->n; i++)
			if (filter_wants(&n->conf->receiver[i], alert))
				courier_take(&n->couriers[i], alert);
	memcpy(stream_cursor(n->stream)->time, time, strlen(time) + 1);
	json_decref(alert);
}

static void
notify_read(struct notify *n)
{
	int64_t offset = stream_cursor(n->stream)->offset;
	uint64_t inode = stream_cursor(n->stream)->inode;
	size_t i;

	if (stream_read(n->stream, notify_take, n))
		ev_feed_event(n->loop, &n->look, EV_TIMER);
	else if (n->malformed > 1) {
		say_warning("%u lines of %s were no alerts", n->malformed,
		    n->conf->stream);
		n->malformed = 0;
	}
	if (stream_cursor(n->stream)->offset == offset &&
	    stream_cursor(n->stream)->inode == inode)
		return;
	n->dirty = true;
	for (i = 0; i < n->conf->n; i++)
		courier_go(&n->couriers[i]);
}

/* ---- the loop ---- */

static void
notify_on_stream(struct ev_loop *loop, struct ev_io *w, int events)
{
	struct notify *n = w->data;

	(void)loop;
	(void)events;
	if (!stream_changed(n->stream)) {
		say_error(
		    "the folder of %s was removed or renamed", n->conf->stream);
		notify_stop(n, 1);
		return;
	}
	notify_read(n);
}

static void
notify_on_look(struct ev_loop *loop, struct ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	notify_read(w->data);
}

static void
notify_on_save(struct ev_loop *loop, struct ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	notify_save(w->data);
}

/* Nothing is tried any more; what is under way is waited for a little. */
static void
notify_stop_gently(struct notify *n)
{
	bool busy = false;
	size_t i;

	for (i = 0; i < n->conf->n; i++)
		busy |= courier_stop(&n->couriers[i]);
	if (!busy)
		notify_stop(n, 0);
}

/* Before the loop waits. */
static void
notify_on_turn(struct ev_loop *loop, struct ev_prepare *w, int events)
{
	struct notify *n = w->data;

	(void)loop;
	(void)events;
	if (n->dirty && !n->save_failed)
		notify_save(n);
	if (n->stops)
		notify_stop_gently(n);
}

/* It sends nothing: this is its end. */
static void
notify_on_launcher(struct ev_loop *loop, struct ev_io *w, int events)
{
	(void)loop;
	(void)events;
	say_error("the process that starts attempts has ended");
	notify_stop(w->data, 1);
}

static void
notify_on_stop(struct ev_loop *loop, struct ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	notify_stop(w->data, 0);
}

static void
notify_on_signal(struct ev_loop *loop, struct ev_signal *w, int events)
{
	struct notify *n = w->data;

	(void)events;
	n->stops = true;
	ev_timer_start(loop, &n->stop);
	ev_io_stop(loop, &n->on_stream);
	ev_timer_stop(loop, &n->look);
}

static void
notify_watch(struct notify *n, int launcher)
{
	ev_io_init(
	    &n->on_stream, notify_on_stream, stream_fd(n->stream), EV_READ);
	ev_io_init(&n->on_launcher, notify_on_launcher, launcher, EV_READ);
	ev_timer_init(&n->look, notify_on_look, 0, LOOK_EVERY);
	ev_timer_init(&n->save, notify_on_save, SAVE_AGAIN, 0);
	ev_timer_init(&n->stop, notify_on_stop, STOP_WITHIN, 0);
	ev_prepare_init(&n->turn, notify_on_turn);
	ev_signal_init(&n->term, notify_on_signal, SIGTERM);
	ev_signal_init(&n->interrupt, notify_on_signal, SIGINT);
	n->on_stream.data = n->on_launcher.data = n;
	n->look.data = n->save.data = n->stop.data = n->turn.data = n;
	n->term.data = n->interrupt.data = n;
	ev_io_start(n->loop, &n->on_stream);
	ev_io_start(n->loop, &n->on_launcher);
	ev_timer_start(n->loop, &n->look);
	ev_prepare_start(n->loop, &n->turn);
	ev_signal_start(n->loop, &n->term);
	ev_signal_start(n->loop, &n->interrupt);
}

/* Returns 0, or -1: why has been said. */
static int
notify_start(struct notify *n, int launcher)
{
	struct cursor cursor;
	const char *failure;
	size_t i;

	for (i = 0; i < n->conf->n; i++)
		courier_init(&n->couriers[i], n->loop, n->conf,
		    &n->conf->receiver[i], launcher, notify_changed, n);
	if (!state_lock(n->conf->state))
		return -1;
	notify_load(n, &cursor);
	if ((n->stream = stream_open(n->conf->stream, &cursor)) == NULL)
		return -1;
	notify_watch(n, launcher);
	if ((failure = seal_queue(n->conf)) != NULL) {
		say_error("%s", failure);
		return -1;
	}
	/* Before anything is sent: a kill must not forget the first place. */
	notify_save(n);
	for (i = 0; i < n->conf->n; i++)
		courier_go(&n->couriers[i]);
	return 0;
}

int
notify_run(const struct conf *conf)
{
	struct notify *n = calloc(1, sizeof(*n));
	int launcher = launcher_start(conf);
	size_t i;

	if (n == NULL || launcher == -1) {
		free(n);
		return 1;
	}
	n->conf = conf;
	n->status = 1;
	if ((n->loop = ev_default_loop(EVFLAG_NOENV)) != NULL &&
	    notify_start(n, launcher) == 0) {
		say_info("%zu receivers; follows %s", conf->n, conf->stream);
		ev_run(n->loop, 0);
		if (n->dirty || n->save_failed)
			notify_save(n);
	}
	if (n->loop != NULL)
		for (i = 0; i < conf->n; i++)
			if (n->couriers[i].loop != NULL)
				courier_end(&n->couriers[i]);
	stream_close(n->stream);
	i = (size_t)n->status;
	free(n);
	close(launcher);
	return (int)i;
}
