/*
 * A machine whose clock is an hour before or behind the store's.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "skew.h"
#include "store_backend.h"
#include "unit.h"

#define HOUR INT64_C(3600000000)
#define NEAR INT64_C(1000000) /* us: two readings of a clock */

static struct store_backend backend = {.shared = true};
static struct store store = {.backend = &backend};

static struct keeper
keeper_off(int64_t by)
{
	struct keeper k;

	memset(&k, 0, sizeof(k));
	k.store = &store;
	store.offset = clock_wall() + by - store_steady();
	return k;
}

static void
near(int64_t is, int64_t should)
{
	if (llabs(is - should) > NEAR)
		fail_msg("%lld, not %lld", (long long)is, (long long)should);
}

static void
what_comes_is_the_stores(void **state)
{
	struct keeper k = keeper_off(HOUR);
	struct msg m;

	(void)state;
	near(skew_now(&k), clock_wall() + HOUR);
	msg_init(&m, MSG_HEARTBEAT, 0);
	m.heartbeat.at = 5 * HOUR;
	skew_in(&k, &m);
	near(m.heartbeat.at, 6 * HOUR);
	msg_init(&m, MSG_SESSION_END, 0);
	m.session_end.seen = 0;
	skew_in(&k, &m);
	assert_int_equal(m.session_end.seen, 0);
	msg_init(&m, MSG_ALERT, 0);
	m.alert.since = m.alert.opened = 5 * HOUR;
	skew_in(&k, &m);
	near(m.alert.since, 6 * HOUR);
	near(m.alert.opened, 6 * HOUR);
	assert_int_equal(m.alert.closed, 0);
}

static void
what_goes_is_the_monitors(void **state)
{
	struct keeper k = keeper_off(-HOUR);
	struct msg m;
	uint32_t i;

	(void)state;
	msg_init(&m, MSG_FORWARD, 0);
	m.forward.expires = 5 * HOUR;
	skew_out(&k, &m);
	near(m.forward.expires, 6 * HOUR);
	msg_init(&m, MSG_DEVICE, 0);
	m.devices.n = MSG_DEVICES;
	for (i = 1; i < MSG_DEVICES; i++)
		m.devices.list[i].last_seen = (int64_t)i * HOUR;
	skew_out(&k, &m);
	assert_int_equal(m.devices.list[0].last_seen, 0);
	for (i = 1; i < MSG_DEVICES; i++)
		near(m.devices.list[i].last_seen, (int64_t)(i + 1) * HOUR);
	/* No time is before 1970, or the monitor would end the keeper. */
	k = keeper_off(HOUR);
	msg_init(&m, MSG_SEEN, 0);
	m.seen.n = 2;
	m.seen.list[0].at = 7;
	m.seen.list[1].at = 2 * HOUR;
	skew_out(&k, &m);
	assert_int_equal(m.seen.list[0].at, 1);
	near(m.seen.list[1].at, HOUR);
}

/* Nothing is changed for the only server, whatever its clock. */
static void
one_server_has_one_clock(void **state)
{
	struct keeper k = keeper_off(HOUR);
	struct msg m;

	(void)state;
	backend.shared = false;
	msg_init(&m, MSG_HEARTBEAT, 0);
	m.heartbeat.at = 5;
	skew_in(&k, &m);
	assert_int_equal(m.heartbeat.at, 5);
	k.store = NULL;
	backend.shared = true;
	skew_in(&k, &m);
	assert_int_equal(m.heartbeat.at, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_is_the_stores),
	    cmocka_unit_test(what_goes_is_the_monitors),
	    cmocka_unit_test(one_server_has_one_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
