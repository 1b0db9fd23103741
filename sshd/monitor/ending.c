#include "config.h"

#include <stdio.h>

#include <utlist.h>

#include "bound.h"
#include "bridge.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "console.h"
#include "directory.h"
#include "ending.h"
#include "event.h"
#include "inbox.h"
#include "jump.h"
#include "jump_join.h"
#include "monitor.h"
#include "msg.h"
#include "page.h"
#include "presence.h"
#include "relay_in.h"
#include "tunnel.h"
#include "wanted.h"

/* --- the end of a forward ----------------------------------------------- */

/* A waiting device is told first, so that it closes the port itself. */
static void
ending_forward(struct monitor *m, struct dir_forward *f, enum forward_state was,
    const char *reason)
{
	inbox_ended(f, was);
	bound_forward_ended(m, f);
	tunnel_forward_ended(f, reason);
}

static void
ending_tunnel(struct tunnel *t)
{
	jump_tunnel_closed(t);
	relay_in_tunnel_closed(t);
}

static const struct wanted_watch watch = {
    .queued = inbox_queued,
    .failed = jump_forward_failed,
    .ended = ending_forward,
    .closed = ending_tunnel,
    .binds = bound_give_up,
};

void
ending_start(struct monitor *m)
{
	m->watch = &watch;
}

/* --- the end of a connection -------------------------------------------- */

static void
ending_close(struct conn *c, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_CLOSE, c->number);
	snprintf(msg.close.reason, sizeof(msg.close.reason), "%s", reason);
	conn_send(c, &msg, -1);
}

/* A load balancer's health check connects and leaves, every second. */
static bool
ending_is_check(const struct conn *c)
{
	return c->from_proxy && c->device == NULL && c->oper == NULL &&
	       c->bytes_in == 0;
}

static void
ending_log(struct conn *c, const char *reason)
{
	struct event e;

	if (ending_is_check(c))
		return;
	e = conn_event_begin(c, "session.close");
	event_text(&e, "addr", c->addr);
	event_int(&e, "port", c->port);
	event_text(&e, "client", c->client);
	event_ms(&e, clock_now() - c->accepted);
	event_int(&e, "bytes_in", (int64_t)c->bytes_in);
	event_int(&e, "bytes_out", (int64_t)c->bytes_out);
	event_text(&e, "reason", reason);
	event_end(&e);
}

static void
ending_leave(struct conn *c, const char *reason)
{
	(void)reason;
	if (c->device != NULL)
		DL_DELETE2(c->device->conns, c, dprev, dnext);
	if (c->oper != NULL)
		DL_DELETE2(c->oper->conns, c, dprev, dnext);
}

static void
ending_wait(struct conn *c, const char *reason)
{
	(void)reason;
	if (c->device != NULL && c->waits)
		inbox_wait_ended(c);
}

static void
ending_session(struct conn *c, const char *reason)
{
	struct msg msg;

	(void)reason;
	if (c->device == NULL && c->oper == NULL)
		return;
	conn_send_record(c);
	msg_init(&msg, MSG_SESSION_END, c->number);
	msg.session_end.device = c->device != NULL ? c->device->id : 0;
	msg.session_end.bytes_in = c->bytes_in;
	msg.session_end.bytes_out = c->bytes_out;
	if (c->device != NULL && c->waits)
		msg.session_end.seen = presence_wait_ended(c);
	child_send(c->m->keeper, &msg, -1);
}

static void
ending_drop(struct conn *c, const char *reason)
{
	struct directory *dir = &c->m->dir;

	(void)reason;
	if (c->device != NULL && c->device->removed && c->device->conns == NULL)
		directory_drop_device(dir, c->device);
	if (c->oper != NULL && c->oper->removed && c->oper->conns == NULL)
		directory_drop_operator(dir, c->oper);
	c->device = NULL;
	c->oper = NULL;
}

static void
ending_bridges(struct conn *c, const char *reason)
{
	(void)reason;
	bridge_free_all(c);
}

/*
 * The steps for a connection that the monitor ends, and for one that is gone, in
 * their order.
 */
static const struct {
	void (*end)(struct conn *, const char *reason);
	void (*gone)(struct conn *, const char *reason);
} table[] = {
    /* Jumps through its tunnels end or wait again, which needs all else. */
    {tunnel_close_all, tunnel_close_all},
    /* Virtual forwards that only these jumps hold end with them. */
    {jump_end_all, jump_gone},
    /* Commands are killed, and no longer point at the connection. */
    {console_end_all, console_end_all},
    /* So is its page. */
    {page_end, page_gone},
    /* After all messages to the worker about its channels. */
    {ending_close, NULL},
    /* After the events of its tunnels, jumps and commands. */
    {NULL, ending_log},
    /* Out of the device's list, so that another of its waits is found. */
    {NULL, ending_leave},
    {NULL, ending_wait},
    /* After the last SESSION, and the states that the wait's end changed. */
    {NULL, ending_session},
    {NULL, ending_bridges},
    /* Last: device and operator may be freed. */
    {NULL, ending_drop},
};
#define ROWS (sizeof(table) / sizeof(table[0]))

static void
ending_tell(struct conn *c)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (table[i].end != NULL)
			table[i].end(c, conn_reason(c));
}

static void
ending_tell_gone(struct conn *c)
{
	struct monitor *m = c->m;
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (table[i].gone != NULL)
			table[i].gone(c, conn_reason(c));
	m->ending -= c->awaited;
	conn_free(c);
}

void
ending_run(struct monitor *m)
{
	struct conn *c;

	while ((c = m->ends) != NULL) {
		DL_DELETE(m->ends, c);
		c->due = false;
		/* Repeated for a connection that is gone, this does nothing. */
		if (c->reason != NULL)
			ending_tell(c);
		if (c->gone)
			ending_tell_gone(c);
	}
}
