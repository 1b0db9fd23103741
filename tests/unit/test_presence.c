/*
 * Heartbeats: what is noted, logged and told; who is late and who offline.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "history.h"
#include "presence.h"
#include "stage.h"
#include "unit.h"

static void
poll_with(struct conn *c, const char *health)
{
	struct msg_poll p = {.version = health != NULL};

	snprintf(
	    p.health, sizeof(p.health), "%s", health != NULL ? health : "");
	presence_heartbeat(c, &p);
}

/* As if the last poll had been so many seconds ago. */
static void
ago(struct dir_device *dev, double seconds)
{
	dev->last_seen = clock_now() - seconds;
}

static json_t *
event_at(json_t *all, size_t i, const char *event)
{
	json_t *o = json_array_get(all, i);

	assert_non_null(o);
	assert_string_equal(
	    json_string_value(json_object_get(o, "event")), event);
	return o;
}

static void
test_heartbeat(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);
	json_t *all, *o, *health;
	struct msg msg;

	c->client = strdup("SSH-2.0-x");
	poll_with(c, "up=12 load=0.5 bad=! x");
	assert_true(dev->seen);
	assert_int_equal(dev->presence, DEVICE_ONLINE);
	assert_int_equal(dev->interval, 0);
	assert_int_equal(s->m.counters.polls, 1);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	assert_int_equal(msg.conn, c->number);
	assert_int_equal(msg.heartbeat.device, 7);
	assert_int_equal(msg.heartbeat.dropped, 2);
	assert_string_equal(msg.heartbeat.health, "up=12 load=0.5");
	assert_string_equal(msg.heartbeat.addr, "192.0.2.1");
	assert_string_equal(msg.heartbeat.client, "SSH-2.0-x");
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 2);
	event_at(all, 0, "device.online");
	o = event_at(all, 1, "heartbeat");
	health = json_object_get(o, "health");
	assert_int_equal(json_object_size(health), 2);
	assert_string_equal(
	    json_string_value(json_object_get(health, "up")), "12");
	assert_int_equal(json_integer_value(json_object_get(o, "dropped")), 2);
	json_decref(all);
	free(c->client);
	free(c);
}

/* What an old client's command says is no health. */
static void
test_legacy(void **state)
{
	struct stage *s = *state;
	struct conn *c = stage_conn(s, stage_device(s, 7, "dev"));
	struct msg_poll p = {.version = 0, .health = "up=1"};
	struct msg msg;
	json_t *all;

	presence_heartbeat(c, &p);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	assert_string_equal(msg.heartbeat.health, "");
	assert_string_equal(msg.heartbeat.client, "");
	all = stage_events(s);
	assert_null(json_object_get(event_at(all, 1, "heartbeat"), "health"));
	json_decref(all);
	free(c);
}

static void
heard_presence(struct stage *s, uint32_t online, enum span_end why)
{
	struct msg msg;

	stage_heard(s->to_keeper, &msg, MSG_PRESENCE);
	assert_int_equal(msg.presence.device, 7);
	assert_int_equal(msg.presence.online, online);
	assert_int_equal(msg.presence.why, why);
	/* Of one that is gone: when it was last seen. */
	assert_in_range(clock_wall() - msg.presence.at, online ? 0 : 399000000,
	    online ? 5000000 : 405000000);
}

/* The keeper is told of changes, once; a new one of all. */
static void
test_told(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);
	struct msg msg;

	s->m.started = clock_now() - 1000;
	s->m.dir.generation = 1;
	s->keeper.ready = true;
	poll_with(c, NULL);
	heard_presence(s, 1, SPAN_OPEN);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	poll_with(c, NULL);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	dev->conns = NULL;
	ago(dev, 200); /* late is there */
	presence_sweep(&s->m);
	ago(dev, 400);
	presence_sweep(&s->m);
	presence_sweep(&s->m);
	heard_presence(s, 0, SPAN_LATE);
	s->m.dir.generation++;
	presence_sweep(&s->m);
	heard_presence(s, 0, SPAN_LATE);
	poll_with(c, NULL);
	heard_presence(s, 1, SPAN_OPEN);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	dev->waited = true;
	dev->interval = 0;
	ago(dev, 400);
	presence_sweep(&s->m);
	heard_presence(s, 0, SPAN_LEFT);
	free(c);
}

/* A server that has just begun to listen says of nobody that it is gone. */
static void
test_told_after_start(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);

	s->m.started = clock_now() - 250;
	s->m.dir.generation = 1;
	s->keeper.ready = true;
	dev->conns = NULL;
	dev->seen = true;
	ago(dev, 400);
	presence_sweep(&s->m);
	assert_int_equal(dev->presence, DEVICE_OFFLINE);
	assert_int_equal(dev->told, 0);
	s->m.started = clock_now() - 350;
	presence_sweep(&s->m);
	heard_presence(s, 0, SPAN_SERVER);
	free(c);
}

/* One poll more, so many seconds after the last. */
static void
poll_after(struct conn *c, double seconds)
{
	ago(c->device, seconds);
	poll_with(c, NULL);
}

static void
test_interval(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);
	struct msg msg;
	int i;

	poll_with(c, NULL);
	for (i = 0; i < 3; i++) {
		stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
		assert_int_equal(msg.heartbeat.interval, 0);
		poll_after(c, 60);
	}
	assert_int_equal(dev->interval, 60);
	stage_heard(s->to_keeper, &msg, MSG_HEARTBEAT);
	assert_int_equal(msg.heartbeat.interval, 60);
	/* An outage of a day is no interval, nor is a poll by hand. */
	poll_after(c, 86400);
	assert_int_equal(dev->interval, 60);
	poll_after(c, 60);
	poll_after(c, 2);
	assert_int_equal(dev->interval, 60);
	/* Another interval shows with its second gap. */
	poll_after(c, 70);
	poll_after(c, 72);
	assert_int_equal(dev->interval, 70);
	/* Polls in haste are no rhythm. */
	for (i = 0; i < 3; i++)
		poll_with(c, NULL);
	assert_int_equal(dev->interval, 60);
	poll_after(c, 60);
	poll_after(c, 60);
	assert_int_equal(dev->interval, 60);
	free(c);
}

/* The installer's poll, the client's first, one by hand, then cron's. */
static void
test_interval_after_haste(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);

	poll_with(c, NULL);
	poll_with(c, NULL);
	poll_after(c, 7);
	assert_int_equal(dev->interval, 0);
	poll_after(c, 8);
	assert_int_equal(dev->interval, 60);
	poll_after(c, 300);
	assert_int_equal(dev->interval, 60);
	poll_after(c, 300);
	assert_int_equal(dev->interval, 300);
	free(c);
}

/* A gap longer than planned counts at once: a slow device is not late. */
static void
test_interval_of_days(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);

	poll_with(c, NULL);
	poll_after(c, 1e9);
	assert_int_equal(dev->interval, 86400);
	poll_after(c, 60);
	assert_int_equal(dev->interval, 86400);
	poll_after(c, 60);
	assert_int_equal(dev->interval, 60);
	free(c);
}

/* The store's word stands until three gaps are known after a start. */
static void
test_interval_of_before(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);

	dev->seen = true;
	dev->interval = 600;
	poll_after(c, 5000);
	poll_after(c, 1);
	assert_int_equal(dev->interval, 600);
	poll_after(c, 60);
	assert_int_equal(dev->interval, 60);
	free(c);
}

/* A wait is no poll: neither to it nor from it there is an interval. */
static void
test_interval_of_waits(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);
	json_t *all;

	poll_with(c, NULL);
	poll_after(c, 90);
	c->waits = true;
	poll_with(c, NULL);
	poll_with(c, NULL);
	assert_true(presence_wait_ended(c) > 0);
	c->waits = false;
	poll_with(c, NULL);
	poll_after(c, 20);
	assert_int_equal(dev->interval, 90);
	poll_after(c, 200);
	assert_int_equal(dev->interval, 90);
	poll_after(c, 200);
	assert_int_equal(dev->interval, 200);
	all = stage_events(s);
	assert_null(json_object_get(json_array_get(all, 1), "waits"));
	assert_true(json_is_true(
	    json_object_get(event_at(all, 3, "heartbeat"), "waits")));
	json_decref(all);
	free(c);
}

/* It stands still: what it is told of a flood of polls has an end. */
static void
test_keeper_behind(void **state)
{
	struct stage *s = *state;
	struct conn *c = stage_conn(s, stage_device(s, 7, "dev"));
	uint64_t polls = 0;
	size_t most;

	for (; !child_behind(&s->keeper) && polls < 50000; polls++)
		poll_with(c, NULL);
	assert_true(child_behind(&s->keeper));
	most = msgq_pending(s->keeper.queue);
	/* They are logged and counted, and the queue stays as it is. */
	for (; polls < 50000; polls++)
		poll_with(c, NULL);
	assert_int_equal(s->m.counters.polls, polls);
	assert_int_equal(msgq_pending(s->keeper.queue), most);
	free(c);
}

static void
sweep_finds(struct stage *s, unsigned int never, unsigned int online,
    unsigned int late, unsigned int offline)
{
	presence_sweep(&s->m);
	assert_int_equal(s->m.devices[DEVICE_NEVER], never);
	assert_int_equal(s->m.devices[DEVICE_ONLINE], online);
	assert_int_equal(s->m.devices[DEVICE_LATE], late);
	assert_int_equal(s->m.devices[DEVICE_OFFLINE], offline);
}

static void
test_sweep(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c;
	json_t *all;

	stage_device(s, 8, "other");
	sweep_finds(s, 2, 0, 0, 0);
	c = stage_conn(s, dev);
	poll_with(c, NULL);
	dev->conns = NULL;
	dev->interval = 60;
	ago(dev, 119);
	sweep_finds(s, 1, 1, 0, 0);
	ago(dev, 121);
	sweep_finds(s, 1, 0, 1, 0);
	ago(dev, 299);
	sweep_finds(s, 1, 0, 1, 0);
	ago(dev, 301);
	sweep_finds(s, 1, 0, 0, 1);
	sweep_finds(s, 1, 0, 0, 1);
	poll_with(c, NULL);
	sweep_finds(s, 1, 1, 0, 0);
	all = stage_events(s);
	/* Each change is said once, between two heartbeats. */
	assert_int_equal(json_array_size(all), 6);
	event_at(all, 0, "device.online");
	event_at(all, 2, "device.late");
	event_at(all, 3, "device.offline");
	event_at(all, 4, "device.online");
	json_decref(all);
	free(c);
}

/* It was there until its wait ended. */
static void
test_wait_ended_now(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);
	json_t *all;

	c->waits = true;
	poll_with(c, NULL);
	dev->interval = 60;
	ago(dev, 86400);
	presence_wait_ended(c);
	dev->conns = NULL;
	sweep_finds(s, 0, 1, 0, 0);
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 2);
	json_decref(all);
	free(c);
}

/* A device that holds a connection is there, however long ago it polled. */
static void
test_connected(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 7, "dev");
	struct conn *c = stage_conn(s, dev);

	poll_with(c, NULL);
	dev->interval = 60;
	ago(dev, 86400);
	sweep_finds(s, 0, 1, 0, 0);
	free(c);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_heartbeat),
	    ON_STAGE(test_legacy),
	    ON_STAGE(test_interval),
	    ON_STAGE(test_told),
	    ON_STAGE(test_told_after_start),
	    ON_STAGE(test_interval_after_haste),
	    ON_STAGE(test_interval_of_days),
	    ON_STAGE(test_interval_of_before),
	    ON_STAGE(test_interval_of_waits),
	    ON_STAGE(test_keeper_behind),
	    ON_STAGE(test_sweep),
	    ON_STAGE(test_wait_ended_now),
	    ON_STAGE(test_connected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
