/*
 * Whatever a stranger sends is one line of printable ASCII.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "unit.h"

static int
stays(int ch)
{
	return ch >= ' ' && ch <= '~' && ch != '\\';
}

static void
test_every_byte(void **state)
{
	char in[2], out[8], want[8];
	int ch;

	(void)state;
	for (ch = 1; ch < 256; ch++) {
		in[0] = (char)ch;
		in[1] = '\0';
		snprintf(want, sizeof(want), stays(ch) ? "%c" : "\\x%02x", ch);
		clean_text(out, sizeof(out), in);
		assert_string_equal(out, want);
	}
	clean_text(out, sizeof(out), "");
	assert_string_equal(out, "");
}

/* The longest whole piece of "a\x1bb\\" and so on that fits is what is left. */
static void
test_cut_at_every_size(void **state)
{
	static const char in[] = "a\033b\\\377\n~cd\177";
	static const char *const pieces[] = {"a", "\\x1b", "b", "\\x5c",
	    "\\xff", "\\x0a", "~", "c", "d", "\\x7f"};
	char want[64], *out;
	size_t size, i, n;

	(void)state;
	for (size = 5; size < 40; size++) {
		want[0] = '\0';
		for (i = n = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
			if (n + strlen(pieces[i]) + 1 > size)
				break;
			n += strlen(pieces[i]);
			strcat(want, pieces[i]);
		}
		/* Of exactly this size, so that a byte too far shows. */
		assert_non_null(out = malloc(size + 1));
		memset(out, '#', size + 1);
		clean_text(out, size, in);
		assert_string_equal(out, want);
		assert_int_equal(out[size], '#');
		free(out);
	}
}

static void
test_long_text(void **state)
{
	char in[5000], out[256];

	(void)state;
	memset(in, 'x', sizeof(in) - 1);
	in[sizeof(in) - 1] = '\0';
	clean_text(out, sizeof(out), in);
	assert_int_equal(strlen(out), sizeof(out) - 1);
	memset(in, '\n', sizeof(in) - 1);
	clean_text(out, sizeof(out), in);
	assert_int_equal(strlen(out), (sizeof(out) - 1) / 4 * 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_byte),
	    cmocka_unit_test(test_cut_at_every_size),
	    cmocka_unit_test(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
