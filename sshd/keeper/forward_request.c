#include "config.h"

#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "forward_request.h"
#include "report.h"
#include "send.h"
#include "skew.h"

#define SECOND INT64_C(1000000)

/* what is the note of the change, in et-admin's words. */
static enum store_result
open_forward(struct keeper *k, const struct msg_forward_request *o, int64_t *id,
    char what[MSG_TEXT])
{
	struct forward f = {.device = o->device,
	    .dport = o->dport,
	    .sport = o->sport,
	    .ttl = o->ttl,
	    .oper = o->oper,
	    .state = FORWARD_QUEUED};
	struct device d;
	enum store_result r;

	if ((r = store_device_get(k->store, o->device, &d)) != STORE_OK)
		return r;
	f.created = f.state_at = skew_now(k);
	f.expires = f.created + f.ttl * SECOND;
	snprintf(f.owner, sizeof(f.owner), "%s", o->who);
	if (store_shared(k->store))
		snprintf(f.node, sizeof(f.node), "%s", k->node.name);
	snprintf(what, MSG_TEXT, "forward open %s %u:%u ttl %u", d.name,
	    f.dport, f.sport, f.ttl);
	r = store_forward_add(k->store, &f);
	*id = f.id;
	return r;
}

static enum store_result
close_forward(struct keeper *k, const struct msg_forward_request *o,
    int64_t *id, char what[MSG_TEXT])
{
	struct forward f;
	enum store_result r;

	if ((r = store_forward_get(k->store, o->forward, &f)) != STORE_OK)
		return r;
	snprintf(what, MSG_TEXT, "forward close %s %u", f.name, f.sport);
	*id = f.id;
	return store_forward_cancel(k->store, f.id);
}

/* Write the change and the note of the operator in one transaction. */
static enum store_result
write_request(
    struct keeper *k, const struct msg_forward_request *o, int64_t *id)
{
	char what[MSG_TEXT];
	enum store_result r;

	if ((r = store_begin(k->store)) != STORE_OK)
		return r;
	if (o->what == REQUEST_OPEN)
		r = open_forward(k, o, id, what);
	else
		r = close_forward(k, o, id, what);
	if (r == STORE_OK)
		r = store_admin(k->store, o->who, what);
	if (r == STORE_OK)
		r = store_commit(k->store);
	if (r != STORE_OK)
		store_rollback(k->store);
	return r;
}

/* Hide the device that has the port: the operator may not know of it. */
static const char *
why_not(const struct keeper *k, enum store_result r)
{
	switch (r) {
	case STORE_EXISTS:
		return "that server port is in use: choose another";
	case STORE_NONE:
		return "the device or forward was removed";
	default:
		return store_error(k->store);
	}
}

int
forward_request_take(struct keeper *k)
{
	const char *why = "the store is busy: try again";
	enum store_result r = STORE_BUSY;
	struct msg m;

	msg_init(&m, MSG_FORWARD_RESULT, k->in.conn);
	if (k->store != NULL) {
		r = write_request(
		    k, &k->in.forward_request, &m.forward_result.forward);
		why = r == STORE_OK ? "" : why_not(k, r);
	}
	m.forward_result.ttl = k->in.forward_request.ttl;
	if (r != STORE_OK)
		m.forward_result.forward = 0;
	snprintf(m.forward_result.refused, sizeof(m.forward_result.refused),
	    "%s", why);
	/* The monitor has the change before the operator has an answer. */
	if (r == STORE_OK && (r = changes_send(k)) != STORE_OK)
		report_read(k, r);
	return send_message(k, &m);
}
