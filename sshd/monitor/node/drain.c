#include "config.h"

#include <utlist.h>

#include "accept.h"
#include "clock.h"
#include "conn.h"
#include "drain.h"
#include "jump.h"
#include "monitor.h"
#include "node.h"
#include "relayed.h"
#include "tunnel.h"

static const char drained[] = "the server is being drained: come again";

static void
drain_log(struct monitor *m, const char *reason)
{
	event_reason(m->log, "drain", reason);
}

void
drain_set(struct monitor *m, bool on)
{
	if (m->draining == on || !m->ready)
		return;
	m->draining = on;
	m->drain_since = clock_now();
	if (on) {
		accept_shut(m);
		drain_log(m, "begun");
		return;
	}
	accept_again(m);
	drain_log(m, "taken back");
}

/* Does a jump go through this connection of a device? */
static bool
drain_carries_jump(const struct conn *c)
{
	const struct relayed *r;
	const struct jump *j;

	DL_FOREACH(c->device->jumps, j)
		if (j->tunnel != NULL && j->tunnel->conn == c)
			return true;
	for (r = c->m->nodes->streams; r != NULL; r = r->hh.next)
		if (r->tunnel != NULL && r->tunnel->conn == c)
			return true;
	return false;
}

/* A device that polls ends by itself. */
static bool
drain_is_idle(const struct conn *c)
{
	if (c->state == CONN_OPEN)
		return (c->waits || c->tunnels != NULL) && c->bridges == NULL &&
		       !drain_carries_jump(c);
	return c->state == CONN_OPERATOR && c->jumps == NULL &&
	       c->consoles == NULL;
}

bool
drain_tick(struct monitor *m)
{
	struct conn *c, *tmp;
	bool busy = m->consoles != NULL;

	if (!m->draining)
		return false;
	HASH_ITER(hh, m->conns, c, tmp) {
		if (drain_is_idle(c))
			conn_end(c, drained);
		busy |= c->state == CONN_OPEN || c->state == CONN_OPERATOR ||
			c->state == CONN_ENDING;
	}
	return !busy || clock_now() - m->drain_since >= m->conf->drain_time;
}
