#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "jump.h"
#include "monitor.h"
#include "msg.h"
#include "relay_out.h"
#include "wanted.h"

/* --- the event log ---------------------------------------------------- */

static struct event
jump_event_begin(const struct jump *j, const char *name)
{
	struct event e = event_begin(j->asker.conn->m->log, name);

	event_int(&e, "conn", (int64_t)j->asker.conn->number);
	event_int(&e, "jump", (int64_t)j->number);
	conn_event_party(&e, j->asker.conn);
	event_text(&e, "device", j->name);
	event_int(&e, "dport", j->dport);
	return e;
}

void
jump_log(const struct jump *j, const char *event, const char *reason)
{
	struct event e = jump_event_begin(j, event);

	event_ms(&e, clock_now() - j->asked);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/*
 * The byte counts are those that the worker reported, counted as for a
 * connection to a forward; the duration is the monitor's own.
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

/* --- the life of a jump ----------------------------------------------- */

struct jump *
jump_find(const struct jump_asker *a)
{
	struct jump *j;

	DL_FOREACH2(a->conn->jumps, j, cnext)
		if (j->asker.page == a->page && j->asker.id == a->id)
			return j;
	return NULL;
}

struct jump *
jump_create(
    const struct jump_asker *asker, struct dir_device *dev, uint32_t dport)
{
	struct monitor *m = asker->conn->m;
	struct jump *j;

	if ((j = calloc(1, sizeof(*j))) == NULL)
		return NULL;
	j->number = ++m->last_jump;
	j->asker = *asker;
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
	DL_APPEND2(asker->conn->jumps, j, cprev, cnext);
	return j;
}

/* --- the end of a jump ------------------------------------------------ */

/*
 * Answer REACH: refused is NULL, or the reason that the client is shown; fd is
 * the asker's end, or -1, and stays the caller's.
 */
static void
jump_answer(const struct jump_asker *a, const char *refused, int fd)
{
	struct msg msg;

	msg_init(&msg, MSG_REACHED, a->page != NULL ? 0 : a->conn->number);
	msg.reached.id = a->id;
	msg.reached.ok = refused == NULL;
	if (refused != NULL)
		snprintf(msg.reached.refused, sizeof(msg.reached.refused), "%s",
		    refused);
	if (a->page != NULL)
		child_send(a->page, &msg, fd);
	else
		conn_send(a->conn, &msg, fd);
}

/* Have the worker that joined both channels close them. */
static void
send_close(const struct jump *j)
{
	struct msg msg;

	msg_init(&msg, MSG_JUMP_CLOSE, j->asker.conn->number);
	msg.jump_close.id = j->asker.id;
	conn_send(j->asker.conn, &msg, -1);
}

static void
close_socket(struct jump *j)
{
	if (j->fd == -1)
		return;
	shutdown(j->fd, SHUT_RDWR);
	close(j->fd);
	j->fd = -1;
}

/* Drop all references to the device, which may be freed afterwards. */
static void
jump_leave_device(struct jump *j, const char *reason)
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
		wanted_release(j->asker.conn->m, f, reason);
}

static void
jump_leave_relay(struct jump *j)
{
	if (j->relay != 0)
		relay_out_cancel(j->asker.conn->m, j->relay);
	j->relay = 0;
}

static void
jump_free(struct jump *j, const char *reason)
{
	struct monitor *m = j->asker.conn->m;

	jump_leave_relay(j);
	jump_leave_device(j, reason);
	close_socket(j);
	DL_DELETE2(j->asker.conn->jumps, j, cprev, cnext);
	HASH_DEL(m->jumps, j);
	free(j);
}

void
jump_fail(struct jump *j, const char *reason)
{
	j->asker.conn->m->counters.jumps_refused++;
	jump_answer(&j->asker, reason, -1);
	jump_log(j, "jump.refused", reason);
	jump_free(j, reason);
}

void
jump_end(struct jump *j, const char *reason)
{
	if (j->state != JUMP_OPEN)
		return;
	j->state = JUMP_ENDING;
	j->reason = reason;
	j->ended = clock_now();
	if (j->inside)
		send_close(j);
	else
		shutdown(j->fd, SHUT_RDWR);
	jump_leave_device(j, reason);
}

void
jump_open(struct jump *j)
{
	j->state = JUMP_OPEN;
	j->opened = clock_now();
	counters_jump(&j->asker.conn->m->counters, j->opened - j->asked);
	jump_log(j, "jump.open", NULL);
	jump_answer(&j->asker, NULL, j->fd);
}

void
jump_wait_again(struct jump *j)
{
	jump_leave_relay(j);
	close_socket(j);
	if (j->inside)
		send_close(j);
	j->ticket = 0;
	j->tunnel = NULL;
	j->state = JUMP_WAITING;
}

void
jump_closed(struct jump *j, const struct msg_bridge *b)
{
	char reason[4 * MSG_ALGO];

	clean_text(reason, sizeof(reason), b->reason);
	log_close(j, b, j->reason != NULL ? j->reason : reason);
	jump_free(j, "");
}

void
jump_end_all(struct conn *asker, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE2(asker->jumps, j, tmp, cnext)
		if (j->state < JUMP_OPEN)
			jump_fail(j, reason);
		else
			jump_end(j, reason);
}

/* Drop a jump whose asker is gone, and says nothing of it any more. */
static void
jump_drop(struct jump *j, const char *reason)
{
	static const struct msg_bridge unknown;

	if (j->state < JUMP_OPEN) {
		jump_fail(j, "canceled by the operator");
		return;
	}
	log_close(j, &unknown, j->reason != NULL ? j->reason : reason);
	jump_free(j, "");
}

void
jump_gone(struct conn *asker, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE2(asker->jumps, j, tmp, cnext)
		jump_drop(j, reason);
}

void
jump_page_gone(struct conn *asker, const struct child *page, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE2(asker->jumps, j, tmp, cnext)
		if (j->asker.page == page)
			jump_drop(j, reason);
}

void
jump_device_gone(struct dir_device *dev, const char *reason)
{
	struct jump *j, *tmp;

	DL_FOREACH_SAFE(dev->jumps, j, tmp) {
		if (j->tunnel != NULL)
			continue;
		if (j->state < JUMP_OPEN)
			jump_fail(j, reason);
		else
			jump_end(j, reason);
	}
}

void
jump_withdraw(struct jump *j)
{
	jump_fail(j, "canceled by the operator");
}

void
jump_refuse(const struct jump_asker *a, const char *target, uint32_t port,
    const char *reason, const char *said)
{
	struct event e;

	a->conn->m->counters.jumps_refused++;
	jump_answer(a, said, -1);
	e = conn_event_begin(a->conn, "jump.refused");
	event_text(&e, "target", target);
	event_int(&e, "dport", port);
	event_text(&e, "reason", reason);
	event_end(&e);
}
