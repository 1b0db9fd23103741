#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_gone.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "heartbeat.h"
#include "history.h"
#include "monitor.h"
#include "msg.h"
#include "presence.h"
#include "sightings.h"

#define INTERVAL_MOST 86400.0 /* s */

static uint32_t
presence_seconds(double gap)
{
	if (gap < 1)
		return 1;
	return (uint32_t)((gap > INTERVAL_MOST ? INTERVAL_MOST : gap) + 0.5);
}

static uint32_t
presence_median(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

/*
 * The interval is the median of the last three gaps between polls: one long
 * gap is an outage, one short gap is a poll by hand.  Until there are three,
 * only a gap longer than the planned interval is taken for one.  It is never
 * below the planned interval: several polls by hand are no rhythm.
 */
static void
presence_measure(struct dir_device *dev, double gap)
{
	uint32_t *g = dev->gaps, median;

	memmove(g + 1, g, 2 * sizeof(*g));
	g[0] = presence_seconds(gap);
	if (g[2] != 0) {
		median = presence_median(g[0], g[1], g[2]);
		dev->interval =
		    median > DEVICE_INTERVAL ? median : DEVICE_INTERVAL;
	} else if (dev->interval == 0 && g[0] > DEVICE_INTERVAL)
		dev->interval = g[0];
}

/*
 * What the keeper was told last, with the generation of the directory, since a new
 * keeper is to be told all of it anew.
 */
#define TOLD(m, online) ((m)->dir.generation * 2 + ((online) ? 1U : 0U))

/* A device that the server has not heard since its start may still come. */
static bool
presence_may_come(const struct monitor *m, const struct dir_device *dev)
{
	return dev->last_seen < m->started &&
	       device_state((int64_t)((clock_now() - m->started) * 1e6),
		   dev->interval) != DEVICE_OFFLINE;
}

/* Tell the keeper whether the device is there, unless it knows. */
static void
presence_tell(struct monitor *m, struct dir_device *dev)
{
	bool online = dev->presence != DEVICE_OFFLINE;
	struct msg msg;

	if (!m->leads || dev->presence == DEVICE_NEVER ||
	    dev->told == TOLD(m, online) || !m->keeper->ready ||
	    child_behind(m->keeper) || (!online && presence_may_come(m, dev)))
		return;
	msg_init(&msg, MSG_PRESENCE, 0);
	msg.presence.device = dev->id;
	msg.presence.at =
	    clock_wall() - (int64_t)((clock_now() - dev->last_seen) * 1e6);
	msg.presence.online = online;
	if (!online)
		msg.presence.why = dev->last_seen < m->started ? SPAN_SERVER
				   : dev->waited	       ? SPAN_LEFT
							       : SPAN_LATE;
	child_send(m->keeper, &msg, -1);
	dev->told = TOLD(m, online);
}

static void
set_presence(struct monitor *m, struct dir_device *dev, enum device_state state)
{
	static const char *const events[] = {
	    [DEVICE_ONLINE] = "device.online",
	    [DEVICE_LATE] = "device.late",
	    [DEVICE_OFFLINE] = "device.offline",
	};
	struct event e;

	if (dev->presence == state || state == DEVICE_NEVER)
		return;
	dev->presence = state;
	if (!m->leads)
		return;
	presence_tell(m, dev);
	e = event_begin(m->log, events[state]);
	event_text(&e, "device", dev->name);
	event_int(&e, "interval", dev->interval);
	event_end(&e);
}

/* "up=1 load=0.2" as {"up":"1","load":"0.2"}; the text has been checked. */
static json_t *
health_object(const char *health)
{
	json_t *o = json_object();
	char copy[HEARTBEAT_HEALTH], *pair, *rest = copy, *value;

	snprintf(copy, sizeof(copy), "%s", health);
	while ((pair = strsep(&rest, " ")) != NULL) {
		if ((value = strchr(pair, '=')) == NULL)
			continue;
		*value++ = '\0';
		json_object_set_new(o, pair, json_string(value));
	}
	return o;
}

static void
log_heartbeat(const struct conn *c, const char *health, unsigned int dropped)
{
	struct event e = conn_event_begin(c, "heartbeat");

	event_text(&e, "addr", c->addr);
	event_text(&e, "client", c->client);
	event_ms(&e, clock_now() - c->accepted);
	if (*health != '\0')
		event_json(&e, "health", health_object(health));
	event_int(&e, "dropped", dropped);
	if (c->waits)
		event_bool(&e, "waits", true);
	event_end(&e);
}

void
presence_heartbeat(struct conn *c, const struct msg_poll *poll)
{
	struct monitor *m = c->m;
	struct dir_device *dev = c->device;
	char health[HEARTBEAT_HEALTH] = "";
	unsigned int dropped = 0;
	double now = clock_now();
	struct msg msg;

	if (poll->version > 0)
		dropped = heartbeat_parse_health(
		    poll->health, strlen(poll->health), health);
	/*
	 * The time between a poll and a wait is no poll interval; nor is the
	 * time since the last poll of this node, if others are polled as well.
	 */
	if (m->leads && dev->seen && !dev->waited && !c->waits)
		presence_measure(dev, now - dev->last_seen);
	dev->seen = true;
	dev->waited = c->waits;
	dev->last_seen = now;
	dev->seen_at = clock_wall();
	set_presence(m, dev, DEVICE_ONLINE);
	m->counters.polls++;
	log_heartbeat(c, health, dropped);
	sightings_note(c, heartbeat_number(health, "up"));
	if (m->leads)
		alert_seen(m, dev, health);
	/* A flood of polls must not overflow the keeper's queue. */
	if (child_behind(m->keeper))
		return;
	msg_init(&msg, MSG_HEARTBEAT, c->number);
	msg.heartbeat.device = dev->id;
	msg.heartbeat.at = dev->seen_at;
	msg.heartbeat.interval = m->leads ? dev->interval : 0;
	msg.heartbeat.dropped = dropped;
	snprintf(msg.heartbeat.addr, sizeof(msg.heartbeat.addr), "%s", c->addr);
	snprintf(msg.heartbeat.client, sizeof(msg.heartbeat.client), "%s",
	    c->client != NULL ? c->client : "");
	snprintf(
	    msg.heartbeat.health, sizeof(msg.heartbeat.health), "%s", health);
	child_send(m->keeper, &msg, -1);
}

int64_t
presence_wait_ended(const struct conn *c)
{
	c->device->last_seen = clock_now();
	c->device->seen_at = clock_wall();
	return c->device->seen_at;
}

void
presence_seen(struct monitor *m, struct dir_device *dev, int64_t at)
{
	double seen = clock_now() - (double)(clock_wall() - at) / 1e6;

	/* This node's own heartbeats are in the store, too. */
	if (dev->removed || (dev->seen && seen < dev->last_seen + 0.001))
		return;
	if (m->leads && dev->seen && !dev->waited)
		presence_measure(dev, seen - dev->last_seen);
	dev->seen = true;
	dev->waited = false;
	dev->last_seen = seen;
	dev->seen_at = at;
	if (device_state((int64_t)((clock_now() - seen) * 1e6),
		dev->interval) != DEVICE_ONLINE)
		return;
	set_presence(m, dev, DEVICE_ONLINE);
	if (m->leads)
		alert_seen(m, dev, NULL);
}

/*
 * A node that has led for a while takes what it finds for known: the one that led
 * before has told it.
 */
static void
presence_settle(struct monitor *m)
{
	struct dir_device *dev, *tmp;
	double now = clock_now();

	HASH_ITER(hh, m->dir.devices, dev, tmp)
		if (dev->seen && dev->conns == NULL)
			dev->presence = device_state(
			    (int64_t)((now - dev->last_seen) * 1e6),
			    dev->interval);
	m->settled = true;
}

bool
presence_judges(struct monitor *m)
{
	if (m->nodes == NULL)
		return true;
	if (!m->leads || clock_now() - m->led < PRESENCE_SETTLES)
		return false;
	if (!m->settled)
		presence_settle(m);
	return true;
}

void
presence_sweep(struct monitor *m)
{
	struct dir_device *dev, *tmp;
	double now = clock_now();
	bool judges = presence_judges(m);

	memset(m->devices, 0, sizeof(m->devices));
	HASH_ITER(hh, m->dir.devices, dev, tmp) {
		/* A device with an open connection is online. */
		if (judges && dev->seen && dev->presence != DEVICE_OFFLINE &&
		    dev->conns == NULL)
			set_presence(m, dev,
			    device_state(
				(int64_t)((now - dev->last_seen) * 1e6),
				dev->interval));
		presence_tell(m, dev);
		m->devices[dev->presence]++;
		sightings_sweep(dev);
	}
}
