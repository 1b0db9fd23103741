#include "config.h"

#include <stdio.h>

#include <utlist.h>

#include "child.h"
#include "conn.h"
#include "directory.h"
#include "inbox.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"

static void
record(struct monitor *m, const struct dir_forward *f, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD_STATE, 0);
	msg.forward_state.id = f->id;
	msg.forward_state.at = event_now();
	msg.forward_state.state = f->state;
	snprintf(msg.forward_state.reason, sizeof(msg.forward_state.reason),
	    "%s", reason);
	child_send(m->keeper, &msg, -1);
}

void
inbox_set(struct monitor *m, struct dir_forward *f, enum forward_state state,
    const char *reason)
{
	if (f->state == state || !forward_may(f->state, state))
		return;
	f->state = state;
	f->state_at = monitor_now(m);
	record(m, f, reason);
	if (forward_ended(state))
		directory_drop_forward(&m->dir, f);
}

/* The tunnel that this forward is open in, or NULL. */
static struct tunnel *
tunnel_of(const struct dir_forward *f)
{
	struct conn *c;
	struct tunnel *t;

	DL_FOREACH2(f->device->conns, c, dnext)
	DL_FOREACH(c->tunnels, t)
	if (t->forward == f)
		return t;
	return NULL;
}

/* An open forward ends as closed, one that never was as ended. */
static void
finish(struct monitor *m, struct dir_forward *f, enum forward_state ended,
    const char *reason)
{
	struct tunnel *t = tunnel_of(f);

	if (t != NULL) {
		t->forward = NULL; /* not back into the inbox */
		tunnel_end(t, reason);
	}
	inbox_set(
	    m, f, f->state == FORWARD_OPEN ? FORWARD_CLOSED : ended, reason);
}

void
inbox_withdraw(struct monitor *m, struct dir_forward *f, const char *reason)
{
	finish(m, f, FORWARD_CANCELLED, reason);
}

void
inbox_answer(struct monitor *m, struct dir_device *dev, size_t most,
    struct msg_inbox *answer)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f)
	{
		if (answer->n >= most)
			break;
		if (f->state != FORWARD_QUEUED)
			continue;
		answer->forwards[answer->n].dport = (uint16_t)f->dport;
		answer->forwards[answer->n].sport = (uint16_t)f->sport;
		answer->n++;
		inbox_set(m, f, FORWARD_DELIVERED, "");
	}
}

void
inbox_tick(struct monitor *m)
{
	struct dir_forward *f, *tmp;
	double now = monitor_now(m);

	HASH_ITER(hh, m->dir.forwards, f, tmp)
	{
		if (f->expires <= now)
			finish(m, f, FORWARD_EXPIRED, "ttl");
		else if (f->state == FORWARD_DELIVERED &&
			 now - f->state_at >= m->conf->redeliver)
			inbox_set(m, f, FORWARD_QUEUED, "not opened in time");
	}
}
