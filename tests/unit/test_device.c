#include "config.h"

#include <stdio.h>
#include <string.h>

#include "device.h"
#include "unit.h"

static void
knows_names(void **state)
{
	char name[DEVICE_NAME + 1];

	(void)state;
	assert_true(device_name_valid("6466b34bde54"));
	assert_true(device_name_valid("a"));
	assert_true(device_name_valid("roof.north_2-b"));
	assert_false(device_name_valid(""));
	assert_false(device_name_valid("-a"));
	assert_false(device_name_valid(".a"));
	assert_false(device_name_valid("A"));
	assert_false(device_name_valid("a b"));
	assert_false(device_name_valid("a\n"));
	assert_false(device_name_valid("a/b"));
	assert_false(device_name_valid("\xc3\xa4"));
	memset(name, 'a', sizeof(name));
	name[DEVICE_NAME - 1] = '\0';
	assert_true(device_name_valid(name));
	name[DEVICE_NAME - 1] = 'a';
	name[DEVICE_NAME] = '\0';
	assert_false(device_name_valid(name));
}

static void
fits_user_names(void **state)
{
	(void)state;
	assert_true(device_name_fits("aa", "aa", ""));
	assert_true(device_name_fits("deviceaa", "aa", ""));
	assert_true(device_name_fits("roof", "aa", "roof"));
	assert_false(device_name_fits("ab", "aa", "roof"));
	assert_false(device_name_fits("device", "aa", ""));
	assert_false(device_name_fits("", "aa", ""));
	assert_false(device_name_fits("deviceroof", "aa", "roof"));
	assert_false(device_name_fits("devicedeviceaa", "aa", ""));
	assert_false(device_name_fits("aax", "aa", ""));
}

static void
keeps_tags_sorted(void **state)
{
	char tags[DEVICE_TAGS] = "";

	(void)state;
	assert_int_equal(device_tag_add(tags, "m"), 0);
	assert_int_equal(device_tag_add(tags, "z"), 0);
	assert_int_equal(device_tag_add(tags, "a"), 0);
	assert_int_equal(device_tag_add(tags, "mm"), 0);
	assert_int_equal(device_tag_add(tags, "m"), 0);
	assert_string_equal(tags, "a,m,mm,z");
	assert_true(device_has_tag(tags, "m"));
	assert_false(device_has_tag(tags, "a,m"));
	assert_false(device_has_tag(tags, ""));
	assert_int_equal(device_tag_remove(tags, "m"), 0);
	assert_string_equal(tags, "a,mm,z");
	assert_int_equal(device_tag_remove(tags, "z"), 0);
	assert_string_equal(tags, "a,mm");
	assert_int_equal(device_tag_remove(tags, "q"), 0);
	assert_int_equal(device_tag_remove(tags, "a"), 0);
	assert_int_equal(device_tag_remove(tags, "mm"), 0);
	assert_string_equal(tags, "");
	assert_int_equal(device_tag_add(tags, "a,b"), -1);
	assert_int_equal(device_tag_add(tags, ""), -1);
}

static void
refuses_a_tag_too_many(void **state)
{
	char tags[DEVICE_TAGS] = "", before[DEVICE_TAGS], tag[16];
	int i, r = 0;

	(void)state;
	for (i = 0; i < 100 && r == 0; i++) {
		memcpy(before, tags, sizeof(before));
		snprintf(tag, sizeof(tag), "tag%02d", i);
		r = device_tag_add(tags, tag);
	}
	assert_int_equal(r, -1);
	/* 42 of five bytes and 41 commas fill 251 of 255. */
	assert_int_equal(i, 43);
	assert_string_equal(tags, before);
}

static void
ages(void **state)
{
	enum device_state s;

	(void)state;
	assert_int_equal(device_state(-1, 60), DEVICE_NEVER);
	assert_int_equal(device_state(0, 60), DEVICE_ONLINE);
	assert_int_equal(device_state(120 * 1000000LL, 0), DEVICE_ONLINE);
	assert_int_equal(device_state(120 * 1000000LL + 1, 0), DEVICE_LATE);
	assert_int_equal(device_state(300 * 1000000LL + 1, 0), DEVICE_OFFLINE);
	assert_int_equal(device_state(300 * 1000000LL, 600), DEVICE_ONLINE);
	/* Polls in haste do not make it late before the planned interval. */
	assert_int_equal(device_state(120 * 1000000LL, 1), DEVICE_ONLINE);
	assert_int_equal(device_state(120 * 1000000LL + 1, 1), DEVICE_LATE);
	assert_int_equal(device_state(INT64_MAX, UINT32_MAX), DEVICE_OFFLINE);
	assert_int_equal(device_state_parse("late", &s), 0);
	assert_int_equal(s, DEVICE_LATE);
	assert_int_equal(device_state_parse("lat", &s), -1);
	assert_string_equal(device_state_name(DEVICE_NEVER), "never");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_names),
	    cmocka_unit_test(fits_user_names),
	    cmocka_unit_test(keeps_tags_sorted),
	    cmocka_unit_test(refuses_a_tag_too_many),
	    cmocka_unit_test(ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
