/*
 * The lines that answer a poll.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "inbox.h"
#include "unit.h"

static const struct msg_inbox nothing;
static const struct msg_inbox two = {
    .next = 5, .n = 2, .forwards = {{22, 9876}, {80, 9877}}};

static void
check(const struct msg_inbox *inbox, unsigned int version, const char *want)
{
	char text[INBOX_TEXT];

	assert_int_equal(inbox_format(inbox, version, text), strlen(want));
	assert_string_equal(text, want);
}

static void
legacy(void **unused)
{
	(void)unused;
	check(&nothing, 0, "0\n");
	check(&two, 0, "22:9876\n");
}

static void
version_1(void **unused)
{
	const struct msg_inbox hint = {.next = 5};

	(void)unused;
	check(&nothing, 1, "0\n");
	check(&hint, 1, "0\nnext=5\n");
	check(&two, 1, "22:9876\n80:9877\nnext=5\n");
}

static void
largest(void **unused)
{
	struct msg_inbox full = {.next = UINT32_MAX, .n = MSG_PORTS};
	char text[INBOX_TEXT];

	(void)unused;
	memset(full.forwards, 0xff, sizeof(full.forwards));
	assert_int_equal(inbox_format(&full, 1, text),
	    MSG_PORTS * strlen("65535:65535\n") + strlen("next=4294967295\n"));
	assert_string_equal(text + strlen(text) - 6, "67295\n");
	full.n++;
	assert_int_equal(inbox_format(&full, 1, text), 0);
}

static void
wanted(void **unused)
{
	const struct msg_wanted open = {65535, 65535}, close = {0, 65535};
	char line[INBOX_LINE];

	(void)unused;
	assert_int_equal(inbox_format_wanted(&open, line), 12);
	assert_string_equal(line, "65535:65535\n");
	assert_int_equal(inbox_format_wanted(&close, line), 12);
	assert_string_equal(line, "close 65535\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(legacy),
	    cmocka_unit_test(version_1),
	    cmocka_unit_test(largest),
	    cmocka_unit_test(wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
