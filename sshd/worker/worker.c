#include "config.h"

#include <sys/epoll.h>

#include <errno.h>
#include <ev.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "reserve.h"
#include "session.h"
#include "worker.h"

#define OUT_LIMIT (16 * 1024 * 1024) /* for a monitor that stalls */
#define TRIM_AFTER 256 /* connections */

static void
on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	ask_receive(io->data);
}

static void
on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker *w = io->data;

	(void)events;
	if (msgq_flush(w->out) != MSG_OK)
		worker_stop(w, 0);
	else if (msgq_pending(w->out) == 0)
		ev_io_stop(loop, io);
}

/*
 * libev leaves it to close(2) to take a descriptor out of epoll(7), and does
 * not tell its own epoll descriptor: it is the lowest number that was free.
 */
static bool
make_loop(struct worker *w)
{
	struct epoll_event none = {.events = 0};

	if ((w->epoll = dup(w->sock)) == -1)
		return false;
	close(w->epoll);
	reserve_start();
	w->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	/* Anything but an epoll descriptor says EINVAL or EBADF. */
	return w->loop != NULL &&
	       epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->sock, &none) == -1 &&
	       errno == ENOENT;
}

void
worker_forget(struct worker *w, int fd)
{
	struct epoll_event none = {.events = 0};

	epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, &none);
}

/* What two sessions do for each other: a turn each, then the sockets again. */
static void
on_turn(struct ev_loop *loop, ev_prepare *turn, int events)
{
	struct worker *w = turn->data;
	const struct session *s;
	size_t n;

	(void)events;
	DL_COUNT2(w->due, s, n, due_next);
	while (n-- > 0 && w->due != NULL)
		session_step(w->due);
	if (w->due != NULL)
		ev_idle_start(loop, &w->busy);
	else
		ev_idle_stop(loop, &w->busy);
}

static void
on_busy(struct ev_loop *loop, ev_idle *busy, int events)
{
	(void)loop;
	(void)busy;
	(void)events;
}

struct worker *
worker_new(int sock)
{
	struct worker *w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	w->sock = sock;
	w->out = msgq_new(sock, OUT_LIMIT);
	w->buffer = malloc(WORKER_BUFFER);
	if (!make_loop(w) || w->out == NULL || w->buffer == NULL) {
		worker_free(w);
		return NULL;
	}
	ev_io_init(&w->readable, on_readable, sock, EV_READ);
	ev_io_init(&w->writable, on_writable, sock, EV_WRITE);
	ev_prepare_init(&w->turn, on_turn);
	ev_idle_init(&w->busy, on_busy);
	w->readable.data = w;
	w->turn.data = w;
	w->writable.data = w;
	return w;
}

void
worker_free(struct worker *w)
{
	struct session *s, *next;

	if (w == NULL)
		return;
	HASH_ITER(hh, w->sessions, s, next)
		session_free(s);
	ssh_bind_free(w->bind);
	free(w->buffer);
	msgq_free(w->out);
	if (w->loop != NULL)
		ev_loop_destroy(w->loop);
	free(w);
}

int
worker_run(struct worker *w)
{
	ev_io_start(w->loop, &w->readable);
	ev_prepare_start(w->loop, &w->turn);
	ask_ready(w);
	if (!w->setup.sandbox_only)
		ev_run(w->loop, 0);
	return w->status;
}

void
worker_stop(struct worker *w, int status)
{
	w->status = status;
	ev_break(w->loop, EVBREAK_ALL);
}

void
worker_flush_later(struct worker *w)
{
	ev_io_start(w->loop, &w->writable);
}

void
worker_ended(struct worker *w)
{
	w->open--;
	/* Freed memory in small pieces stays with malloc until it is told. */
	if (++w->ended >= TRIM_AFTER && w->ended >= w->open) {
		w->ended = 0;
		malloc_trim(0);
	}
	if (w->draining && w->open == 0)
		worker_stop(w, 0);
}
