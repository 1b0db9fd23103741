#include "config.h"

#include <sys/epoll.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "hear.h"
#include "link.h"
#include "loop.h"
#include "reserve.h"
#include "say.h"
#include "stream.h"

#define OUT_LIMIT (4 * 1024 * 1024) /* bytes for a stalled monitor */

static void
loop_on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	hear_messages(io->data);
}

static void
loop_on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct link *l = io->data;

	(void)events;
	if (msgq_flush(l->out) != MSG_OK)
		link_stop(l, 0);
	else if (msgq_pending(l->out) == 0)
		ev_io_stop(loop, io);
}

/* libev does not tell its epoll descriptor: the lowest number that was free. */
static bool
loop_make(struct link *l)
{
	struct epoll_event none = {.events = 0};

	if ((l->epoll = dup(l->sock)) == -1)
		return false;
	close(l->epoll);
	reserve_start();
	l->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	/* epoll_ctl fails with EINVAL or EBADF for any other descriptor. */
	return l->loop != NULL &&
	       epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->sock, &none) == -1 &&
	       errno == ENOENT;
}

/* A stream that becomes due meanwhile waits until the sockets were looked at. */
static void
loop_serve_due(struct link *l)
{
	const struct stream *s;
	size_t n;

	DL_COUNT2(l->due, s, n, due_next);
	while (n-- > 0 && l->due != NULL)
		stream_turn(l->due);
}

static void
loop_on_turn(struct ev_loop *loop, ev_prepare *turn, int events)
{
	struct link *l = turn->data;

	(void)events;
	loop_serve_due(l);
	if (l->due != NULL)
		ev_idle_start(loop, &l->busy);
	else
		ev_idle_stop(loop, &l->busy);
}

static void
loop_on_busy(struct ev_loop *loop, ev_idle *busy, int events)
{
	(void)loop;
	(void)busy;
	(void)events;
}

struct link *
loop_new(int sock)
{
	struct link *l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	l->sock = sock;
	l->out = msgq_new(sock, OUT_LIMIT);
	l->buffer = malloc(LINK_PIECE);
	if (!loop_make(l) || l->out == NULL || l->buffer == NULL) {
		loop_free(l);
		return NULL;
	}
	ev_io_init(&l->readable, loop_on_readable, sock, EV_READ);
	ev_io_init(&l->writable, loop_on_writable, sock, EV_WRITE);
	ev_prepare_init(&l->turn, loop_on_turn);
	ev_idle_init(&l->busy, loop_on_busy);
	l->readable.data = l->writable.data = l->turn.data = l;
	return l;
}

void
loop_free(struct link *l)
{
	struct stream *s, *next;

	if (l == NULL)
		return;
	HASH_ITER(hh, l->streams, s, next)
		stream_free(s);
	tls_roles_free(l->tls);
	free(l->buffer);
	msgq_free(l->out);
	if (l->loop != NULL)
		ev_loop_destroy(l->loop);
	free(l);
}

int
loop_run(struct link *l)
{
	ev_io_start(l->loop, &l->readable);
	ev_prepare_start(l->loop, &l->turn);
	say_ready(l);
	ev_run(l->loop, 0);
	return l->status;
}
