/*
 * A configuration's text: what is a comment in it, what is not, and how long it
 * may be.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf_text.h"
#include "folder.h"
#include "unit.h"

static void
test_comments(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"a = sqlite://x\n", "a = sqlite://x\n"},
	    {"a = b/*c\n", "a = b/*c\n"},
	    {"a = b#c\n", "a = b  \n"},
	    {"a = //c\n", "a =    \n"},
	    {"a=//c\n", "a=   \n"},
	    {"a = /*c*/b\n", "a =      b\n"},
	    {"a = {b,//c\nd}\n", "a = {b,   \nd}\n"},
	    {"a = \"b\"//c\n", "a = \"b\"   \n"},
	    {"a = \"//b\"\n", "a = \"//b\"\n"},
	    {"/*a\nb", "   \n \n"},
	    {"", "\n"},
	};
	char error[CONF_ERROR], *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = conf_text_read(
		    folder_write(*state, "conf", cases[i].text, 0600), error);
		assert_non_null(text);
		assert_string_equal(text, cases[i].want);
		free(text);
	}
}

static void
test_length(void **state)
{
	static char most[CONF_TEXT_SIZE + 2];
	char error[CONF_ERROR], *text;

	memset(most, 'a', CONF_TEXT_SIZE);
	text = conf_text_read(folder_write(*state, "conf", most, 0600), error);
	assert_non_null(text);
	assert_int_equal(strlen(text), CONF_TEXT_SIZE + 1);
	free(text);
	most[CONF_TEXT_SIZE] = '\n';
	assert_null(
	    conf_text_read(folder_write(*state, "conf", most, 0600), error));
	assert_non_null(strstr(error, "conf: too long"));
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_comments),
	    WITH_FOLDER(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
