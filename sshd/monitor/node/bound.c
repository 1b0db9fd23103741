#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>

#include "bound.h"
#include "directory.h"
#include "listen.h"
#include "monitor.h"
#include "node.h"
#include "relay_out.h"
#include "turn_away.h"

#define BATCH 16 /* connections of one port before others' turn */
#define NO_ROOM 0.5 /* s of pause when out of descriptors, or of streams */

struct bound {
	struct monitor *m;
	uint32_t port;
	int64_t forward; /* its id */
	int fd; /* -1: it could not be bound */
	ev_io watch;
	ev_timer pause;
	UT_hash_handle hh; /* by port */
};

static struct bound *
bound_find(const struct monitor *m, uint32_t port)
{
	struct bound *b;

	HASH_FIND(hh, m->nodes->bounds, &port, sizeof(port), b);
	return b;
}

static void
bound_free(struct bound *b)
{
	ev_io_stop(b->m->loop, &b->watch);
	ev_timer_stop(b->m->loop, &b->pause);
	if (b->fd != -1)
		close(b->fd);
	HASH_DEL(b->m->nodes->bounds, b);
	free(b);
}

/* --- connections --------------------------------------------------------- */

static void
bound_joined(struct monitor *m, void *of, int fd)
{
	(void)m;
	(void)of;
	(void)fd; /* the link has the connection itself */
}

static void
bound_failed(struct monitor *m, void *of, enum msg_link_result result,
    const char *reason)
{
	(void)m;
	(void)of;
	(void)result;
	(void)reason; /* its connection is closed with the stream */
}

static const struct relay_watch bound_watch = {bound_joined, bound_failed};

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct bound *b = w->data;

	(void)revents;
	ev_io_start(loop, &b->watch);
}

static void
bound_pause(struct bound *b)
{
	struct ev_loop *loop = b->m->loop;

	ev_io_stop(loop, &b->watch);
	ev_timer_set(&b->pause, NO_ROOM, 0);
	ev_timer_start(loop, &b->pause);
}

/* False: the connection is the caller's to close. */
static bool
bound_pass(struct bound *b, int fd, const struct sockaddr *from)
{
	const struct dir_forward *f = directory_forward(&b->m->dir, b->forward);
	struct relay_ask ask = {.jump = false};
	const char *why;
	int one = 1;
	bool later;

	if (f == NULL)
		return false;
	ask.device = f->device;
	ask.to = directory_remote(f->device, f->sport);
	listen_peer(from, ask.addr, &ask.from);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (ask.to != NULL &&
	    relay_out_new(b->m, &ask, fd, &bound_watch, b, &why, &later) != 0)
		return true;
	b->m->counters.limits++;
	return false;
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct bound *b = w->data;
	struct sockaddr_storage from;
	socklen_t len;
	int fd, i;

	(void)loop;
	(void)revents;
	for (i = 0; i < BATCH; i++) {
		memset(&from, 0, sizeof(from));
		len = sizeof(from);
		fd = accept4(b->fd, (struct sockaddr *)&from, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd != -1) {
			if (!bound_pass(b, fd, (struct sockaddr *)&from))
				close(fd);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		if (listen_no_room(errno)) {
			turn_away_no_room(b->m, errno);
			bound_pause(b);
			return;
		}
	}
}

/* --- its life ------------------------------------------------------------ */

static void
bound_log_refused(const struct bound *b, const struct dir_forward *f, int error)
{
	struct event e = event_begin(b->m->log, "forward.refused");

	event_text(&e, "device", f->device->name);
	event_int(&e, "sport", f->sport);
	event_text(&e, "reason",
	    error == EADDRINUSE ? "port in use" : strerror(error));
	event_end(&e);
}

static bool
bound_bind(struct bound *b)
{
	b->fd = listen_forward(b->m->conf->forward_address, b->port);
	if (b->fd == -1)
		return false;
	ev_io_init(&b->watch, on_accept, b->fd, EV_READ);
	b->watch.data = b;
	ev_io_start(b->m->loop, &b->watch);
	return true;
}

static void
bound_new(struct monitor *m, const struct dir_forward *f)
{
	struct bound *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return;
	b->m = m;
	b->port = f->sport;
	b->forward = f->id;
	b->fd = -1;
	ev_init(&b->watch, on_accept);
	ev_timer_init(&b->pause, on_pause, 0, 0);
	b->pause.data = b;
	HASH_ADD(hh, m->nodes->bounds, port, sizeof(b->port), b);
	if (b->hh.tbl == NULL)
		free(b);
	else if (!bound_bind(b))
		bound_log_refused(b, f, errno);
}

static bool
bound_is_wanted(const struct monitor *m, const struct dir_forward *f)
{
	return f != NULL && !f->virtual && f->elsewhere &&
	       strcmp(f->node, m->conf->node) == 0;
}

void
bound_check(struct monitor *m, struct dir_device *dev, uint32_t sport)
{
	const struct dir_forward *f = directory_listed(dev, sport);
	struct bound *b = bound_find(m, sport);

	if (b != NULL && (f == NULL || b->forward != f->id)) {
		f = directory_forward(&m->dir, b->forward);
		if (f != NULL && f->device != dev)
			return; /* another device's */
		f = directory_listed(dev, sport);
	}
	if (b != NULL && !bound_is_wanted(m, f))
		bound_free(b);
	else if (b == NULL && bound_is_wanted(m, f))
		bound_new(m, f);
}

void
bound_forward_ended(struct monitor *m, const struct dir_forward *f)
{
	struct bound *b = m->nodes != NULL ? bound_find(m, f->sport) : NULL;

	if (b != NULL && b->forward == f->id)
		bound_free(b);
}

void
bound_give_up(struct monitor *m, uint32_t port)
{
	struct bound *b = m->nodes != NULL ? bound_find(m, port) : NULL;

	if (b != NULL)
		bound_free(b);
}

void
bound_tick(struct monitor *m)
{
	struct bound *b;

	if (m->nodes == NULL)
		return;
	for (b = m->nodes->bounds; b != NULL; b = b->hh.next)
		if (b->fd == -1)
			bound_bind(b);
}

void
bound_free_all(struct monitor *m)
{
	struct bound *b, *tmp;

	if (m->nodes == NULL)
		return;
	HASH_ITER(hh, m->nodes->bounds, b, tmp)
		bound_free(b);
}
