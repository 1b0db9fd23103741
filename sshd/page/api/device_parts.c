#include "config.h"

#include <stdlib.h>

#include "beats.h"
#include "device_parts.h"
#include "row.h"
#include "show.h"

struct part {
	const struct device *device;
	json_t *list;
	json_t *ended; /* virtual forwards that have ended */
};

static int
part_add_key(void *arg, const struct key *k)
{
	char fingerprint[KEY_FINGERPRINT];
	struct part *p = arg;

	key_fingerprint(k->digest, fingerprint);
	json_array_append_new(
	    p->list, json_pack("{s:s, s:s, s:o, s:o}", "key", fingerprint,
			 "type", k->type, "created", row_time(k->created),
			 "comment", row_text(k->comment)));
	return 0;
}

static int
part_add_permit(void *arg, const struct permit *permit)
{
	struct part *p = arg;

	if (!permit_allows(
		permit, p->device->id, p->device->tags, permit->first))
		return 0;
	json_array_append_new(p->list,
	    json_pack("{s:I, s:o, s:i, s:i, s:b, s:o}", "permit",
		(json_int_t)permit->id, "tag", row_text(permit->tag), "first",
		(int)permit->first, "last", (int)permit->last, "virtual",
		permit->virtual, "created", row_time(permit->created)));
	return 0;
}

static json_t *
part_forward(const struct forward *f)
{
	bool ending = f->cancelled && !forward_ended(f->state);

	return json_pack(
	    "{s:o, s:i, s:i, s:b, s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
	    "forward", f->virtual ? json_null() : json_integer(f->id), "dport",
	    (int)f->dport, "sport", (int)f->sport, "virtual", f->virtual,
	    "state", ending ? "closing" : forward_state_name(f->state), "since",
	    row_time(f->state_at), "expires", row_time(f->expires), "created",
	    row_time(f->created), "ttl", (json_int_t)f->ttl, "owner",
	    row_text(f->owner), "reason", row_text(f->reason), "node",
	    row_text(f->node));
}

static int
part_add_forward(void *arg, const struct forward *f)
{
	struct part *p = arg;

	if (f->device == p->device->id)
		json_array_append_new(
		    f->virtual && forward_ended(f->state) ? p->ended : p->list,
		    part_forward(f));
	return 0;
}

static int
part_add_standing(void *arg, const struct session *s)
{
	return show_standing(s, part_add_forward, arg);
}

static json_t *
part_ports(const char *ports)
{
	json_t *list = json_array();
	const char *p = ports;
	char *end;
	long port;

	for (; *p != '\0'; p = *end == ',' ? end + 1 : end) {
		port = strtol(p, &end, 10);
		if (end == p)
			break;
		json_array_append_new(list, json_integer(port));
	}
	return list;
}

static int
part_add_session(void *arg, const struct session *s)
{
	char fingerprint[KEY_FINGERPRINT];
	struct part *p = arg;

	if (s->device != p->device->id)
		return 0;
	key_fingerprint(s->digest, fingerprint);
	json_array_append_new(
	    p->list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:s, s:o}", "session",
			 (json_int_t)s->id, "since", row_time(s->since), "addr",
			 row_text(s->addr), "client", row_text(s->client),
			 "ports", part_ports(s->ports), "key", fingerprint,
			 "node", row_text(s->node)));
	return 0;
}

static int
part_add_poll(void *arg, const struct heartbeat *h)
{
	struct part *p = arg;

	json_array_insert_new(p->list, 0,
	    json_pack("{s:o, s:i, s:o, s:o, s:o}", "at", row_time(h->at),
		"interval", (int)h->interval, "addr", row_text(h->addr),
		"client", row_text(h->client), "health",
		row_health(h->health)));
	return 0;
}

static json_t *
part_begin(struct part *p, json_t *object, const char *name)
{
	p->list = json_array();
	json_object_set_new(object, name, p->list);
	return p->list;
}

static enum store_result
part_forwards(struct store *s, struct part *p, json_t *object)
{
	enum store_result r;

	p->ended = part_begin(p, object, "jumps");
	part_begin(p, object, "forwards");
	r = store_forward_each(s, false, part_add_forward, p);
	if (r == STORE_OK)
		r = store_virtual_each(s, part_add_forward, p);
	if (r == STORE_OK && p->device->connected)
		r = store_session_each(s, part_add_standing, p);
	return r;
}

enum store_result
device_parts(struct view *v, const struct device *d, json_t *object)
{
	struct part p = {.device = d};
	struct store *s = v->store;
	enum store_result r;

	part_begin(&p, object, "keys");
	if ((r = store_key_each(s, d->id, part_add_key, &p)) != STORE_OK)
		return r;
	part_begin(&p, object, "permits");
	if ((r = store_permit_each(s, part_add_permit, &p)) != STORE_OK ||
	    (r = part_forwards(s, &p, object)) != STORE_OK)
		return r;
	part_begin(&p, object, "sessions");
	if (d->connected &&
	    (r = store_session_each(s, part_add_session, &p)) != STORE_OK)
		return r;
	part_begin(&p, object, "polls");
	return store_heartbeat_each(s, d->id, 0, BEATS, part_add_poll, &p);
}
