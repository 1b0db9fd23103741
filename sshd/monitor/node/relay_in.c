#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "bridge.h"
#include "clock.h"
#include "conn.h"
#include "directory.h"
#include "monitor.h"
#include "node.h"
#include "relay_in.h"
#include "relayed.h"
#include "srclimit.h"
#include "ticket.h"
#include "tunnel.h"
#include "wanted.h"

#define LEARNT 1.8 /* s until a ticket that a peer names must be known */
#define PROVEN 4.0 /* s until a peer must have proved it */

/* --- a stranger ---------------------------------------------------------- */

bool
relay_in_new(struct monitor *m, int fd, struct source *source)
{
	struct relayed *r;
	struct msg msg;

	if ((r = relayed_new(m, true)) == NULL)
		return false;
	r->source = source;
	m->nodes->handshakes++;
	relayed_set(fd);
	msg_init(&msg, MSG_LINK_ACCEPT, 0);
	msg.link.id = r->id;
	relayed_send(r, &msg, fd);
	return true;
}

/* It is no stranger any more, or gone. */
static void
relay_in_leave(struct relayed *r)
{
	struct nodes *ns = r->m->nodes;

	if (r->source == NULL)
		return;
	srclimit_leave(ns->sources, r->source);
	r->source = NULL;
	ns->handshakes--;
}

/* t: NULL: there is no such ticket. */
static void
relay_in_send_key(struct relayed *r, const struct msg_ticket *t)
{
	struct msg msg;

	msg_init(&msg, MSG_LINK_KEY, 0);
	msg.link_key.id = r->id;
	msg.link_key.number = r->ticket.number;
	if (t != NULL) {
		msg.link_key.ok = 1;
		memcpy(msg.link_key.secret, t->secret,
		    sizeof(msg.link_key.secret));
	}
	relayed_send(r, &msg, -1);
	relayed_enter(r, t != NULL ? RELAYED_KEY : RELAYED_ENDING);
}

/*
 * Room for one more that waits.  The oldest makes it, of sources that have not
 * proved a ticket lately, if there are such: a node's wait is short.
 */
static void
relay_in_room(struct monitor *m)
{
	struct relayed *r, *oldest = NULL, *stranger = NULL;
	double now = clock_now();
	unsigned int n = 0;

	for (r = m->nodes->streams; r != NULL; r = r->hh.next) {
		if (r->state != RELAYED_WAIT)
			continue;
		n++;
		if (oldest == NULL)
			oldest = r;
		if (stranger == NULL && r->source != NULL &&
		    !srclimit_known(r->source, now))
			stranger = r;
	}
	if (n >= RELAY_IN_WAITING)
		relay_in_send_key(stranger != NULL ? stranger : oldest, NULL);
}

const char *
relay_in_ask(struct monitor *m, const struct msg_link *ask)
{
	struct relayed *r = relayed_find(m, ask->id);
	const struct msg_ticket *t;

	if (r == NULL || !r->in)
		return "not an accepted connection";
	if (r->state == RELAYED_ENDING)
		return NULL;
	if (r->state != RELAYED_ACCEPT)
		return "asked before";
	r->ticket.number = ask->number;
	t = ticket_find(m, ask->number);
	if (t != NULL) {
		relay_in_send_key(r, t);
		return NULL;
	}
	/* The store's word of it may be on its way. */
	relay_in_room(m);
	relayed_enter(r, RELAYED_WAIT);
	return NULL;
}

void
relay_in_ticket(struct monitor *m, uint64_t number)
{
	struct relayed *r, *tmp;

	HASH_ITER(hh, m->nodes->streams, r, tmp)
		if (r->state == RELAYED_WAIT && r->ticket.number == number)
			relay_in_send_key(r, ticket_find(m, number));
}

/* --- the holder of a ticket ---------------------------------------------- */

/* The device's tunnel that the ticket names, or NULL. */
static struct tunnel *
relay_in_tunnel(const struct monitor *m, const struct msg_ticket *ticket)
{
	const struct dir_device *dev =
	    directory_device(&m->dir, ticket->device);
	struct tunnel *t = NULL;
	struct conn *c;

	if (dev == NULL || !dev->enabled)
		return NULL;
	DL_FOREACH2(dev->conns, c, dnext)
		if (c->state == CONN_OPEN &&
		    (t = tunnel_find(c, ticket->sport)) != NULL)
			break;
	/* The number may be another forward's by now. */
	if (t != NULL && t->forward != NULL && ticket->dport != 0 &&
	    t->forward->dport != ticket->dport)
		return NULL;
	return t;
}

static void
relay_in_join(struct relayed *r, struct tunnel *t, int theirs)
{
	struct msg msg;

	r->tunnel = t;
	if ((r->forward = t->forward) != NULL)
		wanted_keep(r->forward);
	msg_init(&msg, MSG_JOIN, t->conn->number);
	msg.join.jump = r->id;
	msg.join.port = t->port;
	conn_send(t->conn, &msg, theirs);
	relayed_enter(r, RELAYED_JOIN);
}

/* The link gets the local end, and tells the other node so. */
static void
relay_in_stream(struct relayed *r, int fd)
{
	struct msg msg;

	msg_init(&msg, MSG_LINK_STREAM, 0);
	msg.link.id = r->id;
	relayed_send(r, &msg, fd);
	relayed_enter(r, RELAYED_OPEN);
	relayed_log_open(r);
}

static void
relay_in_accepted(struct relayed *r, struct tunnel *t, int mine, int theirs)
{
	struct msg msg;

	msg_init(&msg, MSG_ACCEPTED, t->conn->number);
	msg.accepted.port = t->port;
	msg.accepted.from = r->ticket.from;
	snprintf(
	    msg.accepted.addr, sizeof(msg.accepted.addr), "%s", r->ticket.addr);
	if (!bridge_open(t->conn, &msg.accepted)) {
		relayed_end(r, LINK_FULL, "too many channels of the device");
		return;
	}
	conn_send(t->conn, &msg, theirs);
	relay_in_stream(r, mine);
}

static void
relay_in_begin(struct relayed *r, struct tunnel *t)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) == -1) {
		relayed_end(r, LINK_FULL, "no descriptor left");
		return;
	}
	if (r->ticket.jump) {
		r->fd = pair[0];
		relay_in_join(r, t, pair[1]);
	} else {
		relay_in_accepted(r, t, pair[0], pair[1]);
		close(pair[0]);
	}
	close(pair[1]);
}

const char *
relay_in_open(struct monitor *m, const struct msg_link *ask)
{
	struct relayed *r = relayed_find(m, ask->id);
	struct tunnel *t;

	if (r == NULL || !r->in)
		return "not an accepted connection";
	if (r->state == RELAYED_ENDING)
		return NULL;
	if (r->state != RELAYED_KEY)
		return "opened out of turn";
	srclimit_login(r->source, clock_now());
	relay_in_leave(r);
	if (!ticket_take(m, r->ticket.number, &r->ticket)) {
		relayed_end(r, LINK_LOST, "ticket used before");
		return NULL;
	}
	explicit_bzero(r->ticket.secret, sizeof(r->ticket.secret));
	if ((t = relay_in_tunnel(m, &r->ticket)) == NULL) {
		relayed_end(r, LINK_LOST, "no such tunnel");
		return NULL;
	}
	snprintf(r->device, sizeof(r->device), "%s", t->conn->device->name);
	relay_in_begin(r, t);
	return NULL;
}

/* --- the device ---------------------------------------------------------- */

bool
relay_in_joined(
    struct conn *device, uint64_t number, uint32_t result, const char **wrong)
{
	struct relayed *r = relayed_find(device->m, number);

	*wrong = NULL;
	if (r == NULL || !r->in)
		return false;
	if (r->tunnel == NULL || r->tunnel->conn != device)
		*wrong = r->state == RELAYED_ENDING
			     ? NULL
			     : "a jump of another connection";
	else if (r->state != RELAYED_JOIN)
		*wrong = r->state == RELAYED_ENDING ? NULL : "answered before";
	else if (result == JOIN_OPEN)
		relay_in_stream(r, r->fd);
	else if (result == JOIN_FULL)
		relayed_end(r, LINK_FULL, "too many channels of the device");
	else if (result == JOIN_REFUSED)
		relayed_end(r, LINK_REFUSED, "refused by the device");
	else
		*wrong = "no such result";
	return true;
}

/* Drop the tunnel and the forward, which may be freed afterwards. */
static void
relay_in_leave_tunnel(struct relayed *r)
{
	struct dir_forward *f = r->forward;

	r->tunnel = NULL;
	r->forward = NULL;
	if (f != NULL)
		wanted_let_go(r->m, f, "jump ended");
}

void
relay_in_tunnel_closed(const struct tunnel *t)
{
	struct nodes *ns = t->conn->m->nodes;
	struct relayed *r, *tmp;

	if (ns == NULL)
		return;
	HASH_ITER(hh, ns->streams, r, tmp) {
		if (r->tunnel != t)
			continue;
		if (r->fd != -1)
			shutdown(r->fd, SHUT_RDWR);
		relayed_end(r, LINK_LOST, "tunnel lost");
		relay_in_leave_tunnel(r);
	}
}

/* --- the end ------------------------------------------------------------- */

void
relay_in_closed(
    struct relayed *r, const struct msg_link_closed *closed, const char *reason)
{
	relay_in_leave(r);
	relay_in_leave_tunnel(r);
	relayed_log_close(r, closed, reason);
	relayed_free(r);
}

void
relay_in_tick(struct relayed *r)
{
	double now = clock_now();

	if (r->state == RELAYED_WAIT && now - r->since > LEARNT)
		relay_in_send_key(r, NULL);
	else if (r->source != NULL && r->state != RELAYED_ENDING &&
		 now - r->begun > PROVEN)
		relayed_end(r, LINK_LOST, "no ticket proved in time");
}
