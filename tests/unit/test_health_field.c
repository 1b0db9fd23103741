#include "config.h"

#include <stdio.h>
#include <string.h>

#include "health_field.h"
#include "unit.h"

/* Keys can be sent, and no word means two fields. */
static void
the_table_is_sound(void **state)
{
	const struct health_field *f;
	char kept[HEARTBEAT_HEALTH], pair[64];
	size_t i;

	(void)state;
	for (i = 0; (f = health_field_at(i)) != NULL; i++) {
		assert_true(health_key_valid(f->key));
		assert_true(strlen(f->name) < HEALTH_NAME);
		snprintf(pair, sizeof(pair), "%s=1", f->key);
		assert_int_equal(
		    heartbeat_parse_health(pair, strlen(pair), kept), 0);
		assert_ptr_equal(health_field_find(f->key), f);
		assert_ptr_equal(health_field_find(f->name), f);
		assert_true(f->bound == 0 || f->bad != HEALTH_NEUTRAL);
		assert_true(f->kind == HEALTH_NUMBER || f->bound == 0);
	}
	assert_true(i > 10);
	assert_null(health_field_find("memo"));
	assert_string_equal(health_field_find("memory")->key, "mem");
}

static void
tells_keys(void **state)
{
	(void)state;
	assert_true(health_key_valid("a"));
	assert_true(health_key_valid("T"));
	assert_true(health_key_valid("abcdefgh"));
	assert_false(health_key_valid("abcdefghi"));
	assert_false(health_key_valid("AB"));
	assert_false(health_key_valid("a1"));
	assert_false(health_key_valid(""));
}

static void
finds_values(void **state)
{
	static const char health[] = "xup=1 up=22 model=a,b fw=";
	char value[HEARTBEAT_VALUE];

	(void)state;
	assert_true(health_text(health, "up", value));
	assert_string_equal(value, "22");
	assert_true(health_text(health, "model", value));
	assert_string_equal(value, "a,b");
	assert_false(health_text(health, "p", value));
	assert_false(health_text(health, "mode", value));
	assert_false(health_text("", "up", value));
	assert_string_equal(value, "");
}

static void
expect_number(const char *health, bool there, double number)
{
	double value = -7;

	assert_int_equal(health_number(health, "n", &value), there);
	assert_true(value == (there ? number : -7));
}

static void
reads_numbers(void **state)
{
	(void)state;
	expect_number("n=12", true, 12);
	expect_number("a=1 n=0.25 b=1", true, 0.25);
	expect_number("n=-67", true, -67);
	expect_number("n=-0.5", true, -0.5);
	expect_number("n=", false, 0);
	expect_number("n=-", false, 0);
	expect_number("n=1.", false, 0);
	expect_number("n=.5", false, 0);
	expect_number("n=1e9", false, 0);
	expect_number("n=0x1", false, 0);
	expect_number("n=1.2.3", false, 0);
	expect_number("n=inf", false, 0);
	expect_number("m=1", false, 0);
}

static int
join(void *arg, const char *key, const char *value)
{
	char *text = arg;

	sprintf(text + strlen(text), "%s:%s;", key, value);
	return strcmp(key, "stop") == 0;
}

static void
goes_through_all(void **state)
{
	char text[128] = "";

	(void)state;
	assert_int_equal(health_each("a=1 T=2 stop=3 b=4", join, text), 1);
	assert_string_equal(text, "a:1;T:2;stop:3;");
	text[0] = '\0';
	assert_int_equal(health_each("", join, text), 0);
	assert_string_equal(text, "");
}

static void
knows_what_is_wrong(void **state)
{
	const struct health_field *memory = health_field_find("memory"),
				  *temp = health_field_find("temp");

	(void)state;
	assert_true(health_wrong(memory, "mem=4 memt=100"));
	assert_false(health_wrong(memory, "mem=5 memt=100"));
	assert_false(health_wrong(memory, "mem=4"));
	assert_false(health_wrong(memory, "mem=4 memt=0"));
	assert_false(health_wrong(temp, "temp=95"));
	assert_true(health_wrong(temp, "temp=95.5"));
	assert_false(health_wrong(health_field_find("load"), "load=99"));
}

/* The new ones, then those of before that last. */
static void
keeps_what_lasts(void **state)
{
	char health[HEARTBEAT_HEALTH] = "up=5 fw=2", many[HEARTBEAT_HEALTH];
	int n = 0, i;

	(void)state;
	health_keep_lasting(health, "up=4 fw=1 model=m temp=40 zz=1 v=2.0");
	assert_string_equal(health, "up=5 fw=2 model=m v=2.0");
	health[0] = '\0';
	health_keep_lasting(health, "fw=1 v=2.0");
	assert_string_equal(health, "fw=1 v=2.0");
	for (i = 0; i < HEARTBEAT_PAIRS - 1; i++)
		n += sprintf(many + n, "%s%c=1", i > 0 ? " " : "", 'A' + i);
	health_keep_lasting(many, "fw=1 v=2.0");
	assert_string_equal(many + n, " fw=1");
	memset(health, 'x', sizeof(health));
	memcpy(health, "a=", 2);
	health[HEARTBEAT_HEALTH - 6] = '\0';
	health_keep_lasting(health, "fw=1 v=2");
	assert_string_equal(health + HEARTBEAT_HEALTH - 6, " fw=1");
	health_keep_lasting(health, "model=1");
	assert_int_equal(strlen(health), HEARTBEAT_HEALTH - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_is_sound),
	    cmocka_unit_test(tells_keys),
	    cmocka_unit_test(finds_values),
	    cmocka_unit_test(reads_numbers),
	    cmocka_unit_test(goes_through_all),
	    cmocka_unit_test(knows_what_is_wrong),
	    cmocka_unit_test(keeps_what_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
