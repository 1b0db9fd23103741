#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heartbeat.h"
#include "unit.h"

/* What is kept of text, and how many fields are not. */
static void
expect(const char *text, const char *kept, unsigned int dropped)
{
	char out[HEARTBEAT_HEALTH], *exact;
	size_t len = strlen(text);

	/* Without a NUL, so that a read past it is seen. */
	assert_non_null(exact = malloc(len > 0 ? len : 1));
	memcpy(exact, text, len);
	assert_int_equal(heartbeat_parse_health(exact, len, out), dropped);
	assert_string_equal(out, kept);
	free(exact);
}

static void
keeps_what_is_good(void **state)
{
	(void)state;
	expect("", "", 0);
	expect("up=1", "up=1", 0);
	expect("up=123 load=0.12 T=-4 fw=23.05.2,a+b/c@d:e_f",
	    "up=123 load=0.12 T=-4 fw=23.05.2,a+b/c@d:e_f", 0);
	expect("abcdefgh=12345678901234567890123456789012x", "", 1);
	expect("abcdefgh=a2345678901234567890123456789012",
	    "abcdefgh=a2345678901234567890123456789012", 0);
}

static void
drops_what_is_bad(void **state)
{
	(void)state;
	expect("up", "", 1);
	expect("=1", "", 1);
	expect("up=", "", 1);
	expect("Up=1", "", 1);
	expect("AB=1", "", 1);
	expect("abcdefghi=1", "", 1);
	expect("a1=1", "", 1);
	expect("up=a b", "up=a", 1);
	expect("up=1 up=2", "up=1", 1);
	expect("u=1 up=2", "u=1 up=2", 0);
	expect("up=1 u=2", "up=1 u=2", 0);
	expect("up=1  load=2", "up=1 load=2", 1);
	expect(" up=1", "up=1", 1);
	expect("up=1=2", "", 1);
	expect("up=\x1b[31m", "", 1);
	expect("up=\xe2\x80\xae", "", 1);
	expect("up=1\nload=2", "", 1);
	expect("up=\"x\"", "", 1);
}

static void
drops_numbers_that_do_not_fit(void **state)
{
	(void)state;
	expect("up=9007199254740991", "up=9007199254740991", 0);
	expect("up=9007199254740992", "", 1);
	expect("up=00000000000000000000000000000007",
	    "up=00000000000000000000000000000007", 0);
	expect("up=10000000000000000000000000000000", "", 1);
	expect("up=10000000000000000000000000000000x", "", 1);
	expect("up=1000000000000000000000000000000x",
	    "up=1000000000000000000000000000000x", 0);
}

static void
holds_nul_bytes_for_bad(void **state)
{
	char out[HEARTBEAT_HEALTH];

	(void)state;
	assert_int_equal(heartbeat_parse_health("up=\0001 a=2", 9, out), 1);
	assert_string_equal(out, "a=2");
}

static void
is_bounded(void **state)
{
	char text[2048] = "", kept[HEARTBEAT_HEALTH] = "";
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c=1",
		    i > 0 ? " " : "", 'a' + i);
		if (i == HEARTBEAT_PAIRS - 1)
			memcpy(kept, text, n + 1);
	}
	expect(text, kept, 20 - HEARTBEAT_PAIRS);
	/* Fields of 40 bytes and a space: twelve end within 512. */
	for (i = 0, n = 0; i < 16; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%sabcdef%c=a0123456789012345678901234567890",
		    i > 0 ? " " : "", 'a' + i);
	memcpy(kept, text, 12 * 41 - 1);
	kept[12 * 41 - 1] = '\0';
	expect(text, kept, 4);
}

static void
numbers(void **unused)
{
	static const char health[] =
	    "a=1 up=9007199254740991 xup=2 v=1.5 n=99999999999999999999999x "
	    "z=007 T=45";

	(void)unused;
	assert_int_equal(heartbeat_number(health, "a"), 1);
	assert_int_equal(heartbeat_number(health, "up"), 9007199254740991);
	assert_int_equal(heartbeat_number(health, "v"), -1);
	assert_int_equal(heartbeat_number(health, "n"), -1);
	assert_int_equal(heartbeat_number(health, "z"), 7);
	assert_int_equal(heartbeat_number(health, "T"), 45);
	assert_int_equal(heartbeat_number(health, "p"), -1);
	assert_int_equal(heartbeat_number("", "up"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_what_is_good),
	    cmocka_unit_test(drops_what_is_bad),
	    cmocka_unit_test(drops_numbers_that_do_not_fit),
	    cmocka_unit_test(holds_nul_bytes_for_bad),
	    cmocka_unit_test(is_bounded),
	    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
