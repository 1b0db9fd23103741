#include "config.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "directory.h"
#include "listen.h"
#include "monitor.h"
#include "node.h"
#include "relay_out.h"
#include "relayed.h"

#define TICKETED 5.0 /* s until the keeper has answered TICKET */
#define CONNECTED 3.0 /* s until connect(2) is done */
#define ANSWERED 20.0 /* s until a connection to a forward is answered */

static void relay_out_failed(
    struct relayed *, enum msg_link_result, const char *reason);

/* --- the beginning ------------------------------------------------------- */

/* NULL, or why no stream can go there now. */
static const char *
relay_out_refuses(
    const struct monitor *m, const struct dir_remote *to, bool *later)
{
	const struct node *n = node_find(m, to->node);

	*later = false;
	if (m->nodes->listen == NULL)
		return "this node has no node-listen";
	*later = true;
	if (n == NULL || !n->alive)
		return "the node of the device's tunnel does not answer";
	if (m->nodes->link == NULL || !m->nodes->link->ready)
		return "et-sshd-link is starting";
	*later = false;
	return *n->addr == '\0' ? "the node of the device's tunnel has no "
				  "node-listen"
				: NULL;
}

static void
relay_out_send_ticket(const struct relayed *r)
{
	struct msg msg;

	msg_init(&msg, MSG_TICKET, 0);
	msg.ticket = r->ticket;
	child_send(r->m->keeper, &msg, -1);
	explicit_bzero(&msg.ticket, sizeof(msg.ticket));
}

static bool
relay_out_fill(struct relayed *r, const struct relay_ask *ask)
{
	struct msg_ticket *t = &r->ticket;
	uint64_t number = 0;

	do
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return false;
	while (number == 0 || relayed_of_ticket(r->m, number) != NULL);
	if (getrandom(t->secret, sizeof(t->secret), 0) != sizeof(t->secret))
		return false;
	t->device = ask->device->id;
	t->dport = ask->to->dport;
	t->sport = ask->to->sport;
	t->jump = ask->jump;
	t->from = ask->from;
	snprintf(t->addr, sizeof(t->addr), "%s", ask->addr);
	snprintf(t->asker, sizeof(t->asker), "%s", r->m->conf->node);
	snprintf(t->node, sizeof(t->node), "%s", ask->to->node);
	snprintf(r->device, sizeof(r->device), "%s", ask->device->name);
	return relayed_number(r, number);
}

uint64_t
relay_out_new(struct monitor *m, const struct relay_ask *ask, int fd,
    const struct relay_watch *watch, void *of, const char **why, bool *later)
{
	struct relayed *r;

	if ((*why = relay_out_refuses(m, ask->to, later)) != NULL)
		return 0;
	*why = "too many streams to other nodes";
	*later = true;
	if ((r = relayed_new(m, false)) == NULL)
		return 0;
	if (!relay_out_fill(r, ask)) {
		relayed_free(r);
		return 0;
	}
	r->fd = fd;
	r->watch = watch;
	r->of = of;
	relay_out_send_ticket(r);
	return r->id;
}

/* --- the connection ------------------------------------------------------ */

/* connect(2) has succeeded: the link goes on with it. */
static void
relay_out_dial(struct relayed *r, int fd)
{
	struct msg msg;

	relayed_set(fd);
	msg_init(&msg, MSG_LINK_DIAL, 0);
	msg.link_key.id = r->id;
	msg.link_key.number = r->ticket.number;
	msg.link_key.ok = 1;
	memcpy(
	    msg.link_key.secret, r->ticket.secret, sizeof(msg.link_key.secret));
	relayed_send(r, &msg, fd);
	explicit_bzero(r->ticket.secret, sizeof(r->ticket.secret));
	relayed_enter(r, RELAYED_DIAL);
}

static void
on_connected(struct ev_loop *loop, ev_io *w, int revents)
{
	struct relayed *r = w->data;
	int fd = w->fd, error = 0;
	socklen_t len = sizeof(error);

	(void)revents;
	ev_io_stop(loop, w);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error == 0)
		relay_out_dial(r, fd);
	close(fd);
	if (error != 0)
		relay_out_failed(r, LINK_LOST, strerror(error));
}

void
relay_out_ticketed(struct monitor *m, const struct msg_ticketed *answer)
{
	struct relayed *r = relayed_of_ticket(m, answer->number);
	char reason[MSG_TEXT];
	const struct node *n;
	int fd;

	/* It may have been given up, or the keeper answers for another one. */
	if (r == NULL || r->state != RELAYED_TICKET)
		return;
	if (!answer->ok) {
		clean_text(reason, sizeof(reason), answer->reason);
		relay_out_failed(r, LINK_LOST, reason);
		return;
	}
	n = node_find(m, r->ticket.node);
	fd = n != NULL ? listen_connect(n->addr, m->nodes->listen->port) : -1;
	if (fd == -1) {
		relay_out_failed(r, LINK_LOST,
		    n != NULL && errno == EINVAL
			? "its node-listen has another port than this node's"
			: strerror(errno));
		return;
	}
	relayed_enter(r, RELAYED_CONNECT);
	ev_io_init(&r->io, on_connected, fd, EV_WRITE);
	r->io.data = r;
	ev_io_start(m->loop, &r->io);
}

/* --- its answer ---------------------------------------------------------- */

/* The end that the link gets, which goes with the message. */
static int
relay_out_pair(struct relayed *r, int *mine)
{
	int pair[2];

	*mine = -1;
	if (r->fd != -1)
		return r->fd;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) == -1)
		return -1;
	*mine = pair[0];
	return pair[1];
}

static void
relay_out_joined(struct relayed *r)
{
	const struct relay_watch *watch = r->watch;
	int mine, theirs = relay_out_pair(r, &mine);
	struct msg msg;

	if (theirs == -1) {
		relay_out_failed(r, LINK_LOST, strerror(errno));
		return;
	}
	msg_init(&msg, MSG_LINK_STREAM, 0);
	msg.link.id = r->id;
	relayed_send(r, &msg, theirs);
	close(theirs);
	r->fd = -1;
	r->watch = NULL;
	relayed_enter(r, RELAYED_OPEN);
	relayed_log_open(r);
	watch->joined(r->m, r->of, mine);
}

static const char *
relay_out_reason(uint32_t answer)
{
	switch (answer) {
	case LINK_REFUSED:
		return "refused by the device";
	case LINK_FULL:
		return "too many channels of the device";
	default:
		return "tunnel lost";
	}
}

const char *
relay_out_answer(struct monitor *m, const struct msg_link_answer *answer)
{
	struct relayed *r = relayed_find(m, answer->id);

	if (r == NULL || r->in || answer->answer < LINK_JOINED ||
	    answer->answer > LINK_LOST)
		return "not a dialled stream";
	if (r->state == RELAYED_ENDING)
		return NULL;
	if (r->state != RELAYED_DIAL)
		return "answered before";
	if (answer->answer == LINK_JOINED) {
		relay_out_joined(r);
		return NULL;
	}
	/* The link closes it by itself. */
	relayed_enter(r, RELAYED_ENDING);
	relay_out_failed(r, (enum msg_link_result)answer->answer,
	    relay_out_reason(answer->answer));
	return NULL;
}

/* --- the end ------------------------------------------------------------- */

/* Stop: with the link, it ends; otherwise it is freed. */
static void
relay_out_stop(struct relayed *r)
{
	if (r->state == RELAYED_CONNECT && ev_is_active(&r->io)) {
		ev_io_stop(r->m->loop, &r->io);
		close(r->io.fd);
	}
	if (r->state < RELAYED_DIAL)
		relayed_free(r);
	else if (r->state == RELAYED_DIAL)
		relayed_end(r, LINK_LOST, "given up");
}

static void
relay_out_failed(
    struct relayed *r, enum msg_link_result result, const char *reason)
{
	const struct relay_watch *watch = r->watch;
	struct monitor *m = r->m;
	void *of = r->of;

	r->watch = NULL;
	relay_out_stop(r);
	if (watch != NULL)
		watch->failed(m, of, result, reason);
}

void
relay_out_cancel(struct monitor *m, uint64_t id)
{
	struct relayed *r = relayed_find(m, id);

	if (r == NULL || r->in)
		return;
	r->watch = NULL;
	relay_out_stop(r);
}

void
relay_out_closed(
    struct relayed *r, const struct msg_link_closed *closed, const char *reason)
{
	const struct relay_watch *watch = r->watch;
	struct monitor *m = r->m;
	void *of = r->of;

	relayed_log_close(r, closed, reason);
	relayed_free(r);
	if (watch != NULL)
		watch->failed(m, of, LINK_LOST, reason);
}

void
relay_out_tick(struct relayed *r)
{
	double waited = clock_now() - r->since;

	if (r->state == RELAYED_TICKET && waited > TICKETED)
		relay_out_failed(r, LINK_LOST, "the store does not answer");
	else if (r->state == RELAYED_CONNECT && waited > CONNECTED)
		relay_out_failed(
		    r, LINK_LOST, "the other node does not answer");
	/* A jump has a time limit of its own: reach-timeout. */
	else if (r->state == RELAYED_DIAL && !r->ticket.jump &&
		 waited > ANSWERED)
		relay_out_failed(
		    r, LINK_LOST, "the other node does not answer");
}
