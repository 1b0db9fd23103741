/*
 * Networks: what is one, what is not, and whom each holds.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "network.h"
#include "unit.h"

static bool
holds(const char *network, const char *address)
{
	struct sockaddr_storage ss = {.ss_family = AF_INET};
	struct sockaddr_in *sin = (void *)&ss;
	struct sockaddr_in6 *sin6 = (void *)&ss;
	struct network n;

	assert_null(network_parse(&n, network));
	if (strchr(address, ':') != NULL) {
		ss.ss_family = AF_INET6;
		assert_int_equal(
		    inet_pton(AF_INET6, address, &sin6->sin6_addr), 1);
	} else
		assert_int_equal(
		    inet_pton(AF_INET, address, &sin->sin_addr), 1);
	return network_holds(&n, (struct sockaddr *)&ss);
}

static void
test_good_and_bad(void **state)
{
	static const char *const good[] = {"192.0.2.1", "192.0.2.1/32",
	    "192.0.2.0/24", "0.0.0.0/0", "192.0.2.128/25", "2001:db8::1",
	    "2001:db8::1/128", "2001:db8::/32", "::/0", "::ffff:192.0.2.0/120",
	    "::ffff:0:0/96"};
	static const char *const bad[] = {"", "/", "/24", "192.0.2.1/",
	    "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/+8", "192.0.2.0/ 24",
	    "192.0.2.0/24 ", " 192.0.2.1", "192.0.2.0/24/24", "192.0.2",
	    "192.0.2.256", "192.0.2.0/0x18", "192.0.2.1:22", "[::1]", "::1/129",
	    "::1/1280", "fe80::1%lo", "localhost", "*", "192.0.2.0/0000000024",
	    "2001:0db8:0000:0000:0000:0000:192.000.002.0001"};
	static const char *const more[] = {"192.0.2.1/24", "192.0.2.1/31",
	    "0.0.0.1/0", "2001:db8::1/127", "::1/0", "::ffff:0:0/95",
	    "192.0.2.64/25"};
	struct network n;
	const char *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if ((wrong = network_parse(&n, good[i])) != NULL)
			fail_msg("%s: %s", good[i], wrong);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if ((wrong = network_parse(&n, bad[i])) == NULL)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(wrong, "not an address or ADDRESS/BITS");
	}
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if ((wrong = network_parse(&n, more[i])) == NULL)
			fail_msg("taken: %s", more[i]);
		assert_string_equal(
		    wrong, "address bits set beyond the prefix length");
	}
}

static void
test_ipv4(void **state)
{
	(void)state;
	assert_true(holds("192.0.2.1", "192.0.2.1"));
	assert_false(holds("192.0.2.1", "192.0.2.0"));
	assert_false(holds("192.0.2.1", "192.0.2.2"));
	assert_true(holds("192.0.2.0/24", "192.0.2.0"));
	assert_true(holds("192.0.2.0/24", "192.0.2.255"));
	assert_false(holds("192.0.2.0/24", "192.0.3.0"));
	assert_false(holds("192.0.2.0/24", "192.0.1.255"));
	assert_true(holds("192.0.2.64/26", "192.0.2.127"));
	assert_false(holds("192.0.2.64/26", "192.0.2.128"));
	assert_true(holds("128.0.0.0/1", "255.255.255.255"));
	assert_false(holds("128.0.0.0/1", "127.255.255.255"));
	assert_true(holds("0.0.0.0/0", "0.0.0.0"));
	assert_true(holds("0.0.0.0/0", "255.255.255.255"));
	assert_false(holds("0.0.0.0/0", "::1"));
}

static void
test_ipv6(void **state)
{
	(void)state;
	assert_true(holds("2001:db8::1", "2001:db8::1"));
	assert_false(holds("2001:db8::1", "2001:db8::2"));
	assert_true(holds("2001:db8::/32", "2001:db8:ffff::1"));
	assert_false(holds("2001:db8::/32", "2001:db9::"));
	assert_true(holds("2001:db8::/33", "2001:db8:7fff::"));
	assert_false(holds("2001:db8::/33", "2001:db8:8000::"));
	assert_true(holds("::/0", "ffff::"));
	assert_true(holds("::/0", "::1"));
}

/* What a socket for both says of IPv4 is IPv4, and nothing else. */
static void
test_mapped(void **state)
{
	(void)state;
	assert_true(holds("192.0.2.0/24", "::ffff:192.0.2.7"));
	assert_false(holds("192.0.2.0/24", "::ffff:192.0.3.7"));
	assert_true(holds("::ffff:192.0.2.0/120", "192.0.2.7"));
	assert_true(holds("::ffff:0:0/96", "192.0.2.7"));
	assert_false(holds("::/0", "::ffff:192.0.2.7"));
	assert_false(holds("::/0", "192.0.2.7"));
	assert_false(holds("192.0.2.1", "::192.0.2.1"));
}

static void
test_others(void **state)
{
	struct sockaddr unix_socket = {.sa_family = AF_UNIX};
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct network n;

	(void)state;
	assert_null(network_parse(&n, "0.0.0.0/0"));
	assert_false(network_holds(&n, &unix_socket));
	assert_false(network_holds(&n, &none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good_and_bad),
	    cmocka_unit_test(test_ipv4),
	    cmocka_unit_test(test_ipv6),
	    cmocka_unit_test(test_mapped),
	    cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
