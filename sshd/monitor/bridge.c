#include "config.h"

#include <stdlib.h>

#include <uthash.h>

#include "bridge.h"
#include "child.h"
#include "clean.h"
#include "conn.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"

#define EVENTS 1024 /* in a row of one connection */
#define EVENTS_RATE 64.0 /* a second after that */

struct bridge {
	uint32_t id;
	uint32_t port;
	bool told; /* in the event log */
	UT_hash_handle hh;
};

/* So that nobody fills the disk, whether worker or who connects. */
static bool
may_tell(struct conn *c)
{
	if (bucket_take(
		&c->bridge_events, EVENTS, EVENTS_RATE, monitor_now(c->m)))
		return true;
	if (!c->bridges_untold)
		event_log(c->m->log, "limit", "{s:I, s:s, s:s}", "conn",
		    (json_int_t)c->number, "device", c->device->name, "reason",
		    "connections through its forwards: too many to log all");
	c->bridges_untold = true;
	return false;
}

static struct bridge *
bridge_new(struct conn *c, const struct msg_bridge *m)
{
	struct bridge *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	b->id = m->id;
	b->port = m->port;
	HASH_ADD(hh, c->bridges, id, sizeof(b->id), b);
	if (b->hh.tbl == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

const char *
bridge_open(struct conn *c, const struct msg_bridge *m)
{
	char peer[4 * MSG_ALGO];
	struct bridge *b;

	if (m->id != c->bridge_id + 1)
		return "not the next id";
	if (HASH_COUNT(c->bridges) >= c->worker->channels)
		return "more than its channels";
	if ((b = bridge_new(c, m)) == NULL) {
		conn_end(c, "out of memory");
		return NULL;
	}
	c->bridge_id = m->id;
	/* Without a forward it may have been closed a moment ago. */
	b->told = tunnel_find(c, m->port) != NULL && may_tell(c);
	if (!b->told)
		return NULL;
	clean_text(peer, sizeof(peer), m->reason);
	event_log(c->m->log, "conn.open", "{s:I, s:s, s:i, s:i, s:s}", "conn",
	    (json_int_t)c->number, "device", c->device->name, "sport",
	    (int)b->port, "id", (int)b->id, "peer", peer);
	return NULL;
}

static void
log_close(
    const struct conn *c, const struct bridge *b, const struct msg_bridge *m)
{
	char reason[4 * MSG_ALGO];

	clean_text(reason, sizeof(reason), m->reason);
	event_log(c->m->log, "conn.close",
	    "{s:I, s:s, s:i, s:i, s:I, s:I, s:I, s:s}", "conn",
	    (json_int_t)c->number, "device", c->device->name, "sport",
	    (int)b->port, "id", (int)b->id, "bytes_in", (json_int_t)m->bytes_in,
	    "bytes_out", (json_int_t)m->bytes_out, "ms", (json_int_t)m->ms,
	    "reason", reason);
}

const char *
bridge_close(struct conn *c, const struct msg_bridge *m)
{
	struct bridge *b;

	HASH_FIND(hh, c->bridges, &m->id, sizeof(m->id), b);
	if (b == NULL || b->port != m->port)
		return "not an open one";
	if (b->told)
		log_close(c, b, m);
	HASH_DEL(c->bridges, b);
	free(b);
	return NULL;
}

void
bridge_free_all(struct conn *c)
{
	struct bridge *b, *tmp;

	HASH_ITER(hh, c->bridges, b, tmp)
	{
		HASH_DEL(c->bridges, b);
		free(b);
	}
}
