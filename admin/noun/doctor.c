/*
 * et-admin doctor: what is wrong with a device, as far as the server can see.
 * One verdict, of the first thing that is wrong on the way from a login to an
 * open port, and what it rests on.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "doctor_server.h"
#include "show.h"
#include "when.h"

#define TEXT 512

struct exam {
	struct admin *admin;
	struct device device;
	enum device_state state;
	bool served; /* a server runs */
	int keys;
	struct refusal own; /* with its key; at 0: none */
	struct refusal other; /* under its name */
	struct forward wish; /* the last that ended; dport 0: none */
	int queued, delivered, open; /* forwards and wishes */
	struct forward told; /* one that was delivered and is not open */
	struct forward refused; /* its port cannot be bound; dport 0: none */
	int standing; /* ports that it holds by virtual permits */
	char reach[TEXT]; /* operators who may */
	bool well;
	char verdict[TEXT];
};

/* ---- what there is to see ---- */

static int
see_key(void *arg, const struct key *k)
{
	struct exam *e = arg;

	(void)k;
	e->keys++;
	return 0;
}

static int
see_forward(void *arg, const struct forward *f)
{
	struct exam *e = arg;

	if (f->device != e->device.id)
		return 0;
	if (forward_refused(f))
		e->refused = *f;
	switch (f->state) {
	case FORWARD_QUEUED:
		e->queued++;
		break;
	case FORWARD_DELIVERED:
		e->delivered++;
		e->told = *f;
		break;
	case FORWARD_OPEN:
		e->open++;
		break;
	default:
		e->wish = *f;
	}
	return 0;
}

static int
see_standing(void *arg, const struct forward *f)
{
	struct exam *e = arg;

	e->standing += f->device == e->device.id;
	return 0;
}

static int
see_session(void *arg, const struct session *s)
{
	return show_standing(s, see_standing, arg);
}

static int
see_operator(void *arg, const struct oper *o)
{
	struct exam *e = arg;
	size_t n = strlen(e->reach);

	if ((o->expires == 0 || o->expires > when_now()) &&
	    o->role != OPERATOR_VIEWER &&
	    operator_sees(o->role, o->grants, e->device.name, e->device.tags))
		snprintf(e->reach + n, sizeof(e->reach) - n, "%s%s",
		    n > 0 ? "," : "", o->name);
	return 0;
}

static enum store_result
see_refusal(struct exam *e, bool own, struct refusal *r)
{
	enum store_result result;

	result = store_refusal_get(e->admin->store, e->device.id, own, r);
	return result == STORE_NONE ? STORE_OK : result;
}

static enum store_result
look(struct exam *e)
{
	struct store *s = e->admin->store;
	enum store_result r;

	e->served = store_server_runs(s);
	e->state = show_state(&e->device);
	if ((r = store_key_each(s, e->device.id, see_key, e)) != STORE_OK ||
	    (r = see_refusal(e, true, &e->own)) != STORE_OK ||
	    (r = see_refusal(e, false, &e->other)) != STORE_OK ||
	    (r = store_forward_each(s, false, see_forward, e)) != STORE_OK ||
	    (r = store_virtual_each(s, see_forward, e)) != STORE_OK ||
	    (r = store_session_each(s, see_session, e)) != STORE_OK)
		return r;
	return store_operator_each(s, see_operator, e);
}

/* ---- the verdict ---- */

static void __attribute__((format(printf, 2, 3)))
find(struct exam *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->verdict, sizeof(e->verdict), fmt, ap);
	va_end(ap);
	admin_words(e->verdict);
}

static bool
is_new(const struct exam *e, const struct refusal *r)
{
	return r->at != 0 && r->at > e->device.last_seen;
}

static const char *
remedy(const char *reason)
{
	static const struct {
		const char *reason, *remedy;
	} remedies[] = {
	    {"key of another device",
		"its user name is another device's: mend the id on the device"},
	    {"needs compat openwrt-15.05",
		"set compat in et-sshd.conf, or give it an ed25519 key"},
	    {"algorithm not allowed", "its client signs by an algorithm that "
				      "is refused: give it an ed25519 key"},
	    {"store is stale", "the store does not answer: et-admin status"},
	    {"unknown key", "if the key is its: et-admin key add"},
	};
	size_t i;

	for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (strcmp(remedies[i].reason, reason) == 0)
			return remedies[i].remedy;
	return "see the event log";
}

static void
find_refused(struct exam *e, const struct refusal *r, const char *whose)
{
	char ago[WHEN_TEXT];

	find(e, "%s is refused: %s (from %s, %s): %s", whose, r->reason,
	    r->addr, when_ago(r->at, when_now(), ago), remedy(r->reason));
}

static void
find_silent(struct exam *e)
{
	const struct device *d = &e->device;
	char ago[WHEN_TEXT], every[WHEN_TEXT];

	if (is_new(e, &e->own))
		find_refused(e, &e->own, "its login");
	else if (is_new(e, &e->other))
		find_refused(e, &e->other, "a login under its name");
	else if (e->state == DEVICE_NEVER)
		find(e, "it has never phoned home, and no login of it was "
			"refused: nothing reaches this server; on the device: "
			"et-phone-home doctor");
	else
		find(e,
		    "it does not phone home: last seen %s from %s, where it "
		    "polls every %s; look at its power, its line and its "
		    "client",
		    when_ago(d->last_seen, when_now(), ago), d->addr,
		    when_span(
			d->interval ? d->interval : DEVICE_INTERVAL, every));
}

static void
find_well(struct exam *e)
{
	char due[SHOW_EXPECTED];

	e->well = true;
	if (e->device.connected)
		find(e, "it is well, and holds a connection");
	else
		find(e, "it is well: its next poll is %s",
		    show_expected(&e->device, due));
}

static void
judge(struct exam *e)
{
	const struct device *d = &e->device;
	bool silent = e->state != DEVICE_ONLINE || is_new(e, &e->own);

	if (!d->enabled)
		find(e, "it is disabled: et-admin device enable %s", d->name);
	else if (e->keys == 0)
		find(e, "it has no key: et-admin key add %s FILE", d->name);
	else if (!e->served)
		find(e, "no server runs on this store: start et-sshd");
	else if (silent)
		find_silent(e);
	else if (show_twice(d))
		find(e,
		    "its key is used at two places at once (%s): a copied "
		    "image? give each a key of its own",
		    d->places);
	else if (e->refused.dport != 0)
		find(e,
		    "it phones home, but the forward of its port %u does not "
		    "open: %s",
		    e->refused.dport, e->refused.reason);
	else if (e->wish.dport != 0 && e->open == 0 &&
		 strncmp(e->wish.reason, "did not open", 12) == 0)
		find(e,
		    "it phones home, but %s: is that port in its allow "
		    "list, and does its client forward?",
		    e->wish.reason);
	else
		find_well(e);
}

/* ---- what it rests on ---- */

static void
put_refusal(struct output *o, const struct refusal *r)
{
	char text[TEXT], ago[WHEN_TEXT], at[WHEN_TEXT];

	if (r->at == 0) {
		output_both(o, "-", NULL);
		return;
	}
	snprintf(text, sizeof(text), "%s: %s, from %s",
	    when_ago(r->at, when_now(), ago), r->reason, r->addr);
	output_both(o, text,
	    json_pack("{s:s, s:s, s:s}", "at", when_micros(r->at, at), "addr",
		r->addr, "reason", r->reason));
}

static void
put_inbox(struct output *o, const struct exam *e)
{
	char text[TEXT];

	if (e->delivered > 0)
		snprintf(text, sizeof(text),
		    "%d queued, %d told and not open yet (port %u)", e->queued,
		    e->delivered, e->told.dport);
	else
		snprintf(text, sizeof(text), "%d queued", e->queued);
	output_both(o, text,
	    json_pack(
		"{s:i, s:i}", "queued", e->queued, "delivered", e->delivered));
}

static void
put_listener(struct output *o, const struct exam *e)
{
	char text[TEXT];

	snprintf(
	    text, sizeof(text), "%d open, %d held ready", e->open, e->standing);
	output_both(o, text,
	    json_pack("{s:i, s:i}", "open", e->open, "standing", e->standing));
}

static void
put_wish(struct output *o, const struct forward *f)
{
	char text[TEXT], ago[WHEN_TEXT];

	if (f->dport == 0) {
		output_both(o, "-", NULL);
		return;
	}
	snprintf(text, sizeof(text), "port %u, %s: %s", f->dport,
	    when_ago(f->state_at, when_now(), ago), f->reason);
	output_both(o, text,
	    json_pack(
		"{s:i, s:s}", "dport", (int)f->dport, "reason", f->reason));
}

static void
print(struct output *o, const struct exam *e)
{
	static const struct column columns[] = {{"device", "Device"},
	    {"verdict", "Verdict"}, {"well", "Well"},
	    {"refused", "Last refused login"},
	    {"refused_name", "Under its name"}, {"enabled", "Enabled"},
	    {"keys", "Keys"}, {"tags", "Tags"}, {"reach", "May reach it"},
	    {"inbox", "Inbox"}, {"listener", "Ports"},
	    {"last_jump", "Last jump that failed"}, {"state", "State"},
	    {"last_seen", "Last seen"}, {"addr", "Address"},
	    {"due", "Next poll"}};
	const struct device *d = &e->device;

	output_record(o, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(o, d->name);
	output_text(o, e->verdict);
	output_bool(o, e->well);
	put_refusal(o, &e->own);
	put_refusal(o, &e->other);
	output_bool(o, d->enabled);
	output_number(o, e->keys);
	output_words(o, d->tags);
	output_words(o, e->reach);
	put_inbox(o, e);
	put_listener(o, e);
	put_wish(o, &e->wish);
	output_text(o, device_state_name(e->state));
	show_seen(o, d);
	output_text(o, d->addr);
	show_next(o, d);
	output_end(o);
}

static enum admin_exit
run_doctor(struct admin *a, const struct args *args)
{
	struct exam e = {.admin = a};
	enum store_result result;

	if (args->words == 0)
		return doctor_server(a);
	if (admin_device(a, args->word[0], &e.device) != ADMIN_DONE)
		return ADMIN_FAILED;
	if ((result = look(&e)) != STORE_OK)
		return admin_result(a, result);
	judge(&e);
	print(a->out, &e);
	return e.well ? ADMIN_DONE : ADMIN_FAILED;
}

static const struct verb verbs[] = {
    {NULL, "[ID]", "Say what is wrong with a device, and what that rests on.",
	"Without an ID: what is wrong with the server, as names that could "
	"mean two\ndevices, and what to do; and whether key exchange is "
	"post-quantum.  It exits\n0 when all is well and 1 when not.",
	0, 1, 0, VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_doctor},
    {.run = NULL},
};

const struct noun noun_doctor = {
    "doctor", "what is wrong with a device, or with the server", verbs};
