#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "bridge.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "inbox.h"
#include "jump.h"
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"
#include "tunnel_accept.h"

#define TUNNELS 64 /* a connection may hold */

struct tunnel *
tunnel_find(const struct conn *c, uint32_t port)
{
	struct tunnel *t;

	DL_FOREACH(c->tunnels, t)
		if (t->port == port)
			return t;
	return NULL;
}

struct tunnel *
tunnel_of(const struct dir_forward *f)
{
	struct conn *c;
	struct tunnel *t;

	DL_FOREACH2(f->device->conns, c, dnext)
		DL_FOREACH(c->tunnels, t)
			if (t->forward == f)
				return t;
	return NULL;
}

struct tunnel *
tunnel_standing(const struct dir_device *dev, uint32_t dport)
{
	struct conn *c;
	struct tunnel *t;

	DL_FOREACH2(dev->conns, c, dnext)
		if (c->state == CONN_OPEN &&
		    (t = tunnel_find(c, dport)) != NULL && t->forward == NULL &&
		    t->fd == -1)
			return t;
	return NULL;
}

/* The device's own hold on the port from another connection, gone stale. */
static struct tunnel *
find_stale(const struct dir_device *dev, uint32_t port)
{
	struct conn *c;
	struct tunnel *t;

	DL_FOREACH2(dev->conns, c, dnext)
		if ((t = tunnel_find(c, port)) != NULL)
			return t;
	return NULL;
}

static const char *
bind_failed(int error, uint32_t port)
{
	if (error == EADDRINUSE)
		return "port in use";
	if (error == EACCES && port < 1024)
		return "port below 1024 needs CAP_NET_BIND_SERVICE";
	return strerror(error);
}

static struct tunnel *
tunnel_new(struct conn *c, uint32_t port, int fd, struct dir_forward *f)
{
	struct tunnel *t;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	t->conn = c;
	t->port = port;
	t->fd = fd;
	t->forward = f;
	t->opened = clock_now();
	DL_APPEND(c->tunnels, t);
	tunnel_accept_start(t);
	return t;
}

static void
log_open(const struct tunnel *t, bool took_over)
{
	const struct conn *c = t->conn;
	const char *reason = t->forward != NULL ? "asked" : "standing";
	bool is_virtual = t->fd == -1;
	struct event e = conn_event_begin(c, "forward.open");

	event_int(&e, "sport", t->port);
	event_text(&e, "reason", took_over ? "took over" : reason);
	event_bool(&e, "virtual", is_virtual);
	if (t->forward != NULL)
		event_int(&e, "dport", t->forward->dport);
	else if (is_virtual)
		event_int(&e, "dport", t->port);
	event_end(&e);
}

static int
count(const struct conn *c)
{
	const struct tunnel *t;
	int n;

	DL_COUNT(c->tunnels, t, n);
	return n;
}

struct tunnel *
tunnel_open(struct conn *c, uint32_t port, const char **reason)
{
	struct monitor *m = c->m;
	struct dir_forward *f = directory_listed(c->device, port);
	bool bound = f != NULL
			 ? !f->virtual
			 : directory_permitted(&m->dir, c->device, port, false);
	struct tunnel *stale, *t;
	int fd = -1;

	*reason = NULL;
	if (f == NULL && !bound &&
	    !directory_permitted(&m->dir, c->device, port, true))
		*reason = "not listed";
	else if (count(c) >= TUNNELS)
		*reason = "too many forwards";
	if (*reason != NULL)
		return NULL;
	if ((stale = find_stale(c->device, port)) != NULL)
		tunnel_end(stale, "taken over by the device's new connection");
	if (bound &&
	    (fd = listen_forward(m->conf->forward_address, port)) == -1) {
		*reason = bind_failed(errno, port);
		if (f != NULL)
			inbox_refuse(m, f, *reason);
		return NULL;
	}
	if ((t = tunnel_new(c, port, fd, f)) == NULL) {
		if (fd != -1)
			close(fd);
		*reason = strerror(ENOMEM);
		return NULL;
	}
	m->counters.forwards++;
	log_open(t, stale != NULL);
	if (f != NULL)
		inbox_set(m, f, FORWARD_OPEN, "");
	conn_record(c);
	return t;
}

static void
log_close(const struct tunnel *t, const char *reason)
{
	const struct conn *c = t->conn;

	struct event e = conn_event_begin(c, "forward.close");

	event_int(&e, "sport", t->port);
	event_ms(&e, clock_now() - t->opened);
	event_text(&e, "reason", reason);
	event_end(&e);
}

void
tunnel_close(struct tunnel *t, const char *reason)
{
	struct conn *c = t->conn;
	struct dir_forward *f = t->forward;
	bool wanted;

	tunnel_accept_stop(t);
	if (t->fd != -1)
		close(t->fd);
	log_close(t, reason);
	DL_DELETE(c->tunnels, t);
	wanted = jump_tunnel_closed(t);
	free(t);
	if (f != NULL && f->state == FORWARD_OPEN)
		inbox_set(c->m, f,
		    wanted || !f->virtual ? FORWARD_QUEUED : FORWARD_CLOSED,
		    reason);
	if (c->state == CONN_OPEN)
		conn_record(c);
}

static void
unlisten(const struct conn *c, uint32_t port)
{
	struct msg msg;

	msg_init(&msg, MSG_UNLISTEN, c->number);
	msg.port.port = port;
	child_send(c->worker, &msg, -1);
}

void
tunnel_end(struct tunnel *t, const char *reason)
{
	struct conn *c = t->conn;
	uint32_t port = t->port;

	tunnel_close(t, reason);
	unlisten(c, port);
}

void
tunnel_cut(const struct dir_device *dev, uint32_t port)
{
	struct conn *c;

	DL_FOREACH2(dev->conns, c, dnext)
		if (bridge_through(c, port) && tunnel_find(c, port) == NULL)
			unlisten(c, port);
}
