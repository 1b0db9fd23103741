/*
 * A login is good once: for how many others afterwards.
 */
#include "config.h"

#include <string.h>

#include "replay.h"
#include "unit.h"

static bool
first(struct replay *r, uint64_t number)
{
	uint8_t session[32] = {0};

	memcpy(session, &number, sizeof(number));
	return replay_first(r, session, sizeof(session));
}

static void
once(void **unused)
{
	struct replay *r = replay_new();

	(void)unused;
	assert_non_null(r);
	assert_true(first(r, 0));
	assert_false(first(r, 0));
	assert_true(first(r, 0x0706050403020100));
	assert_false(first(r, 0x0706050403020100));
	replay_free(r);
}

static void
through_so_many(void **unused)
{
	struct replay *r = replay_new();
	uint64_t i;

	(void)unused;
	for (i = 1; i <= 5 * REPLAY_LOGINS; i++) {
		assert_true(first(r, i));
		/* The one that is REPLAY_LOGINS ago is still known. */
		if (i > REPLAY_LOGINS && i % 97 == 0)
			assert_false(first(r, i - REPLAY_LOGINS));
	}
	/* And memory has an end. */
	assert_true(first(r, 1));
	replay_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(once),
	    cmocka_unit_test(through_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
