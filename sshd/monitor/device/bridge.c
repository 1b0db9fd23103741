#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "bridge.h"
#include "child.h"
#include "clean.h"
#include "conn.h"
#include "monitor.h"
#include "msg.h"

#define EVENTS 1024 /* in a row of one connection */
#define EVENTS_RATE 64.0 /* a second after that */

struct bridge {
	uint32_t id;
	uint32_t port;
	double opened;
	bool told; /* in the event log */
	UT_hash_handle hh;
};

static struct bridge *
bridge_find(const struct conn *c, uint32_t id)
{
	struct bridge *b;

	HASH_FIND(hh, c->bridges, &id, sizeof(id), b);
	return b;
}

bool
bridge_through(const struct conn *c, uint32_t port)
{
	const struct bridge *b;

	for (b = c->bridges; b != NULL; b = b->hh.next)
		if (b->port == port)
			return true;
	return false;
}

/* Whoever connects through a forward must not fill the disk. */
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

static void
bridge_refuse(struct conn *c, const char *addr, const char *reason)
{
	if (!c->bridges_refused)
		event_log(c->m->log, "limit", "{s:I, s:s, s:s, s:s}", "conn",
		    (json_int_t)c->number, "device", c->device->name, "addr",
		    addr, "reason", reason);
	c->bridges_refused = true;
}

static struct bridge *
bridge_new(struct conn *c, uint32_t port)
{
	struct bridge *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	/* After 2^32 of them an old one may still be open. */
	do
		b->id = ++c->bridge_id;
	while (b->id == 0 || bridge_find(c, b->id) != NULL);
	b->port = port;
	b->opened = monitor_now(c->m);
	HASH_ADD(hh, c->bridges, id, sizeof(b->id), b);
	if (b->hh.tbl == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

static void
log_open(
    const struct conn *c, const struct bridge *b, const struct msg_accepted *m)
{
	char peer[MSG_ALGO + 16];

	snprintf(peer, sizeof(peer),
	    strchr(m->addr, ':') != NULL ? "[%s]:%u" : "%s:%u", m->addr,
	    m->from);
	event_log(c->m->log, "conn.open", "{s:I, s:s, s:i, s:i, s:s}", "conn",
	    (json_int_t)c->number, "device", c->device->name, "sport",
	    (int)b->port, "id", (int)b->id, "peer", peer);
}

bool
bridge_open(struct conn *c, struct msg_accepted *m)
{
	struct bridge *b;

	if (HASH_COUNT(c->bridges) >= c->worker->channels) {
		bridge_refuse(c, m->addr, "channels");
		return false;
	}
	if ((b = bridge_new(c, m->port)) == NULL) {
		bridge_refuse(c, m->addr, "out of memory");
		return false;
	}
	m->id = b->id;
	b->told = may_tell(c);
	if (b->told)
		log_open(c, b, m);
	return true;
}

/* The bytes are the worker's word, and the time is not. */
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
	    "bytes_out", (json_int_t)m->bytes_out, "ms",
	    (json_int_t)((monitor_now(c->m) - b->opened) * 1000), "reason",
	    reason);
}

const char *
bridge_close(struct conn *c, const struct msg_bridge *m)
{
	struct bridge *b = bridge_find(c, m->id);

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

	HASH_ITER(hh, c->bridges, b, tmp) {
		HASH_DEL(c->bridges, b);
		free(b);
	}
}
