#include "config.h"

#include "forward.h"
#include "unit.h"

static void
reads_pairs(void **state)
{
	static const char *const bad[] = {"", ":", "22", "22:", ":22", "0:1",
	    "1:0", "65536:1", "1:65536", "1:2:3", "+1:2", "1:2 ", " 1:2",
	    "99999999999999999999:1", "1:2x"};
	uint32_t dport, sport;
	size_t i;

	(void)state;
	assert_int_equal(forward_parse("22:9876", &dport, &sport), 0);
	assert_int_equal(dport, 22);
	assert_int_equal(sport, 9876);
	assert_int_equal(forward_parse("65535:1", &dport, &sport), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(forward_parse(bad[i], &dport, &sport), -1);
}

static void
reads_times(void **state)
{
	(void)state;
	assert_int_equal(forward_parse_ttl("90"), 90);
	assert_int_equal(forward_parse_ttl("90s"), 90);
	assert_int_equal(forward_parse_ttl("15m"), 900);
	assert_int_equal(forward_parse_ttl("1h"), 3600);
	assert_int_equal(forward_parse_ttl("7d"), 7 * 86400);
	assert_int_equal(forward_parse_ttl("365d"), FORWARD_TTL_MAX);
	assert_int_equal(forward_parse_ttl("366d"), 0);
	assert_int_equal(forward_parse_ttl("99999999999999999999d"), 0);
	assert_int_equal(forward_parse_ttl("0"), 0);
	assert_int_equal(forward_parse_ttl(""), 0);
	assert_int_equal(forward_parse_ttl("h"), 0);
	assert_int_equal(forward_parse_ttl("1w"), 0);
	assert_int_equal(forward_parse_ttl("1h1"), 0);
	assert_int_equal(forward_parse_ttl("-1"), 0);
}

/* One row a state from, one column a state to, in the enum's order. */
static void
goes_its_way(void **state)
{
	static const char may[6][7] = {
	    "-xxxxx", "x-xxxx", "x--xxx", "------", "------", "------"};
	int from, to;

	(void)state;
	for (from = 0; from < 6; from++)
		for (to = 0; to < 6; to++)
			assert_int_equal(forward_may((enum forward_state)from,
					     (enum forward_state)to),
			    may[from][to] == 'x');
	assert_false(forward_may(FORWARD_QUEUED, (enum forward_state)6));
	assert_false(forward_may((enum forward_state)6, FORWARD_QUEUED));
}

static void
knows_its_ends(void **state)
{
	(void)state;
	assert_false(forward_ended(FORWARD_QUEUED));
	assert_false(forward_ended(FORWARD_DELIVERED));
	assert_false(forward_ended(FORWARD_OPEN));
	assert_true(forward_ended(FORWARD_CLOSED));
	assert_true(forward_ended(FORWARD_EXPIRED));
	assert_true(forward_ended(FORWARD_CANCELLED));
	assert_string_equal(forward_state_name(FORWARD_DELIVERED), "delivered");
	assert_string_equal(forward_state_name((enum forward_state)9), "?");
}

/* What it was refused for is history once it stands, or has ended. */
static void
is_refused_while_it_waits(void **state)
{
	struct forward f = {.reason = FORWARD_REFUSED "port in use"};
	int i;

	(void)state;
	for (i = FORWARD_QUEUED; i <= FORWARD_CANCELLED; i++) {
		f.state = (enum forward_state)i;
		assert_int_equal(forward_refused(&f),
		    i == FORWARD_QUEUED || i == FORWARD_DELIVERED);
	}
	f.state = FORWARD_QUEUED;
	f.reason[0] = '\0';
	assert_false(forward_refused(&f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_pairs),
	    cmocka_unit_test(reads_times),
	    cmocka_unit_test(goes_its_way),
	    cmocka_unit_test(knows_its_ends),
	    cmocka_unit_test(is_refused_while_it_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
