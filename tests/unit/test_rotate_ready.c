/*
 * Which devices know the host keys to come, and why the others do not.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "place.h"
#include "rotate_ready.h"
#include "unit.h"

#define SINCE 1000000
#define MARK "0123456789abcdef"
#define DEVICES 16

struct fleet {
	struct admin admin;
	int64_t device[DEVICES];
	struct announce announce;
	char why[DEVICES][64]; /* "": not said */
};

static struct fleet fleet;

/* The command's: what the store refuses is the test's failure. */
enum admin_exit
admin_result(struct admin *a, enum store_result result)
{
	if (result != STORE_OK)
		fail_msg("%s", store_error(a->store));
	return ADMIN_DONE;
}

enum admin_exit
admin_fail(const char *fmt, ...)
{
	fail_msg("%s", fmt);
	return ADMIN_FAILED;
}

static void
note(struct admin *a, const struct device *d, const char *why)
{
	size_t i;

	assert_ptr_equal(a, &fleet.admin);
	for (i = 0; i < DEVICES; i++)
		if (fleet.device[i] == d->id)
			snprintf(fleet.why[i], sizeof(fleet.why[i]), "%s", why);
}

static void
poll_at(size_t i, int64_t at, const char *health)
{
	struct heartbeat h = {.device = fleet.device[i], .at = at};

	snprintf(h.health, sizeof(h.health), "%s", health);
	assert_int_equal(store_heartbeat_add(fleet.admin.store, &h), STORE_OK);
}

static void
hold(size_t i, uint64_t session, int64_t since)
{
	struct session s = {.id = session,
	    .node = "n1",
	    .device = fleet.device[i],
	    .since = since};

	assert_int_equal(store_session_put(fleet.admin.store, &s), STORE_OK);
}

static int
fleet_make(void **state)
{
	char name[16];
	size_t i;

	if (place_make(state) == -1)
		return -1;
	memset(&fleet, 0, sizeof(fleet));
	fleet.announce.since = SINCE;
	snprintf(fleet.announce.mark, sizeof(fleet.announce.mark), MARK);
	fleet.admin.store = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	place_node(fleet.admin.store, "n1");
	for (i = 0; i < DEVICES; i++) {
		snprintf(name, sizeof(name), "d%zu", i);
		fleet.device[i] =
		    place_device(fleet.admin.store, name, (unsigned int)i + 1);
	}
	return 0;
}

static int
fleet_remove(void **state)
{
	store_close(fleet.admin.store);
	return place_remove(state);
}

static void
count(int64_t ready, int64_t devices)
{
	struct rotate_count n;

	assert_int_equal(
	    rotate_count(&fleet.admin, &fleet.announce, &n, note), ADMIN_DONE);
	assert_int_equal(n.ready, ready);
	assert_int_equal(n.devices, devices);
}

static void
test_why(void **state)
{
	(void)state;
	poll_at(1, SINCE - 1, "pins=" MARK);
	poll_at(2, SINCE - 1, "up=5");
	poll_at(3, SINCE - 1, "pins=nokey");
	poll_at(4, SINCE - 1, "pins=0");
	poll_at(5, SINCE, "pins=0");
	poll_at(6, SINCE - 1, "pins=0");
	hold(6, 1, SINCE - 1);
	poll_at(7, SINCE - 1, "pins=0");
	hold(7, 2, SINCE);
	count(1, DEVICES);
	assert_string_equal(fleet.why[0], "has never polled");
	assert_string_equal(fleet.why[1], "");
	assert_string_equal(
	    fleet.why[2], "client is too old, or not et-phone-home");
	assert_string_equal(
	    fleet.why[3], "cannot verify: it has no pinned ed25519 key");
	assert_string_equal(
	    fleet.why[4], "has not polled since the announcement");
	assert_string_equal(
	    fleet.why[5], "was told, and confirms with its next poll");
	assert_string_equal(
	    fleet.why[6], "holds a connection from before the announcement");
	assert_string_equal(
	    fleet.why[7], "has not polled since the announcement");
}

/* Whatever the order in which they came. */
static void
test_all_that_hold_a_connection(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < DEVICES; i++) {
		poll_at(i, SINCE - 1, "pins=0");
		hold(i, (7 * i) % DEVICES + 1, SINCE - 1);
	}
	count(0, DEVICES);
	for (i = 0; i < DEVICES; i++)
		assert_string_equal(fleet.why[i],
		    "holds a connection from before the announcement");
}

static void
disable(size_t i)
{
	struct device d;

	assert_int_equal(
	    store_device_get(fleet.admin.store, fleet.device[i], &d), STORE_OK);
	d.enabled = false;
	assert_int_equal(store_device_update(fleet.admin.store, &d), STORE_OK);
}

static void
test_disabled_devices_do_not_count(void **state)
{
	(void)state;
	poll_at(1, SINCE, "pins=" MARK);
	poll_at(2, SINCE, "pins=" MARK);
	disable(0);
	disable(1);
	count(1, DEVICES - 2);
	assert_string_equal(fleet.why[0], "");
}

#define WITH_FLEET(f) \
	cmocka_unit_test_setup_teardown(f, fleet_make, fleet_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FLEET(test_why),
	    WITH_FLEET(test_all_that_hold_a_connection),
	    WITH_FLEET(test_disabled_devices_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
