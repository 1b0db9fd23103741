/*
 * The text formats of metrics.
 */
#include <string.h>

#include "exposition.h"
#include "unit.h"

static char *
written(bool prometheus)
{
	static char text[512];
	struct exposition x = {.prometheus = prometheus};

	memset(text, 0, sizeof(text));
	x.file = fmemopen(text, sizeof(text), "w");
	assert_non_null(x.file);
	exposition_family(&x, "et_polls", EXPOSITION_COUNTER, "Polls.");
	exposition_sample(&x, "");
	exposition_label(&x, "node", "a\"b\\c\nd");
	exposition_label(&x, "pool", "");
	exposition_integer(&x, INT64_MAX);
	exposition_family(&x, "et_wait_seconds", EXPOSITION_HISTOGRAM, "Wait.");
	exposition_sample(&x, "_sum");
	exposition_real(&x, 0.25);
	exposition_end(&x);
	fclose(x.file);
	return text;
}

static void
test_openmetrics(void **state)
{
	(void)state;
	assert_string_equal(written(false),
	    "# HELP et_polls Polls.\n# TYPE et_polls counter\n"
	    "et_polls_total{node=\"a\\\"b\\\\c\\nd\",pool=\"\"} "
	    "9223372036854775807\n"
	    "# HELP et_wait_seconds Wait.\n# TYPE et_wait_seconds histogram\n"
	    "et_wait_seconds_sum 0.25\n# EOF\n");
}

static void
test_prometheus(void **state)
{
	(void)state;
	assert_string_equal(written(true),
	    "# HELP et_polls_total Polls.\n# TYPE et_polls_total counter\n"
	    "et_polls_total{node=\"a\\\"b\\\\c\\nd\",pool=\"\"} "
	    "9223372036854775807\n"
	    "# HELP et_wait_seconds Wait.\n# TYPE et_wait_seconds histogram\n"
	    "et_wait_seconds_sum 0.25\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_openmetrics),
	    cmocka_unit_test(test_prometheus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
