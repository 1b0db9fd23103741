#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "enrol.h"
#include "inbox.h"
#include "jump_check.h"
#include "learn.h"
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

static void
end_device(struct dir_device *dev, const char *reason)
{
	struct conn *c, *tmp;

	DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
		conn_end_awaited(c, reason);
}

/* --- what is no more -------------------------------------------------- */

static void
drop_key(struct monitor *m, struct dir_key *key)
{
	struct dir_device *dev = directory_device(&m->dir, key->device);
	struct conn *c, *tmp;

	if (dev != NULL)
		DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
			if (memcmp(c->digest, key->digest, KEY_DIGEST) == 0)
				conn_end_awaited(c, "key revoked");
	directory_drop_key(&m->dir, key);
}

/*
 * A device's connections end first and still point at it: it goes when they are
 * gone, and cannot log in meanwhile, since its keys went before it.
 */
static void
drop_device(struct monitor *m, struct dir_device *dev)
{
	struct dir_forward *f, *tmp;

	dev->enabled = false;
	directory_retire_device(&m->dir, dev);
	DL_FOREACH_SAFE(dev->forwards, f, tmp)
		wanted_withdraw(m, f, "device removed");
	end_device(dev, "device removed");
	if (dev->conns == NULL)
		directory_drop_device(&m->dir, dev);
}

/* A permit, or a tag, that went takes its open ports along. */
static void
check_tunnels(struct monitor *m, struct conn *c)
{
	struct tunnel *t, *tmp;

	DL_FOREACH_SAFE(c->tunnels, t, tmp)
		if (t->forward == NULL &&
		    !directory_permitted(
			&m->dir, c->device, t->port, t->fd == -1)) {
			inbox_tell_close(c->device, t->port);
			tunnel_end(t, "permit removed");
		}
}

static void
check_all_tunnels(struct monitor *m)
{
	struct conn *c, *tmp;

	HASH_ITER(hh, m->conns, c, tmp)
		check_tunnels(m, c);
}

static const char *
learn_gone(struct monitor *m, const struct msg *msg)
{
	int64_t id = msg->gone.id;
	struct dir_device *dev;
	struct dir_key *key;
	struct dir_permit *p;
	struct dir_forward *f;

	switch (msg->gone.noun) {
	case NOUN_DEVICE:
		if ((dev = directory_device(&m->dir, id)) != NULL)
			drop_device(m, dev);
		return NULL;
	case NOUN_KEY:
		if ((key = directory_key_by_id(&m->dir, id)) != NULL)
			drop_key(m, key);
		return NULL;
	case NOUN_PERMIT:
		if ((p = directory_permit(&m->dir, id)) != NULL)
			directory_drop_permit(&m->dir, p);
		check_all_tunnels(m);
		return NULL;
	case NOUN_FORWARD:
		if ((f = directory_forward(&m->dir, id)) != NULL)
			wanted_withdraw(m, f, "removed");
		return NULL;
	case NOUN_OPERATOR:
		learn_operator_gone(m, id);
		return NULL;
	default:
		return NULL; /* record_wrong lets no other pass */
	}
}

/* --- what is ---------------------------------------------------------- */

/* The keeper is ended for it, and with another one all is learned anew. */
static const char no_memory[] = "out of memory";

static bool
put_device(struct monitor *m, const struct msg_device *record)
{
	struct dir_device *dev =
	    directory_put_device(&m->dir, record, clock_wall(), clock_now());
	struct conn *c, *tmp;

	if (dev == NULL)
		return false;
	if (!dev->enabled)
		end_device(dev, "device disabled");
	DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
		check_tunnels(m, c);
	return true;
}

static const char *
learn_devices(struct monitor *m, const struct msg *msg)
{
	uint32_t i;

	for (i = 0; i < msg->devices.n; i++)
		if (!put_device(m, &msg->devices.list[i]))
			return no_memory;
	return NULL;
}

static const char *
learn_keys(struct monitor *m, const struct msg *msg)
{
	uint32_t i;

	for (i = 0; i < msg->keys.n; i++)
		if (directory_put_key(&m->dir, &msg->keys.list[i]) == NULL)
			return no_memory;
	return NULL;
}

static const char *
learn_permit(struct monitor *m, const struct msg *msg)
{
	if (directory_put_permit(&m->dir, &msg->permit) == NULL)
		return no_memory;
	return NULL;
}

static void
restate(struct monitor *m, const struct dir_forward *f)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD_STATE, 0);
	msg.forward_state.id = f->id;
	msg.forward_state.at = clock_wall();
	msg.forward_state.state = f->state;
	child_send(m->keeper, &msg, -1);
}

/*
 * Of a forward's state this server's own word counts; what a server before
 * it had delivered or open is to be delivered anew.
 */
static const char *
learn_forward(struct monitor *m, const struct msg *msg)
{
	const struct msg_forward *mf = &msg->forward;
	const struct dir_device *dev = directory_device(&m->dir, mf->device);
	bool known = directory_forward(&m->dir, mf->id) != NULL;
	struct dir_forward *f;

	/* Of a removed device nothing is wanted. */
	if (dev == NULL || dev->removed ||
	    (!known && forward_ended((enum forward_state)mf->state)))
		return NULL;
	f = directory_put_forward(&m->dir, mf, clock_wall(), clock_now());
	if (f == NULL)
		return no_memory;
	if (mf->cancelled) {
		wanted_withdraw(m, f, "closed by an operator");
		return NULL;
	}
	if (!known && f->state != FORWARD_QUEUED)
		wanted_set(m, f, FORWARD_QUEUED, "server restarted");
	else if (!known)
		wanted_announce(m, f);
	else if (f->state != (enum forward_state)mf->state)
		restate(m, f);
	return NULL;
}

/* --- loads and changes ------------------------------------------------ */

/* A load is whole: what it did not name is no more. */
static void
sweep(struct monitor *m)
{
	struct directory *d = &m->dir;
	struct dir_forward *f, *ftmp;
	struct dir_permit *p, *ptmp;
	struct dir_key *key, *ktmp;
	struct dir_device *dev, *dtmp;

	HASH_ITER(hh, d->forwards, f, ftmp)
		if (f->generation != d->generation && !f->virtual)
			wanted_withdraw(m, f, "removed");
	DL_FOREACH_SAFE(d->permits, p, ptmp)
		if (p->generation != d->generation)
			directory_drop_permit(d, p);
	HASH_ITER(hh, d->keys, key, ktmp)
		if (key->generation != d->generation)
			drop_key(m, key);
	HASH_ITER(hh, d->devices, dev, dtmp)
		if (dev->generation != d->generation && !dev->removed)
			drop_device(m, dev);
	learn_operator_sweep(m);
	check_all_tunnels(m);
}

static const char *
learn_loaded(struct monitor *m, const struct msg *msg)
{
	struct conn *c, *tmp;

	sweep(m);
	m->dir.generation++;
	m->dir.loaded = true;
	m->dir.fresh = clock_now();
	/* A new keeper has forgotten who is connected. */
	HASH_ITER(hh, m->conns, c, tmp)
		if (conn_open(c))
			conn_record(c);
	wanted_record_virtual(m);
	/* Forwards that expired while no server ran are not delivered again. */
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

	if (s->ok)
		m->dir.fresh = clock_now();
	/* Most often it is only a sign of life. */
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
    {MSG_GONE, learn_gone},
    {MSG_KILL, learn_kill},
    {MSG_PENALTY, penalty_clear},
    {MSG_ADMIN, learn_admin},
    {MSG_LOADED, learn_loaded},
    {MSG_CHANGED, learn_changed},
    {MSG_STORE_STATE, learn_store_state},
};

static const char *
hear(struct child *keeper, struct msg *msg)
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
greet(struct child *keeper)
{
	struct monitor *m = keeper->m;
	const struct listen *l;
	struct msg msg;
	size_t n = 0;

	m->dir.generation++;
	msg_init(&msg, MSG_STORE_OPEN, 0);
	snprintf(msg.store_open.url, sizeof(msg.store_open.url), "%s",
	    m->conf->store);
	snprintf(msg.store_open.node, sizeof(msg.store_open.node), "%s",
	    m->conf->node);
	msg.store_open.pid = (uint32_t)getpid();
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
lost(struct child *keeper)
{
	/* Logins go on from the directory until stale-limit. */
	keeper->m->applying = 0;
	tokens_keeper_lost(keeper->m);
	enrol_keeper_lost(keeper->m);
	console_keeper_lost(keeper->m);
}

const struct role learn_role = {
    .name = "keeper",
    .launch = LAUNCH_KEEPER,
    .greet = greet,
    .hear = hear,
    .lost = lost,
};
