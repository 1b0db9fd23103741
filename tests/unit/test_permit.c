#include "config.h"

#include "permit.h"
#include "unit.h"

static void
reads_ports(void **state)
{
	uint32_t first, last;

	(void)state;
	assert_int_equal(permit_parse_ports("9876", &first, &last), 0);
	assert_int_equal(first, 9876);
	assert_int_equal(last, 9876);
	assert_int_equal(permit_parse_ports("1-65535", &first, &last), 0);
	assert_int_equal(first, 1);
	assert_int_equal(last, 65535);
	assert_int_equal(permit_parse_ports("", &first, &last), -1);
	assert_int_equal(permit_parse_ports("0", &first, &last), -1);
	assert_int_equal(permit_parse_ports("65536", &first, &last), -1);
	assert_int_equal(permit_parse_ports("9-8", &first, &last), -1);
	assert_int_equal(permit_parse_ports("8-", &first, &last), -1);
	assert_int_equal(permit_parse_ports("-8", &first, &last), -1);
	assert_int_equal(permit_parse_ports("8-9-10", &first, &last), -1);
	assert_int_equal(permit_parse_ports(" 8", &first, &last), -1);
	assert_int_equal(permit_parse_ports("00000000008", &first, &last), -1);
}

static void
allows_whom_it_names(void **state)
{
	struct permit p = {.device = 7, .first = 10, .last = 20};

	(void)state;
	assert_true(permit_allows(&p, 7, "", 10));
	assert_true(permit_allows(&p, 7, "", 20));
	assert_false(permit_allows(&p, 7, "", 9));
	assert_false(permit_allows(&p, 7, "", 21));
	assert_false(permit_allows(&p, 8, "", 15));
}

static void
allows_by_tag(void **state)
{
	struct permit p = {.tag = "roof", .first = 10, .last = 20};

	(void)state;
	assert_true(permit_allows(&p, 7, "a,roof", 15));
	assert_false(permit_allows(&p, 7, "a,roofs", 15));
	assert_false(permit_allows(&p, 7, "", 15));
	/* One of neither kind allows nothing, not everything. */
	p.tag[0] = '\0';
	assert_false(permit_allows(&p, 0, "", 15));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_ports),
	    cmocka_unit_test(allows_whom_it_names),
	    cmocka_unit_test(allows_by_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
