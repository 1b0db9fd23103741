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
	static const char *const good[] = {"a", "a:22", "a:1-65535",
	    "a:22,80,8000-8100", "site-a.b_c:443", "device", "device:22",
	    "device=roof", "device=22:22,8000-8100"};
	static const char *const bad[] = {"", ":", ":22", "a:", "a:0",
	    "a:65536", "a:22,", "a:,22", "a:22,,80", "a:80-22", "a:22 b", "a b",
	    "A", "-a", "a:x", "a:22:80", "a,b", "a:22-", "a:-22",
	    "a:1-00000000065535x", "device=", "device=:22", "device=Roof",
	    "device=a b", "device=a=b", "a=b", "device=a:", "device=a:x"};
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
	assert_int_equal(operator_grant(grants, "device=a:1"), 0);
	assert_int_equal(operator_grant(grants, "device=ab"), 0);
	assert_int_equal(operator_grant(grants, "device=a"), 0);
	assert_string_equal(grants, "ab a:80 device=ab device=a");
	for (i = 0; i < 200; i++) {
		snprintf(many, sizeof(many), "tag-number-%d:1", i);
		if (operator_grant(grants, many) == -2)
			break;
	}
	assert_in_range(i, 50, 199);
	assert_true(strlen(grants) < OPERATOR_GRANTS);
}

static int
join(void *arg, const struct grant *g)
{
	const char *of = g->tag != NULL ? g->tag : g->device;
	char *text = arg;
	size_t n = strlen(text);

	assert_true((g->tag == NULL) != (g->device == NULL));
	snprintf(text + n, 64 - n, "%s%s=%s;", g->device != NULL ? "@" : "", of,
	    g->ports);
	return strcmp(of, "last") == 0 ? 7 : 0;
}

static void
each_grant_has_its_ports(void **state)
{
	char text[64] = "";

	(void)state;
	assert_int_equal(
	    operator_each_grant("a b:443 device=r:1 device=last c", join, text),
	    7);
	assert_string_equal(text, "a=22,80;b=443;@r=1;@last=22,80;");
	text[0] = '\0';
	assert_int_equal(operator_each_grant("", join, text), 0);
	assert_string_equal(text, "");
}

static void
sees_by_role_and_tag(void **state)
{
	(void)state;
	assert_true(operator_sees(OPERATOR_ADMIN, "", "roof", ""));
	assert_true(operator_sees(OPERATOR_VIEWER, "", "roof", ""));
	assert_true(operator_sees(OPERATOR_VIEWER, "a:443", "roof", "a,b"));
	assert_false(operator_sees(OPERATOR_VIEWER, "a", "roof", "b"));
	assert_false(operator_sees(OPERATOR_OPERATOR, "", "roof", "a"));
	assert_true(operator_sees(OPERATOR_OPERATOR, "c a", "roof", "a,b"));
	assert_false(operator_sees(OPERATOR_OPERATOR, "a", "roof", "ab"));
	assert_false(operator_sees((enum operator_role)0, "a", "roof", "a"));
}

static void
reaches_by_role_tag_and_port(void **state)
{
	static const uint32_t not_ports[] = {65536, 65536 + 22, UINT32_MAX};
	size_t i;

	(void)state;
	assert_true(operator_reaches(OPERATOR_ADMIN, "", "roof", "", 1));
	assert_true(operator_reaches(OPERATOR_ADMIN, "", "roof", "", 0));
	assert_false(operator_reaches(OPERATOR_VIEWER, "a", "roof", "a", 22));
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a", "roof", "a", 22));
	assert_true(operator_reaches(OPERATOR_OPERATOR, "a", "roof", "a", 80));
	assert_false(
	    operator_reaches(OPERATOR_OPERATOR, "a", "roof", "a", 443));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "roof", "b", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "roof", "", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "", "roof", "", 22));
	assert_false(operator_reaches(OPERATOR_OPERATOR, "a", "roof", "a", 0));
	/* The ports behind a tag are those alone. */
	assert_false(
	    operator_reaches(OPERATOR_OPERATOR, "a:443", "roof", "a", 22));
	assert_true(
	    operator_reaches(OPERATOR_OPERATOR, "a:443", "roof", "a", 443));
	assert_true(operator_reaches(
	    OPERATOR_OPERATOR, "a:1,8000-8100", "roof", "a", 8100));
	assert_false(operator_reaches(
	    OPERATOR_OPERATOR, "a:1,8000-8100", "roof", "a", 8101));
	/* A device of both tags is reached by either's ports. */
	assert_true(
	    operator_reaches(OPERATOR_OPERATOR, "a:1 b:2", "roof", "a,b", 2));
	assert_false(
	    operator_reaches(OPERATOR_OPERATOR, "a:1 b:2", "roof", "a", 2));
	for (i = 0; i < 3; i++) {
		assert_false(operator_reaches(
		    OPERATOR_OPERATOR, "a:1-65535", "roof", "a", not_ports[i]));
		assert_false(operator_reaches(
		    OPERATOR_ADMIN, "", "roof", "a", not_ports[i]));
	}
	assert_false(
	    operator_reaches((enum operator_role)4, "a", "roof", "a", 22));
}

/* A grant for a device is for none with such a tag, nor one for a tag for it. */
static void
reaches_one_device(void **state)
{
	const enum operator_role op = OPERATOR_OPERATOR;

	(void)state;
	assert_true(operator_reaches(op, "device=roof:22", "roof", "", 22));
	assert_true(operator_reaches(op, "device=roof", "roof", "a", 80));
	assert_true(operator_reaches(op, "a:1 device=roof:2", "roof", "a", 2));
	assert_false(operator_reaches(op, "device=roof:22", "roof", "", 80));
	assert_false(operator_reaches(op, "device=roof", "roofs", "", 22));
	assert_false(operator_reaches(op, "device=roof", "roo", "roof", 22));
	assert_false(operator_reaches(op, "device=roof", "device", "", 22));
	assert_false(operator_reaches(op, "roof", "roof", "", 22));
	assert_false(
	    operator_reaches(op, "device=roof", "deviceroof", "roof", 22));
	assert_false(
	    operator_reaches(OPERATOR_VIEWER, "device=roof", "roof", "", 22));
	assert_true(operator_sees(op, "device=roof:1", "roof", ""));
	assert_true(operator_sees(OPERATOR_VIEWER, "device=roof", "roof", ""));
	assert_false(
	    operator_sees(OPERATOR_VIEWER, "device=roof", "a", "roof"));
	assert_false(operator_sees(op, "device=roof", "", "roof"));
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
	    cmocka_unit_test(reaches_one_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
