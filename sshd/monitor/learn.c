#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include <utlist.h>

#include "alert_bound.h"
#include "alert_list.h"
#include "alert_mute.h"
#include "alert_server.h"
#include "alert_sweep.h"
#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "enrol.h"
#include "jump_check.h"
#include "learn.h"
#include "learn_device.h"
#include "learn_node.h"
#include "learn_operator.h"
#include "monitor.h"
#include "msg.h"
#include "penalty.h"
#include "owner.h"
#include "record.h"
#include "tokens.h"
#include "tunnel.h"
#include "wanted.h"

void
learn_applied(struct monitor *m)
{
	struct msg msg;

	if (m->applying == 0 || m->ending > 0)
		return;
	msg_init(&msg, MSG_APPLIED, 0);
	msg.seq.seq = m->applying;
	m->applying = 0;
	child_send(m->keeper, &msg, -1);
}

static const char *
learn_gone(struct monitor *m, const struct msg *msg)
{
	int64_t id = msg->gone.id;

	switch (msg->gone.noun) {
	case NOUN_DEVICE:
		learn_device_gone(m, id);
		return NULL;
	case NOUN_KEY:
		learn_key_gone(m, id);
		return NULL;
	case NOUN_PERMIT:
		learn_permit_gone(m, id);
		return NULL;
	case NOUN_FORWARD:
		learn_forward_gone(m, id);
		return NULL;
	case NOUN_OPERATOR:
		learn_operator_gone(m, id);
		return NULL;
	case NOUN_MUTE:
		alert_mute_gone(m, id);
		return NULL;
	case NOUN_BOUND:
		alert_bound_gone(m, id);
		return NULL;
	default:
		return NULL; /* refused by record_wrong */
	}
}

/* Records that the load does not have are swept by LOADED. */
static void
learn_begin(struct monitor *m)
{
	m->dir.generation++;
	alert_before_load(m);
	tunnel_doubt_all(m);
}

static const char *
learn_loading(struct monitor *m, const struct msg *msg)
{
	(void)msg;
	learn_begin(m);
	return NULL;
}

static const char *
learn_loaded(struct monitor *m, const struct msg *msg)
{
	struct conn *c, *tmp;

	learn_device_sweep(m);
	learn_operator_sweep(m);
	learn_node_sweep(m);
	m->dir.generation++;
	m->dir.loaded = true;
	m->dir.fresh = clock_now();
	alert_after_load(m);
	/* A new keeper knows of no session. */
	HASH_ITER(hh, m->conns, c, tmp)
		if (conn_open(c))
			conn_record(c);
	wanted_record_virtual(m);
	tunnel_record_all(m);
	learn_forward_states(m);
	/* Forwards that expired while no server ran are not delivered. */
	wanted_tick(m);
	jump_check(m);
	owner_check(m);
	m->applying = m->learnt = msg->seq.seq;
	m->keeper->ready = true;
	return NULL;
}

static const char *
learn_changed(struct monitor *m, const struct msg *msg)
{
	if (msg->seq.seq > m->applying)
		m->applying = msg->seq.seq;
	m->learnt = msg->seq.seq;
	jump_check(m);
	owner_check(m);
	return NULL;
}

static const char *
learn_kill(struct monitor *m, const struct msg *msg)
{
	struct dir_device *dev = directory_device(&m->dir, msg->kill.device);
	struct conn *c, *tmp;

	if (msg->kill.device == 0) {
		HASH_FIND(hh, m->conns, &msg->kill.session,
		    sizeof(msg->kill.session), c);
		if (c != NULL && c->oper != NULL)
			conn_end_awaited(c, "killed by an operator");
	}
	if (dev == NULL)
		return NULL;
	DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
		if (msg->kill.session == 0 || c->number == msg->kill.session)
			conn_end_awaited(c, "killed by an operator");
	return NULL;
}

static const char *
learn_admin(struct monitor *m, const struct msg *msg)
{
	char who[4 * MSG_NAME], what[MSG_TEXT];
	struct event e;

	clean_text(who, sizeof(who), msg->admin.who);
	clean_text(what, sizeof(what), msg->admin.what);
	e = event_begin(m->log, "admin");
	event_text(&e, "operator", who);
	event_text(&e, "reason", what);
	event_end(&e);
	return NULL;
}

static const char *
learn_store_state(struct monitor *m, const struct msg *msg)
{
	const struct msg_store_state *s = &msg->store_state;
	char reason[MSG_TEXT];

	alert_store_state(m, s);
	if (s->ok)
		m->dir.fresh = clock_now();
	m->fenced = m->nodes != NULL && !s->ok;
	/* Most of these messages are mere keepalives. */
	if (s->ok && s->reason[0] == '\0')
		return NULL;
	clean_text(reason, sizeof(reason), s->reason);
	if (s->fatal && !m->dir.loaded) {
		monitor_fail(m, "store: %s", reason);
		return NULL;
	}
	event_reason(m->log, "store", reason);
	return NULL;
}

static const char *
learn_alert(struct monitor *m, const struct msg *msg)
{
	return alert_learn(m, &msg->alert);
}

static const struct rule {
	enum msg_type type;
	const char *(*learn)(struct monitor *, const struct msg *);
} rules[] = {
    {MSG_DEVICE, learn_devices},
    {MSG_KEY_OF, learn_keys},
    {MSG_PERMIT, learn_permit},
    {MSG_FORWARD, learn_forward},
    {MSG_OPERATOR, learn_operator},
    {MSG_TOKENS, tokens_until},
    {MSG_TOKEN_IS, tokens_is},
    {MSG_ENROLLED, enrol_enrolled},
    {MSG_FORWARD_RESULT, console_forward_result},
    {MSG_ALERT, learn_alert},
    {MSG_MUTE, alert_learn_mute},
    {MSG_BOUND, alert_learn_bound},
    {MSG_ENDS, alert_learn_ends},
    {MSG_ALERT_TEST, alert_learn_test},
    {MSG_GONE, learn_gone},
    {MSG_KILL, learn_kill},
    {MSG_PENALTY, penalty_clear},
    {MSG_ADMIN, learn_admin},
    {MSG_LOADING, learn_loading},
    {MSG_LOADED, learn_loaded},
    {MSG_CHANGED, learn_changed},
    {MSG_STORE_STATE, learn_store_state},
    {MSG_NODE, learn_node},
    {MSG_WISH, learn_wish},
    {MSG_TUNNEL, learn_tunnel},
    {MSG_TICKET, learn_ticket},
    {MSG_TICKETED, learn_ticketed},
    {MSG_LEAD, learn_lead},
    {MSG_SEEN, learn_seen},
};

static const char *
keeper_hear(struct child *keeper, struct msg *msg)
{
	const char *wrong;
	size_t i;

	if ((wrong = record_wrong(msg)) != NULL)
		return wrong;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].type == msg->type)
			return rules[i].learn(keeper->m, msg);
	return "not a keeper's to say";
}

static void
keeper_greet(struct child *keeper)
{
	struct monitor *m = keeper->m;
	const struct listen *l;
	struct msg msg;
	size_t n = 0;

	learn_begin(m);
	msg_init(&msg, MSG_STORE_OPEN, 0);
	_Static_assert(STORE_URL <= MSG_URL, "the URL has room in a message");
	conf_store_url(m->conf, true, msg.store_open.url);
	snprintf(msg.store_open.node, sizeof(msg.store_open.node), "%s",
	    m->conf->node);
	snprintf(msg.store_open.version, sizeof(msg.store_open.version), "%s",
	    PACKAGE_VERSION);
	snprintf(msg.store_open.relay, sizeof(msg.store_open.relay), "%s",
	    m->conf->node_listen != NULL ? m->conf->node_listen : "");
	hostkey_list(m->hostkeys, msg.store_open.hostkeys,
	    sizeof(msg.store_open.hostkeys));
	msg.store_open.pid = (uint32_t)getpid();
	msg.store_open.history = m->conf->history;
	msg.store_open.stale = m->conf->stale_limit;
	msg.store_open.since = m->learnt;
	for (l = m->listens; l != NULL; l = l->next)
		if (l->pool == POOL_LISTEN &&
		    n + sizeof(l->name) + 2 < sizeof(msg.store_open.listen))
			n += (size_t)snprintf(msg.store_open.listen + n,
			    sizeof(msg.store_open.listen) - n, "%s%s",
			    n > 0 ? ", " : "", l->name);
	child_send(keeper, &msg, -1);
}

static void
keeper_lost(struct child *keeper)
{
	/* The directory serves logins until stale-limit. */
	keeper->m->applying = 0;
	tokens_keeper_lost(keeper->m);
	enrol_keeper_lost(keeper->m);
	console_keeper_lost(keeper->m);
}

const struct role learn_role = {
    .name = "keeper",
    .launch = LAUNCH_KEEPER,
    .greet = keeper_greet,
    .hear = keeper_hear,
    .lost = keeper_lost,
};
