/*
 * A target is a device's id or alias, and a port of the device.  Nothing else
 * leads anywhere: no address, no other name.  There is one exception, which
 * leads to a device as well: a listed forward's port on this host, as people
 * type it who are used to log in here first.  (Channels to the operator's page are
 * no jumps: reach.c.)
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <utlist.h>

#include "bucket.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "directory.h"
#include "jump.h"
#include "jump_ask.h"
#include "jump_join.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"

/*
 * An honest worker limits a client to fewer requests than this; past the limit
 * the connection ends, not the worker, as the client may be the cause.
 */
#define REACHES 8192 /* of one connection in a row */
#define REACHES_RATE 512.0 /* a second after that */

#define SSH_PORT 22 /* the default of ssh(1) */

struct target {
	struct dir_device *device;
	uint32_t dport; /* 0: not known */
	struct tunnel *tunnel; /* NULL: whichever has that port */
	bool granted; /* to the operator */
};

static bool
is_here(const char *name)
{
	return strcmp(name, "127.0.0.1") == 0 || strcmp(name, "localhost") == 0;
}

/* The tunnel on this server port that a device has by a permit, or NULL. */
static struct tunnel *
find_standing(const struct monitor *m, uint32_t port)
{
	struct conn *c, *tmp;
	struct tunnel *t;

	HASH_ITER(hh, m->conns, c, tmp) {
		t = c->state == CONN_OPEN ? tunnel_find(c, port) : NULL;
		if (t != NULL && t->forward == NULL && t->fd != -1)
			return t;
	}
	return NULL;
}

static const char *
find_here(const struct monitor *m, uint32_t port, struct target *to)
{
	struct dir_forward *f = directory_listed_any(&m->dir, port);

	if (f != NULL) {
		to->device = f->device;
		to->dport = f->dport;
		return NULL;
	}
	if ((to->tunnel = find_standing(m, port)) == NULL)
		return "not the port of a forward";
	to->device = to->tunnel->conn->device;
	return NULL;
}

static const char *
find_device(
    const struct monitor *m, const char *name, uint32_t port, struct target *to)
{
	to->dport = port;
	return directory_named(&m->dir, name, &to->device);
}

/* A browser's localhost is its own machine: no visitor means the server so. */
static const char *
find_target(
    const struct jump_asker *a, const struct msg_reach *ask, struct target *to)
{
	const struct dir_operator *op = a->conn->oper;
	const struct monitor *m = a->conn->m;
	const char *why;

	if (ask->port < 1 || ask->port > 65535)
		return "not a port";
	why = a->page == NULL && is_here(ask->name)
		  ? find_here(m, ask->port, to)
		  : find_device(m, ask->name, ask->port, to);
	if (why != NULL)
		return why;
	if (!operator_reaches(op->role, op->grants, to->device->name,
		to->device->tags, to->dport))
		return "not granted";
	to->granted = true;
	return to->device->enabled ? NULL : "device disabled";
}

/*
 * The same text for an unknown device and for one not granted, so that an
 * operator does not learn which devices there are.
 */
static void
describe_unknown(const struct conn *c, char text[MSG_TEXT])
{
	uint32_t port = conn_here(c);
	char option[16] = "";

	if (port != SSH_PORT && port != 0)
		snprintf(option, sizeof(option), "-p %u ", port);
	snprintf(text, MSG_TEXT,
	    "no such device, or port not granted to you; see ssh %s%s@SERVER "
	    "device list",
	    option, c->oper->name);
}

static void
refuse_target(const struct jump_asker *a, const struct msg_reach *r,
    const struct target *to, const char *why)
{
	char name[4 * MSG_NAME], said[MSG_TEXT];

	clean_text(name, sizeof(name), r->name);
	if (to->granted)
		snprintf(said, sizeof(said), "%s", why);
	else
		describe_unknown(a->conn, said);
	jump_refuse(a, name, r->port, why, said);
}

bool
jump_may_ask(const struct jump_asker *a, const char **wrong)
{
	struct conn *c = a->conn;
	const struct jump *j;
	unsigned int n = 0;

	*wrong = NULL;
	if (!bucket_take(&c->asks, REACHES, REACHES_RATE, clock_now())) {
		c->m->counters.limits++;
		conn_end(c, "too many requests");
		return false;
	}
	/* What the other process of the connection asks for is not its fault. */
	DL_FOREACH2(c->jumps, j, cnext)
		n += j->asker.page == a->page;
	if (n >= JUMPS)
		*wrong = "too many jumps on one connection";
	else if (jump_find(a) != NULL)
		*wrong = a->page != NULL ? "a second jump of one visitor"
					 : "a second jump of one channel";
	return *wrong == NULL;
}

void
jump_ask(const struct jump_asker *a, const struct msg_reach *r)
{
	struct target to = {.device = NULL};
	const char *why;

	why = find_target(a, r, &to);
	if (why == NULL)
		why = jump_new(a, to.device, to.dport, to.tunnel);
	if (why != NULL)
		refuse_target(a, r, &to, why);
}
