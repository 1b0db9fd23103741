#include "config.h"

#include <stdio.h>
#include <string.h>

#include "operator.h"
#include "unit.h"

static void
roles_have_names(void **state)
{
	enum operator_role role;

	(void)state;
	assert_int_equal(operator_role_parse("viewer", &role), 0);
	assert_int_equal(role, OPERATOR_VIEWER);
	assert_int_equal(operator_role_parse("admin", &role), 0);
	assert_int_equal(role, OPERATOR_ADMIN);
	assert_int_equal(operator_role_parse("", &role), -1);
	assert_int_equal(operator_role_parse("Admin", &role), -1);
	assert_string_equal(operator_role_name(OPERATOR_OPERATOR), "operator");
	assert_string_equal(operator_role_name((enum operator_role)0), "?");
	assert_string_equal(operator_role_name((enum operator_role)4), "?");
}

static void
grants_are_read_strictly(void **state)
{
	static const char *const good[] = {
	    "a", "a:22", "a:1-65535", "a:22,80,8000-8100", "site-a.b_c:443"};
	static const char *const bad[] = {"", ":", ":22", "a:", "a:0",
	    "a:65536", "a:22,", "a:,22", "a:22,,80", "a:80-22", "a:22 b", "a b",
	    "A", "-a", "a:x", "a:22:80", "a,b", "a:22-", "a:-22",
	    "a:1-00000000065535x"};
	char grants[OPERATOR_GRANTS];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		grants[0] = '\0';
		assert_int_equal(operator_grant(grants, good[i]), 0);
		assert_string_equal(grants, good[i]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(grants, sizeof(grants), "x:1");
		if (operator_grant(grants, bad[i]) != -1)
			fail_msg("a grant: %s", bad[i]);
		assert_string_equal(grants, "x:1");
	}
}

static void
grants_are_one_a_tag(void **state)
{
	char grants[OPERATOR_GRANTS] = "", many[32];
	int i;

	(void)state;
	assert_int_equal(operator_grant(grants, "a:22"), 0);
	assert_int_equal(operator_grant(grants, "ab"), 0);
	assert_int_equal(operator_grant(grants, "a:80"), 0);
	assert_string_equal(grants, "ab a:80");
	for (i = 0; i < 200; i++) {
		snprintf(many, sizeof(many), "tag-number-%d:1", i);
		if (operator_grant(grants, many) == -2)
			break;
	}
	assert_in_range(i, 50, 199);
	assert_true(strlen(grants) < OPERATOR_GRANTS);
}

static int
join(void *arg, const char *tag, const char *ports)
{
	char *text = arg;
	size_t n = strlen(text);

	snprintf(text + n, 64 - n, "%s=%s;", tag, ports);
	return strcmp(tag, "last") == 0 ? 7 : 0;
}

static void
each_grant_has_its_ports(void **state)
{
	char text[64] = "";

	(void)state;
	assert_int_equal(operator_each_grant("a b:443 last c", join, text), 7);
	assert_string_equal(text, "a=22,80;b=443;last=22,80;");
	text[0] = '\0';
	assert_int_equal(operator_each_grant("", join, text), 0);
	assert_string_equal(text, "");
}

static void
sees_by_role_and_tag(void **state)
{
	(void)state;
	assert_true(operator_sees(OPERATOR_ADMIN, "", ""));
	assert_true(operator_sees(OPERATOR_VIEWER, "", ""));
	assert_true(operator_sees(OPERATOR_VIEWER, "a:443", "a,b"));
	assert_false(operator_sees(OPERATOR_VIEWER, "a", "b"));
	assert_false(operator_sees(OPERATOR_OPERATOR, "", "a"));
	assert_true(operator_sees(OPERATOR_OPERATOR, "c a", "a,b"));
	assert_false(operator_sees(OPERATOR_OPERATOR, "a", "ab"));
	assert_false(operator_sees((enum operator_role)0, "a", "a"));
}

static void
reaches_by_role_tag_and_port(void **state)
{
	static const uint32_t not_ports[] = {65536, 65536 + 22, UINT32_MAX};
	size_t i;

	(void)state;
	assert_true(operator_reaches(OPERATOR_ADMIN, "", "", 1));
	assert_true(operator_reaches(OPERATOR_ADMIN, "", "", 0));
	assert_false(operator_reaches(OPERATOR_VIEWER, "a", "a", 22));
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a", "a", 22));
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a", "a", 80));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "a", 443));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "b", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "", "", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "a", 0));
	/* The ports behind a tag are those alone. */
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a:443", "a", 22));
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a:443", "a", 443));
	assert_true(
	    operator_reaches(OPERATOR_OPERATOR, "a:1,8000-8100", "a", 8100));
	assert_false(
	    operator_reaches(OPERATOR_OPERATOR, "a:1,8000-8100", "a", 8101));
	/* A device of both tags is reached by either's ports. */
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a:1 b:2", "a,b", 2));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a:1 b:2", "a", 2));
	for (i = 0; i < 3; i++) {
		assert_false(operator_reaches(
		    OPERATOR_OPERATOR, "a:1-65535", "a", not_ports[i]));
		assert_false(
		    operator_reaches(OPERATOR_ADMIN, "", "a", not_ports[i]));
	}
	assert_false(operator_reaches((enum operator_role)4, "a", "a", 22));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_have_names),
	    cmocka_unit_test(grants_are_read_strictly),
	    cmocka_unit_test(grants_are_one_a_tag),
	    cmocka_unit_test(each_grant_has_its_ports),
	    cmocka_unit_test(sees_by_role_and_tag),
	    cmocka_unit_test(reaches_by_role_tag_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
