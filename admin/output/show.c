#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"
#include "when.h"

/*
 * The columns of each kind, and in which order they are dropped where not all
 * fit (output_order): et-admin(8), "Tables", has these orders, too.
 */
static const struct column key_columns[] = {{"device", "DEVICE"},
    {"key", "FINGERPRINT"}, {"type", "TYPE"}, {"created", "ADDED"},
    {"comment", "COMMENT"}};
static const char key_order[] = "comment:12 created type";

static const struct column forward_columns[] = {{"forward", NULL},
    {"device", "DEVICE"}, {"dport", "DEVICE PORT"}, {"sport", "SERVER PORT"},
    {"node", "NODE"}, {"virtual", NULL}, {"state", "STATE"}, {"since", "SINCE"},
    {"expires", "ENDS"}, {"created", NULL}, {"ttl", NULL}, {"owner", "OWNER"},
    {"reason", "REASON"}};
static const char forward_order[] = "since owner expires reason:20 node sport";
#define FORWARD_NODE 4

static const struct column permit_columns[] = {{"permit", "NUMBER"},
    {"device", "DEVICE"}, {"tag", "TAG"}, {"first", "FIRST PORT"},
    {"last", "LAST PORT"}, {"virtual", "VIRTUAL"}, {"created", "ADDED"}};
static const char permit_order[] = "created virtual permit";

static const struct column operator_columns[] = {{"operator", "OPERATOR"},
    {"role", "ROLE"}, {"state", "STATE"}, {"grants", "MAY REACH"},
    {"key", "FINGERPRINT"}, {"type", NULL}, {"created", "ADDED"},
    {"expires", "UNTIL"}, {"comment", "COMMENT"}};
static const char operator_order[] =
    "comment:12 created key expires grants:16 state";

static const struct column session_columns[] = {{"session", "SESSION"},
    {"device", "DEVICE"}, {"operator", "OPERATOR"}, {"since", "SINCE"},
    {"addr", "ADDRESS"}, {"client", "CLIENT"}, {"ports", "SERVER PORTS"},
    {"key", "KEY"}, {"node", "NODE"}};
static const char session_order[] = "node key client addr ports since";

static const struct column heartbeat_columns[] = {{"seq", NULL}, {"at", "AT"},
    {"device", "DEVICE"}, {"addr", "ADDRESS"}, {"interval", "EVERY"},
    {"client", "CLIENT"}, {"health", "HEALTH"}};
static const char heartbeat_order[] = "client addr interval health:16";

#define KIND(key, title, name)                                            \
	{                                                                 \
		key, title, name##_columns,                               \
		    sizeof(name##_columns) / sizeof((name##_columns)[0]), \
		    name##_order                                          \
	}

static const struct kind {
	const char *key, *title; /* as a part */
	const struct column *columns;
	size_t n;
	const char *order;
} kinds[] = {
    [SHOW_KEY] = KIND("keys", "Keys", key),
    [SHOW_FORWARD] = KIND("forwards", "Forwards", forward),
    [SHOW_PERMIT] = KIND("permits", "Permits", permit),
    [SHOW_OPERATOR] = KIND("operators", "Operators", operator),
    [SHOW_SESSION] = KIND("sessions", "Sessions", session),
    [SHOW_HEARTBEAT] = KIND("heartbeats", "Heartbeats", heartbeat),
};

/* One node is not named. */
static void
show_fit(struct output *o, enum show kind)
{
	output_order(o, kinds[kind].order);
	if (kind == SHOW_FORWARD && !output_has_nodes(o))
		output_hide(o, FORWARD_NODE);
}

void
show_table(struct output *o, enum show kind)
{
	output_table(o, kinds[kind].columns, kinds[kind].n);
	show_fit(o, kind);
}

void
show_part(struct output *o, enum show kind)
{
	output_part(o, kinds[kind].key, kinds[kind].title, kinds[kind].columns,
	    kinds[kind].n);
	show_fit(o, kind);
}

void
show_key(struct output *o, const char *device, const struct key *k)
{
	char fp[KEY_FINGERPRINT];

	key_fingerprint(k->digest, fp);
	output_text(o, device);
	output_text(o, fp);
	output_text(o, k->type);
	output_time(o, k->created);
	output_text(o, k->comment);
}

void
show_forward(struct output *o, const struct forward *f)
{
	bool ending = f->cancelled && !forward_ended(f->state);

	char sport[16];

	snprintf(sport, sizeof(sport), "%u", f->sport);
	output_both(o, "", f->virtual ? NULL : json_integer(f->id));
	output_text(o, f->name);
	output_number(o, f->dport);
	output_both(o, f->virtual ? "virtual" : sport, json_integer(f->sport));
	output_text(o, f->node);
	output_bool(o, f->virtual);
	output_text(o, ending ? "closing" : forward_state_name(f->state));
	output_time(o, f->state_at);
	output_time(o, f->expires);
	output_time(o, f->created);
	output_span(o, f->ttl);
	output_text(o, f->owner);
	output_text(o, f->reason);
}

void
show_permit(struct output *o, const struct permit *p)
{
	output_number(o, p->id);
	output_text(o, p->name);
	output_text(o, p->tag);
	output_number(o, p->first);
	output_number(o, p->last);
	output_bool(o, p->virtual);
	output_time(o, p->created);
}

int
show_standing(const struct session *s,
    int (*each)(void *, const struct forward *), void *arg)
{
	struct forward f = {.device = s->device,
	    .state = FORWARD_OPEN,
	    .created = s->since,
	    .state_at = s->since,
	    .virtual = true,
	    .reason = "standing"};
	const char *p = s->standing;
	char *end;

	snprintf(f.name, sizeof(f.name), "%s", s->name);
	snprintf(f.node, sizeof(f.node), "%s", s->node);
	for (; *p != '\0'; p = *end == ',' ? end + 1 : end) {
		f.dport = f.sport = (uint32_t)strtoul(p, &end, 10);
		if (end == p || each(arg, &f) != 0)
			return -1;
	}
	return 0;
}

/* {"tag": "lab", "ports": ["22", "8000-8100"]}, or "device" for "tag" */
static int
show_add_grant(void *list, const struct grant *g)
{
	json_t *array = json_array();
	const char *ports = g->ports;
	size_t n;

	for (; *ports != '\0'; ports += ports[n] == ',' ? n + 1 : n) {
		n = strcspn(ports, ",");
		json_array_append_new(array, json_stringn(ports, n));
	}
	json_array_append_new(
	    list, json_pack("{s:s, s:o}", g->tag != NULL ? "tag" : "device",
		      g->tag != NULL ? g->tag : g->device, "ports", array));
	return 0;
}

void
show_operator(struct output *o, const struct oper *op)
{
	const char *all = op->role == OPERATOR_ADMIN ? "all" : "-",
		   *grants = op->grants;
	char fp[KEY_FINGERPRINT];
	json_t *list = json_array();

	operator_each_grant(op->grants, show_add_grant, list);
	key_fingerprint(op->key.digest, fp);
	output_text(o, op->name);
	output_text(o, operator_role_name(op->role));
	output_text(o, op->expires != 0 && op->expires <= when_now()
			   ? "expired"
			   : "active");
	output_both(o, *grants != '\0' ? grants : all, list);
	output_text(o, fp);
	output_text(o, op->key.type);
	output_time(o, op->created);
	output_time(o, op->expires);
	output_text(o, op->key.comment);
}

void
show_session(struct output *o, const struct session *s)
{
	char fp[KEY_FINGERPRINT], id[DEVICE_NAME + 24];

	key_fingerprint(s->digest, fp);
	snprintf(id, sizeof(id), "%s%s%llu", output_has_nodes(o) ? s->node : "",
	    output_has_nodes(o) ? "/" : "", (unsigned long long)s->id);
	output_both(o, id, json_integer((json_int_t)s->id));
	output_text(o, s->name);
	output_text(o, s->who);
	output_time(o, s->since);
	output_text(o, s->addr);
	output_text(o, s->client);
	output_ports(o, s->ports);
	output_text(o, fp);
	output_text(o, s->node);
}

void
show_heartbeat(struct output *o, const struct heartbeat *h)
{
	output_number(o, h->seq);
	output_time(o, h->at);
	output_text(o, h->name);
	output_text(o, h->addr);
	output_span(o, h->interval);
	output_text(o, h->client);
	output_both(o, h->health[0] == '\0' ? "-" : h->health,
	    show_health_object(h->health, true));
}
