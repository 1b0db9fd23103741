/*
 * An operator's command as words.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "words.h"

/* What it comes to: "[a][b c]", or "!" and why. */
static const char *
split(const char *text)
{
	static char out[4096];
	char copy[2048], *word[WORDS_MAX + 1];
	const char *why;
	size_t n = 0;
	int i, words;

	snprintf(copy, sizeof(copy), "%s", text);
	if ((words = words_split(copy, word, &why)) == -1) {
		snprintf(out, sizeof(out), "!%s", why);
		return out;
	}
	assert_null(word[words]);
	out[0] = '\0';
	for (i = 0; i < words; i++)
		n +=
		    (size_t)snprintf(out + n, sizeof(out) - n, "[%s]", word[i]);
	return out;
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(split(""), "");
	assert_string_equal(split("   "), "");
	assert_string_equal(split("a"), "[a]");
	assert_string_equal(split("  a  b "), "[a][b]");
	assert_string_equal(split("device show x"), "[device][show][x]");
}

static void
test_quotes(void **state)
{
	(void)state;
	assert_string_equal(split("'a b' \"c d\""), "[a b][c d]");
	assert_string_equal(split("a' 'b"), "[a b]");
	assert_string_equal(split("''"), "[]");
	assert_string_equal(split("'' \"\" x"), "[][][x]");
	assert_string_equal(split("a\\ b"), "[a b]");
	assert_string_equal(split("'a\\'"), "[a\\]");
	assert_string_equal(split("\"a\\\"b\""), "[a\"b]");
	assert_string_equal(split("\"it's\""), "[it's]");
	assert_string_equal(split("a\\"), "[a\\]");
	assert_string_equal(split("'a"), "!unterminated quote");
	assert_string_equal(split("a \""), "!unterminated quote");
	/* Nothing is expanded. */
	assert_string_equal(
	    split("$HOME `x` * ; > |"), "[$HOME][`x`][*][;][>][|]");
}

static void
test_bytes(void **state)
{
	char text[4] = "a b";
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		text[2] = (char)c;
		if (c < ' ' || c > '~')
			assert_string_equal(split(text),
			    "!a command may contain printable ASCII only");
		else
			assert_string_not_equal(split(text),
			    "!a command may contain printable ASCII only");
	}
}

static void
test_most(void **state)
{
	char text[2 * (WORDS_MAX + 1) + 1];
	int i;

	(void)state;
	for (i = 0; i <= WORDS_MAX; i++)
		memcpy(text + 2 * i, "x ", 3);
	assert_string_equal(split(text), "!too many arguments");
	text[2 * WORDS_MAX] = '\0';
	assert_int_equal(strlen(split(text)), 3 * WORDS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_quotes),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
