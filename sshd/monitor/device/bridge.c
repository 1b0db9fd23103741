#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "bridge.h"
#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
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

/* addr: the connecting client's, or NULL. */
static void
log_limit(const struct conn *c, const char *addr, const char *reason)
{
	struct event e = conn_event_begin(c, "limit");

	event_text(&e, "addr", addr);
	event_text(&e, "reason", reason);
	event_end(&e);
}

/* Connections to a forward must not fill the disk with events. */
static bool
may_tell(struct conn *c)
{
	if (bucket_take(&c->bridge_events, EVENTS, EVENTS_RATE, clock_now()))
		return true;
	c->m->counters.limits++;
	if (!c->bridges_untold)
		log_limit(c, NULL,
		    "too many connections through its forwards to log each");
	c->bridges_untold = true;
	return false;
}

static void
bridge_refuse(struct conn *c, const char *addr, const char *reason)
{
	c->m->counters.limits++;
	if (!c->bridges_refused)
		log_limit(c, addr, reason);
	c->bridges_refused = true;
}

static struct bridge *
bridge_new(struct conn *c, uint32_t port)
{
	struct bridge *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	/* The id may wrap while an old bridge is still open. */
	do
		b->id = ++c->bridge_id;
	while (b->id == 0 || bridge_find(c, b->id) != NULL);
	b->port = port;
	b->opened = clock_now();
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
	struct event e;

	snprintf(peer, sizeof(peer),
	    strchr(m->addr, ':') != NULL ? "[%s]:%u" : "%s:%u", m->addr,
	    m->from);
	e = conn_event_begin(c, "conn.open");
	event_int(&e, "sport", b->port);
	event_int(&e, "id", b->id);
	event_text(&e, "peer", peer);
	event_end(&e);
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

/*
 * The byte counts are the worker's, the duration is the monitor's; so is the
 * reason if the monitor ends the connection.
 */
static void
bridge_log_close(
    const struct conn *c, const struct bridge *b, const struct msg_bridge *m)
{
	char reason[4 * MSG_ALGO];
	struct event e;

	clean_text(reason, sizeof(reason), m->reason);
	e = conn_event_begin(c, "conn.close");
	event_int(&e, "sport", b->port);
	event_int(&e, "id", b->id);
	event_int(&e, "bytes_in", (int64_t)m->bytes_in);
	event_int(&e, "bytes_out", (int64_t)m->bytes_out);
	event_ms(&e, clock_now() - b->opened);
	event_text(&e, "reason", c->reason != NULL ? c->reason : reason);
	event_end(&e);
}

const char *
bridge_close(struct conn *c, const struct msg_bridge *m)
{
	struct bridge *b = bridge_find(c, m->id);

	if (b == NULL || b->port != m->port)
		return "not an open one";
	if (b->told)
		bridge_log_close(c, b, m);
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
