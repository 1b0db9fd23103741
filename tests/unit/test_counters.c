/*
 * What the monitor counts: reasons that clients cannot multiply, and waits by
 * their bounds.
 */
#include <stdio.h>
#include <string.h>

#include "counters.h"
#include "unit.h"

static void
test_reasons_are_bounded(void **state)
{
	struct counters c = {.polls = 0};
	char text[128];
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "reason %d", i);
		counters_refused(&c, text);
		counters_refused(&c, "reason 0");
	}
	assert_int_equal(c.refused, 200);
	assert_string_equal(c.refused_by[0].text, "reason 0");
	assert_int_equal(c.refused_by[0].n, 101);
	assert_string_equal(
	    c.refused_by[COUNTERS_REASONS - 2].text, "reason 22");
	assert_int_equal(c.refused_by[COUNTERS_REASONS - 2].n, 1);
	assert_string_equal(c.refused_by[COUNTERS_REASONS - 1].text, "other");
	assert_int_equal(c.refused_by[COUNTERS_REASONS - 1].n, 100 - 23);
}

static void
test_long_reason_is_cut(void **state)
{
	struct counters c = {.polls = 0};
	char text[200];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	counters_refused(&c, text);
	counters_refused(&c, text);
	assert_int_equal(strlen(c.refused_by[0].text), COUNTERS_REASON - 1);
	assert_int_equal(c.refused_by[0].n, 2);
}

static void
test_waits(void **state)
{
	struct counters c = {.polls = 0};

	(void)state;
	counters_jump(&c, 0);
	counters_jump(&c, counters_waits[0]);
	counters_jump(&c, counters_waits[0] + 0.001);
	counters_jump(&c, counters_waits[COUNTERS_WAITS - 1]);
	counters_jump(&c, counters_waits[COUNTERS_WAITS - 1] + 1);
	counters_jump(&c, 1e9);
	assert_int_equal(c.jumps, 6);
	assert_int_equal(c.jump_waits[0], 2);
	assert_int_equal(c.jump_waits[1], 1);
	assert_int_equal(c.jump_waits[COUNTERS_WAITS - 1], 1);
	assert_int_equal(c.jump_waits[COUNTERS_WAITS], 2);
	assert_true(c.jump_wait > 1e9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reasons_are_bounded),
	    cmocka_unit_test(test_long_reason_is_cut),
	    cmocka_unit_test(test_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
