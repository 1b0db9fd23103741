/*
 * "say TYPE DESCRIPTORS STATE NAME=VALUE...": a message that is as it should
 * be but for these fields.  A number is signed or not; text may have %XX for a
 * byte, and "**" is text that fills its field without an end.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

enum kind { NUMBER, TEXT };

#define FIELD(type, kind, name, body)                               \
	{                                                           \
		MSG_##type, kind, name, offsetof(struct msg, body), \
		    sizeof(((struct msg *)0)->body)                 \
	}

static const struct field {
	enum msg_type type; /* 0: of all */
	enum kind kind;
	const char *name;
	size_t offset;
	size_t size;
} fields[] = {
    {0, NUMBER, "conn", offsetof(struct msg, conn), sizeof(uint64_t)},
    FIELD(FORWARD_REQUEST, NUMBER, "what", forward_request.what),
    FIELD(FORWARD_REQUEST, NUMBER, "dport", forward_request.dport),
    FIELD(FORWARD_REQUEST, NUMBER, "sport", forward_request.sport),
    FIELD(FORWARD_REQUEST, NUMBER, "ttl", forward_request.ttl),
    FIELD(FORWARD_REQUEST, NUMBER, "device", forward_request.device),
    FIELD(FORWARD_REQUEST, NUMBER, "forward", forward_request.forward),
    FIELD(FORWARD_REQUEST, NUMBER, "oper", forward_request.oper),
    FIELD(FORWARD_REQUEST, TEXT, "who", forward_request.who),
    FIELD(FORWARD_RESULT, NUMBER, "forward", forward_result.forward),
    FIELD(FORWARD_RESULT, NUMBER, "ttl", forward_result.ttl),
    FIELD(FORWARD_RESULT, TEXT, "refused", forward_result.refused),
    FIELD(ACT, NUMBER, "id", act.id),
    FIELD(ACT, TEXT, "key", act.key),
    FIELD(ACT, TEXT, "text", act.text),
    FIELD(EVENTS, NUMBER, "after", events.after),
    FIELD(REACH, NUMBER, "id", reach.id),
    FIELD(REACH, NUMBER, "port", reach.port),
    FIELD(REACH, TEXT, "name", reach.name),
    FIELD(DEVICE, NUMBER, "n", devices.n),
    FIELD(DEVICE, NUMBER, "id", devices.list[0].id),
    FIELD(DEVICE, NUMBER, "enabled", devices.list[0].enabled),
    FIELD(DEVICE, NUMBER, "interval", devices.list[0].interval),
    FIELD(DEVICE, NUMBER, "seen", devices.list[0].last_seen),
    FIELD(DEVICE, TEXT, "name", devices.list[0].name),
    FIELD(DEVICE, TEXT, "alias", devices.list[0].alias),
    FIELD(DEVICE, TEXT, "tags", devices.list[0].tags),
    FIELD(DEVICE, TEXT, "addr", devices.list[0].addr),
    FIELD(KEY_OF, NUMBER, "n", keys.n),
    FIELD(KEY_OF, NUMBER, "id", keys.list[0].id),
    FIELD(KEY_OF, NUMBER, "device", keys.list[0].device),
    FIELD(KEY_OF, TEXT, "digest", keys.list[0].digest),
    FIELD(PERMIT, NUMBER, "id", permit.id),
    FIELD(PERMIT, NUMBER, "device", permit.device),
    FIELD(PERMIT, NUMBER, "first", permit.first),
    FIELD(PERMIT, NUMBER, "last", permit.last),
    FIELD(PERMIT, NUMBER, "virtual", permit.virtual),
    FIELD(PERMIT, TEXT, "tag", permit.tag),
    FIELD(FORWARD, NUMBER, "id", forward.id),
    FIELD(FORWARD, NUMBER, "device", forward.device),
    FIELD(FORWARD, NUMBER, "expires", forward.expires),
    FIELD(FORWARD, NUMBER, "dport", forward.dport),
    FIELD(FORWARD, NUMBER, "sport", forward.sport),
    FIELD(FORWARD, NUMBER, "state", forward.state),
    FIELD(FORWARD, NUMBER, "cancelled", forward.cancelled),
    FIELD(FORWARD, NUMBER, "ttl", forward.ttl),
    FIELD(FORWARD, NUMBER, "oper", forward.oper),
    FIELD(FORWARD, TEXT, "owner", forward.owner),
    FIELD(OPERATOR, NUMBER, "id", oper.id),
    FIELD(OPERATOR, NUMBER, "role", oper.role),
    FIELD(OPERATOR, NUMBER, "expires", oper.expires),
    FIELD(OPERATOR, TEXT, "name", oper.name),
    FIELD(OPERATOR, TEXT, "grants", oper.grants),
    FIELD(TOKENS, NUMBER, "until", tokens.until),
    FIELD(TOKENS, NUMBER, "told", tokens.told),
    FIELD(TOKEN_IS, NUMBER, "token", token_is.token),
    FIELD(TOKEN_IS, NUMBER, "state", token_is.state),
    FIELD(TOKEN_IS, TEXT, "reason", token_is.reason),
    FIELD(ENROLLED, NUMBER, "result", enrolled.result),
    FIELD(ENROLLED, TEXT, "name", enrolled.name),
    FIELD(ENROLLED, TEXT, "refused", enrolled.refused),
    FIELD(ALERT, NUMBER, "kind", alert.kind),
    FIELD(ALERT, NUMBER, "told", alert.told),
    FIELD(ALERT, NUMBER, "device", alert.device),
    FIELD(ALERT, NUMBER, "since", alert.since),
    FIELD(ALERT, NUMBER, "closed", alert.closed),
    FIELD(ALERT, TEXT, "id", alert.id),
    FIELD(ALERT, TEXT, "subject", alert.subject),
    FIELD(ALERT, TEXT, "tag", alert.tag),
    FIELD(ALERT, TEXT, "summary", alert.summary),
    FIELD(ALERT, TEXT, "devices", alert.devices),
    FIELD(ALERT, TEXT, "missing", alert.missing),
    FIELD(MUTE, NUMBER, "id", mute.id),
    FIELD(MUTE, NUMBER, "device", mute.device),
    FIELD(MUTE, NUMBER, "until", mute.until),
    FIELD(MUTE, TEXT, "target", mute.target),
    FIELD(BOUND, NUMBER, "id", bound.id),
    FIELD(BOUND, NUMBER, "hold", bound.hold),
    FIELD(BOUND, TEXT, "text", bound.text),
    FIELD(BOUND, TEXT, "tag", bound.tag),
    FIELD(ENDS, NUMBER, "oper", ends.oper),
    FIELD(ENDS, NUMBER, "at", ends.at),
    FIELD(ENDS, TEXT, "name", ends.name),
    FIELD(NODE, TEXT, "name", node.name),
    FIELD(NODE, TEXT, "addr", node.addr),
    FIELD(NODE, TEXT, "version", node.version),
    FIELD(WISH, NUMBER, "device", wish.device),
    FIELD(WISH, NUMBER, "dport", wish.dport),
    FIELD(WISH, NUMBER, "sport", wish.sport),
    FIELD(WISH, TEXT, "node", wish.node),
    FIELD(TUNNEL, NUMBER, "device", tunnel.device),
    FIELD(TUNNEL, NUMBER, "dport", tunnel.dport),
    FIELD(TUNNEL, NUMBER, "sport", tunnel.sport),
    FIELD(TUNNEL, NUMBER, "opened", tunnel.opened),
    FIELD(TUNNEL, TEXT, "node", tunnel.node),
    FIELD(TICKET, NUMBER, "number", ticket.number),
    FIELD(TICKET, NUMBER, "device", ticket.device),
    FIELD(TICKET, NUMBER, "dport", ticket.dport),
    FIELD(TICKET, NUMBER, "sport", ticket.sport),
    FIELD(TICKET, NUMBER, "from", ticket.from),
    FIELD(TICKET, TEXT, "addr", ticket.addr),
    FIELD(TICKET, TEXT, "asker", ticket.asker),
    FIELD(TICKET, TEXT, "node", ticket.node),
    FIELD(TICKETED, NUMBER, "number", ticketed.number),
    FIELD(SEEN, NUMBER, "n", seen.n),
    FIELD(SEEN, NUMBER, "device", seen.list[0].device),
    FIELD(SEEN, NUMBER, "at", seen.list[0].at),
    FIELD(GONE, NUMBER, "noun", gone.noun),
    FIELD(GONE, NUMBER, "id", gone.id),
    FIELD(KILL, NUMBER, "session", kill.session),
    FIELD(KILL, NUMBER, "device", kill.device),
    FIELD(PENALTY, TEXT, "addr", penalty.addr),
    FIELD(ADMIN, TEXT, "who", admin.who),
    FIELD(ADMIN, TEXT, "what", admin.what),
    FIELD(LOADED, NUMBER, "seq", seq.seq),
    FIELD(CHANGED, NUMBER, "seq", seq.seq),
    FIELD(STORE_STATE, NUMBER, "ok", store_state.ok),
    FIELD(STORE_STATE, NUMBER, "fatal", store_state.fatal),
    FIELD(STORE_STATE, TEXT, "reason", store_state.reason),
};

static const struct field *
field_of(uint32_t type, const char *name)
{
	const struct field *f, *end = fields + sizeof(fields) / sizeof(*fields);

	for (f = fields; f < end; f++)
		if ((f->type == 0 || f->type == type) &&
		    strcmp(f->name, name) == 0)
			return f;
	fail("%s has no field %s", msg_name(type), name);
}

/* Both kinds of number fit into 64 bits, and so does their lower half. */
static void
set_number(uint8_t *at, size_t size, const char *value)
{
	uint64_t n = *value == '-' ? (uint64_t)strtoll(value, NULL, 10)
				   : strtoull(value, NULL, 10);
	uint32_t half = (uint32_t)n;

	if (size == sizeof(n))
		memcpy(at, &n, sizeof(n));
	else
		memcpy(at, &half, sizeof(half));
}

static void
set_text(uint8_t *at, size_t size, const char *value)
{
	unsigned int byte;
	size_t n = 0;

	memset(at, 0, size);
	if (strcmp(value, "**") == 0) {
		memset(at, 'x', size);
		return;
	}
	for (; *value != '\0' && n < size; n++) {
		if (*value == '%' && sscanf(value + 1, "%2x", &byte) == 1) {
			at[n] = (uint8_t)byte;
			value += 3;
		} else
			at[n] = (uint8_t)*value++;
	}
}

static void
set_field(struct msg *m, char *word)
{
	char *value = strchr(word, '=');
	const struct field *f;

	if (value == NULL)
		fail("%s: not a field", word);
	*value++ = '\0';
	f = field_of(m->type, word);
	if (f->kind == NUMBER)
		set_number((uint8_t *)m + f->offset, f->size, value);
	else
		set_text((uint8_t *)m + f->offset, f->size, value);
}

void
make_said(struct msg *m, const struct plan *plan)
{
	char more[sizeof(plan->more)], *word, *rest = more;

	memcpy(more, plan->more, sizeof(more));
	make_good(m, (enum msg_type)plan->a);
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			set_field(m, word);
}

static void
say_spoilt(const struct plan *plan)
{
	uint64_t number = in_state(plan->state);
	struct msg m;

	make_said(&m, plan);
	if (m.conn == 0)
		m.conn = number;
	send_bytes(MSG_FD, &m, msg_size(m.type), plan->b);
}

const struct attack say_attacks[] = {
    {"say", say_spoilt},
    {NULL, NULL},
};
