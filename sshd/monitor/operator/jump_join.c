#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "conn.h"
#include "directory.h"
#include "jump.h"
#include "jump_join.h"
#include "jump_remote.h"
#include "monitor.h"
#include "msg.h"
#include "remote.h"
#include "tunnel.h"
#include "wanted.h"

static void
jump_join(struct jump *j, struct tunnel *t)
{
	struct msg msg;
	int pair[2] = {-1, -1};

	j->inside =
	    j->asker.page == NULL && j->asker.conn->worker == t->conn->worker;
	if (!j->inside &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) == -1) {
		jump_fail(j, strerror(errno));
		return;
	}
	j->state = JUMP_JOINING;
	j->ticket = ++t->conn->m->last_ticket;
	j->tunnel = t;
	j->fd = pair[0];
	msg_init(&msg, MSG_JOIN, t->conn->number);
	msg.join.jump = j->ticket;
	msg.join.port = t->port;
	if (j->inside) {
		msg.join.asker = j->asker.conn->number;
		msg.join.id = j->asker.id;
	}
	conn_send(t->conn, &msg, pair[1]);
	if (pair[1] != -1)
		close(pair[1]);
}

static const char *
refusal_text(uint32_t result)
{
	return result == JOIN_FULL ? "too many channels of the device"
				   : "refused by the device";
}

const char *
jump_joined(struct conn *device, uint64_t ticket, uint32_t result)
{
	struct monitor *m = device->m;
	struct jump *j;

	if (ticket == 0 || ticket > m->last_ticket || result < JOIN_OPEN ||
	    result > JOIN_FULL)
		return "no such jump";
	DL_FOREACH(device->device->jumps, j)
		if (j->ticket == ticket)
			break;
	/* The jump may have ended, or wait for another tunnel by now. */
	if (j == NULL || !conn_open(j->asker.conn))
		return NULL;
	if (j->tunnel->conn != device)
		return "a jump of another connection";
	if (j->state != JUMP_JOINING)
		return "answered before";
	if (result != JOIN_OPEN) {
		jump_fail(j, refusal_text(result));
		return NULL;
	}
	jump_open(j);
	return NULL;
}

void
jump_tunnel_opened(struct tunnel *t)
{
	struct jump *j, *tmp;

	if (t->forward == NULL)
		return;
	DL_FOREACH_SAFE(t->conn->device->jumps, j, tmp)
		if (j->state == JUMP_WAITING && j->forward == t->forward &&
		    conn_open(j->asker.conn))
			jump_join(j, t);
}

/*
 * A jump through a tunnel by a permit has no forward: request one.  False: there
 * is none, and the jump has failed.
 */
static bool
jump_want_forward(struct jump *j)
{
	const char *why = "tunnel lost";
	struct dir_forward *f = NULL;

	if (j->dport != 0 &&
	    (f = directory_wanted(j->device, j->dport)) == NULL)
		f = wanted_add(j->asker.conn->m, j->device, j->dport, &why);
	if (f == NULL) {
		jump_fail(j, why);
		return false;
	}
	j->forward = f;
	wanted_hold(j->asker.conn->m, f);
	return true;
}

/* The open tunnel of its forward; NULL: none, or a connection is ending. */
static struct tunnel *
jump_find_tunnel(const struct jump *j)
{
	struct tunnel *t = tunnel_of(j->forward);

	return t != NULL && conn_open(t->conn) && conn_open(j->asker.conn)
		   ? t
		   : NULL;
}

/*
 * The tunnel was lost before the device answered: the jump waits again, or is
 * joined through another tunnel at once.
 */
static void
jump_rejoin(struct jump *j, bool by_permit)
{
	struct tunnel *other;

	jump_wait_again(j);
	if (by_permit && (other = jump_find_tunnel(j)) != NULL)
		jump_join(j, other);
}

void
jump_tunnel_closed(struct tunnel *t)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(t->conn->device->jumps, j, tmp) {
		if (j->tunnel != t)
			continue;
		if (j->state == JUMP_OPEN)
			jump_end(j, "tunnel lost");
		else if (j->forward != NULL || jump_want_forward(j))
			jump_rejoin(j, t->forward == NULL);
	}
}

/* Join a jump that waits, here or on another node, as soon as that can be. */
static void
jump_retry(struct jump *j)
{
	struct tunnel *t;

	if (j->state != JUMP_WAITING || !conn_open(j->asker.conn))
		return;
	t = j->forward != NULL ? jump_find_tunnel(j)
			       : tunnel_standing(j->device, j->dport);
	if (t != NULL)
		jump_join(j, t);
	else if (!jump_remote_begin(j) && j->forward == NULL)
		jump_want_forward(j);
}

void
jump_retry_device(struct dir_device *dev)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(dev->jumps, j, tmp)
		jump_retry(j);
}

void
jump_retry_all(struct monitor *m)
{
	struct jump *j, *tmp;

	if (m->nodes != NULL)
		HASH_ITER(hh, m->jumps, j, tmp)
			jump_retry(j);
}

void
jump_forward_failed(struct dir_forward *f, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(f->device->jumps, j, tmp)
		if (j->forward == f &&
		    (j->state == JUMP_WAITING || j->relay != 0))
			jump_fail(j, reason);
}

/* Of several nodes, another one may serve the operator. */
static const char *
jump_node_refuses(const struct monitor *m)
{
	if (m->draining)
		return "this server is being drained: log in again";
	return m->fenced ? "this node has lost the store" : NULL;
}

const char *
jump_new(const struct jump_asker *asker, struct dir_device *dev, uint32_t dport,
    struct tunnel *t)
{
	struct monitor *m = asker->conn->m;
	struct dir_forward *f = NULL;
	struct jump *j;
	const char *why;

	if ((why = jump_node_refuses(m)) != NULL)
		return why;
	if (t == NULL)
		t = tunnel_standing(dev, dport);
	if (t == NULL && (f = directory_wanted(dev, dport)) == NULL &&
	    remote_to(dev, dport) == NULL &&
	    (f = wanted_add(m, dev, dport, &why)) == NULL)
		return why;
	if (f != NULL)
		wanted_hold(m, f);
	if ((j = jump_create(asker, dev, dport)) == NULL) {
		if (f != NULL)
			wanted_release(m, f, "out of memory");
		return "out of memory";
	}
	if ((j->forward = f) != NULL)
		t = jump_find_tunnel(j);
	if (t != NULL)
		jump_join(j, t);
	else if (!jump_remote_begin(j))
		jump_log(j, "jump.wait", NULL);
	return NULL;
}
