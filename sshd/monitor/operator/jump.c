#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "jump.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"
#include "wanted.h"

#define PARTING 5.0 /* s from JUMP_CLOSE to JUMP_CLOSED */

/* --- the event log ---------------------------------------------------- */

static struct event
jump_event_begin(const struct jump *j, const char *name)
{
	struct event e = event_begin(j->asker->m->log, name);

	event_int(&e, "conn", (int64_t)j->asker->number);
	event_int(&e, "jump", (int64_t)j->number);
	conn_event_party(&e, j->asker);
	event_text(&e, "device", j->name);
	event_int(&e, "dport", j->dport);
	return e;
}

static void
log_jump(const struct jump *j, const char *event, const char *reason)
{
	struct event e = jump_event_begin(j, event);

	event_ms(&e, clock_now() - j->asked);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/*
 * The bytes are counted as those of a forward's connection; they are the
 * worker's word, and the time is not.
 */
static void
log_close(const struct jump *j, const struct msg_bridge *b, const char *reason)
{
	struct event e = jump_event_begin(j, "jump.close");

	event_int(&e, "bytes_in", (int64_t)b->bytes_in);
	event_int(&e, "bytes_out", (int64_t)b->bytes_out);
	event_ms(&e, clock_now() - j->opened);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/* --- its end ---------------------------------------------------------- */

/* refused: NULL, or why there is none. */
static void
answer(struct conn *asker, uint32_t id, const char *refused, int fd)
{
	struct msg msg;

	msg_init(&msg, MSG_REACHED, asker->number);
	msg.reached.id = id;
	msg.reached.ok = refused == NULL;
	if (refused != NULL)
		snprintf(msg.reached.refused, sizeof(msg.reached.refused), "%s",
		    refused);
	conn_send(asker, &msg, fd);
}

/* Tells the worker to end the streams that it has joined. */
static void
part(const struct jump *j)
{
	struct msg msg;

	msg_init(&msg, MSG_JUMP_CLOSE, j->asker->number);
	msg.jump_close.id = j->id;
	conn_send(j->asker, &msg, -1);
}

static void
close_end(struct jump *j)
{
	if (j->fd == -1)
		return;
	shutdown(j->fd, SHUT_RDWR);
	close(j->fd);
	j->fd = -1;
}

/* From here on the device may go. */
static void
leave_device(struct jump *j, const char *reason)
{
	struct dir_device *dev = j->device;
	struct dir_forward *f = j->forward;

	j->device = NULL;
	j->tunnel = NULL;
	j->forward = NULL;
	if (dev == NULL)
		return;
	DL_DELETE(dev->jumps, j);
	if (f != NULL)
		wanted_release(j->asker->m, f, reason);
}

static void
release(struct jump *j, const char *reason)
{
	struct monitor *m = j->asker->m;

	leave_device(j, reason);
	close_end(j);
	DL_DELETE2(j->asker->jumps, j, cprev, cnext);
	HASH_DEL(m->jumps, j);
	free(j);
}

/* Before it is open. */
static void
fail(struct jump *j, const char *reason)
{
	answer(j->asker, j->id, reason, -1);
	log_jump(j, "jump.refused", reason);
	release(j, reason);
}

/* While it is open; the operator's worker says how it was, or is gone. */
static void
end(struct jump *j, const char *reason)
{
	if (j->state != JUMP_OPEN)
		return;
	j->state = JUMP_ENDING;
	j->reason = reason;
	j->ended = clock_now();
	if (j->inside)
		part(j);
	else
		shutdown(j->fd, SHUT_RDWR);
	leave_device(j, reason);
}

void
jump_closed(struct jump *j, const struct msg_bridge *b)
{
	char reason[4 * MSG_ALGO];

	clean_text(reason, sizeof(reason), b->reason);
	log_close(j, b, j->reason != NULL ? j->reason : reason);
	release(j, "");
}

void
jump_end_all(struct conn *asker, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE2(asker->jumps, j, tmp, cnext)
		if (j->state < JUMP_OPEN)
			fail(j, reason);
		else
			end(j, reason);
}

void
jump_gone(struct conn *asker, const char *reason)
{
	static const struct msg_bridge unknown;
	struct jump *j, *tmp;

	DL_FOREACH_SAFE2(asker->jumps, j, tmp, cnext)
		if (j->state < JUMP_OPEN)
			fail(j, "canceled by the operator");
		else {
			log_close(j, &unknown,
			    j->reason != NULL ? j->reason : reason);
			release(j, "");
		}
}

void
jump_refuse(struct conn *asker, uint32_t id, const char *target, uint32_t port,
    const char *reason, const char *said)
{
	struct event e;

	answer(asker, id, said, -1);
	e = conn_event_begin(asker, "jump.refused");
	event_text(&e, "target", target);
	event_int(&e, "dport", port);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/* --- through a tunnel ------------------------------------------------- */

static void
join(struct jump *j, struct tunnel *t)
{
	struct msg msg;
	int pair[2] = {-1, -1};

	j->inside = j->asker->worker == t->conn->worker;
	if (!j->inside &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) == -1) {
		fail(j, strerror(errno));
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
		msg.join.asker = j->asker->number;
		msg.join.id = j->id;
	}
	conn_send(t->conn, &msg, pair[1]);
	if (pair[1] != -1)
		close(pair[1]);
}

static const char *
refusal(uint32_t result)
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
	/*
	 * The jump may have ended in the meantime, or wait for another tunnel.
	 */
	if (j == NULL || !conn_open(j->asker))
		return NULL;
	if (j->tunnel->conn != device)
		return "a jump of another connection";
	if (j->state != JUMP_JOINING)
		return "answered before";
	if (result != JOIN_OPEN) {
		fail(j, refusal(result));
		return NULL;
	}
	j->state = JUMP_OPEN;
	j->opened = clock_now();
	m->counters.jumps++;
	log_jump(j, "jump.open", NULL);
	answer(j->asker, j->id, NULL, j->fd);
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
		    conn_open(j->asker))
			join(j, t);
}

/* By a permit there was no forward: now there is one.  False: it failed. */
static bool
jump_want(struct jump *j)
{
	const char *why = "tunnel lost";
	struct dir_forward *f = NULL;

	if (j->dport != 0 &&
	    (f = directory_wanted(j->device, j->dport)) == NULL)
		f = wanted_add(j->asker->m, j->device, j->dport, &why);
	if (f == NULL) {
		fail(j, why);
		return false;
	}
	j->forward = f;
	wanted_hold(f);
	return true;
}

/* The tunnel that serves it now, or NULL: none, or either side ends. */
static struct tunnel *
jump_tunnel(const struct jump *j)
{
	struct tunnel *t = tunnel_of(j->forward);

	return t != NULL && conn_open(t->conn) && conn_open(j->asker) ? t
								      : NULL;
}

/* The device had not answered: it waits, or goes by another tunnel at once. */
static void
jump_wait_again(struct jump *j, bool by_permit)
{
	struct tunnel *other;

	close_end(j);
	if (j->inside)
		part(j);
	j->ticket = 0;
	j->tunnel = NULL;
	j->state = JUMP_WAITING;
	if (by_permit && (other = jump_tunnel(j)) != NULL)
		join(j, other);
}

void
jump_tunnel_closed(struct tunnel *t)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(t->conn->device->jumps, j, tmp) {
		if (j->tunnel != t)
			continue;
		if (j->state == JUMP_OPEN)
			end(j, "tunnel lost");
		else if (j->forward != NULL || jump_want(j))
			jump_wait_again(j, t->forward == NULL);
	}
}

void
jump_forward_failed(struct dir_forward *f, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(f->device->jumps, j, tmp)
		if (j->forward == f && j->state == JUMP_WAITING)
			fail(j, reason);
}

/* --- its beginning ---------------------------------------------------- */

struct jump *
jump_find(const struct conn *asker, uint32_t id)
{
	struct jump *j;

	DL_FOREACH2(asker->jumps, j, cnext)
		if (j->id == id)
			return j;
	return NULL;
}

static struct jump *
make(struct conn *asker, uint32_t id, struct dir_device *dev, uint32_t dport)
{
	struct monitor *m = asker->m;
	struct jump *j;

	if ((j = calloc(1, sizeof(*j))) == NULL)
		return NULL;
	j->number = ++m->last_jump;
	j->asker = asker;
	j->id = id;
	j->device = dev;
	snprintf(j->name, sizeof(j->name), "%s", dev->name);
	j->dport = dport;
	j->fd = -1;
	j->asked = clock_now();
	HASH_ADD(hh, m->jumps, number, sizeof(j->number), j);
	if (j->hh.tbl == NULL) {
		free(j);
		return NULL;
	}
	DL_APPEND(dev->jumps, j);
	DL_APPEND2(asker->jumps, j, cprev, cnext);
	return j;
}

const char *
jump_new(struct conn *asker, uint32_t id, struct dir_device *dev,
    uint32_t dport, struct tunnel *t)
{
	struct dir_forward *f = NULL;
	struct jump *j;
	const char *why;

	if (t == NULL)
		t = tunnel_standing(dev, dport);
	if (t == NULL && (f = directory_wanted(dev, dport)) == NULL &&
	    (f = wanted_add(asker->m, dev, dport, &why)) == NULL)
		return why;
	if (f != NULL)
		wanted_hold(f);
	if ((j = make(asker, id, dev, dport)) == NULL) {
		if (f != NULL)
			wanted_release(asker->m, f, "out of memory");
		return "out of memory";
	}
	if ((j->forward = f) != NULL)
		t = jump_tunnel(j);
	if (t != NULL)
		join(j, t);
	else
		log_jump(j, "jump.wait", NULL);
	return NULL;
}

/* --- time and grants -------------------------------------------------- */

static void
expire(struct jump *j)
{
	unsigned int s = j->asker->m->conf->reach_timeout;
	const struct dir_forward *f = j->forward;
	char reason[96];

	if (j->state == JUMP_JOINING)
		snprintf(reason, sizeof(reason),
		    "device did not answer on port %u within %u s", j->dport,
		    s);
	else if (f != NULL && f->state == FORWARD_DELIVERED)
		snprintf(reason, sizeof(reason),
		    "device polled, but did not open port %u within %u s",
		    j->dport, s);
	else
		snprintf(reason, sizeof(reason),
		    "device did not poll within %u s", s);
	fail(j, reason);
}

void
jump_tick(struct monitor *m)
{
	double before = clock_now() - m->conf->reach_timeout;
	struct jump *j, *tmp;

	HASH_ITER(hh, m->jumps, j, tmp)
		if (j->state < JUMP_OPEN && j->asked <= before)
			expire(j);
		else if (j->state == JUMP_ENDING && j->inside &&
			 j->ended <= clock_now() - PARTING)
			conn_end(
			    j->asker, "jump not ended by its worker in time");
}

static bool
granted(const struct jump *j)
{
	const struct dir_operator *op = j->asker->oper;

	return j->device->enabled &&
	       operator_reaches(op->role, op->grants, j->device->name,
		   j->device->tags, j->dport);
}

void
jump_check(struct monitor *m)
{
	struct jump *j, *tmp;

	HASH_ITER(hh, m->jumps, j, tmp) {
		if (j->device == NULL || granted(j))
			continue;
		if (j->state < JUMP_OPEN)
			fail(j, "no longer granted");
		else
			end(j, "no longer granted");
	}
}
