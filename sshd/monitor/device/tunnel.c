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
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"
#include "tunnel_accept.h"
#include "wanted.h"

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

/* The tunnel on this port of any connection of the device, or NULL. */
static struct tunnel *
tunnel_on(const struct dir_device *dev, uint32_t port)
{
	struct conn *c;
	struct tunnel *t;

	DL_FOREACH2(dev->conns, c, dnext)
		if ((t = tunnel_find(c, port)) != NULL)
			return t;
	return NULL;
}

/* Close the port of an ending connection now, before the loop's turn. */
static void
tunnel_take_from_ending(struct monitor *m, uint32_t port)
{
	struct tunnel *t;
	struct conn *c;

	DL_FOREACH(m->ends, c)
		if ((t = tunnel_find(c, port)) != NULL && t->fd != -1)
			tunnel_close(t, conn_reason(c));
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

bool
tunnel_virtual(const struct tunnel *t)
{
	return t->forward != NULL ? t->forward->virtual : t->fd == -1;
}

/* The device's port; 0: not known, by a permit. */
static uint32_t
tunnel_dport(const struct tunnel *t)
{
	if (t->forward != NULL)
		return t->forward->dport;
	return tunnel_virtual(t) ? t->port : 0;
}

/* us since the epoch, even if the clock was set since then */
static int64_t
tunnel_opened_at(const struct tunnel *t)
{
	return clock_wall() - (int64_t)((clock_now() - t->opened) * 1e6);
}

/* Tell the other nodes, by the keeper. */
static void
tunnel_record(struct tunnel *t, bool open)
{
	struct monitor *m = t->conn->m;
	struct msg msg;

	if (!m->conf->several)
		return;
	t->told = tunnel_opened_at(t);
	msg_init(&msg, MSG_TUNNEL, 0);
	msg.tunnel.device = t->conn->device->id;
	msg.tunnel.dport = tunnel_dport(t);
	msg.tunnel.sport = t->port;
	msg.tunnel.open = open;
	msg.tunnel.virtual = tunnel_virtual(t);
	msg.tunnel.opened = t->told;
	child_send(m->keeper, &msg, -1);
}

void
tunnel_written(const struct dir_device *dev, uint32_t port, int64_t opened)
{
	struct tunnel *t = tunnel_on(dev, port);

	if (t != NULL && t->told == opened)
		t->written = true;
}

bool
tunnel_unwritten(const struct dir_device *dev, uint32_t port)
{
	const struct tunnel *t = tunnel_on(dev, port);

	return t != NULL && !t->written;
}

void
tunnel_doubt_all(struct monitor *m)
{
	struct conn *c, *ctmp;
	struct tunnel *t;

	HASH_ITER(hh, m->conns, c, ctmp)
		DL_FOREACH(c->tunnels, t)
			t->written = false;
}

void
tunnel_record_all(struct monitor *m)
{
	struct conn *c, *ctmp;
	struct tunnel *t;

	if (m->conf->several)
		HASH_ITER(hh, m->conns, c, ctmp)
			DL_FOREACH(c->tunnels, t)
				tunnel_record(t, true);
}

static void
log_open(const struct tunnel *t, bool took_over)
{
	const struct conn *c = t->conn;
	const char *reason = t->forward != NULL ? "asked" : "standing";
	bool is_virtual = tunnel_virtual(t);
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
count_tunnels(const struct conn *c)
{
	const struct tunnel *t;
	int n;

	DL_COUNT(c->tunnels, t, n);
	return n;
}

/* tunnel_open where c may have the port; f is held, or NULL. */
static struct tunnel *
tunnel_open_granted(struct conn *c, uint32_t port, struct dir_forward *f,
    bool bound, const char **reason)
{
	struct monitor *m = c->m;
	struct tunnel *stale, *t;
	int fd = -1;

	if ((stale = tunnel_on(c->device, port)) != NULL)
		tunnel_end(stale, "taken over by the device's new connection");
	if (bound) {
		tunnel_take_from_ending(m, port);
		m->watch->binds(m, port);
	}
	if (bound &&
	    (fd = listen_forward(m->conf->forward_address, port)) == -1) {
		*reason = bind_failed(errno, port);
		if (f != NULL)
			wanted_refuse(m, f, *reason);
		return NULL;
	}
	if ((t = tunnel_new(c, port, fd, f)) == NULL) {
		if (fd != -1)
			close(fd);
		*reason = strerror(ENOMEM);
		return NULL;
	}
	m->counters.forwards++;
	m->counters.forwards_open++;
	log_open(t, stale != NULL);
	directory_drop_remote(c->device, port);
	if (f != NULL) {
		wanted_here(f);
		wanted_set(m, f, FORWARD_OPEN, "");
	}
	conn_record(c);
	tunnel_record(t, true);
	return t;
}

struct tunnel *
tunnel_open(struct conn *c, uint32_t port, const char **reason)
{
	const struct directory *dir = &c->m->dir;
	struct dir_forward *f = directory_listed(c->device, port);
	bool bound = f != NULL
			 ? !f->virtual
			 : directory_permitted(dir, c->device, port, false);
	bool here = f == NULL || *f->node == '\0' || !c->m->conf->several ||
		    strcmp(f->node, c->m->conf->node) == 0;
	struct tunnel *t;

	*reason = NULL;
	if (f == NULL && !bound &&
	    !directory_permitted(dir, c->device, port, true))
		*reason = TUNNEL_NOT_LISTED;
	else if (count_tunnels(c) >= TUNNELS)
		*reason = "too many forwards";
	if (*reason != NULL)
		return NULL;
	/* A virtual forward would end with the tunnel that is replaced. */
	if (f != NULL)
		wanted_keep(f);
	/* Another node binds the port of a forward that names it. */
	t = tunnel_open_granted(c, port, f, bound && here, reason);
	if (f != NULL)
		wanted_let_go(c->m, f, t != NULL ? "" : *reason);
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

	tunnel_accept_stop(t);
	if (t->fd != -1)
		close(t->fd);
	log_close(t, reason);
	DL_DELETE(c->tunnels, t);
	c->m->counters.forwards_open--;
	c->m->watch->closed(t);
	tunnel_record(t, false);
	free(t);
	if (f != NULL)
		wanted_lost(c->m, f, reason);
	if (c->state == CONN_OPEN)
		conn_record(c);
}

void
tunnel_close_all(struct conn *c, const char *reason)
{
	struct tunnel *t, *tmp;

	DL_FOREACH_SAFE(c->tunnels, t, tmp)
		tunnel_close(t, reason);
}

static void
send_unlisten(const struct conn *c, uint32_t port)
{
	struct msg msg;

	msg_init(&msg, MSG_UNLISTEN, c->number);
	msg.port.port = port;
	conn_send(c, &msg, -1);
}

void
tunnel_end(struct tunnel *t, const char *reason)
{
	struct conn *c = t->conn;
	uint32_t port = t->port;

	tunnel_close(t, reason);
	send_unlisten(c, port);
}

void
tunnel_cut(const struct dir_device *dev, uint32_t port)
{
	struct conn *c;

	DL_FOREACH2(dev->conns, c, dnext)
		if (bridge_through(c, port) && tunnel_find(c, port) == NULL)
			send_unlisten(c, port);
}

void
tunnel_forward_ended(struct dir_forward *f, const char *reason)
{
	struct tunnel *t = tunnel_of(f);

	if (t != NULL)
		tunnel_end(t, reason);
	if (!f->virtual)
		tunnel_cut(f->device, f->sport);
}

static bool
tunnel_is_unused(const struct dir_forward *f, double now, double idle)
{
	return f->virtual && f->state == FORWARD_OPEN && !f->elsewhere &&
	       f->jumps == 0 && now - f->unused >= idle;
}

/* A tunnel stays if a permit allows it without a forward. */
static void
tunnel_unused(struct monitor *m, struct dir_forward *f)
{
	struct tunnel *t = tunnel_of(f);

	if (t == NULL || f->sport != f->dport ||
	    !directory_permitted(&m->dir, f->device, f->sport, true)) {
		wanted_end(m, f, FORWARD_CLOSED, "unused");
		return;
	}
	t->forward = NULL;
	conn_record(t->conn);
	tunnel_record(t, true);
	wanted_set(m, f, FORWARD_CLOSED, "unused");
}

void
tunnel_tick(struct monitor *m)
{
	struct dir_forward *f, *tmp;
	double now = clock_now();

	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (tunnel_is_unused(f, now, m->conf->reach_idle))
			tunnel_unused(m, f);
}
