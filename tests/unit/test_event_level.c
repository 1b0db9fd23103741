/*
 * How grave an event is, and whether stderr is the journal: what looks like it
 * and is not.
 */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "event_level.h"
#include "unit.h"

static void
test_refused_is_an_ending(void **state)
{
	(void)state;
	assert_int_equal(event_level("login.refused", NULL), LOG_WARNING);
	assert_int_equal(event_level("login.refused.again", NULL), LOG_INFO);
	assert_int_equal(event_level("login.refusedx", NULL), LOG_INFO);
	assert_int_equal(event_level(".refused", NULL), LOG_INFO);
}

/* With $JOURNAL_STREAM of this file's own numbers, and more behind them. */
static bool
is_journal(int fd, const char *more)
{
	char text[80];
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	snprintf(text, sizeof(text), "%ju:%ju%s", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino, more);
	setenv("JOURNAL_STREAM", text, 1);
	return event_level_journal(fd);
}

static void
test_nothing_is_behind_the_numbers(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(is_journal(ends[1], ""));
	assert_false(is_journal(ends[1], ":"));
	assert_false(is_journal(ends[1], "x"));
	assert_false(is_journal(ends[1], " "));
	unsetenv("JOURNAL_STREAM");
	assert_false(event_level_journal(ends[1]));
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused_is_an_ending),
	    cmocka_unit_test(test_nothing_is_behind_the_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
