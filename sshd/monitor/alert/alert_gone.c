#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_bound.h"
#include "alert_gone.h"
#include "alert_list.h"
#include "alert_rhythm.h"
#include "alert_site.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"

#define STALL 20.0 /* s between two sweeps: the server itself was away */

/* --- back --------------------------------------------------------------------- */

static void
gone_close(struct monitor *m, struct dir_device *dev, const char *what)
{
	char summary[ALERT_SUMMARY], span[32];
	struct alert *a = dev->alert;

	snprintf(summary, sizeof(summary), "%s %s after %s",
	    directory_called(dev), what,
	    alert_span((clock_wall() - a->since) / 1000000, span));
	dev->alert = NULL;
	alert_close(m, a, summary);
}

/* Close the alert of a key that was refused. */
static void
gone_key_good(struct monitor *m, struct dir_device *dev)
{
	char summary[ALERT_SUMMARY];
	char label[ALERT_LABEL];
	struct alert *a = alert_find(m, ALERT_KEY, alert_label(dev, label));

	dev->key_alert = false;
	snprintf(summary, sizeof(summary), "%s has logged in again",
	    directory_called(dev));
	if (a != NULL)
		alert_close(m, a, summary);
}

void
alert_seen(struct monitor *m, struct dir_device *dev, const char *health)
{
	if (m->alerts == NULL)
		return;
	dev->judged = 0;
	if (dev->key_alert)
		gone_key_good(m, dev);
	if (dev->alert != NULL && dev->alert->kind == ALERT_SITE)
		site_detach(dev, true);
	else if (dev->alert != NULL)
		gone_close(m, dev, "is back");
	if (health != NULL)
		alert_health(m, dev, health);
}

void
alert_device_off(struct monitor *m, struct dir_device *dev)
{
	if (m->alerts == NULL)
		return;
	/* Once enabled, it is missed after it has been seen. */
	dev->judged = HUGE_VAL;
	if (dev->alert != NULL && dev->alert->kind == ALERT_SITE)
		site_detach(dev, false);
	else if (dev->alert != NULL)
		gone_close(m, dev, "is no longer watched");
}

/* --- gone --------------------------------------------------------------------- */

/* Since when it is missed: a time in which it could have polled. */
static double
gone_since(const struct alerts *as, const struct dir_device *dev)
{
	double since = dev->last_seen > as->from ? dev->last_seen : as->from;

	return dev->judged > since ? dev->judged : since;
}

/* When it is gone; HUGE_VAL: not in sight. */
static double
gone_at(const struct monitor *m, const struct dir_device *dev, double now)
{
	double since;

	if (!dev->enabled || !dev->seen || dev->alert != NULL ||
	    dev->conns != NULL || dev->removed)
		return HUGE_VAL;
	since = gone_since(m->alerts, dev);
	/* Tags are looked at only once a poll is missing. */
	if (now - since <= alert_every(dev))
		return HUGE_VAL;
	return since + alert_limit(m->conf, dev);
}

static void
gone_alone(struct monitor *m, struct dir_device *dev)
{
	char summary[ALERT_SUMMARY], span[32], every[32], label[ALERT_LABEL];
	struct alert_about about = {.kind = ALERT_GONE,
	    .label = alert_label(dev, label),
	    .subject = dev->name,
	    .device = dev,
	    .since = dev->seen_at,
	    .summary = summary};
	struct alert *a;

	snprintf(summary, sizeof(summary),
	    "%s is gone: no poll for %s, expected every %s",
	    directory_called(dev),
	    alert_span((int64_t)(clock_now() - dev->last_seen), span),
	    alert_span(alert_every(dev), every));
	if ((a = alert_open(m, &about)) == NULL) {
		dev->judged = HUGE_VAL; /* too many: it is not told */
		return;
	}
	dev->alert = a;
	alert_opened(m, a);
}

/* Those that have gone, as sites.  NULL: none, or no memory. */
static struct sites *
gone_gather(struct monitor *m, double now)
{
	struct dir_device *dev, *tmp;
	struct sites *ss = NULL;
	double at;

	HASH_ITER(hh, m->dir.devices, dev, tmp) {
		dev->pending = false;
		at = gone_at(m, dev, now);
		if (now < at)
			continue;
		if (ss == NULL && (ss = sites_new()) == NULL)
			return NULL;
		if (!sites_add(ss, dev, at + alert_hold(dev))) {
			sites_free(ss);
			return NULL;
		}
	}
	return ss;
}

/* The server was away: devices are missed from now on. */
static void
gone_note_absence(struct monitor *m, bool able, double now)
{
	double wall = (double)clock_wall() / 1e6 - now;
	struct alerts *as = m->alerts;

	/* A suspended machine's clock of the wall runs on. */
	if (!able || now - as->swept > STALL || fabs(wall - as->wall) > STALL)
		as->from = now;
	as->swept = now;
	as->wall = wall;
}

void
alert_gone_sweep(struct monitor *m, bool able)
{
	double now = clock_now();
	struct dir_device *dev, *tmp;
	struct sites *ss;

	gone_note_absence(m, able, now);
	if ((ss = gone_gather(m, now)) != NULL) {
		sites_count(m, ss);
		HASH_ITER(hh, m->dir.devices, dev, tmp)
			if (dev->pending &&
			    sites_judge(m, ss, dev) == SITE_ALONE)
				gone_alone(m, dev);
		sites_open(m, ss);
		sites_free(ss);
	}
	site_sweep(m);
}

/* --- a start -------------------------------------------------------------------- */

static void
gone_restore_device(struct monitor *m, struct alert *a)
{
	struct dir_device *dev = directory_device(&m->dir, a->device);

	if (dev == NULL || !dev->enabled)
		alert_close(m, a, "the device is no longer watched");
	else if (a->kind == ALERT_GONE)
		dev->alert = a;
	else
		dev->key_alert = true;
}

/*
 * Devices that were gone while the server ran, and of which no alert is open,
 * are not told now: the newest poll says until when it ran.
 */
static void
gone_restore_old(struct monitor *m)
{
	struct dir_device *dev, *tmp;
	double newest = -HUGE_VAL;

	HASH_ITER(hh, m->dir.devices, dev, tmp)
		if (dev->seen && dev->last_seen > newest)
			newest = dev->last_seen;
	HASH_ITER(hh, m->dir.devices, dev, tmp)
		if (dev->seen && dev->alert == NULL &&
		    newest - dev->last_seen > alert_limit(m->conf, dev))
			dev->judged = HUGE_VAL;
}

void
alert_gone_restore(struct monitor *m)
{
	struct alert *a, *tmp;

	if (m->alerts == NULL)
		return;
	HASH_ITER(hh, m->alerts->open, a, tmp)
		if (a->kind == ALERT_GONE || a->kind == ALERT_KEY)
			gone_restore_device(m, a);
	HASH_ITER(hh, m->alerts->open, a, tmp)
		if (a->kind == ALERT_SITE)
			site_restore(m, a);
	gone_restore_old(m);
}
