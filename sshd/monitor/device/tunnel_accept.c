#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "bridge.h"
#include "child.h"
#include "conn.h"
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"
#include "tunnel_accept.h"
#include "turn_away.h"

#define BATCH 16 /* connections of one forward before others' turn */
#define NO_ROOM 0.5 /* s of pause when out of descriptors */
#define BEHIND 0.1 /* s of pause while the worker has one queued */

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct tunnel *t = w->data;

	(void)revents;
	ev_io_start(loop, &t->watch);
}

/* Connections wait in the listener's backlog meanwhile. */
static void
tunnel_pause(struct tunnel *t, double s)
{
	struct ev_loop *loop = t->conn->m->loop;

	ev_io_stop(loop, &t->watch);
	ev_timer_set(&t->pause, s, 0);
	ev_timer_start(loop, &t->pause);
}

/* The worker opens a channel for it. */
static void
tunnel_pass(const struct tunnel *t, int fd, const struct sockaddr *from)
{
	struct conn *c = t->conn;
	struct msg msg;
	int one = 1;

	msg_init(&msg, MSG_ACCEPTED, c->number);
	msg.accepted.port = t->port;
	listen_peer(from, msg.accepted.addr, &msg.accepted.from);
	if (!bridge_open(c, &msg.accepted))
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	conn_send(c, &msg, fd);
}

/* False: accept no further one now. */
static bool
tunnel_accept_one(struct tunnel *t)
{
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(from);
	int fd;

	if (child_has_waiting(t->conn->worker)) {
		tunnel_pause(t, BEHIND);
		return false;
	}
	fd = accept4(t->fd, (struct sockaddr *)&from, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		tunnel_pass(t, fd, (struct sockaddr *)&from);
		close(fd);
		return true;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	if (!listen_no_room(errno))
		return true; /* only this connection failed */
	turn_away_no_room(t->conn->m, errno);
	tunnel_pause(t, NO_ROOM);
	return false;
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct tunnel *t = w->data;
	int i;

	(void)loop;
	(void)revents;
	/* An ending connection accepts no more. */
	if (t->conn->state != CONN_OPEN)
		return;
	for (i = 0; i < BATCH && tunnel_accept_one(t); i++)
		;
}

void
tunnel_accept_start(struct tunnel *t)
{
	ev_io_init(&t->watch, on_accept, t->fd, EV_READ);
	ev_timer_init(&t->pause, on_pause, 0, 0);
	t->watch.data = t->pause.data = t;
	if (t->fd != -1)
		ev_io_start(t->conn->m->loop, &t->watch);
}

void
tunnel_accept_stop(struct tunnel *t)
{
	ev_io_stop(t->conn->m->loop, &t->watch);
	ev_timer_stop(t->conn->m->loop, &t->pause);
}
