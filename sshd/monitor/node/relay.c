#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "listen.h"
#include "monitor.h"
#include "node.h"
#include "relay.h"
#include "relay_in.h"
#include "relay_out.h"
#include "relayed.h"
#include "srclimit.h"
#include "ticket.h"

#define BATCH 64 /* connections in a turn of the loop */
#define PAUSE 0.5 /* s, when there is no descriptor for another */
#define HANDSHAKES 1024 /* of peers without a ticket, at a time */
#define HANDSHAKES_SOURCE 512 /* of these, of one source */
#define NOFILE 65536
#define TIMEOUT 2000 /* ms for a handshake */
#define STARTING 10.0 /* s until READY */
#define PING_EVERY 10.0 /* s; the answer comes before the next one */
#define SOON 10.0 /* s: an end before this is a failed start */
#define AGAIN_MOST 30.0 /* s until a failed start is tried again */

/* --- the process --------------------------------------------------------- */

static void
relay_greet(struct child *link)
{
	struct rlimit rl;
	struct msg msg;

	msg_init(&msg, MSG_LINK_SETUP, 0);
	msg.link_setup.nofile =
	    getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_max < NOFILE
		? (uint32_t)rl.rlim_max
		: NOFILE;
	msg.link_setup.streams = RELAYED_STREAMS;
	msg.link_setup.timeout = TIMEOUT;
	child_send(link, &msg, -1);
}

static void
relay_closed(
    struct relayed *r, const struct msg_link_closed *closed, const char *reason)
{
	if (r->in)
		relay_in_closed(r, closed, reason);
	else
		relay_out_closed(r, closed, reason);
}

static const char *
relay_hear_closed(struct monitor *m, const struct msg_link_closed *closed)
{
	struct relayed *r = relayed_find(m, closed->id);
	char reason[4 * MSG_ALGO];

	if (r == NULL || r->state < RELAYED_DIAL)
		return "not a stream of this link";
	if (closed->stranger && r->source != NULL &&
	    srclimit_penalise(
		m->nodes->sources, r->source, SRCLIMIT_REFUSED, clock_now()))
		m->counters.limits++;
	clean_text(reason, sizeof(reason), closed->reason);
	relay_closed(r, closed, reason);
	return NULL;
}

static const char *
relay_hear(struct child *link, struct msg *msg)
{
	struct monitor *m = link->m;

	switch (msg->type) {
	case MSG_READY:
		if (link->ready)
			return "out of turn";
		link->ready = true;
		return NULL;
	case MSG_PONG:
		if (m->nodes->answered)
			return "out of turn";
		m->nodes->answered = true;
		return NULL;
	case MSG_LINK_ASK:
		return relay_in_ask(m, &msg->link);
	case MSG_LINK_OPEN:
		return relay_in_open(m, &msg->link);
	case MSG_LINK_ANSWER:
		return relay_out_answer(m, &msg->link_answer);
	case MSG_LINK_CLOSED:
		return relay_hear_closed(m, &msg->link_closed);
	default:
		return "not a link's to say";
	}
}

/* Streams that the link had end with it. */
static void
relay_drop_streams(struct monitor *m, const char *reason)
{
	struct relayed *r, *tmp;

	HASH_ITER(hh, m->nodes->streams, r, tmp)
		if (r->state >= RELAYED_DIAL)
			relay_closed(r, NULL, reason);
}

static void
relay_lost(struct child *link)
{
	child_kill(link);
	relay_drop_streams(link->m, "et-sshd-link ended");
}

static void
relay_log_exit(const struct child *link, int status)
{
	struct event e = event_begin(link->m->log, "link.exit");
	char reason[sizeof(link->reason)];

	snprintf(reason, sizeof(reason), "wait status %d", status);
	event_int(&e, "pid", link->pid);
	event_text(
	    &e, "reason", link->reason[0] != '\0' ? link->reason : reason);
	event_end(&e);
}

static void
relay_ended(struct child *link, int status)
{
	struct nodes *ns = link->m->nodes;
	double delay = 0.1;
	unsigned int i;

	if (!link->m->stopping)
		relay_log_exit(link, status);
	ns->failures = clock_now() - ns->started < SOON ? ns->failures + 1 : 0;
	for (i = 1; i < ns->failures && delay < AGAIN_MOST; i++)
		delay *= 2;
	ns->again = clock_now() + (ns->failures == 0 ? 0 : delay);
	ns->link = NULL;
}

static void
relay_start_link(struct monitor *m)
{
	struct nodes *ns = m->nodes;
	double now = clock_now();

	if (ns->link != NULL || now < ns->again)
		return;
	ns->started = ns->pinged = now;
	ns->answered = true;
	ns->link = child_start_once(m, &relay_role, m);
	if (ns->link == NULL)
		ns->again = now + 1;
}

/* --- connections --------------------------------------------------------- */

/* False: this source, or all of them, have too many. */
static bool
relay_take(struct monitor *m, int fd, const struct sockaddr *from)
{
	struct nodes *ns = m->nodes;
	double now = clock_now();
	struct source *s;
	char addr[64];
	uint32_t port;

	if (ns->link == NULL || !ns->link->ready ||
	    child_has_waiting(ns->link) || ns->handshakes >= HANDSHAKES ||
	    srclimit_refused(ns->sources, from, now) > 0 ||
	    (s = srclimit_enter(ns->sources, from, now)) == NULL)
		return false;
	listen_peer(from, addr, &port);
	/* Its tickets may be learnt late, as when the database fails over. */
	if (node_is_at(m, addr))
		srclimit_login(s, now);
	if (srclimit_startups(s) <= HANDSHAKES_SOURCE && relay_in_new(m, fd, s))
		return true;
	srclimit_leave(ns->sources, s);
	return false;
}

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct listen *l = w->data;

	(void)revents;
	ev_io_start(loop, &l->watch);
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct monitor *m = ev_userdata(loop);
	struct listen *l = w->data;
	struct sockaddr_storage from;
	socklen_t len;
	int fd, i;

	(void)revents;
	for (i = 0; i < BATCH; i++) {
		memset(&from, 0, sizeof(from));
		len = sizeof(from);
		fd = accept4(l->fd, (struct sockaddr *)&from, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1 && !listen_no_room(errno))
			return;
		if (fd == -1)
			break;
		if (!relay_take(m, fd, (struct sockaddr *)&from))
			m->counters.limits++;
		close(fd);
	}
	if (i == BATCH)
		return;
	ev_io_stop(loop, w);
	ev_timer_set(&l->pause, PAUSE, 0);
	ev_timer_start(loop, &l->pause);
}

/* --- its life ------------------------------------------------------------ */

int
relay_open(struct monitor *m, char error[CONF_ERROR])
{
	struct nodes *ns = m->nodes;

	if (ns == NULL || *m->conf->node_listen == '\0')
		return 0;
	if ((ns->sources = srclimit_new(true)) == NULL) {
		snprintf(error, CONF_ERROR, "node-listen: out of memory");
		return -1;
	}
	ns->listen = listen_one("node-listen", m->conf->node_listen, error);
	return ns->listen != NULL ? 0 : -1;
}

void
relay_start(struct monitor *m)
{
	struct listen *l = m->nodes != NULL ? m->nodes->listen : NULL;

	if (l == NULL)
		return;
	relay_start_link(m);
	ev_io_init(&l->watch, on_accept, l->fd, EV_READ);
	ev_timer_init(&l->pause, on_pause, 0, 0);
	l->watch.data = l->pause.data = l;
	ev_io_start(m->loop, &l->watch);
}

/* The link is ended if it does not start, or its event loop has stalled. */
static void
relay_watch_link(struct nodes *ns)
{
	double now = clock_now();
	struct msg msg;

	if (ns->link == NULL)
		return;
	if (!ns->link->ready) {
		if (now - ns->started > STARTING)
			child_fail(ns->link, "did not start in time");
		return;
	}
	if (now - ns->pinged < PING_EVERY)
		return;
	if (!ns->answered) {
		child_fail(ns->link, "event loop stalled");
		return;
	}
	ns->answered = false;
	ns->pinged = now;
	msg_init(&msg, MSG_PING, 0);
	child_send(ns->link, &msg, -1);
}

void
relay_tick(struct monitor *m)
{
	struct relayed *r, *tmp;
	struct nodes *ns = m->nodes;

	if (ns == NULL || ns->listen == NULL)
		return;
	relay_start_link(m);
	relay_watch_link(ns);
	ticket_tick(m);
	HASH_ITER(hh, ns->streams, r, tmp)
		if (r->in)
			relay_in_tick(r);
		else
			relay_out_tick(r);
}

const char *
relay_name(const struct monitor *m)
{
	return m->nodes != NULL && m->nodes->listen != NULL
		   ? m->nodes->listen->name
		   : NULL;
}

uint32_t
relay_port(const struct monitor *m)
{
	return relay_name(m) != NULL ? m->nodes->listen->port : 0;
}

void
relay_free(struct monitor *m)
{
	struct nodes *ns = m->nodes;
	struct relayed *r, *tmp;

	if (ns == NULL)
		return;
	if (ns->link != NULL) {
		child_kill(ns->link);
		DL_DELETE(m->once, ns->link);
		child_free(ns->link);
		ns->link = NULL;
	}
	HASH_ITER(hh, ns->streams, r, tmp) {
		r->watch = NULL;
		if (r->state == RELAYED_CONNECT)
			close(r->io.fd);
		relay_closed(r, NULL, "server stopped");
	}
	ticket_free_all(m);
	if (ns->listen != NULL && m->loop != NULL) {
		ev_io_stop(m->loop, &ns->listen->watch);
		ev_timer_stop(m->loop, &ns->listen->pause);
	}
	listen_close(ns->listen);
	ns->listen = NULL;
	srclimit_free(ns->sources);
	ns->sources = NULL;
}

const struct role relay_role = {
    .name = "link",
    .launch = LAUNCH_LINK,
    .greet = relay_greet,
    .hear = relay_hear,
    .lost = relay_lost,
    .ended = relay_ended,
};
