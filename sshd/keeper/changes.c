#include "config.h"

#include <stdio.h>
#include <string.h>

#include "alerts.h"
#include "changes.h"
#include "nodes.h"
#include "send.h"
#include "skew.h"
#include "tickets.h"
#include "tunnels.h"
#include "wishes.h"

#define TOLD (3600 * INT64_C(1000000)) /* us: a token that ended is known */

static int
changes_device(void *arg, const struct device *d)
{
	struct msg_device m = {.id = d->id,
	    .enabled = d->enabled,
	    .interval = d->interval,
	    .last_seen = d->last_seen};

	snprintf(m.name, sizeof(m.name), "%s", d->name);
	snprintf(m.alias, sizeof(m.alias), "%s", d->alias);
	snprintf(m.tags, sizeof(m.tags), "%s", d->tags);
	snprintf(m.addr, sizeof(m.addr), "%s", d->addr);
	return send_device(arg, &m);
}

static int
changes_key(void *arg, const struct key *k)
{
	struct msg_key_of m = {.id = k->id, .device = k->device};

	memcpy(m.digest, k->digest, sizeof(m.digest));
	return send_key(arg, &m);
}

static int
changes_permit(void *arg, const struct permit *p)
{
	struct msg m;

	msg_init(&m, MSG_PERMIT, 0);
	m.permit.id = p->id;
	m.permit.device = p->device;
	m.permit.first = p->first;
	m.permit.last = p->last;
	m.permit.virtual = p->virtual;
	snprintf(m.permit.tag, sizeof(m.permit.tag), "%s", p->tag);
	return send_message(arg, &m);
}

static int
changes_forward(void *arg, const struct forward *f)
{
	struct msg m;

	msg_init(&m, MSG_FORWARD, 0);
	m.forward.id = f->id;
	m.forward.device = f->device;
	m.forward.expires = f->expires;
	m.forward.dport = f->dport;
	m.forward.sport = f->sport;
	m.forward.state = f->state;
	m.forward.cancelled = f->cancelled;
	m.forward.ttl = f->ttl;
	m.forward.oper = f->oper;
	snprintf(m.forward.owner, sizeof(m.forward.owner), "%s", f->owner);
	snprintf(m.forward.node, sizeof(m.forward.node), "%s", f->node);
	return send_message(arg, &m);
}

static int
changes_operator(void *arg, const struct oper *o)
{
	struct msg m;

	msg_init(&m, MSG_OPERATOR, 0);
	m.oper.id = o->id;
	m.oper.role = o->role;
	m.oper.expires = o->expires;
	snprintf(m.oper.name, sizeof(m.oper.name), "%s", o->name);
	snprintf(m.oper.grants, sizeof(m.oper.grants), "%s", o->grants);
	memcpy(m.oper.digest, o->key.digest, sizeof(m.oper.digest));
	return send_message(arg, &m);
}

static int
changes_gone(struct keeper *k, enum store_noun noun, int64_t id)
{
	struct msg m;

	msg_init(&m, MSG_GONE, 0);
	m.gone.noun = noun;
	m.gone.id = id;
	return send_message(k, &m);
}

static int
changes_seq(struct keeper *k, enum msg_type type, int64_t seq)
{
	struct msg m;

	k->seq = seq;
	msg_init(&m, type, 0);
	m.seq.seq = seq;
	return send_message(k, &m);
}

/* Send the time at which the last token ends. */
static enum store_result
changes_tokens(struct keeper *k)
{
	enum store_result r;
	struct msg m;

	msg_init(&m, MSG_TOKENS, 0);
	if ((r = store_token_until(k->store, &m.tokens.until)) != STORE_OK ||
	    (r = store_token_last(k->store, &m.tokens.told)) != STORE_OK)
		return r;
	if (m.tokens.told > 0 && m.tokens.told < INT64_MAX - TOLD)
		m.tokens.told += TOLD;
	send_message(k, &m);
	return r;
}

static enum store_result
load_records(struct keeper *k)
{
	struct store *s = k->store;
	enum store_result r;

	if ((r = store_device_each(s, changes_device, k)) != STORE_OK ||
	    (r = store_key_each(s, 0, changes_key, k)) != STORE_OK ||
	    (r = store_permit_each(s, changes_permit, k)) != STORE_OK ||
	    (r = store_operator_each(s, changes_operator, k)) != STORE_OK ||
	    (r = changes_tokens(k)) != STORE_OK ||
	    (r = alerts_load(k)) != STORE_OK ||
	    (r = store_forward_each(s, false, changes_forward, k)) !=
		STORE_OK ||
	    (r = nodes_load(k)) != STORE_OK ||
	    (r = wishes_send(k, NULL)) != STORE_OK)
		return r;
	return tunnels_send(k, NULL);
}

static enum store_result
change_admin(struct keeper *k, const struct change *c)
{
	struct msg m;

	msg_init(&m, MSG_ADMIN, 0);
	snprintf(m.admin.who, sizeof(m.admin.who), "%s", c->who);
	snprintf(m.admin.what, sizeof(m.admin.what), "%s", c->what);
	send_message(k, &m);
	return STORE_OK;
}

static int
changes_note(void *arg, const struct change *c)
{
	if (c->noun == STORE_ADMIN)
		change_admin(arg, c);
	return 0;
}

/*
 * Send the notes of who made the changes, up to the records just read.  Changes
 * that are not kept any more are left out.
 */
static enum store_result
load_notes(struct keeper *k)
{
	int64_t since = k->seq > 0 ? k->seq : k->where.since;
	enum store_result r;

	if (since == 0)
		return STORE_OK;
	r = store_change_each(k->store, since, changes_note, k);
	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
changes_load(struct keeper *k)
{
	enum store_result r;
	int64_t seq;

	k->loaded = skew_now(k);
	if ((r = store_begin_read(k->store)) != STORE_OK)
		return r;
	if ((r = store_seq(k->store, &seq)) == STORE_OK &&
	    (r = load_records(k)) == STORE_OK)
		r = load_notes(k);
	store_rollback(k->store);
	if (r != STORE_OK)
		return r;
	changes_seq(k, MSG_LOADED, seq);
	k->tickets = store_shared(k->store);
	return tickets_read(k);
}

enum store_result
changes_reload(struct keeper *k)
{
	enum store_result r;
	struct msg m;

	k->reload = true;
	msg_init(&m, MSG_LOADING, 0);
	send_message(k, &m);
	if ((r = changes_load(k)) == STORE_OK)
		k->reload = false;
	return r;
}

/*
 * A change names a record; the record is sent as it now is, or that it was
 * removed.
 */
static enum store_result
change_device(struct keeper *k, const struct change *c)
{
	struct device d;
	enum store_result r;

	if ((r = store_device_get(k->store, c->id, &d)) == STORE_OK)
		changes_device(k, &d);
	return r;
}

static enum store_result
change_key(struct keeper *k, const struct change *c)
{
	struct key key;
	enum store_result r;

	if ((r = store_key_get(k->store, c->id, &key)) == STORE_OK)
		changes_key(k, &key);
	return r;
}

static enum store_result
change_permit(struct keeper *k, const struct change *c)
{
	struct permit p;
	enum store_result r;

	if ((r = store_permit_get(k->store, c->id, &p)) == STORE_OK)
		changes_permit(k, &p);
	return r;
}

static enum store_result
change_forward(struct keeper *k, const struct change *c)
{
	struct forward f;
	enum store_result r;

	if ((r = store_forward_get(k->store, c->id, &f)) != STORE_OK)
		return r;
	if (forward_ended(f.state))
		return STORE_NONE;
	changes_forward(k, &f);
	return STORE_OK;
}

static enum store_result
change_operator(struct keeper *k, const struct change *c)
{
	struct oper o;
	enum store_result r;

	if ((r = store_operator_get(k->store, c->id, &o)) == STORE_OK)
		changes_operator(k, &o);
	return r;
}

static enum store_result
change_kill(struct keeper *k, const struct change *c)
{
	struct msg m;

	if (c->what[0] != '\0' && strcmp(c->what, k->node.name) != 0)
		return STORE_OK;
	msg_init(&m, MSG_KILL, 0);
	m.kill.session = (uint64_t)c->id;
	m.kill.device = c->ref;
	send_message(k, &m);
	return STORE_OK;
}

static enum store_result
change_penalty(struct keeper *k, const struct change *c)
{
	struct msg m;

	msg_init(&m, MSG_PENALTY, 0);
	snprintf(m.penalty.addr, sizeof(m.penalty.addr), "%.63s", c->what);
	send_message(k, &m);
	return STORE_OK;
}

/* The monitor needs to know when tokens end, and no more. */
static enum store_result
change_token(struct keeper *k, const struct change *c)
{
	(void)c;
	return changes_tokens(k);
}

static enum store_result (*const senders[])(
    struct keeper *, const struct change *) = {
    [STORE_DEVICE] = change_device,
    [STORE_KEY] = change_key,
    [STORE_PERMIT] = change_permit,
    [STORE_FORWARD] = change_forward,
    [STORE_KILL] = change_kill,
    [STORE_ADMIN] = change_admin,
    [STORE_TOKEN] = change_token,
    [STORE_OPERATOR] = change_operator,
    [STORE_PENALTY] = change_penalty,
    [STORE_MUTE] = alerts_change,
    [STORE_BOUND] = alerts_change,
    [STORE_ALERT_TEST] = alerts_change,
    [STORE_NODE] = nodes_change,
    [STORE_WISH] = wishes_change,
    [STORE_TUNNEL] = tunnels_change,
    [STORE_TICKET] = tickets_change,
};
#define SENDERS (sizeof(senders) / sizeof(senders[0]))

struct batch {
	struct keeper *keeper;
	int64_t seq;
	enum store_result result;
};

static int
changes_one(void *arg, const struct change *c)
{
	struct batch *b = arg;

	b->seq = c->seq;
	if ((size_t)c->noun >= SENDERS || senders[c->noun] == NULL)
		return 0;
	b->result = senders[c->noun](b->keeper, c);
	if (b->result == STORE_NONE) {
		changes_gone(b->keeper, c->noun, c->id);
		b->result = STORE_OK;
	}
	return b->result == STORE_OK ? 0 : -1;
}

enum store_result
changes_send(struct keeper *k)
{
	struct batch b = {k, k->seq, STORE_OK};
	enum store_result r;

	if ((r = store_begin_read(k->store)) != STORE_OK)
		return r;
	r = store_change_each(k->store, k->seq, changes_one, &b);
	store_rollback(k->store);
	/*
	 * The store does not keep changes that old: anything may have changed.
	 */
	if (r == STORE_NONE)
		return changes_reload(k);
	if (r == STORE_OK)
		r = b.result;
	if (r == STORE_OK && b.seq > k->seq)
		changes_seq(k, MSG_CHANGED, b.seq);
	return r == STORE_OK ? tickets_read(k) : r;
}
