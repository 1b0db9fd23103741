#include "config.h"

#include <stdio.h>

#include "clock.h"
#include "enrol.h"
#include "filter.h"
#include "forward_request.h"
#include "opening.h"
#include "skew.h"
#include "take.h"
#include "tickets.h"
#include "tunnels.h"
#include "write.h"

static int
take_open(struct keeper *k)
{
	const char *why;

	if (k->group != NULL)
		return -1;
	k->where = k->in.store_open;
	snprintf(k->node.name, sizeof(k->node.name), "%s", k->where.node);
	snprintf(k->node.listen, sizeof(k->node.listen), "%s", k->where.listen);
	snprintf(k->node.addr, sizeof(k->node.addr), "%s", k->where.relay);
	snprintf(k->node.version, sizeof(k->node.version), "%.63s",
	    k->where.version);
	snprintf(k->node.hostkeys, sizeof(k->node.hostkeys), "%s",
	    k->where.hostkeys);
	k->node.pid = k->where.pid;
	k->node.stale = k->where.stale;
	if ((k->group = group_new(k->node.name)) == NULL ||
	    (k->where.history != 0 && group_keep_history(k->group) == -1))
		return -1;
	group_tell(k->group, tunnels_written, k);
	if ((why = filter_store(k->where.url)) != NULL) {
		fprintf(stderr, "et-sshd-keeper: %s\n", why);
		return -1;
	}
	opening_start(k);
	return 0;
}

static int
take_heartbeat(struct keeper *k)
{
	return group_heartbeat(k->group, &k->in.heartbeat);
}

static int
take_session(struct keeper *k)
{
	return group_session(k->group, k->in.conn, &k->in.session, clock_now());
}

static int
take_session_end(struct keeper *k)
{
	group_session_end(
	    k->group, k->in.conn, k->in.session_end.seen, clock_now());
	return group_bytes(k->group, &k->in.session_end);
}

static int
take_presence(struct keeper *k)
{
	if (k->in.presence.why > SPAN_SERVER)
		return -1;
	return group_presence(k->group, &k->in.presence);
}

static int
take_forward_state(struct keeper *k)
{
	if (k->in.forward_state.state > FORWARD_CANCELLED)
		return -1;
	return group_forward(k->group, &k->in.forward_state);
}

static int
take_virtual(struct keeper *k)
{
	if (k->in.virtual_forward.state > FORWARD_CANCELLED)
		return -1;
	return group_virtual(k->group, &k->in.virtual_forward);
}

static int
take_tunnel(struct keeper *k)
{
	return group_tunnel(k->group, &k->in.tunnel);
}

static int
take_applied(struct keeper *k)
{
	group_applied(k->group, k->in.seq.seq);
	/* et-admin waits for the APPLIED. */
	if (k->store != NULL && !k->unwritable)
		write_now(k);
	return 0;
}

static int
take_status(struct keeper *k)
{
	snprintf(
	    k->node.status, sizeof(k->node.status), "%s", k->in.status.json);
	k->node_due = true;
	return 0;
}

/* The monitor repeats STATUS: a failed write is not tried again. */
static int
take_duplicate_key(struct keeper *k)
{
	const struct msg_duplicate_key *t = &k->in.duplicate_key;

	if (k->store != NULL)
		store_device_twice(k->store, t->device, t->at, t->places);
	return 0;
}

static int
take_refusal(struct keeper *k)
{
	return group_refusal(k->group, &k->in.refusal);
}

static int
take_alert(struct keeper *k)
{
	return group_alert(k->group, &k->in.alert);
}

static const struct rule {
	enum msg_type type;
	int (*take)(struct keeper *);
} rules[] = {
    {MSG_STORE_OPEN, take_open},
    {MSG_HEARTBEAT, take_heartbeat},
    {MSG_SESSION, take_session},
    {MSG_SESSION_END, take_session_end},
    {MSG_FORWARD_STATE, take_forward_state},
    {MSG_VIRTUAL_FORWARD, take_virtual},
    {MSG_TUNNEL, take_tunnel},
    {MSG_TICKET, tickets_take},
    {MSG_APPLIED, take_applied},
    {MSG_STATUS, take_status},
    {MSG_DUPLICATE_KEY, take_duplicate_key},
    {MSG_REFUSAL, take_refusal},
    {MSG_PRESENCE, take_presence},
    {MSG_ALERT, take_alert},
    {MSG_TOKEN, enrol_take_token},
    {MSG_ENROLL, enrol_take},
    {MSG_FORWARD_REQUEST, forward_request_take},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

int
take_message(struct keeper *k)
{
	size_t i;

	/* STORE_OPEN comes first, and once. */
	if ((k->in.type == MSG_STORE_OPEN) != (k->group == NULL))
		return -1;
	skew_in(k, &k->in);
	for (i = 0; i < RULES; i++)
		if (rules[i].type == k->in.type)
			return rules[i].take(k);
	return -1;
}
