#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_limits.h"
#include "alert_list.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"

#define BREACHES 10000 /* devices beyond bounds that are remembered */
#define NO_MEMORY "out of memory"

struct limit_mute {
	struct alert_mute mute;
	bool stale; /* of a load under way: not heard of yet */
	struct limit_mute *prev, *next;
};

struct limit_bound {
	struct alert_bound bound;
	bool stale;
	struct limit_bound *prev, *next;
};

struct alert_limits {
	struct limit_mute *mutes;
	struct limit_bound *bounds;
};

/* A device beyond a bound, since when. */
struct alert_breach {
	struct {
		int64_t device;
		int64_t bound;
	} key;
	double since;
	int64_t at; /* us since the epoch */
	UT_hash_handle hh;
};

struct alert_limits *
alert_limits_new(void)
{
	return calloc(1, sizeof(struct alert_limits));
}

void
alert_limits_free(struct alert_limits *l)
{
	struct limit_bound *b, *btmp;
	struct limit_mute *m, *mtmp;

	if (l == NULL)
		return;
	DL_FOREACH_SAFE(l->mutes, m, mtmp)
		free(m);
	DL_FOREACH_SAFE(l->bounds, b, btmp)
		free(b);
	free(l);
}

static void
breach_drop(struct alerts *as, struct alert_breach *b)
{
	HASH_DEL(as->breaches, b);
	free(b);
}

void
alert_breaches_free(struct alerts *as)
{
	struct alert_breach *b, *tmp;

	HASH_ITER(hh, as->breaches, b, tmp)
		breach_drop(as, b);
}

/* --- the keeper's records --------------------------------------------------- */

const char *
alert_learn_mute(struct monitor *m, const struct msg *msg)
{
	struct limit_mute *mute;

	if (m->alerts == NULL)
		return NULL;
	DL_FOREACH(m->alerts->limits->mutes, mute)
		if (mute->mute.id == msg->mute.id)
			break;
	if (mute == NULL) {
		if ((mute = calloc(1, sizeof(*mute))) == NULL)
			return NO_MEMORY;
		DL_APPEND(m->alerts->limits->mutes, mute);
	}
	mute->stale = false;
	mute->mute.id = msg->mute.id;
	mute->mute.device = msg->mute.device;
	mute->mute.until = msg->mute.until;
	snprintf(mute->mute.target, sizeof(mute->mute.target), "%s",
	    msg->mute.target);
	return NULL;
}

const char *
alert_learn_bound(struct monitor *m, const struct msg *msg)
{
	struct alert_bound parsed;
	struct limit_bound *b;

	/* record_wrong has looked whether it can be parsed. */
	if (m->alerts == NULL || !alert_bound_parse(msg->bound.text, &parsed))
		return NULL;
	DL_FOREACH(m->alerts->limits->bounds, b)
		if (b->bound.id == msg->bound.id)
			break;
	if (b == NULL) {
		if ((b = calloc(1, sizeof(*b))) == NULL)
			return NO_MEMORY;
		DL_APPEND(m->alerts->limits->bounds, b);
	}
	b->stale = false;
	b->bound = parsed;
	b->bound.id = msg->bound.id;
	b->bound.hold = msg->bound.hold;
	snprintf(b->bound.tag, sizeof(b->bound.tag), "%s", msg->bound.tag);
	return NULL;
}

void
alert_mute_gone(struct monitor *m, int64_t id)
{
	struct limit_mute *mute, *tmp;

	if (m->alerts == NULL)
		return;
	DL_FOREACH_SAFE(m->alerts->limits->mutes, mute, tmp)
		if (mute->mute.id == id) {
			DL_DELETE(m->alerts->limits->mutes, mute);
			free(mute);
		}
}

void
alert_bound_gone(struct monitor *m, int64_t id)
{
	struct limit_bound *b, *tmp;

	if (m->alerts == NULL)
		return;
	DL_FOREACH_SAFE(m->alerts->limits->bounds, b, tmp)
		if (b->bound.id == id) {
			DL_DELETE(m->alerts->limits->bounds, b);
			free(b);
		}
}

void
alert_limits_reload(struct alert_limits *l)
{
	struct limit_bound *b;
	struct limit_mute *m;

	DL_FOREACH(l->mutes, m)
		m->stale = true;
	DL_FOREACH(l->bounds, b)
		b->stale = true;
}

void
alert_limits_loaded(struct alert_limits *l)
{
	struct limit_bound *b, *btmp;
	struct limit_mute *m, *mtmp;

	DL_FOREACH_SAFE(l->mutes, m, mtmp)
		if (m->stale) {
			DL_DELETE(l->mutes, m);
			free(m);
		}
	DL_FOREACH_SAFE(l->bounds, b, btmp)
		if (b->stale) {
			DL_DELETE(l->bounds, b);
			free(b);
		}
}

/* --- mutes --------------------------------------------------------------------- */

static bool
mute_fits(const struct monitor *m, const struct alert_mute *mute,
    const struct alert *a)
{
	const struct dir_device *dev;

	switch (alert_target(mute->target)) {
	case ALERT_TARGET_ALL:
		return true;
	case ALERT_TARGET_KIND:
		return strcmp(mute->target, alert_kind_name(a->kind)) == 0;
	case ALERT_TARGET_ADDR:
		return strcmp(mute->target, a->subject) == 0;
	case ALERT_TARGET_TAG:
		if (strcmp(mute->target + 4, a->tag) == 0)
			return true;
		dev = a->device != 0 ? directory_device(&m->dir, a->device)
				     : NULL;
		return dev != NULL &&
		       device_has_tag(dev->tags, mute->target + 4);
	default:
		return mute->device != 0 && mute->device == a->device;
	}
}

bool
alert_muted(const struct monitor *m, const struct alert *a)
{
	const struct limit_mute *mute;
	int64_t now = clock_wall();

	if (a->kind == ALERT_TEST)
		return false;
	DL_FOREACH(m->alerts->limits->mutes, mute)
		if (mute->mute.until > now && mute_fits(m, &mute->mute, a))
			return true;
	return false;
}

/* --- bounds -------------------------------------------------------------------- */

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
	b->since = clock_now();
	b->at = clock_wall();
	HASH_ADD(hh, as->breaches, key, sizeof(b->key), b);
	if (b->hh.tbl != NULL)
		return b;
	free(b);
	return NULL;
}

static void
health_beyond(struct monitor *m, const struct dir_device *dev,
    const struct alert_bound *bound, double value)
{
	char label[ALERT_KEY_TEXT], text[64], summary[ALERT_SUMMARY];
	struct alert_about about = {.kind = ALERT_HEALTH,
	    .label = label,
	    .subject = dev->name,
	    .device = dev,
	    .summary = summary};
	struct alert_breach *b;
	struct alert *a;

	b = breach_get(m->alerts, dev->id, bound->id, true);
	health_label(label, dev, bound->id);
	if (b == NULL || clock_now() - b->since < bound->hold ||
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
	struct alert_breach *b;
	struct alert *a;

	b = breach_get(m->alerts, dev->id, bound->id, false);
	if (b != NULL)
		breach_drop(m->alerts, b);
	health_label(label, dev, bound->id);
	if ((a = alert_find(m, ALERT_HEALTH, label)) == NULL)
		return;
	alert_bound_text(bound, text, sizeof(text));
	snprintf(summary, sizeof(summary), "%s is within %s again: %.4g%s",
	    directory_called(dev), text, value, bound->percent ? "%" : "");
	alert_close(m, a, summary);
}

void
alert_health(
    struct monitor *m, const struct dir_device *dev, const char *health)
{
	const struct limit_bound *b;
	double value;
	bool known;

	DL_FOREACH(m->alerts->limits->bounds, b) {
		if (b->bound.tag[0] != '\0' &&
		    !device_has_tag(dev->tags, b->bound.tag))
			continue;
		if (alert_bound_beyond(&b->bound, health, &known, &value))
			health_beyond(m, dev, &b->bound, value);
		else if (known)
			health_within(m, dev, &b->bound, value);
	}
}

static bool
health_bounded(const struct monitor *m, const struct alert *a)
{
	const struct dir_device *dev = directory_device(&m->dir, a->device);
	int64_t id = strtoll(strrchr(a->key, ':') + 1, NULL, 10);
	const struct limit_bound *b;

	DL_FOREACH(m->alerts->limits->bounds, b)
		if (b->bound.id == id)
			break;
	return dev != NULL && dev->enabled && b != NULL &&
	       (b->bound.tag[0] == '\0' ||
		   device_has_tag(dev->tags, b->bound.tag));
}

void
alert_health_sweep(struct monitor *m)
{
	struct alert *a, *tmp;

	HASH_ITER(hh, m->alerts->open, a, tmp)
		if (a->kind == ALERT_HEALTH && !health_bounded(m, a))
			alert_close(m, a, "the bound no longer applies");
	if (m->alerts->limits->bounds == NULL)
		alert_breaches_free(m->alerts);
}
