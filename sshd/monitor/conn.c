#include "config.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "enrolment.h"
#include "event.h"
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"

static struct lobby *
conn_lobby(const struct conn *c)
{
	return &c->m->lobbies[c->pool];
}

static void
conn_free_slot(struct conn *c)
{
	conn_lobby(c)->slots -= c->has_slot;
	c->has_slot = false;
}

static bool
is_stranger(enum conn_state state)
{
	return state == CONN_KEX || state == CONN_ENROL;
}

/* Every change of a connection's state is made here. */
static void
set_state(struct conn *c, enum conn_state state)
{
	struct lobby *l = conn_lobby(c);

	if (is_stranger(c->state) && !is_stranger(state)) {
		enrolment_leave(c);
		if (state == CONN_OPEN || state == CONN_OPERATOR)
			srclimit_login(c->source, clock_now());
		DL_DELETE(l->startups, c);
		srclimit_free_slot(l->sources, c->source);
		srclimit_leave(l->sources, c->source);
		ev_timer_stop(c->m->loop, &c->timer);
	}
	c->state = state;
	if (conn_open(c))
		conn_free_slot(c);
}

/* Only an unauthenticated connection counts at its source. */
void
conn_fault(struct conn *c, enum srclimit_fault fault)
{
	struct event e;

	if (c->from_proxy || !is_stranger(c->state) ||
	    !srclimit_penalise(
		conn_lobby(c)->sources, c->source, fault, clock_now()))
		return;
	c->m->counters.limits++;
	e = conn_event_begin(c, "limit");
	event_text(&e, "addr", c->addr);
	event_text(&e, "reason", "penalty: source refused temporarily");
	event_end(&e);
}

static void
on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct conn *c = w->data;

	(void)loop;
	(void)revents;
	if (c->state == CONN_ENDING) {
		child_fail(c->worker, "connection not closed in time");
		return;
	}
	if (c->state == CONN_ENROL) {
		conn_end(c, "registration timed out");
		return;
	}
	conn_fault(c, SRCLIMIT_GRACE);
	conn_end(c, "login grace exceeded");
}

struct conn *
conn_new(struct monitor *m, const struct incoming *incoming,
    struct source *source, struct child *worker)
{
	struct lobby *l = &m->lobbies[incoming->pool];
	double now = clock_now();
	struct conn *c;
	struct msg msg;

	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    getrandom(c->cookie, sizeof(c->cookie), 0) != sizeof(c->cookie)) {
		free(c);
		return NULL;
	}
	c->number = m->last_conn + 1;
	HASH_ADD(hh, m->conns, number, sizeof(c->number), c);
	if (c->hh.tbl == NULL) {
		free(c);
		return NULL;
	}
	m->last_conn++;
	c->m = m;
	c->pool = incoming->pool;
	c->fd = incoming->fd;
	c->worker = worker;
	c->source = source;
	c->from_proxy = incoming->from_proxy;
	c->accepted = incoming->accepted;
	c->given = now;
	c->has_slot = true;
	l->slots++;
	srclimit_take_slot(l->sources, source);
	listen_peer(
	    (const struct sockaddr *)&incoming->addr, c->addr, &c->port);
	DL_APPEND(l->startups, c);
	ev_timer_init(
	    &c->timer, on_timer, m->conf->login_grace - (now - c->accepted), 0);
	c->timer.data = c;
	ev_timer_start(m->loop, &c->timer);
	worker->conns++;
	worker->served++;
	m->counters.connections++;
	msg_init(&msg, MSG_CONN, c->number);
	memcpy(msg.conn_new.cookie, c->cookie, sizeof(c->cookie));
	child_send(worker, &msg, c->fd);
	return c;
}

void
conn_send(const struct conn *c, const struct msg *msg, int fd)
{
	if (c->worker != NULL)
		child_send(c->worker, msg, fd);
}

struct conn *
conn_of(struct monitor *m, uint64_t number)
{
	struct conn *c;

	HASH_FIND(hh, m->conns, &number, sizeof(number), c);
	return c;
}

struct conn *
conn_find(struct monitor *m, const struct child *worker, uint64_t number)
{
	struct conn *c;

	c = conn_of(m, number);
	return c != NULL && c->worker == worker ? c : NULL;
}

bool
conn_open(const struct conn *c)
{
	return c->state == CONN_OPEN || c->state == CONN_OPERATOR;
}

static void
log_in(struct conn *c, enum conn_state state, const uint8_t digest[KEY_DIGEST])
{
	set_state(c, state);
	c->since = clock_wall();
	memcpy(c->digest, digest, KEY_DIGEST);
	conn_record(c);
}

void
conn_login(
    struct conn *c, struct dir_device *dev, const uint8_t digest[KEY_DIGEST])
{
	c->device = dev;
	DL_APPEND2(dev->conns, c, dprev, dnext);
	log_in(c, CONN_OPEN, digest);
}

void
conn_login_operator(struct conn *c, struct dir_operator *op)
{
	c->oper = op;
	DL_APPEND2(op->conns, c, dprev, dnext);
	log_in(c, CONN_OPERATOR, op->digest);
}

void
conn_enrol(struct conn *c)
{
	set_state(c, CONN_ENROL);
	ev_timer_stop(c->m->loop, &c->timer);
	ev_timer_set(&c->timer, CONN_ENROLS, 0);
	ev_timer_start(c->m->loop, &c->timer);
}

/* Have ending.c process the connection in the loop's next turn. */
static void
conn_put_due(struct conn *c)
{
	if (!c->due)
		DL_APPEND(c->m->ends, c);
	c->due = true;
}

void
conn_end(struct conn *c, const char *reason)
{
	if (c->state == CONN_ENDING)
		return;
	/* An unauthenticated client gets no time to read a disconnect. */
	if (c->state == CONN_KEX)
		shutdown(c->fd, SHUT_RDWR);
	set_state(c, CONN_ENDING);
	c->reason = reason;
	ev_timer_init(&c->timer, on_timer, CONN_CLOSING, 0);
	ev_timer_start(c->m->loop, &c->timer);
	conn_put_due(c);
}

void
conn_end_awaited(struct conn *c, const char *reason)
{
	if (!c->awaited) {
		c->awaited = true;
		c->m->ending++;
	}
	shutdown(c->fd, SHUT_RDWR);
	conn_end(c, reason);
}

/* A worker may have set SO_LINGER, with which close(2) could block. */
static void
close_now(int fd)
{
	struct linger none = {.l_onoff = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

/* Left without a login: a fault, unless the keeper was busy. */
static void
fault_of(struct conn *c)
{
	if (!enrolment_was_busy(c))
		conn_fault(
		    c, c->tries > 0 ? SRCLIMIT_REFUSED : SRCLIMIT_NOAUTH);
}

void
conn_refused(struct conn *c, const char *reason)
{
	c->tries++;
	counters_refused(&c->m->counters, reason);
	if (c->tries < c->m->conf->max_auth_tries)
		return;
	fault_of(c);
	conn_end(c, "too many login attempts");
}

void
conn_gone(struct conn *c, const char *reason, uint64_t in, uint64_t out)
{
	if (c->reason == NULL) {
		if (c->state == CONN_KEX)
			fault_of(c);
		c->left = strdup(reason);
	}
	c->bytes_in = in;
	c->bytes_out = out;
	c->m->counters.bytes_in += in;
	c->m->counters.bytes_out += out;
	c->gone = true;
	set_state(c, CONN_ENDING);
	conn_free_slot(c);
	ev_timer_stop(c->m->loop, &c->timer);
	shutdown(c->fd, SHUT_RDWR);
	c->worker->conns--;
	c->worker = NULL;
	HASH_DEL(c->m->conns, c);
	conn_put_due(c);
}

const char *
conn_reason(const struct conn *c)
{
	if (c->reason != NULL)
		return c->reason;
	return c->left != NULL ? c->left : "out of memory";
}

void
conn_free(struct conn *c)
{
	close_now(c->fd);
	enrolment_free(c);
	free(c->client);
	free(c->left);
	free(c);
}

/* The server ports of its tunnels; virtual: device ports, by permits. */
static void
list_ports(const struct conn *c, bool virtual, char list[MSG_TEXT])
{
	const struct tunnel *t;
	size_t n = 0;

	DL_FOREACH(c->tunnels, t)
		if ((t->fd == -1) == virtual &&
		    !(virtual && t->forward != NULL) && n + 8 < MSG_TEXT)
			n += (size_t)snprintf(list + n, MSG_TEXT - n, "%s%u",
			    n > 0 ? "," : "", t->port);
}

void
conn_send_record(struct conn *c)
{
	struct msg msg;

	if (!c->unrecorded)
		return;
	c->unrecorded = false;
	DL_DELETE2(c->m->unrecorded, c, rprev, rnext);
	msg_init(&msg, MSG_SESSION, c->number);
	msg.session.device = c->device != NULL ? c->device->id : 0;
	msg.session.oper = c->oper != NULL ? c->oper->id : 0;
	msg.session.since = c->since;
	memcpy(msg.session.key, c->digest, sizeof(msg.session.key));
	snprintf(msg.session.addr, sizeof(msg.session.addr), "%s", c->addr);
	snprintf(msg.session.client, sizeof(msg.session.client), "%s",
	    c->client != NULL ? c->client : "");
	list_ports(c, false, msg.session.ports);
	list_ports(c, true, msg.session.standing);
	child_send(c->m->keeper, &msg, -1);
}

void
conn_record(struct conn *c)
{
	if (c->unrecorded)
		return;
	c->unrecorded = true;
	DL_APPEND2(c->m->unrecorded, c, rprev, rnext);
}

void
conn_send_records(struct monitor *m)
{
	while (m->unrecorded != NULL)
		conn_send_record(m->unrecorded);
}

uint32_t
conn_here(const struct conn *c)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	uint32_t port;
	char addr[64];

	if (c->fd == -1 ||
	    getsockname(c->fd, (struct sockaddr *)&ss, &len) == -1)
		return 0;
	listen_peer((struct sockaddr *)&ss, addr, &port);
	return port;
}
