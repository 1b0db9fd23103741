#include "config.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "bridge.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "console.h"
#include "directory.h"
#include "inbox.h"
#include "jump.h"
#include "learn.h"
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "presence.h"
#include "tokens.h"
#include "tunnel.h"

#define CLOSING 5.0 /* s that a worker may take to say BYE */

static struct lobby *
conn_lobby(const struct conn *c)
{
	return &c->m->lobbies[c->pool];
}

static void
let_go(struct conn *c)
{
	conn_lobby(c)->held -= c->held;
	c->held = false;
}

static bool
is_stranger(enum conn_state state)
{
	return state == CONN_KEX || state == CONN_ENROL;
}

/* The one place where a connection's state changes. */
static void
set_state(struct conn *c, enum conn_state state)
{
	struct lobby *l = conn_lobby(c);

	if (is_stranger(c->state) && !is_stranger(state)) {
		tokens_leave(c);
		if (state == CONN_OPEN || state == CONN_OPERATOR)
			srclimit_login(c->source, clock_now());
		DL_DELETE(l->startups, c);
		srclimit_vacate(l->sources, c->source);
		srclimit_leave(l->sources, c->source);
		ev_timer_stop(c->m->loop, &c->timer);
	}
	c->state = state;
	if (conn_open(c))
		let_go(c);
}

/* Only while it has not logged in: it still counts at its source. */
void
conn_fault(struct conn *c, enum srclimit_fault fault)
{
	struct event e;

	if (c->from_proxy || !srclimit_penalise(conn_lobby(c)->sources,
				 c->source, fault, clock_now()))
		return;
	e = conn_event_begin(c, "limit");
	event_text(&e, "addr", c->addr);
	event_text(&e, "reason", "penalty: the source is refused for a while");
	event_end(&e);
}

static void
on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct conn *c = w->data;

	(void)loop;
	(void)revents;
	if (c->state == CONN_ENDING) {
		child_fail(c->worker, "did not close a connection in time");
		return;
	}
	if (c->state == CONN_ENROL) {
		conn_end(c, "registering took too long");
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
	c->held = true;
	l->held++;
	srclimit_place(l->sources, source);
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
login(struct conn *c, enum conn_state state, const uint8_t digest[KEY_DIGEST])
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
	login(c, CONN_OPEN, digest);
}

void
conn_login_operator(struct conn *c, struct dir_operator *op)
{
	c->oper = op;
	DL_APPEND2(op->conns, c, dprev, dnext);
	login(c, CONN_OPERATOR, op->digest);
}

void
conn_enrol(struct conn *c)
{
	set_state(c, CONN_ENROL);
	ev_timer_stop(c->m->loop, &c->timer);
	ev_timer_set(&c->timer, CONN_ENROLS, 0);
	ev_timer_start(c->m->loop, &c->timer);
}

void
conn_end(struct conn *c, const char *reason)
{
	struct msg msg;

	if (c->state == CONN_ENDING)
		return;
	/* A stranger gets no time to read a farewell. */
	if (c->state == CONN_KEX)
		shutdown(c->fd, SHUT_RDWR);
	set_state(c, CONN_ENDING);
	c->reason = reason;
	while (c->tunnels != NULL)
		tunnel_close(c->tunnels, reason);
	jump_end_all(c, reason);
	console_end_all(c, reason);
	ev_timer_init(&c->timer, on_timer, CLOSING, 0);
	ev_timer_start(c->m->loop, &c->timer);
	msg_init(&msg, MSG_CLOSE, c->number);
	snprintf(msg.close.reason, sizeof(msg.close.reason), "%s", reason);
	child_send(c->worker, &msg, -1);
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

/* close(2) waits for what is unsent if the worker has asked for it. */
static void
close_now(int fd)
{
	struct linger none = {.l_onoff = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

static void
log_close(const struct conn *c, const char *reason, uint64_t in, uint64_t out)
{
	struct event e = conn_event_begin(c, "session.close");

	event_text(&e, "addr", c->addr);
	event_int(&e, "port", c->port);
	event_text(&e, "client", c->client);
	event_ms(&e, clock_now() - c->accepted);
	event_int(&e, "bytes_in", (int64_t)in);
	event_int(&e, "bytes_out", (int64_t)out);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/* Who it was logged in as has one less, and may have waited for that. */
static void
leave(struct conn *c, bool waited)
{
	struct directory *dir = &c->m->dir;
	struct msg msg;

	if (c->device == NULL && c->oper == NULL)
		return;
	msg_init(&msg, MSG_SESSION_END, c->number);
	if (c->device != NULL) {
		DL_DELETE2(c->device->conns, c, dprev, dnext);
		if (waited) {
			msg.session_end.seen = presence_wait_ended(c);
			inbox_wait_ended(c->m, c);
		}
		if (c->device->removed && c->device->conns == NULL)
			directory_drop_device(dir, c->device);
	} else {
		DL_DELETE2(c->oper->conns, c, dprev, dnext);
		if (c->oper->removed && c->oper->conns == NULL)
			directory_drop_operator(dir, c->oper);
	}
	child_send(c->m->keeper, &msg, -1);
}

/* It has left without a login.  That we were busy is not its fault. */
static void
fault_of(struct conn *c)
{
	if (!tokens_were_busy(c))
		conn_fault(
		    c, c->tries > 0 ? SRCLIMIT_REFUSED : SRCLIMIT_NOAUTH);
}

void
conn_refused(struct conn *c)
{
	c->tries++;
	c->m->counters.refused++;
	if (c->tries < c->m->conf->max_auth_tries)
		return;
	fault_of(c);
	conn_end(c, "too many tries");
}

void
conn_gone(struct conn *c, const char *reason, uint64_t in, uint64_t out)
{
	struct monitor *m = c->m;
	bool waited = c->waits;

	c->waits = false;
	if (c->reason != NULL)
		reason = c->reason;
	else if (c->state == CONN_KEX)
		fault_of(c);
	while (c->tunnels != NULL)
		tunnel_close(c->tunnels, reason);
	jump_gone(c, reason);
	console_end_all(c, reason);
	log_close(c, reason, in, out);
	set_state(c, CONN_ENDING);
	ev_timer_stop(m->loop, &c->timer);
	shutdown(c->fd, SHUT_RDWR);
	close_now(c->fd);
	leave(c, waited);
	let_go(c);
	c->worker->conns--;
	bridge_free_all(c);
	HASH_DEL(m->conns, c);
	if (c->awaited) {
		m->ending--;
		learn_applied(m);
	}
	tokens_free(c);
	free(c->client);
	free(c);
}

/* The server's ports that it holds, or else its own, by permits. */
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
conn_record(const struct conn *c)
{
	struct msg msg;

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
