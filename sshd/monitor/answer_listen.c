#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "answer_listen.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "jump_join.h"
#include "monitor.h"
#include "msg.h"
#include "node.h"
#include "tunnel.h"

#define LATES 1024 /* requests of all devices that wait */

struct late {
	uint64_t conn; /* its number */
	uint32_t port;
	double until;
	struct late *prev, *next;
};

static void
listen_log_refused(const struct conn *c, uint32_t port, const char *why)
{
	struct event e = conn_event_begin(c, "forward.refused");

	event_int(&e, "sport", port);
	event_text(&e, "reason", why);
	event_end(&e);
}

static void
listen_send(struct conn *c, uint32_t port, struct tunnel *t, const char *why)
{
	struct msg answer;

	msg_init(&answer, MSG_LISTENING, c->number);
	answer.listening.port = port;
	if (t != NULL)
		answer.listening.bound = port;
	else
		listen_log_refused(c, port, why);
	conn_send(c, &answer, -1);
	if (t != NULL)
		jump_tunnel_opened(t);
}

/* False: it is answered now. */
static bool
listen_hold(struct conn *c, uint32_t port, const char *why)
{
	struct nodes *ns = c->m->nodes;
	struct late *l;
	int n;

	if (ns == NULL || strcmp(why, TUNNEL_NOT_LISTED) != 0)
		return false;
	DL_COUNT(ns->late, l, n);
	if (n >= LATES || (l = calloc(1, sizeof(*l))) == NULL)
		return false;
	l->conn = c->number;
	l->port = port;
	l->until = clock_now() + LISTEN_LATE;
	DL_APPEND(ns->late, l);
	return true;
}

const char *
answer_listen(struct conn *c, struct msg *ask)
{
	const char *why;
	struct tunnel *t = tunnel_open(c, ask->port.port, &why);

	if (t != NULL || !listen_hold(c, ask->port.port, why))
		listen_send(c, ask->port.port, t, why);
	return NULL;
}

/* False: it waits on. */
static bool
listen_try(struct monitor *m, const struct late *l)
{
	struct conn *c = conn_of(m, l->conn);
	struct tunnel *t;
	const char *why;

	if (c == NULL || c->state != CONN_OPEN)
		return true;
	t = tunnel_open(c, l->port, &why);
	if (t == NULL && strcmp(why, TUNNEL_NOT_LISTED) == 0 &&
	    clock_now() < l->until)
		return false;
	listen_send(c, l->port, t, why);
	return true;
}

void
answer_listen_again(struct monitor *m)
{
	struct late *l, *tmp;

	if (m->nodes == NULL)
		return;
	DL_FOREACH_SAFE(m->nodes->late, l, tmp)
		if (listen_try(m, l)) {
			DL_DELETE(m->nodes->late, l);
			free(l);
		}
}

void
answer_listen_free(struct monitor *m)
{
	struct late *l, *tmp;

	if (m->nodes == NULL)
		return;
	DL_FOREACH_SAFE(m->nodes->late, l, tmp) {
		DL_DELETE(m->nodes->late, l);
		free(l);
	}
}
