#include "config.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_list.h"
#include "alert_rhythm.h"
#include "alert_site.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"

/* The narrowest kind first. */
enum site_kind { SITE_TAG, SITE_ADDR, SITE_ALL };

struct site_key {
	char kind;
	char name[DEVICE_NAME + 7]; /* a tag, or 16 bytes of an address */
};

struct site {
	struct site_key key;
	unsigned int n; /* devices that were there before */
	unsigned int gone; /* those that went within SITE_WITHIN */
	unsigned int pending; /* those of them that are not told yet */
	unsigned int suspects; /* those that may be gone as well */
	double
	    missing; /* a poll was missing then, the latest of the first, s */
	double until; /* devices are held back until then, s */
	int64_t since; /* the first was last seen then, us since the epoch */
	struct alert *alert; /* opened now */
	UT_hash_handle hh;
};

struct sites {
	struct site *all;
	struct site *every; /* SITE_ALL */
	bool tags; /* some are tags */
};

/* --- the sites of a device -------------------------------------------------- */

#define SITES_MOST 130 /* of a device: tags, its address, all */

/* The bytes of it that count: 100,000 devices look theirs up. */
static size_t
site_key_size(const struct site_key *key)
{
	if (key->kind == SITE_TAG)
		return 1 + strlen(key->name);
	return key->kind == SITE_ADDR ? 17 : 1;
}

static void
site_key_addr(struct site_key *key, const struct in6_addr *addr)
{
	memset(key, 0, sizeof(*key));
	key->kind = SITE_ADDR;
	/* Compared as sources are (srclimit.h). */
	memcpy(key->name, addr, IN6_IS_ADDR_V4MAPPED(addr) ? 16 : 8);
}

/* The next tag of a list, into a key; NULL: there is none. */
static const char *
site_key_tag(struct site_key *key, const char *tags)
{
	size_t n = strcspn(tags, ",");

	if (n == 0 || n >= DEVICE_NAME)
		return NULL;
	memset(key, 0, sizeof(*key));
	key->kind = SITE_TAG;
	memcpy(key->name, tags, n);
	return tags + n + (tags[n] == ',');
}

static struct site *
site_find(const struct sites *ss, const struct site_key *key)
{
	struct site *s;

	HASH_FIND(hh, ss->all, key, site_key_size(key), s);
	return s;
}

/* The sites of the device that are counted.  Returns how many. */
static size_t
sites_of(const struct sites *ss, const struct dir_device *dev,
    struct site *out[SITES_MOST])
{
	static const struct in6_addr none;
	const char *tags = dev->tags;
	struct site_key key;
	size_t n = 0;

	while (ss->tags && n < SITES_MOST - 2 &&
	       (tags = site_key_tag(&key, tags)) != NULL)
		if ((out[n] = site_find(ss, &key)) != NULL)
			n++;
	if (memcmp(&dev->addr, &none, sizeof(none)) != 0) {
		site_key_addr(&key, &dev->addr);
		if ((out[n] = site_find(ss, &key)) != NULL)
			n++;
	}
	if (ss->every != NULL)
		out[n++] = ss->every;
	return n;
}

static void
site_name(const struct site *s, char name[ALERT_SUBJECT])
{
	struct in6_addr addr;
	char text[INET6_ADDRSTRLEN];

	switch (s->key.kind) {
	case SITE_TAG:
		snprintf(name, ALERT_SUBJECT, "tag:%.64s", s->key.name);
		return;
	case SITE_ALL:
		snprintf(name, ALERT_SUBJECT, "server");
		return;
	}
	memcpy(&addr, s->key.name, sizeof(addr));
	if (IN6_IS_ADDR_V4MAPPED(&addr)) {
		inet_ntop(AF_INET, &addr.s6_addr[12], text, sizeof(text));
		snprintf(name, ALERT_SUBJECT, "addr:%s", text);
	} else {
		inet_ntop(AF_INET6, &addr, text, sizeof(text));
		snprintf(name, ALERT_SUBJECT, "addr:%s/64", text);
	}
}

/* --- those that have just gone ------------------------------------------------ */

struct sites *
sites_new(void)
{
	return calloc(1, sizeof(struct sites));
}

void
sites_free(struct sites *ss)
{
	struct site *s, *tmp;

	if (ss == NULL)
		return;
	HASH_ITER(hh, ss->all, s, tmp) {
		HASH_DEL(ss->all, s);
		free(s);
	}
	free(ss);
}

static struct site *
site_add(struct sites *ss, const struct site_key *key,
    const struct dir_device *dev, double until)
{
	double missing = dev->last_seen + alert_every(dev);
	struct site *s;

	if ((s = site_find(ss, key)) == NULL) {
		if ((s = calloc(1, sizeof(*s))) == NULL)
			return NULL;
		s->key = *key;
		s->until = HUGE_VAL;
		s->since = INT64_MAX;
		HASH_ADD_KEYPTR(
		    hh, ss->all, &s->key, site_key_size(&s->key), s);
		if (s->hh.tbl == NULL) {
			free(s);
			return NULL;
		}
	}
	s->pending++;
	s->gone++;
	s->n++;
	if (missing > s->missing)
		s->missing = missing;
	if (until < s->until)
		s->until = until;
	if (dev->seen_at < s->since)
		s->since = dev->seen_at;
	return s;
}

bool
sites_add(struct sites *ss, struct dir_device *dev, double until)
{
	static const struct in6_addr none;
	const char *tags = dev->tags;
	struct site_key key;

	while ((tags = site_key_tag(&key, tags)) != NULL) {
		ss->tags = true;
		if (site_add(ss, &key, dev, until) == NULL)
			return false;
	}
	if (memcmp(&dev->addr, &none, sizeof(none)) != 0) {
		site_key_addr(&key, &dev->addr);
		if (site_add(ss, &key, dev, until) == NULL)
			return false;
	}
	memset(&key, 0, sizeof(key));
	key.kind = SITE_ALL;
	ss->every = site_add(ss, &key, dev, until);
	dev->pending = true;
	return ss->every != NULL;
}

/* Count a device that is not pending for one of its sites. */
static void
site_count(struct site *s, const struct dir_device *dev, double now)
{
	if (dev->alert != NULL) {
		s->n++;
		s->gone++;
	} else {
		s->n++;
		if (dev->conns == NULL && dev->last_seen < s->missing &&
		    dev->last_seen + alert_every(dev) <= now)
			s->suspects++;
	}
}

/* Does the device count?  One that went long ago does not. */
static bool
site_counts(const struct dir_device *dev, int64_t now)
{
	if (dev->pending || !dev->enabled || !dev->seen || dev->removed ||
	    dev->judged == HUGE_VAL)
		return false;
	if (dev->alert == NULL)
		return true;
	return dev->alert->kind == ALERT_GONE &&
	       (double)(now - dev->alert->opened) / 1e6 < SITE_WITHIN;
}

void
sites_count(struct monitor *m, struct sites *ss)
{
	struct dir_device *dev, *tmp;
	struct site *of[SITES_MOST];
	int64_t wall = clock_wall();
	double now = clock_now();
	size_t i, n;

	HASH_ITER(hh, m->dir.devices, dev, tmp) {
		if (!site_counts(dev, wall))
			continue;
		n = sites_of(ss, dev, of);
		for (i = 0; i < n; i++)
			site_count(of[i], dev, now);
	}
}

/* --- the verdict ---------------------------------------------------------------- */

static bool
site_is(unsigned int gone, unsigned int n)
{
	return gone >= SITE_LEAST && gone * 2 >= n;
}

static bool
site_may_be(const struct site *s, double now)
{
	return s->suspects > 0 && now < s->until &&
	       site_is(s->gone + s->suspects, s->n);
}

/*
 * Does a explain it better than b?  The one with most of those that have just
 * gone; of several the one with the fewest devices.
 */
static bool
site_better(const struct site *a, const struct site *b)
{
	if (b == NULL || a->pending != b->pending)
		return b == NULL || a->pending > b->pending;
	return a->n != b->n ? a->n < b->n : a->key.kind < b->key.kind;
}

/* An open alert of the site, of the time when the device went. */
static struct alert *
site_open(
    const struct monitor *m, const struct site *s, const struct dir_device *dev)
{
	char name[ALERT_SUBJECT];
	struct alert *a;

	if (s->alert != NULL)
		return s->alert;
	site_name(s, name);
	a = alert_find(m, ALERT_SITE, name);
	return a != NULL &&
		       (double)(dev->seen_at - a->opened) / 1e6 < SITE_WITHIN
		   ? a
		   : NULL;
}

static void site_close(struct monitor *, struct alert *);

static void
site_begin(struct monitor *m, struct site *s)
{
	char name[ALERT_SUBJECT];
	struct alert_about about = {.kind = ALERT_SITE,
	    .label = name,
	    .subject = name,
	    .tag = s->key.kind == SITE_TAG ? s->key.name : NULL,
	    .since = s->since,
	    .summary = ""};
	struct alert *old;

	site_name(s, name);
	/* An earlier outage, of which devices are still missing. */
	if ((old = alert_find(m, ALERT_SITE, name)) != NULL)
		site_close(m, old);
	s->alert = alert_open(m, &about);
}

enum site_verdict
sites_judge(struct monitor *m, struct sites *ss, struct dir_device *dev)
{
	struct site *of[SITES_MOST], *best = NULL;
	double now = clock_now();
	size_t i, n = sites_of(ss, dev, of);
	struct alert *a;

	for (i = 0; i < n; i++)
		if ((a = site_open(m, of[i], dev)) != NULL) {
			site_attach(a, dev);
			return SITE_JOINED;
		}
	for (i = 0; i < n; i++) {
		if (site_may_be(of[i], now))
			return SITE_WAIT;
		if (site_is(of[i]->gone, of[i]->n) && site_better(of[i], best))
			best = of[i];
	}
	if (best == NULL)
		return SITE_ALONE;
	site_begin(m, best);
	if (best->alert == NULL)
		return SITE_ALONE;
	site_attach(best->alert, dev);
	return SITE_JOINED;
}

void
sites_open(struct monitor *m, struct sites *ss)
{
	struct site *s, *tmp;

	HASH_ITER(hh, ss->all, s, tmp) {
		if (s->alert == NULL)
			continue;
		snprintf(s->alert->summary, sizeof(s->alert->summary),
		    "%s is offline: %u of %u devices are gone%s",
		    s->key.kind == SITE_ALL ? "the fleet" : s->alert->subject,
		    s->gone, s->n,
		    s->key.kind == SITE_ALL
			? "; perhaps this server cannot be reached"
			: "");
		alert_opened(m, s->alert);
	}
}

/* --- the alert's devices ---------------------------------------------------------- */

void
site_attach(struct alert *a, struct dir_device *dev)
{
	uint32_t every = alert_every(dev);

	dev->alert = a;
	a->away++;
	a->count++;
	a->dirty = true;
	if (every > a->every)
		a->every = every;
	if (a->devices == NULL)
		a->devices = calloc(1, ALERT_NAMES);
	if (a->devices != NULL)
		alert_name_add(a->devices, dev->name);
}

void
site_detach(struct dir_device *dev, bool back)
{
	struct alert *a = dev->alert;

	dev->alert = NULL;
	a->away--;
	if (!back) {
		a->count--;
		a->dirty = true;
	} else if (a->back == 0)
		a->back = clock_now();
}

/* Is the device of this site's alert? */
static bool
site_has(const struct alert *a, const struct dir_device *dev)
{
	struct site_key key;
	struct site s = {.n = 0};
	char name[ALERT_SUBJECT];

	if (a->tag[0] != '\0')
		return device_has_tag(dev->tags, a->tag);
	if (strcmp(a->subject, "server") == 0)
		return true;
	site_key_addr(&key, &dev->addr);
	s.key = key;
	site_name(&s, name);
	return strcmp(name, a->subject) == 0;
}

void
site_restore(struct monitor *m, struct alert *a)
{
	struct dir_device *dev, *tmp;
	uint32_t count = a->count;

	HASH_ITER(hh, m->dir.devices, dev, tmp)
		if (dev->alert == NULL && dev->enabled && dev->seen &&
		    dev->seen_at >= a->since &&
		    dev->seen_at <= a->opened + (int64_t)(SITE_WITHIN * 1e6) &&
		    site_has(a, dev))
			site_attach(a, dev);
	/* Those that are not there were back before. */
	if (a->count < 2 * count)
		a->back = clock_now();
	a->count = count > a->away ? count : a->away;
}

/* --- its end ------------------------------------------------------------------------ */

static void
site_name_missing(struct monitor *m, struct alert *a)
{
	struct dir_device *dev, *tmp;

	a->missing = calloc(1, ALERT_NAMES);
	HASH_ITER(hh, m->dir.devices, dev, tmp) {
		if (dev->alert != a)
			continue;
		if (a->missing != NULL)
			alert_name_add(a->missing, dev->name);
		/* It is judged anew, by itself. */
		dev->alert = NULL;
		dev->judged = clock_now();
	}
}

static void
site_close(struct monitor *m, struct alert *a)
{
	char summary[ALERT_SUMMARY], span[32];
	const char *subject =
	    strcmp(a->subject, "server") == 0 ? "the fleet" : a->subject;

	snprintf(summary, sizeof(summary),
	    "%s is online again after %s: %u of %u devices are back", subject,
	    alert_span((clock_wall() - a->since) / 1000000, span),
	    a->count - a->away, a->count);
	if (a->away > 0)
		site_name_missing(m, a);
	alert_close(m, a, summary);
}

void
site_sweep(struct monitor *m)
{
	double now = clock_now(), settled;
	struct alert *a, *tmp;

	HASH_ITER(hh, m->alerts->open, a, tmp) {
		if (a->kind != ALERT_SITE)
			continue;
		settled = a->back + a->every * 1.25;
		if (a->away == 0 ||
		    (a->back != 0 && now > settled && a->away * 2 <= a->count))
			site_close(m, a);
	}
}
