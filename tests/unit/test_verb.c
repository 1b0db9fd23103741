/*
 * The exec line: verbs, their health text, and what is a legacy poll.
 */
#include "config.h"

#include <string.h>

#include "unit.h"
#include "verb.h"

#define ORIGINAL "/home/ubuntu/et-phone-home/et-home/et-home-ping.sh"

static void
verbs(void **unused)
{
	static const struct {
		const char *line;
		enum verb verb;
		const char *health;
	} cases[] = {
	    {NULL, VERB_LEGACY, ""},
	    {"", VERB_LEGACY, ""},
	    {ORIGINAL, VERB_LEGACY, ""},
	    {"poll", VERB_LEGACY, ""},
	    {"poll 2", VERB_LEGACY, ""},
	    {"poll 10", VERB_LEGACY, ""},
	    {" poll 1", VERB_LEGACY, ""},
	    {"POLL 1", VERB_LEGACY, ""},
	    {"poll 1", VERB_POLL, ""},
	    {"poll 1 ", VERB_POLL, ""},
	    {"poll 1 up=7 load=0.2", VERB_POLL, "up=7 load=0.2"},
	    {"poll 1 \033[2J", VERB_POLL, "\033[2J"},
	    {"wait 1", VERB_WAIT, ""},
	    {"wait 1 up=7", VERB_WAIT, "up=7"},
	    {"wait 2", VERB_LEGACY, ""},
	};
	char health[MSG_HEALTH];
	unsigned int dropped;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    verb_parse(cases[i].line, health, &dropped), cases[i].verb);
		assert_string_equal(health, cases[i].health);
		assert_int_equal(dropped, 0);
	}
}

static void
enrol_verbs(void **unused)
{
	static const struct {
		const char *line;
		enum enrol_verb verb;
		const char *name, *key;
	} cases[] = {
	    {NULL, ENROL_VERB_NONE, "", ""},
	    {"", ENROL_VERB_NONE, "", ""},
	    {"install 1", ENROL_VERB_INSTALL, "", ""},
	    {"install 1 ", ENROL_VERB_NONE, "", ""},
	    {"install 2", ENROL_VERB_INSTALL_2, "", ""},
	    {"install 2 ", ENROL_VERB_NONE, "", ""},
	    {"install 3", ENROL_VERB_NONE, "", ""},
	    {"enroll 2", ENROL_VERB_NONE, "", ""},
	    {"enroll 2 ", ENROL_VERB_NONE, "", ""},
	    {"enroll 2 d", ENROL_VERB_ENROLL_2, "d", ""},
	    {"enroll 2 d ", ENROL_VERB_NONE, "", ""},
	    {"enroll 2 d k", ENROL_VERB_NONE, "", ""},
	    {"enroll 1", ENROL_VERB_NONE, "", ""},
	    {"enroll 1 ", ENROL_VERB_NONE, "", ""},
	    {"enroll 1 d", ENROL_VERB_NONE, "", ""},
	    {"enroll 1  k", ENROL_VERB_NONE, "", ""},
	    {"enroll 1 d ", ENROL_VERB_ENROLL, "d", ""},
	    {"enroll 1 d ssh-rsa AAAA", ENROL_VERB_ENROLL, "d", "ssh-rsa AAAA"},
	    {"enroll 1 D/ a\nb", ENROL_VERB_ENROLL, "D/", "a\nb"},
	    {"poll 1", ENROL_VERB_NONE, "", ""},
	};
	char name[MSG_NAME], key[MSG_KEY_LINE], line[VERB_LINE + 2];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    verb_parse_enrol(cases[i].line, name, key), cases[i].verb);
		assert_string_equal(name, cases[i].name);
		assert_string_equal(key, cases[i].key);
	}
	memset(line, 'x', sizeof(line));
	memcpy(line, "enroll 1 ", 9);
	line[9 + MSG_NAME - 1] = ' ';
	line[VERB_LINE] = '\0';
	assert_int_equal(verb_parse_enrol(line, name, key), ENROL_VERB_ENROLL);
	assert_int_equal(strlen(name), MSG_NAME - 1);
	assert_int_equal(strlen(key), VERB_LINE - 9 - MSG_NAME);
	line[VERB_LINE] = 'x';
	line[VERB_LINE + 1] = '\0';
	assert_int_equal(verb_parse_enrol(line, name, key), ENROL_VERB_NONE);
	line[9 + MSG_NAME - 1] = 'x';
	line[9 + MSG_NAME] = ' ';
	line[100] = '\0';
	assert_int_equal(verb_parse_enrol(line, name, key), ENROL_VERB_NONE);
	line[7] = '2';
	line[9 + MSG_NAME] = '\0';
	assert_int_equal(verb_parse_enrol(line, name, key), ENROL_VERB_NONE);
	line[9 + MSG_NAME - 1] = '\0';
	assert_int_equal(
	    verb_parse_enrol(line, name, key), ENROL_VERB_ENROLL_2);
	assert_int_equal(strlen(name), MSG_NAME - 1);
}

static void
lengths(void **unused)
{
	char line[VERB_LINE + 2], health[MSG_HEALTH];
	unsigned int dropped;

	(void)unused;
	memset(line, 'x', sizeof(line));
	line[VERB_LINE] = '\0';
	assert_int_equal(verb_parse(line, health, &dropped), VERB_LEGACY);
	line[VERB_LINE] = 'x';
	line[VERB_LINE + 1] = '\0';
	assert_int_equal(verb_parse(line, health, &dropped), VERB_TOO_LONG);
}

/* "poll 1 " and count fields of "aaaaaa=b" with spaces between. */
static unsigned int
fields(size_t count, char health[MSG_HEALTH])
{
	char line[VERB_LINE + 1] = "poll 1";
	unsigned int dropped;

	while (count-- > 0)
		strcat(line, " aaaaa=b");
	assert_int_equal(verb_parse(line, health, &dropped), VERB_POLL);
	return dropped;
}

static void
long_health(void **unused)
{
	char health[MSG_HEALTH];

	(void)unused;
	assert_int_equal(fields(64, health), 0);
	assert_int_equal(strlen(health), 64 * 8 - 1);
	assert_int_equal(fields(65, health), 1);
	assert_int_equal(strlen(health), 64 * 8 - 1);
	assert_string_equal(health + strlen(health) - 8, " aaaaa=b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verbs),
	    cmocka_unit_test(enrol_verbs),
	    cmocka_unit_test(lengths),
	    cmocka_unit_test(long_health),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
