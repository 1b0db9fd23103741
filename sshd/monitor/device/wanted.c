#include "config.h"

#include <stdio.h>

#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "directory.h"
#include "event.h"
#include "monitor.h"
#include "msg.h"
#include "wanted.h"

#define VIRTUALS 64 /* virtual forwards of a device */

/* --- what the keeper is told ------------------------------------------- */

static void
wanted_record_one_virtual(struct monitor *m, const struct dir_forward *f,
    enum forward_state state, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_VIRTUAL_FORWARD, 0);
	msg.virtual_forward.device = f->device->id;
	msg.virtual_forward.created = f->created;
	msg.virtual_forward.at = clock_wall();
	msg.virtual_forward.dport = f->dport;
	msg.virtual_forward.sport = f->sport;
	msg.virtual_forward.state = state;
	snprintf(msg.virtual_forward.reason, sizeof(msg.virtual_forward.reason),
	    "%s", reason);
	child_send(m->keeper, &msg, -1);
}

static void
wanted_record_virtual_change(
    struct monitor *m, struct dir_forward *f, const char *reason)
{
	bool told = !m->conf->several || f->jumps > f->kept;

	if (told)
		wanted_record_one_virtual(m, f, f->state, reason);
	else if (f->told)
		wanted_record_one_virtual(m, f,
		    forward_ended(f->state)    ? f->state
		    : f->state == FORWARD_OPEN ? FORWARD_CLOSED
					       : FORWARD_CANCELLED,
		    reason);
	f->told = told && !forward_ended(f->state);
}

static void
wanted_record(struct monitor *m, struct dir_forward *f, const char *reason)
{
	struct msg msg;

	if (f->virtual) {
		wanted_record_virtual_change(m, f, reason);
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

void
wanted_record_virtual(struct monitor *m)
{
	struct dir_forward *f, *tmp;

	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (f->virtual)
			wanted_record(m, f, "");
}

/* --- its states --------------------------------------------------------- */

/* Every change of a forward's state is made here. */
static void
wanted_enter(struct dir_forward *f, enum forward_state state)
{
	f->state = state;
	f->state_at = clock_now();
	if (state == FORWARD_OPEN)
		f->refused[0] = '\0';
}

/* Log, record and report the new state.  An ended forward is freed. */
static void
wanted_tell(struct monitor *m, struct dir_forward *f, const char *reason)
{
	wanted_record(m, f, reason);
	if (forward_ended(f->state)) {
		m->watch->failed(f, reason);
		directory_drop_forward(&m->dir, f);
	} else if (f->state == FORWARD_QUEUED)
		m->watch->queued(m, f);
}

void
wanted_set(struct monitor *m, struct dir_forward *f, enum forward_state state,
    const char *reason)
{
	if (f->state == state || !forward_may(f->state, state))
		return;
	wanted_enter(f, state);
	wanted_tell(m, f, reason);
}

static void
wanted_elsewhere_begin(struct dir_forward *f)
{
	f->elsewhere = true;
	wanted_enter(f, FORWARD_OPEN);
}

struct dir_forward *
wanted_add(
    struct monitor *m, struct dir_device *dev, uint32_t dport, const char **why)
{
	const struct dir_remote *r;
	struct dir_forward *f;
	unsigned int n = 0;

	*why = "device removed";
	if (dev->removed)
		return NULL;
	DL_FOREACH(dev->forwards, f)
		n += f->virtual;
	*why = n >= VIRTUALS ? "too many virtual forwards of the device"
			     : "out of memory";
	if (n >= VIRTUALS || (f = directory_add_virtual(
				  &m->dir, dev, dport, clock_now())) == NULL)
		return NULL;
	f->created = clock_wall();
	if ((r = directory_remote(dev, f->sport)) != NULL && r->dport == dport)
		wanted_elsewhere_begin(f);
	else
		wanted_tell(m, f, "");
	return f;
}

void
wanted_announce(struct monitor *m, struct dir_forward *f)
{
	if (f->state == FORWARD_QUEUED)
		m->watch->queued(m, f);
}

void
wanted_delivered(struct monitor *m, struct dir_forward *f)
{
	if (f->state == FORWARD_DELIVERED)
		f->state_at = clock_now();
	else
		wanted_set(m, f, FORWARD_DELIVERED, f->refused);
}

void
wanted_lost(struct monitor *m, struct dir_forward *f, const char *reason)
{
	if (f->state == FORWARD_OPEN && !f->elsewhere)
		wanted_set(m, f,
		    f->virtual && f->jumps == 0 ? FORWARD_CLOSED
						: FORWARD_QUEUED,
		    reason);
}

void
wanted_refuse(struct monitor *m, struct dir_forward *f, const char *why)
{
	snprintf(f->refused, sizeof(f->refused),
	    FORWARD_REFUSED "%u cannot be bound: %.80s", f->sport, why);
	wanted_record(m, f, f->refused);
	m->watch->failed(f, f->refused);
}

/* --- its end ------------------------------------------------------------ */

/* The forward has ended before its tunnel closes, and is not lost. */
void
wanted_end(struct monitor *m, struct dir_forward *f, enum forward_state ended,
    const char *reason)
{
	enum forward_state was = f->state;

	wanted_enter(f, was == FORWARD_OPEN ? FORWARD_CLOSED : ended);
	m->watch->ended(m, f, was, reason);
	wanted_tell(m, f, reason);
}

void
wanted_withdraw(struct monitor *m, struct dir_forward *f, const char *reason)
{
	wanted_end(m, f, FORWARD_CANCELLED, reason);
}

/* A virtual forward that nothing holds, and that is not open on this node. */
static void
wanted_unheld(struct monitor *m, struct dir_forward *f, const char *reason)
{
	f->unused = clock_now();
	if (!f->virtual || forward_ended(f->state))
		return;
	if (f->elsewhere)
		directory_drop_forward(&m->dir, f);
	else if (f->state != FORWARD_OPEN)
		wanted_end(m, f, FORWARD_CANCELLED, reason);
}

void
wanted_hold(struct monitor *m, struct dir_forward *f)
{
	f->jumps++;
	if (f->virtual && m->conf->several && !f->told)
		wanted_record(m, f, "");
}

void
wanted_release(struct monitor *m, struct dir_forward *f, const char *reason)
{
	f->jumps--;
	if (m->conf->several && f->told && f->jumps == f->kept)
		wanted_record(m, f, reason);
	if (f->jumps == 0)
		wanted_unheld(m, f, reason);
}

void
wanted_keep(struct dir_forward *f)
{
	f->jumps++;
	f->kept++;
}

void
wanted_let_go(struct monitor *m, struct dir_forward *f, const char *reason)
{
	f->kept--;
	if (--f->jumps == 0)
		wanted_unheld(m, f, reason);
}

/* --- on another node ---------------------------------------------------- */

void
wanted_elsewhere(struct monitor *m, struct dir_forward *f)
{
	if (f->elsewhere)
		return;
	wanted_elsewhere_begin(f);
	if (f->virtual && f->jumps == 0)
		directory_drop_forward(&m->dir, f);
}

void
wanted_not_elsewhere(struct monitor *m, struct dir_forward *f, bool record)
{
	if (!f->elsewhere)
		return;
	f->elsewhere = false;
	wanted_enter(f, FORWARD_QUEUED);
	if (f->virtual && f->jumps == 0)
		directory_drop_forward(&m->dir, f);
	else {
		if (record)
			wanted_record(m, f, "node lost");
		m->watch->queued(m, f);
	}
}

void
wanted_here(struct dir_forward *f)
{
	if (!f->elsewhere)
		return;
	f->elsewhere = false;
	wanted_enter(f, FORWARD_DELIVERED);
}

/* --- time --------------------------------------------------------------- */

/* A delivered forward that the device has not opened in time. */
static void
wanted_not_opened(struct monitor *m, struct dir_forward *f)
{
	char reason[96];

	snprintf(reason, sizeof(reason),
	    "did not open port %u within %u s of its poll", f->dport,
	    m->conf->redeliver);
	if (f->virtual && f->kept == 0) {
		wanted_end(m, f, FORWARD_EXPIRED, reason);
		return;
	}
	m->watch->failed(f, reason);
	wanted_set(
	    m, f, FORWARD_QUEUED, f->refused[0] != '\0' ? f->refused : reason);
}

void
wanted_tick(struct monitor *m)
{
	struct dir_forward *f, *tmp;
	double now = clock_now();

	HASH_ITER(hh, m->dir.forwards, f, tmp) {
		if (f->expires <= now)
			wanted_end(m, f, FORWARD_EXPIRED, "ttl");
		else if (f->state == FORWARD_DELIVERED &&
			 now - f->state_at >= m->conf->redeliver)
			wanted_not_opened(m, f);
	}
}
