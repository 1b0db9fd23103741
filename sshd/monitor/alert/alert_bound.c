#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_bound.h"
#include "alert_list.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"

#define BREACHES 200000 /* devices that are remembered, for all bounds */

struct alert_bound_rule {
	struct alert_bound bound;
	bool stale; /* of a load under way: not heard of yet */
	struct alert_bound_rule *prev, *next;
};

/* A device that a bound is for: its whole, and since when it is beyond. */
struct alert_breach {
	struct {
		int64_t device;
		int64_t bound;
	} key;
	double whole; /* 0: not known */
	double since; /* 0: it is within */
	int64_t at; /* us since the epoch */
	UT_hash_handle hh;
};

static void
bound_drop(struct alerts *as, struct alert_bound_rule *r)
{
	DL_DELETE(as->bounds, r);
	free(r);
}

static void
breach_drop(struct alerts *as, struct alert_breach *b)
{
	HASH_DEL(as->breaches, b);
	free(b);
}

static void
breaches_free(struct alerts *as)
{
	struct alert_breach *b, *tmp;

	HASH_ITER(hh, as->breaches, b, tmp)
		breach_drop(as, b);
}

void
alert_bounds_free(struct alerts *as)
{
	struct alert_bound_rule *r, *tmp;

	breaches_free(as);
	DL_FOREACH_SAFE(as->bounds, r, tmp)
		bound_drop(as, r);
}

/* --- the keeper's records --------------------------------------------------- */

const char *
alert_learn_bound(struct monitor *m, const struct msg *msg)
{
	struct alert_bound parsed;
	struct alert_bound_rule *r;
	unsigned int n = 0;

	/* record_wrong has looked whether it can be parsed. */
	if (m->alerts == NULL || !alert_bound_parse(msg->bound.text, &parsed))
		return NULL;
	DL_FOREACH(m->alerts->bounds, r) {
		n++;
		if (r->bound.id == msg->bound.id)
			break;
	}
	if (r == NULL) {
		if (n >= ALERT_BOUNDS)
			return "too many bounds";
		if ((r = calloc(1, sizeof(*r))) == NULL)
			return "out of memory";
		DL_APPEND(m->alerts->bounds, r);
	}
	r->stale = false;
	r->bound = parsed;
	r->bound.id = msg->bound.id;
	r->bound.hold = msg->bound.hold;
	snprintf(r->bound.tag, sizeof(r->bound.tag), "%s", msg->bound.tag);
	return NULL;
}

void
alert_bound_gone(struct monitor *m, int64_t id)
{
	struct alert_bound_rule *r, *tmp;

	if (m->alerts == NULL)
		return;
	DL_FOREACH_SAFE(m->alerts->bounds, r, tmp)
		if (r->bound.id == id)
			bound_drop(m->alerts, r);
}

void
alert_bounds_reload(struct alerts *as)
{
	struct alert_bound_rule *r;

	DL_FOREACH(as->bounds, r)
		r->stale = true;
}

void
alert_bounds_loaded(struct alerts *as)
{
	struct alert_bound_rule *r, *tmp;

	DL_FOREACH_SAFE(as->bounds, r, tmp)
		if (r->stale)
			bound_drop(as, r);
}

/* --- health ---------------------------------------------------------------- */

static void
health_label(
    char label[ALERT_KEY_TEXT], const struct dir_device *dev, int64_t bound)
{
	snprintf(label, ALERT_KEY_TEXT, "%lld:%lld", (long long)dev->id,
	    (long long)bound);
}

static struct alert_breach *
breach_get(struct alerts *as, int64_t device, int64_t bound, bool add)
{
	struct alert_breach *b, like = {.key = {device, bound}};

	HASH_FIND(hh, as->breaches, &like.key, sizeof(like.key), b);
	if (b != NULL || !add || HASH_COUNT(as->breaches) >= BREACHES ||
	    (b = calloc(1, sizeof(*b))) == NULL)
		return b;
	b->key = like.key;
	HASH_ADD(hh, as->breaches, key, sizeof(b->key), b);
	if (b->hh.tbl != NULL)
		return b;
	free(b);
	return NULL;
}

static void
health_beyond(struct monitor *m, const struct dir_device *dev,
    const struct alert_bound *bound, struct alert_breach *b, double value)
{
	char label[ALERT_KEY_TEXT], text[64], summary[ALERT_SUMMARY];
	struct alert_about about = {.kind = ALERT_HEALTH,
	    .label = label,
	    .subject = dev->name,
	    .device = dev,
	    .summary = summary};
	struct alert *a;

	if (b->since == 0) {
		b->since = clock_now();
		b->at = clock_wall();
	}
	health_label(label, dev, bound->id);
	if (clock_now() - b->since < bound->hold ||
	    alert_find(m, ALERT_HEALTH, label) != NULL)
		return;
	alert_bound_text(bound, text, sizeof(text));
	snprintf(summary, sizeof(summary), "%s is beyond %s: %.4g%s",
	    directory_called(dev), text, value, bound->percent ? "%" : "");
	about.since = b->at;
	if ((a = alert_open(m, &about)) != NULL)
		alert_opened(m, a);
}

static void
health_within(struct monitor *m, const struct dir_device *dev,
    const struct alert_bound *bound, double value)
{
	char label[ALERT_KEY_TEXT], text[64], summary[ALERT_SUMMARY];
	struct alert *a;

	health_label(label, dev, bound->id);
	if ((a = alert_find(m, ALERT_HEALTH, label)) == NULL)
		return;
	alert_bound_text(bound, text, sizeof(text));
	snprintf(summary, sizeof(summary), "%s is within %s again: %.4g%s",
	    directory_called(dev), text, value, bound->percent ? "%" : "");
	alert_close(m, a, summary);
}

/* Within, and with nothing to be remembered, it is forgotten. */
static void
health_compare(struct monitor *m, const struct dir_device *dev,
    const struct alert_bound *bound, const char *health)
{
	struct alert_breach *b =
	    breach_get(m->alerts, dev->id, bound->id, false);
	double whole = b != NULL ? b->whole : 0, value;
	bool known, beyond;

	beyond = alert_bound_beyond(bound, health, &whole, &known, &value);
	if (b == NULL && (beyond || whole > 0))
		b = breach_get(m->alerts, dev->id, bound->id, true);
	if (b != NULL) {
		b->whole = whole;
		if (known && !beyond)
			b->since = 0;
	}
	if (beyond && b != NULL)
		health_beyond(m, dev, bound, b, value);
	else if (known && !beyond)
		health_within(m, dev, bound, value);
	if (b != NULL && b->whole <= 0 && b->since == 0)
		breach_drop(m->alerts, b);
}

void
alert_health(
    struct monitor *m, const struct dir_device *dev, const char *health)
{
	const struct alert_bound_rule *r;

	DL_FOREACH(m->alerts->bounds, r)
		if (r->bound.tag[0] == '\0' ||
		    device_has_tag(dev->tags, r->bound.tag))
			health_compare(m, dev, &r->bound, health);
}

static bool
health_bounded(const struct monitor *m, const struct alert *a)
{
	const struct dir_device *dev = directory_device(&m->dir, a->device);
	int64_t id = strtoll(strrchr(a->key, ':') + 1, NULL, 10);
	const struct alert_bound_rule *b;

	DL_FOREACH(m->alerts->bounds, b)
		if (b->bound.id == id)
			break;
	return dev != NULL && dev->enabled && b != NULL &&
	       (b->bound.tag[0] == '\0' ||
		   device_has_tag(dev->tags, b->bound.tag));
}

void
alert_health_sweep(struct monitor *m)
{
	struct alert_breach *b, *btmp;
	struct alert *a, *tmp;

	HASH_ITER(hh, m->alerts->open, a, tmp)
		if (a->kind == ALERT_HEALTH && !health_bounded(m, a))
			alert_close(m, a, "the bound no longer applies");
	HASH_ITER(hh, m->alerts->breaches, b, btmp)
		if (m->alerts->bounds == NULL ||
		    directory_device(&m->dir, b->key.device) == NULL)
			breach_drop(m->alerts, b);
}
