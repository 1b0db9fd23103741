#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_list.h"
#include "alert_often.h"
#include "alert_tell.h"
#include "child.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"

static void
alert_free(struct alert *a)
{
	free(a->devices);
	free(a->missing);
	free(a);
}

void
alert_free_all(struct alerts *as)
{
	struct alert *a, *tmp;

	HASH_ITER(hh, as->open, a, tmp) {
		HASH_DEL(as->open, a);
		alert_free(a);
	}
	DL_FOREACH_SAFE(as->closed, a, tmp)
		alert_free(a);
	as->closed = NULL;
}

const char *
alert_span(int64_t seconds, char out[32])
{
	static const struct {
		int64_t from, unit;
		const char *name;
	} units[] = {{172800, 86400, "days"}, {7200, 3600, "h"},
	    {120, 60, "min"}, {INT64_MIN, 1, "s"}};
	size_t i = 0;

	while (seconds < units[i].from)
		i++;
	snprintf(out, 32, "%lld %s", (long long)(seconds / units[i].unit),
	    units[i].name);
	return out;
}

const char *
alert_label(const struct dir_device *dev, char label[ALERT_LABEL])
{
	snprintf(label, ALERT_LABEL, "%lld", (long long)dev->id);
	return label;
}

unsigned int
alert_count(const struct monitor *m)
{
	return m->alerts == NULL ? 0 : HASH_COUNT(m->alerts->open);
}

static void
alert_key(char key[ALERT_KEY_TEXT], enum alert_kind kind, const char *label)
{
	snprintf(key, ALERT_KEY_TEXT, "%s:%s", alert_kind_name(kind), label);
}

struct alert *
alert_find(const struct monitor *m, enum alert_kind kind, const char *label)
{
	char key[ALERT_KEY_TEXT];
	struct alert *a;

	alert_key(key, kind, label);
	HASH_FIND_STR(m->alerts->open, key, a);
	return a;
}

/* NULL: no memory. */
static struct alert *
alert_add(struct alerts *as, const char *key)
{
	struct alert *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	snprintf(a->key, sizeof(a->key), "%s", key);
	HASH_ADD_STR(as->open, key, a);
	if (a->hh.tbl != NULL)
		return a;
	free(a);
	return NULL;
}

/* Is there room for one more?  That there is none is logged once. */
static bool
alert_room(struct monitor *m)
{
	struct alerts *as = m->alerts;
	struct event e;

	if (HASH_COUNT(as->open) < ALERT_OPEN) {
		as->crowded = false;
		return true;
	}
	m->counters.limits++;
	if (as->crowded)
		return false;
	as->crowded = true;
	e = event_begin(m->log, "limit");
	event_text(&e, "reason", "too many open alerts");
	event_int(&e, "count", ALERT_OPEN);
	event_end(&e);
	return false;
}

/*
 * Has the device had too many of what it can have as often as it likes?  That it
 * is gone takes time.
 */
static bool
alert_is_often(struct monitor *m, const struct alert_about *about)
{
	if ((about->kind != ALERT_KEY && about->kind != ALERT_HEALTH) ||
	    alert_often_take(m->alerts, about->device->id))
		return false;
	m->counters.limits++;
	return true;
}

struct alert *
alert_open(struct monitor *m, const struct alert_about *about)
{
	char key[ALERT_KEY_TEXT];
	struct alert *a;

	if ((a = alert_find(m, about->kind, about->label)) != NULL)
		return a;
	alert_key(key, about->kind, about->label);
	if (!alert_room(m) || alert_is_often(m, about) ||
	    (a = alert_add(m->alerts, key)) == NULL)
		return NULL;
	a->kind = about->kind;
	a->opened = clock_wall();
	a->since = about->since != 0 ? about->since : a->opened;
	a->device = about->device != NULL ? about->device->id : 0;
	a->count = about->device != NULL;
	a->heard = clock_now();
	snprintf(a->id, sizeof(a->id), "%s:%lld", key,
	    (long long)(a->since / 1000000));
	snprintf(a->subject, sizeof(a->subject), "%s", about->subject);
	snprintf(a->summary, sizeof(a->summary), "%s", about->summary);
	snprintf(
	    a->tag, sizeof(a->tag), "%s", about->tag != NULL ? about->tag : "");
	a->dirty = true;
	return a;
}

void
alert_opened(struct monitor *m, struct alert *a)
{
	alert_log_open(m, a);
	alert_tell(m, a);
}

void
alert_close(struct monitor *m, struct alert *a, const char *summary)
{
	struct alerts *as = m->alerts;

	HASH_DEL(as->open, a);
	a->closed = clock_wall();
	snprintf(a->summary, sizeof(a->summary), "%s", summary);
	a->dirty = true;
	DL_APPEND(as->closed, a);
	alert_log_close(m, a);
	alert_tell(m, a);
}

/* --- the keeper -------------------------------------------------------------- */

static void
alert_send(struct monitor *m, struct alert *a)
{
	struct msg_alert *to;
	struct msg msg;

	a->dirty = false;
	msg_init(&msg, MSG_ALERT, 0);
	to = &msg.alert;
	to->kind = a->kind;
	to->told = a->told;
	to->count = a->count;
	to->device = a->device;
	to->since = a->since;
	to->opened = a->opened;
	to->closed = a->closed;
	snprintf(to->id, sizeof(to->id), "%s", a->id);
	snprintf(to->subject, sizeof(to->subject), "%s", a->subject);
	snprintf(to->tag, sizeof(to->tag), "%s", a->tag);
	snprintf(to->summary, sizeof(to->summary), "%s", a->summary);
	if (a->devices != NULL)
		snprintf(to->devices, sizeof(to->devices), "%s", a->devices);
	if (a->missing != NULL)
		snprintf(to->missing, sizeof(to->missing), "%s", a->missing);
	child_send(m->keeper, &msg, -1);
}

void
alert_record(struct monitor *m)
{
	struct alerts *as = m->alerts;
	struct alert *a, *tmp;

	HASH_ITER(hh, as->open, a, tmp)
		if (a->dirty)
			alert_send(m, a);
	DL_FOREACH_SAFE(as->closed, a, tmp) {
		if (a->dirty)
			alert_send(m, a);
		if (a->told == ALERT_TOLD_OPEN)
			continue;
		DL_DELETE(as->closed, a);
		alert_free(a);
	}
}

/* Its key is its id without the time. */
static struct alert *
alert_adopt(struct alerts *as, const struct msg_alert *from)
{
	const char *end = strrchr(from->id, ':');
	char key[ALERT_KEY_TEXT];
	struct alert *a;

	snprintf(key, sizeof(key), "%.*s",
	    end != NULL ? (int)(end - from->id) : 0, from->id);
	HASH_FIND_STR(as->open, key, a);
	if (a != NULL)
		return NULL; /* a second one cannot be */
	if (from->closed == 0)
		return alert_add(as, key);
	if ((a = calloc(1, sizeof(*a))) != NULL)
		DL_APPEND(as->closed, a);
	return a;
}

static const char *
alert_take(struct monitor *m, const struct msg_alert *from)
{
	struct alert *a;
	int closed;

	DL_COUNT(m->alerts->closed, a, closed);
	if (HASH_COUNT(m->alerts->open) >= ALERT_OPEN || closed >= ALERT_OPEN ||
	    (a = alert_adopt(m->alerts, from)) == NULL)
		return NULL;
	a->kind = (enum alert_kind)from->kind;
	a->told = (enum alert_told)from->told;
	a->count = from->count;
	a->device = from->device;
	a->since = from->since;
	a->opened = from->opened;
	a->closed = from->closed;
	a->heard = clock_now();
	snprintf(a->id, sizeof(a->id), "%s", from->id);
	snprintf(a->subject, sizeof(a->subject), "%s", from->subject);
	snprintf(a->tag, sizeof(a->tag), "%s", from->tag);
	snprintf(a->summary, sizeof(a->summary), "%s", from->summary);
	if (from->devices[0] != '\0')
		a->devices = strdup(from->devices);
	if (from->missing[0] != '\0')
		a->missing = strdup(from->missing);
	return NULL;
}

/* Does the monitor have the alert of this id? */
static bool
alert_known(const struct alerts *as, const char *id)
{
	const struct alert *a, *tmp;

	HASH_ITER(hh, as->open, a, tmp)
		if (strcmp(a->id, id) == 0)
			return true;
	DL_FOREACH(as->closed, a)
		if (strcmp(a->id, id) == 0)
			return true;
	return false;
}

const char *
alert_learn(struct monitor *m, const struct msg_alert *from)
{
	struct msg msg;

	if (m->alerts == NULL)
		return NULL;
	if (!m->alerts->adopted)
		return alert_take(m, from);
	if (!m->leads || alert_known(m->alerts, from->id))
		return NULL;
	/* It ended while there was no keeper to note that. */
	msg_init(&msg, MSG_ALERT, 0);
	msg.alert = *from;
	msg.alert.told = ALERT_TOLD_CLOSE;
	if (msg.alert.closed == 0)
		msg.alert.closed = clock_wall();
	child_send(m->keeper, &msg, -1);
	return NULL;
}

void
alert_loaded(struct monitor *m)
{
	struct alert *a, *tmp;

	HASH_ITER(hh, m->alerts->open, a, tmp)
		a->dirty |= m->alerts->adopted;
	m->alerts->adopted = true;
}
