#include "config.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_server.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"
#include "sightings.h"

#define SLACK 15.0 /* s by which one start time may differ */
#define WITHIN 600.0 /* s for which an earlier sighting counts */
#define TURNS 3 /* back to an address that make two machines */
#define NOTED_EVERY 600.0 /* s */
#define SAID_EVERY 3600.0 /* s */

struct sighting {
	struct in6_addr addr; /* IPv4: mapped */
	double booted; /* on the monitor's clock, s; 0: not sent */
	double at; /* 0: none */
};

struct sightings {
	struct sighting last;
	struct sighting before; /* the one before last */
	unsigned int turns;
	double turned;
	double noted; /* in the store; 0: never */
	double said; /* in the event log */
};

static void
put_addr(char out[INET6_ADDRSTRLEN], const struct in6_addr *a)
{
	if (IN6_IS_ADDR_V4MAPPED(a))
		inet_ntop(AF_INET, &a->s6_addr[12], out, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, a, out, INET6_ADDRSTRLEN);
}

/* Compared as sources are (srclimit.h); a device may have IPv4 and IPv6. */
static bool
same_place(const struct in6_addr *a, const struct in6_addr *b)
{
	if (IN6_IS_ADDR_V4MAPPED(a) != IN6_IS_ADDR_V4MAPPED(b))
		return true;
	return memcmp(a, b, IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8) == 0;
}

/* Compares start times if both are known, else addresses. */
static bool
same_machine(const struct sighting *a, const struct sighting *b)
{
	if (a->booted != 0 && b->booted != 0)
		return fabs(a->booted - b->booted) < SLACK;
	return same_place(&a->addr, &b->addr);
}

static void
report_duplicate(const struct conn *c, struct sightings *s,
    const struct sighting *a, const struct sighting *b, const char *why)
{
	struct monitor *m = c->m;
	char one[INET6_ADDRSTRLEN], two[INET6_ADDRSTRLEN];
	char fingerprint[KEY_FINGERPRINT];
	double now = clock_now();
	struct event e;
	struct msg msg;

	put_addr(one, &a->addr);
	put_addr(two, &b->addr);
	if (s->noted == 0 || now - s->noted >= NOTED_EVERY) {
		s->noted = now;
		msg_init(&msg, MSG_DUPLICATE_KEY, c->number);
		msg.duplicate_key.device = c->device->id;
		msg.duplicate_key.at = clock_wall();
		snprintf(msg.duplicate_key.places,
		    sizeof(msg.duplicate_key.places), "%s,%s", one, two);
		child_send(m->keeper, &msg, -1);
	}
	alert_clone(m, c->device, one, two);
	if (s->said != 0 && now - s->said < SAID_EVERY)
		return;
	s->said = now;
	key_fingerprint(c->digest, fingerprint);
	e = conn_event_begin(c, "device.duplicate-key");
	event_text(&e, "key", fingerprint);
	event_text(&e, "addr", one);
	event_text(&e, "other", two);
	event_text(&e, "reason", why);
	event_end(&e);
}

static struct sightings *
sightings_of(struct dir_device *dev)
{
	if (dev->sightings == NULL)
		dev->sightings = calloc(1, sizeof(*dev->sightings));
	return dev->sightings;
}

/* The sighting before last returned. */
static void
turned_back(const struct conn *c, struct sightings *s)
{
	double now = clock_now();

	if (s->last.booted != 0 && s->before.booted != 0) {
		report_duplicate(c, s, &s->last, &s->before,
		    "two machines with different start times");
		return;
	}
	s->turns = now - s->turned < WITHIN ? s->turns + 1 : 1;
	s->turned = now;
	if (s->turns >= TURNS)
		report_duplicate(
		    c, s, &s->last, &s->before, "two alternating addresses");
}

void
sightings_note(struct conn *c, int64_t up)
{
	struct sightings *s = sightings_of(c->device);
	double now = clock_now();
	struct sighting seen = {.at = now}, was;
	bool back;

	if (s == NULL)
		return;
	directory_address(&seen.addr, c->addr);
	c->device->addr = seen.addr;
	/* Never 0, which means not sent. */
	if (up >= 0)
		seen.booted = now - (double)up - 1e-3;
	if (c->waits)
		c->booted = seen.booted;
	was = s->last;
	s->last = seen;
	if (was.at == 0 || same_machine(&was, &seen))
		return;
	back = s->before.at != 0 && now - s->before.at < WITHIN &&
	       same_machine(&s->before, &seen);
	s->before = was;
	if (back)
		turned_back(c, s);
}

/* --- connections that are held ---------------------------------------- */

static bool
is_held(const struct conn *c)
{
	return c->state == CONN_OPEN && (c->waits || c->tunnels != NULL);
}

/* Compares what both sent; a field that only one sent proves nothing. */
static bool
are_two(const struct conn *a, const struct conn *b, struct sighting *one,
    struct sighting *two)
{
	if (memcmp(a->digest, b->digest, sizeof(a->digest)) != 0 ||
	    (a->booted != 0) != (b->booted != 0))
		return false;
	directory_address(&one->addr, a->addr);
	directory_address(&two->addr, b->addr);
	one->booted = a->booted;
	two->booted = b->booted;
	return !same_machine(one, two);
}

static void
sweep_conn(struct dir_device *dev, const struct conn *a)
{
	const struct conf *conf = a->m->conf;
	struct sightings *s = sightings_of(dev);
	double alive =
	    conf->client_alive_interval * (conf->client_alive_count_max + 2.0);
	struct sighting one = {.at = 0}, two = {.at = 0};
	const struct conn *b;

	if (s == NULL || clock_now() - a->accepted <= alive)
		return;
	/* Older connections have answered keepalives since this one came. */
	for (b = dev->conns; b != NULL && b != a; b = b->dnext) {
		if (is_held(b) && are_two(a, b, &one, &two)) {
			report_duplicate(
			    a, s, &one, &two, "two live connections");
			return;
		}
	}
}

void
sightings_sweep(struct dir_device *dev)
{
	const struct conn *c;

	DL_FOREACH2(dev->conns, c, dnext)
		if (is_held(c))
			sweep_conn(dev, c);
}
