/*
 * Addresses of stores: what a configuration may have, how each process opens
 * the store, and what it has to reach.
 */
#include "config.h"

#include <string.h>

#include "store_url.h"
#include "unit.h"

static void
test_check(void **state)
{
	static const char *const good[] = {"sqlite:/x",
	    "sqlite:", "postgresql://u@h/d",
	    "postgresql://a:5432,[::1]:6543/d?user=u",
	    "postgresql:///d?host=/run/postgresql"};
	static const char *const bad[] = {"", "mysql://h/d", "postgresql:d",
	    "postgres://u@h/d", "postgresql://u:p@h/d", "postgresql://u:@h:1/d",
	    "postgresql://h/d?password=p", "postgresql://h/d?x=1&sslpassword=p",
	    "postgresql://h/d?passfile=/p"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (store_url_check(good[i]) != NULL)
			fail_msg("%s: %s", good[i], store_url_check(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (store_url_check(bad[i]) == NULL)
			fail_msg("%s: taken", bad[i]);
}

static void
test_make(void **state)
{
	char out[STORE_URL], longest[STORE_URL];

	(void)state;
	assert_int_equal(store_url_make(out, "sqlite:/x", "r", "/p"), 0);
	assert_string_equal(out, "sqlite:/x");
	assert_int_equal(store_url_make(out, "postgresql://u@h/d", "", ""), 0);
	assert_string_equal(out, "postgresql://u@h/d");
	assert_int_equal(
	    store_url_make(out, "postgresql://u@h/d?sslmode=require",
		"a reader&x", "/etc/p%"),
	    0);
	assert_string_equal(out, "postgresql://u@h/d?sslmode=require"
				 "&user=a%20reader%26x&passfile=/etc/p%25");
	assert_true(store_url_option(out, "user", longest, sizeof(longest)));
	assert_string_equal(longest, "a reader&x");
	memset(longest, '%', sizeof(longest));
	longest[STORE_URL / 3] = '\0';
	assert_int_equal(
	    store_url_make(out, "postgresql://u@h/d", longest, ""), -1);
}

static void
test_option(void **state)
{
	const char url[] = "postgresql://u@h/d?a=1&sslrootcert=%2Fx%2fy&a=2&b";
	char out[8];

	(void)state;
	assert_true(store_url_option(url, "a", out, sizeof(out)));
	assert_string_equal(out, "2");
	assert_true(store_url_option(url, "sslrootcert", out, sizeof(out)));
	assert_string_equal(out, "/x/y");
	assert_false(store_url_option(url, "sslrootcert", out, 4));
	assert_false(store_url_option(url, "b", out, sizeof(out)));
	assert_false(store_url_option(url, "rootcert", out, sizeof(out)));
	assert_false(store_url_option("postgresql:", "a", out, sizeof(out)));
}

static void
test_reach(void **state)
{
	uint16_t ports[4] = {0, 0, 0, 0};

	(void)state;
	assert_int_equal(store_url_reach("sqlite:/x"), STORE_REACH_FILES);
	assert_int_equal(
	    store_url_reach("postgresql://u@h/d"), STORE_REACH_TCP);
	assert_int_equal(
	    store_url_reach("postgresql:///d?host=h"), STORE_REACH_TCP);
	assert_int_equal(store_url_reach("postgresql:///d?host=%2Frun%2Fpg"),
	    STORE_REACH_SOCKET);
	assert_int_equal(
	    store_url_reach("postgresql://u@%2Frun/d"), STORE_REACH_SOCKET);
	assert_int_equal(
	    store_url_reach("postgresql:///d"), STORE_REACH_SOCKET);

	assert_int_equal(store_url_ports("postgresql://u@h/d", ports, 4), 1);
	assert_int_equal(ports[0], 5432);
	assert_int_equal(
	    store_url_ports("postgresql://a:6,[::1]:7,b,c:6/d", ports, 4), 3);
	assert_int_equal(ports[0], 6);
	assert_int_equal(ports[1], 7);
	assert_int_equal(ports[2], 5432);
	assert_int_equal(
	    store_url_ports("postgresql://a/d?port=70,80", ports, 4), 2);
	assert_int_equal(ports[1], 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_make),
	    cmocka_unit_test(test_option),
	    cmocka_unit_test(test_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
