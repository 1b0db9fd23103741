/*
 * Versions of libssh: the last that is refused and the first that may serve,
 * of each series, and far from both.
 */
#include "unit.h"

#include "libssh_refused.h"

static void
test_series(void **state)
{
	static const char *const good[] = {"0.10.6/openssl/zlib", "0.10.7",
	    "0.11.5/openssl/zlib", "0.11.99", "0.12.2", "0.12.10", "0.13.0",
	    "1.0.0"};
	static const char *const bad[] = {"0.10.5/openssl/zlib", "0.10.0",
	    "0.9.99", "0.0.0", "0.11.0", "0.11.4/openssl/zlib", "0.12.0",
	    "0.12.1", "", "0.11", "eleven"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(libssh_refused(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(libssh_refused(bad[i]));
	assert_non_null(libssh_refused(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_series),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
