#include "config.h"

#include <sys/epoll.h>

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "dispatch.h"
#include "ending.h"
#include "loop.h"
#include "reserve.h"
#include "serve.h"
#include "session.h"
#include "worker.h"

#define OUT_LIMIT (16 * 1024 * 1024) /* bytes for a stalled monitor */

static void
loop_on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	dispatch_receive(io->data);
}

static void
loop_on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker *w = io->data;

	(void)events;
	if (msgq_flush(w->out) != MSG_OK)
		worker_stop(w, 0);
	else if (msgq_pending(w->out) == 0)
		ev_io_stop(loop, io);
}

/*
 * libev does not tell its epoll descriptor: it is the lowest number that was
 * free.  The descriptor is needed since libev leaves it to close(2) to take a
 * descriptor out of epoll(7).
 */
static bool
loop_make(struct worker *w)
{
	struct epoll_event none = {.events = 0};

	if ((w->epoll = dup(w->sock)) == -1)
		return false;
	close(w->epoll);
	reserve_start();
	w->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	/* epoll_ctl fails with EINVAL or EBADF for any other descriptor. */
	return w->loop != NULL &&
	       epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->sock, &none) == -1 &&
	       errno == ENOENT;
}

/*
 * Give a turn to each session that is due.  A session that becomes due
 * meanwhile, as two sessions of a jump make each other, waits until the sockets
 * were looked at.
 */
static void
loop_serve_due(struct worker *w)
{
	const struct session *s;
	size_t n;

	DL_COUNT2(w->due, s, n, due_next);
	while (n-- > 0 && w->due != NULL)
		serve_turn(w->due);
}

static void
loop_on_turn(struct ev_loop *loop, ev_prepare *turn, int events)
{
	struct worker *w = turn->data;

	(void)events;
	loop_serve_due(w);
	if (w->due != NULL)
		ev_idle_start(loop, &w->busy);
	else
		ev_idle_stop(loop, &w->busy);
}

static void
loop_on_busy(struct ev_loop *loop, ev_idle *busy, int events)
{
	(void)loop;
	(void)busy;
	(void)events;
}

struct worker *
loop_new(int sock)
{
	struct worker *w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	w->sock = sock;
	w->out = msgq_new(sock, OUT_LIMIT);
	w->buffer = malloc(WORKER_BUFFER);
	if (!loop_make(w) || w->out == NULL || w->buffer == NULL) {
		loop_free(w);
		return NULL;
	}
	ev_io_init(&w->readable, loop_on_readable, sock, EV_READ);
	ev_io_init(&w->writable, loop_on_writable, sock, EV_WRITE);
	ev_prepare_init(&w->turn, loop_on_turn);
	ev_idle_init(&w->busy, loop_on_busy);
	w->readable.data = w;
	w->turn.data = w;
	w->writable.data = w;
	return w;
}

void
loop_free(struct worker *w)
{
	struct session *s, *next;

	if (w == NULL)
		return;
	HASH_ITER(hh, w->sessions, s, next)
		ending_free(s);
	ssh_bind_free(w->bind);
	free(w->buffer);
	msgq_free(w->out);
	if (w->loop != NULL)
		ev_loop_destroy(w->loop);
	free(w);
}

void
loop_start(struct worker *w)
{
	ev_io_start(w->loop, &w->readable);
	ev_prepare_start(w->loop, &w->turn);
}

int
loop_run(struct worker *w)
{
	loop_start(w);
	ask_ready(w);
	if (!w->setup.sandbox_only)
		ev_run(w->loop, 0);
	/* An answer may have come just before the monitor ended. */
	loop_serve_due(w);
	return w->status;
}
