#include "config.h"

#include <stdio.h>

#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "conn.h"
#include "directory.h"
#include "inbox.h"
#include "jump.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"

#define WISHES 64 /* virtual forwards of a device */

static void
record_wish(struct monitor *m, const struct dir_forward *f, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_VIRTUAL_FORWARD, 0);
	msg.virtual_forward.device = f->device->id;
	msg.virtual_forward.created = f->created;
	msg.virtual_forward.at = clock_wall();
	msg.virtual_forward.dport = f->dport;
	msg.virtual_forward.sport = f->sport;
	msg.virtual_forward.state = f->state;
	snprintf(msg.virtual_forward.reason, sizeof(msg.virtual_forward.reason),
	    "%s", reason);
	child_send(m->keeper, &msg, -1);
}

static void
record(struct monitor *m, const struct dir_forward *f, const char *reason)
{
	struct msg msg;

	if (f->virtual) {
		record_wish(m, f, reason);
		return;
	}

	msg_init(&msg, MSG_FORWARD_STATE, 0);
	msg.forward_state.id = f->id;
	msg.forward_state.at = clock_wall();
	msg.forward_state.state = f->state;
	snprintf(msg.forward_state.reason, sizeof(msg.forward_state.reason),
	    "%s", reason);
	child_send(m->keeper, &msg, -1);
}

/* The newest connection of the device that waits, or NULL. */
static const struct conn *
waiter(const struct dir_device *dev)
{
	const struct conn *c, *newest = NULL;

	DL_FOREACH2(dev->conns, c, dnext)
		if (c->waits && c->state == CONN_OPEN &&
		    (newest == NULL || c->number > newest->number))
			newest = c;
	return newest;
}

static void
tell(const struct conn *c, uint32_t dport, uint32_t sport)
{
	struct msg msg;

	msg_init(&msg, MSG_WANTED, c->number);
	msg.wanted.dport = dport;
	msg.wanted.sport = sport;
	child_send(c->worker, &msg, -1);
}

void
inbox_tell_close(const struct dir_device *dev, uint32_t sport)
{
	const struct conn *c = waiter(dev);

	if (c != NULL)
		tell(c, 0, sport);
}

void
inbox_new(struct monitor *m, struct dir_forward *f)
{
	const struct conn *c = waiter(f->device);

	if (c == NULL || f->state != FORWARD_QUEUED)
		return;
	tell(c, f->dport, f->sport);
	inbox_set(m, f, FORWARD_DELIVERED, f->refused);
}

void
inbox_tell(struct monitor *m, struct dir_device *dev)
{
	const struct conn *c = waiter(dev);
	struct dir_forward *f;

	if (c == NULL)
		return;
	DL_FOREACH(dev->forwards, f) {
		if (f->state == FORWARD_DELIVERED) {
			tell(c, f->dport, f->sport);
			f->state_at = clock_now();
		} else
			inbox_new(m, f);
	}
}

void
inbox_set(struct monitor *m, struct dir_forward *f, enum forward_state state,
    const char *reason)
{
	if (f->state == state || !forward_may(f->state, state))
		return;
	f->state = state;
	f->state_at = clock_now();
	if (state == FORWARD_OPEN)
		f->refused[0] = '\0';
	record(m, f, reason);
	if (forward_ended(state)) {
		jump_forward_failed(f, reason);
		directory_drop_forward(&m->dir, f);
	} else if (state == FORWARD_QUEUED)
		inbox_new(m, f);
}

void
inbox_refuse(struct monitor *m, struct dir_forward *f, const char *why)
{
	snprintf(f->refused, sizeof(f->refused),
	    FORWARD_REFUSED "%u cannot be bound: %.80s", f->sport, why);
	record(m, f, f->refused);
	jump_forward_failed(f, f->refused);
}

struct dir_forward *
inbox_wish(
    struct monitor *m, struct dir_device *dev, uint32_t dport, const char **why)
{
	struct dir_forward *f;
	unsigned int n = 0;

	DL_FOREACH(dev->forwards, f)
		n += f->virtual;
	*why = n >= WISHES ? "too many ports of the device are wanted"
			   : "out of memory";
	if (n >= WISHES || (f = directory_add_virtual(
				&m->dir, dev, dport, clock_now())) == NULL)
		return NULL;
	f->created = clock_wall();
	record(m, f, "");
	inbox_new(m, f);
	return f;
}

void
inbox_record_wishes(struct monitor *m)
{
	struct dir_forward *f, *tmp;

	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (f->virtual)
			record(m, f, "");
}

void
inbox_end(struct monitor *m, struct dir_forward *f, enum forward_state ended,
    const char *reason)
{
	struct tunnel *t = tunnel_of(f);

	if (f->state != FORWARD_QUEUED)
		inbox_tell_close(f->device, f->sport);
	if (t != NULL) {
		t->forward = NULL; /* not back into the inbox */
		tunnel_end(t, reason);
	}
	if (!f->virtual)
		tunnel_cut(f->device, f->sport);
	inbox_set(
	    m, f, f->state == FORWARD_OPEN ? FORWARD_CLOSED : ended, reason);
}

void
inbox_withdraw(struct monitor *m, struct dir_forward *f, const char *reason)
{
	inbox_end(m, f, FORWARD_CANCELLED, reason);
}

void
inbox_wait_ended(struct monitor *m, const struct conn *gone)
{
	const struct conn *c = waiter(gone->device);
	struct dir_forward *f;

	if (c != NULL && c->number > gone->number)
		return;
	DL_FOREACH(gone->device->forwards, f)
		if (f->state == FORWARD_DELIVERED)
			inbox_set(m, f, FORWARD_QUEUED, "the wait ended");
}

void
inbox_answer(struct monitor *m, struct dir_device *dev, size_t most,
    struct msg_inbox *answer)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f) {
		if (answer->n >= most)
			break;
		if (f->state != FORWARD_QUEUED)
			continue;
		answer->forwards[answer->n].dport = (uint16_t)f->dport;
		answer->forwards[answer->n].sport = (uint16_t)f->sport;
		answer->n++;
		inbox_set(m, f, FORWARD_DELIVERED, f->refused);
	}
}

/* A poll or a wait has said it, and the device has not opened it. */
static void
not_opened(struct monitor *m, struct dir_forward *f)
{
	char reason[96];

	snprintf(reason, sizeof(reason),
	    "did not open port %u within %u s of its poll", f->dport,
	    m->conf->redeliver);
	if (f->virtual)
		inbox_end(m, f, FORWARD_EXPIRED, reason);
	else {
		jump_forward_failed(f, reason);
		inbox_set(m, f, FORWARD_QUEUED,
		    f->refused[0] != '\0' ? f->refused : reason);
	}
}

static bool
is_unused(const struct monitor *m, const struct dir_forward *f, double now)
{
	return f->virtual && f->state == FORWARD_OPEN && f->jumps == 0 &&
	       now - f->unused >= m->conf->reach_idle;
}

/* A tunnel that the device may hold without a wish, too, stays. */
static void
unused(struct monitor *m, struct dir_forward *f)
{
	struct tunnel *t = tunnel_of(f);

	if (t == NULL || f->sport != f->dport ||
	    !directory_permitted(&m->dir, f->device, f->sport, true)) {
		inbox_end(m, f, FORWARD_CLOSED, "unused");
		return;
	}
	t->forward = NULL;
	conn_record(t->conn);
	inbox_set(m, f, FORWARD_CLOSED, "unused");
}

void
inbox_tick(struct monitor *m)
{
	struct dir_forward *f, *tmp;
	double now = clock_now();

	HASH_ITER(hh, m->dir.forwards, f, tmp) {
		if (f->expires <= now)
			inbox_end(m, f, FORWARD_EXPIRED, "ttl");
		else if (is_unused(m, f, now))
			unused(m, f);
		else if (f->state == FORWARD_DELIVERED &&
			 now - f->state_at >= m->conf->redeliver)
			not_opened(m, f);
	}
}
