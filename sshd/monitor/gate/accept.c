#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "arrival.h"
#include "clock.h"
#include "conn.h"
#include "monitor.h"
#include "turn_away.h"
#include "waiting.h"

#define BATCH 64 /* connections of one listener before others' turn */
#define PAUSE 0.5 /* s, when there is no descriptor for another */

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct listen *l = w->data;

	(void)revents;
	ev_io_start(loop, &l->watch);
}

/* False: see errno. */
static bool
accept_one(const struct listen *l, struct incoming *incoming)
{
	socklen_t len = sizeof(incoming->addr);

	memset(incoming, 0, sizeof(*incoming));
	incoming->pool = l->pool;
	incoming->accepted = clock_now();
	incoming->fd = accept4(l->fd, (struct sockaddr *)&incoming->addr, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	return incoming->fd != -1;
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct monitor *m = ev_userdata(loop);
	struct listen *l = w->data;
	struct incoming incoming;
	int i;

	(void)revents;
	for (i = 0; i < BATCH; i++) {
		if (accept_one(l, &incoming)) {
			if (conf_proxied(
				m->conf, (struct sockaddr *)&incoming.addr))
				arrival_new(m, &incoming);
			else
				waiting_add(m, &incoming);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		if (!listen_no_room(errno))
			continue; /* only this connection failed */
		turn_away_no_room(m, errno);
		ev_io_stop(loop, &l->watch);
		ev_timer_set(&l->pause, PAUSE, 0);
		ev_timer_start(loop, &l->pause);
		return;
	}
}

void
accept_start(struct monitor *m)
{
	struct listen *l;

	for (l = m->listens; l != NULL; l = l->next) {
		ev_io_init(&l->watch, on_accept, l->fd, EV_READ);
		ev_timer_init(&l->pause, on_pause, 0, 0);
		l->watch.data = l->pause.data = l;
		ev_io_start(m->loop, &l->watch);
	}
}

/* Connections that nobody has accepted yet are reset, and come again. */
void
accept_shut(struct monitor *m)
{
	struct listen *l;

	accept_stop(m);
	for (l = m->listens; l != NULL; l = l->next)
		shutdown(l->fd, SHUT_RD);
}

void
accept_again(struct monitor *m)
{
	struct listen *l;

	for (l = m->listens; l != NULL; l = l->next)
		if (listen_again(l) == 0)
			ev_io_start(m->loop, &l->watch);
}

void
accept_stop(struct monitor *m)
{
	struct listen *l;

	if (!m->ready)
		return;
	for (l = m->listens; l != NULL; l = l->next) {
		ev_io_stop(m->loop, &l->watch);
		ev_timer_stop(m->loop, &l->pause);
	}
}
