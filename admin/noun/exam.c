#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exam.h"
#include "show.h"
#include "when.h"

/* ---- what there is to see ---- */

static int
exam_see_key(void *arg, const struct key *k)
{
	struct exam *e = arg;

	(void)k;
	e->keys++;
	return 0;
}

static int
exam_see_forward(void *arg, const struct forward *f)
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
		e->last_ended = *f;
	}
	return 0;
}

static int
exam_see_standing(void *arg, const struct forward *f)
{
	struct exam *e = arg;

	e->standing += f->device == e->device.id;
	return 0;
}

static int
exam_see_session(void *arg, const struct session *s)
{
	return show_standing(s, exam_see_standing, arg);
}

static int
exam_see_operator(void *arg, const struct oper *o)
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
exam_see_refusal(struct exam *e, bool own, struct refusal *r)
{
	enum store_result result;

	result = store_refusal_get(e->admin->store, e->device.id, own, r);
	return result == STORE_NONE ? STORE_OK : result;
}

enum store_result
exam_look(struct exam *e)
{
	struct store *s = e->admin->store;
	enum store_result r;

	e->served = store_server_runs(s);
	e->state = show_state(&e->device);
	if ((r = store_key_each(s, e->device.id, exam_see_key, e)) !=
		STORE_OK ||
	    (r = exam_see_refusal(e, true, &e->own)) != STORE_OK ||
	    (r = exam_see_refusal(e, false, &e->other)) != STORE_OK ||
	    (r = store_forward_each(s, false, exam_see_forward, e)) !=
		STORE_OK ||
	    (r = store_virtual_each(s, exam_see_forward, e)) != STORE_OK ||
	    (r = store_session_each(s, exam_see_session, e)) != STORE_OK)
		return r;
	return store_operator_each(s, exam_see_operator, e);
}

/* ---- the verdict ---- */

static void __attribute__((format(printf, 2, 3)))
exam_find(struct exam *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->verdict, sizeof(e->verdict), fmt, ap);
	va_end(ap);
	admin_words(e->verdict);
}

static bool
exam_is_new(const struct exam *e, const struct refusal *r)
{
	return r->at != 0 && r->at > e->device.last_seen;
}

static const char *
exam_remedy(const char *reason)
{
	static const struct {
		const char *reason, *remedy;
	} remedies[] = {
	    {"key of another device", "it logs in by the id of another device: "
				      "correct the id on the device"},
	    {"needs compat openwrt-15.05",
		"set compat = \"openwrt-15.05\" in et-sshd.conf, or give the "
		"device an ed25519 key"},
	    {"algorithm not allowed",
		"its client signs with an algorithm that is refused: give the "
		"device an ed25519 key"},
	    {"store is stale",
		"the store does not answer: see et-admin status"},
	    {"unknown key",
		"if this is the device's new key, run et-admin key add"},
	};
	size_t i;

	for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (strcmp(remedies[i].reason, reason) == 0)
			return remedies[i].remedy;
	return "see et-admin event tail";
}

static void
exam_find_refused(struct exam *e, const struct refusal *r, const char *whose)
{
	char ago[WHEN_TEXT];

	exam_find(e, "%s is refused: %s (from %s, %s): %s", whose, r->reason,
	    r->addr, when_ago(r->at, when_now(), ago), exam_remedy(r->reason));
}

static void
exam_find_silent(struct exam *e)
{
	const struct device *d = &e->device;
	char ago[WHEN_TEXT], every[WHEN_TEXT];

	if (exam_is_new(e, &e->own))
		exam_find_refused(e, &e->own, "its login");
	else if (exam_is_new(e, &e->other))
		exam_find_refused(e, &e->other, "a login under its name");
	else if (e->state == DEVICE_NEVER)
		exam_find(e, "it has never phoned home, and no login was "
			     "refused: nothing reaches this server; run "
			     "et-phone-home doctor on the device");
	else
		exam_find(e,
		    "it does not phone home: last seen %s from %s, polling "
		    "every %s; check its power, its network and its client",
		    when_ago(d->last_seen, when_now(), ago), d->addr,
		    when_span(
			d->interval ? d->interval : DEVICE_INTERVAL, every));
}

static void
exam_find_well(struct exam *e)
{
	char due[SHOW_EXPECTED];

	e->well = true;
	if (e->device.connected)
		exam_find(e, "no problem: it holds a connection");
	else
		exam_find(e, "no problem: its next poll is %s",
		    show_expected(&e->device, due));
}

void
exam_judge(struct exam *e)
{
	const struct device *d = &e->device;
	bool silent = e->state != DEVICE_ONLINE || exam_is_new(e, &e->own);

	if (!d->enabled)
		exam_find(e, "it is disabled: run et-admin device enable %s",
		    d->name);
	else if (e->keys == 0)
		exam_find(
		    e, "it has no key: run et-admin key add %s FILE", d->name);
	else if (!e->served)
		exam_find(
		    e, "no server is running on this store: start et-sshd");
	else if (silent)
		exam_find_silent(e);
	else if (show_twice(d))
		exam_find(e,
		    "its key is used at two places at once (%s), perhaps after "
		    "copying a flash image: give each device a key of its own",
		    d->places);
	else if (e->refused.dport != 0)
		exam_find(e,
		    "it phones home, but the forward of its port %u does not "
		    "open: %s",
		    e->refused.dport, e->refused.reason);
	else if (e->last_ended.dport != 0 && e->open == 0 &&
		 strncmp(e->last_ended.reason, "did not open", 12) == 0)
		exam_find(e,
		    "it phones home, but %s: check that the port is in its "
		    "allow list, and that its client can forward",
		    e->last_ended.reason);
	else
		exam_find_well(e);
}
