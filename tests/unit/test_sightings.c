/*
 * When a key is at two places at once, and when it only seems so.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ahead.h"
#include "sightings.h"
#include "stage.h"
#include "unit.h"

struct scene {
	struct stage *stage;
	struct dir_device *dev;
	struct conn *conn;
};

static struct scene
begin(void **state)
{
	struct scene sc = {.stage = *state};

	sc.dev = stage_device(sc.stage, 1, "dev");
	sc.conn = stage_conn(sc.stage, sc.dev);
	sc.stage->conf.client_alive_interval = 30;
	sc.stage->conf.client_alive_count_max = 3;
	return sc;
}

static void
end(struct scene *sc)
{
	free(sc->conn);
}

static size_t
told(struct scene *sc)
{
	json_t *all = stage_events(sc->stage), *o;
	size_t i, n = 0;

	json_array_foreach(all, i, o)
		n += strcmp(json_string_value(json_object_get(o, "event")),
			 "device.duplicate-key") == 0;
	json_decref(all);
	return n;
}

/* A poll from addr of a machine that has been up for so long. */
static void
poll_of(struct scene *sc, const char *addr, int64_t up)
{
	snprintf(sc->conn->addr, sizeof(sc->conn->addr), "%s", addr);
	sightings_note(sc->conn, up);
}

/* Behind one address, each with its own start. */
static void
test_two_starts(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;

	poll_of(&sc, "192.0.2.1", 1000);
	poll_of(&sc, "192.0.2.1", 5000);
	assert_int_equal(told(&sc), 0);
	poll_of(&sc, "192.0.2.1", 1001);
	assert_int_equal(told(&sc), 1);
	stage_heard(sc.stage->to_keeper, &msg, MSG_DUPLICATE_KEY);
	assert_int_equal(msg.duplicate_key.device, 1);
	assert_string_equal(msg.duplicate_key.places, "192.0.2.1,192.0.2.1");
	/* Said once an hour, noted once in ten minutes. */
	poll_of(&sc, "192.0.2.1", 5001);
	poll_of(&sc, "192.0.2.1", 1002);
	assert_int_equal(told(&sc), 1);
	stage_heard_nothing(sc.stage->to_keeper);
	end(&sc);
}

/* It starts anew and moves, and is one machine all the time. */
static void
test_one_machine(void **state)
{
	struct scene sc = begin(state);
	int i;

	for (i = 0; i < 5; i++) {
		poll_of(&sc, i % 2 ? "192.0.2.1" : "198.51.100.1", 1000);
		poll_of(&sc, "2001:db8::1", 1003); /* slow, this time */
	}
	poll_of(&sc, "192.0.2.1", 900000);
	for (i = 0; i < 20; i++)
		poll_of(&sc, "192.0.2.1", 800000 - i * 1000);
	/* An old client says nothing: it moves, and comes back home once. */
	poll_of(&sc, "192.0.2.1", -1);
	poll_of(&sc, "198.51.100.1", -1);
	poll_of(&sc, "192.0.2.1", -1);
	poll_of(&sc, "192.0.2.1", -1);
	/* Two kinds of address are one uplink. */
	for (i = 0; i < 9; i++)
		poll_of(&sc, i % 2 ? "192.0.2.1" : "2001:db8::1", -1);
	assert_int_equal(told(&sc), 0);
	end(&sc);
}

static void
test_addresses_in_turn(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;

	poll_of(&sc, "192.0.2.1", -1);
	poll_of(&sc, "192.0.2.2", -1);
	poll_of(&sc, "192.0.2.1", -1);
	poll_of(&sc, "192.0.2.2", -1);
	assert_int_equal(told(&sc), 0);
	poll_of(&sc, "192.0.2.1", -1);
	assert_int_equal(told(&sc), 1);
	stage_heard(sc.stage->to_keeper, &msg, MSG_DUPLICATE_KEY);
	assert_string_equal(msg.duplicate_key.places, "192.0.2.1,192.0.2.2");
	end(&sc);
}

/* There, and back home so many seconds later. */
static void
visit(struct scene *sc, double stay)
{
	poll_of(sc, "192.0.2.2", -1);
	ahead += stay;
	poll_of(sc, "192.0.2.1", -1);
}

/* Who comes back less often than every ten minutes is one that travels. */
static void
test_turns_are_forgotten(void **state)
{
	struct scene sc = begin(state);
	int i;

	poll_of(&sc, "192.0.2.1", -1);
	for (i = 0; i < 9; i++) {
		visit(&sc, 599);
		ahead += 601;
		poll_of(&sc, "192.0.2.1", -1);
	}
	assert_int_equal(told(&sc), 0);
	/* The last one back was 601 s ago: two in a row are too few. */
	visit(&sc, 10);
	visit(&sc, 10);
	assert_int_equal(told(&sc), 1);
	end(&sc);
}

/* A /64 is one place. */
static void
test_one_network(void **state)
{
	struct scene sc = begin(state);
	int i;

	for (i = 0; i < 9; i++)
		poll_of(&sc, i % 2 ? "2001:db8::1" : "2001:db8::2", -1);
	assert_int_equal(told(&sc), 0);
	for (i = 0; i < 9; i++)
		poll_of(&sc, i % 2 ? "2001:db8::1" : "2001:db8:0:1::1", -1);
	assert_int_equal(told(&sc), 1);
	end(&sc);
}

/* A connection that waits, so old. */
static struct conn *
hold(struct scene *sc, const char *addr, int64_t up, double age)
{
	struct conn *c = stage_conn(sc->stage, sc->dev);

	snprintf(c->addr, sizeof(c->addr), "%s", addr);
	c->waits = true;
	c->accepted -= age;
	sightings_note(c, up);
	return c;
}

/* Both are there for longer than a dead one would be. */
static void
test_held(void **state)
{
	struct scene sc = begin(state);
	struct conn *a = hold(&sc, "192.0.2.1", -1, 1000);
	struct conn *b = hold(&sc, "192.0.2.2", -1, 149);
	struct msg msg;

	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 0);
	b->accepted -= 2;
	/* Another key of the device is another machine. */
	b->digest[0] ^= 1;
	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 0);
	b->digest[0] ^= 1;
	a->state = CONN_ENDING;
	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 0);
	a->state = CONN_OPEN;
	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 1);
	stage_heard(sc.stage->to_keeper, &msg, MSG_DUPLICATE_KEY);
	assert_string_equal(msg.duplicate_key.places, "192.0.2.2,192.0.2.1");
	free(a);
	free(b);
	end(&sc);
}

/* The start decides, if both say it; if one does, nothing is known. */
static void
test_held_by_start(void **state)
{
	struct scene sc = begin(state);
	struct conn *a = hold(&sc, "192.0.2.1", 5000, 1000);
	struct conn *b = hold(&sc, "192.0.2.2", 5000, 900);
	struct conn *c = hold(&sc, "192.0.2.3", -1, 800);

	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 0);
	b->booted -= 100;
	sightings_sweep(sc.dev);
	assert_int_equal(told(&sc), 1);
	free(a);
	free(b);
	free(c);
	end(&sc);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_two_starts),
	    ON_STAGE(test_one_machine),
	    ON_STAGE(test_addresses_in_turn),
	    ON_STAGE(test_turns_are_forgotten),
	    ON_STAGE(test_one_network),
	    ON_STAGE(test_held),
	    ON_STAGE(test_held_by_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
