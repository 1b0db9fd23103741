#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "alert.h"
#include "device.h"
#include "forward.h"
#include "listen.h"
#include "msg.h"
#include "operator.h"
#include "penalty.h"
#include "record.h"
#include "token.h"

static const char not_number[] = "not a record's number";
static const char not_device[] = "not a device's number";
static const char not_name[] = "not a device's name";
static const char not_operator[] = "not an operator's name";
static const char not_ports[] = "not ports";
static const char not_time[] = "not a time";
static const char not_node[] = "not a node's name";

static bool
record_is_port(uint32_t port)
{
	return port >= 1 && port <= 65535;
}

static bool
record_is_name_or_none(const char *name)
{
	return *name == '\0' || device_name_valid(name);
}

/* "a,b,c", or "". */
static bool
record_are_tags(const char *tags)
{
	char tag[DEVICE_NAME];
	size_t len;

	if (*tags == '\0')
		return true;
	for (;; tags += len + 1) {
		len = strcspn(tags, ",");
		snprintf(tag, sizeof(tag), "%.*s",
		    (int)(len < sizeof(tag) ? len : 0), tags);
		if (!device_name_valid(tag))
			return false;
		if (tags[len] == '\0')
			return true;
	}
}

/* Grants as operator_grant writes them, separated by one blank. */
static bool
record_are_grants(const char *grants)
{
	char grant[OPERATOR_GRANTS], one[OPERATOR_GRANTS];
	size_t len;

	if (*grants == '\0')
		return true;
	for (;; grants += len + 1) {
		len = strcspn(grants, " ");
		snprintf(grant, sizeof(grant), "%.*s", (int)len, grants);
		one[0] = '\0';
		if (operator_grant(one, grant) != 0)
			return false;
		if (grants[len] == '\0')
			return true;
	}
}

static const char *
record_device(const struct msg_device *d)
{
	if (d->id <= 0)
		return not_number;
	if (!device_name_valid(d->name))
		return not_name;
	if (!record_is_name_or_none(d->alias))
		return "not an alias";
	if (!record_are_tags(d->tags))
		return "not tags";
	if (d->interval > INT32_MAX)
		return "not an interval";
	return d->last_seen < 0 ? not_time : NULL;
}

static const char *
record_devices(const struct msg *m)
{
	const char *wrong = NULL;
	uint32_t i;

	for (i = 0; i < m->devices.n && wrong == NULL; i++)
		wrong = record_device(&m->devices.list[i]);
	return wrong;
}

static const char *
record_keys(const struct msg *m)
{
	uint32_t i;

	for (i = 0; i < m->keys.n; i++) {
		if (m->keys.list[i].id <= 0)
			return not_number;
		if (m->keys.list[i].device <= 0)
			return not_device;
	}
	return NULL;
}

static const char *
record_permit(const struct msg *m)
{
	const struct msg_permit *p = &m->permit;

	if (p->id <= 0)
		return not_number;
	if (p->device < 0)
		return not_device;
	if (!record_is_port(p->first) || !record_is_port(p->last) ||
	    p->first > p->last)
		return not_ports;
	if (p->device == 0 ? !device_name_valid(p->tag)
			   : !record_is_name_or_none(p->tag))
		return "not a tag";
	return NULL;
}

static const char *
record_forward(const struct msg *m)
{
	const struct msg_forward *f = &m->forward;

	if (f->id <= 0)
		return not_number;
	if (f->device <= 0)
		return not_device;
	if (!record_is_port(f->dport) || !record_is_port(f->sport))
		return not_ports;
	if (f->expires < 0)
		return not_time;
	if (f->state > FORWARD_CANCELLED)
		return "no such state";
	if (f->oper < 0 || (f->oper == 0 ? !record_is_name_or_none(f->owner)
					 : !device_name_valid(f->owner)))
		return not_operator;
	return record_is_name_or_none(f->node) ? NULL : not_node;
}

static const char *
record_operator(const struct msg *m)
{
	const struct msg_operator *o = &m->oper;

	if (o->id <= 0)
		return not_number;
	if (!device_name_valid(o->name))
		return not_operator;
	if (o->role < OPERATOR_VIEWER || o->role > OPERATOR_ADMIN)
		return "no such role";
	if (o->expires < 0)
		return not_time;
	if (!record_are_grants(o->grants))
		return "not grants";
	return NULL;
}

static const char *
record_tokens(const struct msg *m)
{
	return m->tokens.until < 0 || m->tokens.told < 0 ? not_time : NULL;
}

static const char *
record_token_is(const struct msg *m)
{
	if (m->token_is.state > TOKEN_USED_UP)
		return "not a token's state";
	return m->token_is.token < 0 ? "not a token's number" : NULL;
}

static const char *
record_enrolled(const struct msg *m)
{
	if (m->enrolled.result > ENROL_BUSY)
		return "no such result";
	return device_name_valid(m->enrolled.name) ? NULL : not_name;
}

static const char *
record_forward_result(const struct msg *m)
{
	return m->forward_result.forward < 0 ? not_number : NULL;
}

/* Printable ASCII: what goes into an event and the stream. */
static bool
record_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static const char *
record_alert(const struct msg *m)
{
	const struct msg_alert *a = &m->alert;

	if (a->kind < ALERT_GONE || a->kind >= ALERT_KINDS ||
	    a->told > ALERT_TOLD_CLOSE)
		return "no such alert";
	if (a->device < 0)
		return not_device;
	if (a->since < 0 || a->opened < 0 || a->closed < 0)
		return not_time;
	if (!record_is_name_or_none(a->tag) || !record_are_tags(a->devices) ||
	    !record_are_tags(a->missing))
		return not_name;
	if (strrchr(a->id, ':') == NULL || !record_is_plain(a->id) ||
	    !record_is_plain(a->subject) || !record_is_plain(a->summary))
		return "not an alert's text";
	return NULL;
}

static const char *
record_mute(const struct msg *m)
{
	if (m->mute.id <= 0)
		return not_number;
	if (m->mute.device < 0)
		return not_device;
	if (m->mute.until < 0)
		return not_time;
	return record_is_plain(m->mute.target) ? NULL : "not a target";
}

static const char *
record_bound(const struct msg *m)
{
	struct alert_bound b;

	if (m->bound.id <= 0)
		return not_number;
	if (!alert_bound_parse(m->bound.text, &b))
		return "not a bound";
	return record_is_name_or_none(m->bound.tag) ? NULL : "not a tag";
}

static const char *
record_ends(const struct msg *m)
{
	if (m->ends.at < 0)
		return not_time;
	return device_name_valid(m->ends.name) ? NULL : "not a name";
}

static const char *
record_gone(const struct msg *m)
{
	switch (m->gone.noun) {
	case NOUN_DEVICE:
	case NOUN_KEY:
	case NOUN_PERMIT:
	case NOUN_FORWARD:
	case NOUN_OPERATOR:
	case NOUN_MUTE:
	case NOUN_BOUND:
		/* Ids below 0 are those of virtual forwards. */
		return m->gone.id <= 0 ? not_number : NULL;
	default:
		return "no such noun";
	}
}

static const char *
record_kill(const struct msg *m)
{
	return m->kill.device < 0 ? not_device : NULL;
}

static const char *
record_penalty(const struct msg *m)
{
	return penalty_address(m->penalty.addr) ? NULL : "not an address";
}

static const char *
record_seq(const struct msg *m)
{
	return m->seq.seq < 0 ? "not a change's number" : NULL;
}

static const char *
record_node(const struct msg *m)
{
	if (!device_name_valid(m->node.name))
		return not_node;
	if (*m->node.addr != '\0' && !listen_valid(m->node.addr))
		return "not an address";
	return record_is_plain(m->node.version) ? NULL : "not a version";
}

static const char *
record_wish(const struct msg *m)
{
	const struct msg_wish *w = &m->wish;

	if (w->device <= 0)
		return not_device;
	if (!record_is_port(w->dport) || !record_is_port(w->sport))
		return not_ports;
	return device_name_valid(w->node) ? NULL : not_node;
}

static const char *
record_tunnel(const struct msg *m)
{
	const struct msg_tunnel *t = &m->tunnel;

	if (t->device <= 0)
		return not_device;
	if (t->dport > 65535 || !record_is_port(t->sport))
		return not_ports;
	if (t->opened < 0)
		return not_time;
	return device_name_valid(t->node) ? NULL : not_node;
}

static const char *
record_ticket(const struct msg *m)
{
	const struct msg_ticket *t = &m->ticket;

	if (t->number == 0)
		return not_number;
	if (t->device <= 0)
		return not_device;
	if (t->dport > 65535 || !record_is_port(t->sport) || t->from > 65535)
		return not_ports;
	if (*t->addr != '\0' && !listen_address_valid(t->addr))
		return "not an address";
	return device_name_valid(t->asker) && device_name_valid(t->node)
		   ? NULL
		   : not_node;
}

static const char *
record_ticketed(const struct msg *m)
{
	return m->ticketed.number == 0 ? not_number : NULL;
}

static const char *
record_seen(const struct msg *m)
{
	uint32_t i;

	for (i = 0; i < m->seen.n; i++) {
		if (m->seen.list[i].device <= 0)
			return not_device;
		if (m->seen.list[i].at < 0)
			return not_time;
	}
	return NULL;
}

static const struct check {
	enum msg_type type;
	const char *(*wrong)(const struct msg *);
} checks[] = {
    {MSG_DEVICE, record_devices},
    {MSG_KEY_OF, record_keys},
    {MSG_PERMIT, record_permit},
    {MSG_FORWARD, record_forward},
    {MSG_OPERATOR, record_operator},
    {MSG_TOKENS, record_tokens},
    {MSG_TOKEN_IS, record_token_is},
    {MSG_ENROLLED, record_enrolled},
    {MSG_FORWARD_RESULT, record_forward_result},
    {MSG_ALERT, record_alert},
    {MSG_MUTE, record_mute},
    {MSG_BOUND, record_bound},
    {MSG_ENDS, record_ends},
    {MSG_GONE, record_gone},
    {MSG_KILL, record_kill},
    {MSG_PENALTY, record_penalty},
    {MSG_LOADED, record_seq},
    {MSG_CHANGED, record_seq},
    {MSG_NODE, record_node},
    {MSG_WISH, record_wish},
    {MSG_TUNNEL, record_tunnel},
    {MSG_TICKET, record_ticket},
    {MSG_TICKETED, record_ticketed},
    {MSG_SEEN, record_seen},
};

const char *
record_wrong(const struct msg *m)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].type == m->type)
			return checks[i].wrong(m);
	return NULL;
}
