/*
 * Which files of a folder are backups, and what a restore takes out of the way.
 */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"
#include "plan.h"
#include "prune.h"
#include "unit.h"

/* The command's: it says nothing here. */
enum admin_exit
admin_fail(const char *fmt, ...)
{
	(void)fmt;
	return ADMIN_FAILED;
}

static bool
is_there(struct folder *f, const char *name)
{
	struct stat st;

	return lstat(folder_file(f, name), &st) == 0;
}

static void
test_backups_alone_are_removed(void **state)
{
	static const char *const other[] = {
	    "et-phone-home-2020010xT000000Z.tar",
	    "et-phone-home-2020:101T000000Z.tar",
	    "et-phone-home-20200101 000000Z.tar",
	    "et-phone-home-20200101T000000Z.tar2",
	    "et-phone-home-20200101T000000Z.ta",
	    "et-phone-mine-20200101T000000Z.tar"};
	static const char *const backups[] = {
	    "et-phone-home-20200101T000000Z.tar",
	    "et-phone-home-20200101T000001Z.tar",
	    "et-phone-home-20191231T235959Z.tar"};
	struct folder *f = *state;
	size_t i;

	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		folder_write(f, other[i], "", 0600);
	for (i = 0; i < sizeof(backups) / sizeof(backups[0]); i++)
		folder_write(f, backups[i], "", 0600);
	assert_int_equal(prune_folder(f->path, 3), 0);
	assert_int_equal(prune_folder(f->path, 1), 2);
	assert_true(is_there(f, backups[1]));
	assert_false(is_there(f, backups[0]));
	assert_false(is_there(f, backups[2]));
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(is_there(f, other[i]));
}

static void
test_the_log_goes_with_the_store(void **state)
{
	static const char *const files[] = {
	    "s", "s-wal", "s-journal", "s-shm", "s.restore"};
	struct folder *f = *state;
	char path[FOLDER_PATH], *text;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		folder_write(f, files[i], files[i], 0600);
	strcpy(path, folder_file(f, "s"));
	assert_int_equal(plan_move_store(path, ".x"), ADMIN_DONE);
	text = folder_read(path);
	assert_string_equal(text, "s.restore");
	free(text);
	for (i = 1; i < sizeof(files) / sizeof(files[0]); i++)
		assert_false(is_there(f, files[i]));
	assert_true(is_there(f, "s.x"));
	assert_true(is_there(f, "s.x-wal"));
	assert_true(is_there(f, "s.x-journal"));
	/* The same again, when it was interrupted: it has been done. */
	folder_write(f, "s-wal", "of the new one", 0600);
	assert_int_equal(plan_move_store(path, ".x"), ADMIN_DONE);
	assert_true(is_there(f, "s-wal"));
}

/* The suffix is of some second, with this behind it. */
static void
suffix_is(const struct plan *p, const char *end)
{
	size_t n = strlen(".before-20261128T150711Z");

	assert_int_equal(strncmp(p->suffix, ".before-", 8), 0);
	assert_true(strlen(p->suffix) >= n);
	assert_string_equal(p->suffix + n, end);
}

/* The C library's: one second for all. */
time_t
time(time_t *t)
{
	if (t != NULL)
		*t = 1000000000;
	return 1000000000;
}

static void
test_no_suffix_that_is_taken(void **state)
{
	struct folder *f = *state;
	char url[FOLDER_PATH + 8], name[128];
	struct plan p = {.moves = 0};

	snprintf(url, sizeof(url), "sqlite:%s", folder_file(f, "s"));
	p.url = strdup(url);
	assert_int_equal(plan_add(&p, "", folder_file(f, "a")), ADMIN_DONE);
	assert_int_equal(plan_add(&p, "", folder_file(f, "b")), ADMIN_DONE);
	plan_name_suffix(&p);
	suffix_is(&p, "");
	snprintf(name, sizeof(name), "b%s", p.suffix);
	folder_write(f, name, "", 0600);
	plan_name_suffix(&p);
	suffix_is(&p, "-2");
	snprintf(name, sizeof(name), "s%s", p.suffix);
	folder_write(f, name, "", 0600);
	plan_name_suffix(&p);
	suffix_is(&p, "-3");
	plan_clear(&p);
}

static void
test_so_many_moves(void **state)
{
	struct plan p = {.moves = 0};
	int i;

	(void)state;
	for (i = 0; i < PLAN_MOVES; i++)
		assert_int_equal(plan_add(&p, "a", "b"), ADMIN_DONE);
	assert_int_equal(plan_add(&p, "a", "b"), ADMIN_FAILED);
	assert_int_equal(p.moves, PLAN_MOVES);
	plan_clear(&p);
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_backups_alone_are_removed),
	    WITH_FOLDER(test_the_log_goes_with_the_store),
	    WITH_FOLDER(test_no_suffix_that_is_taken),
	    cmocka_unit_test(test_so_many_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
