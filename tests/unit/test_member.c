/*
 * Which calls of et-admin go to the store's owner, and with how many words.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "member.h"
#include "member_wire.h"
#include "place.h"
#include "unit.h"

#define NOBODY 65534

/* The command's: they say nothing here. */
enum admin_exit
admin_fail(const char *fmt, ...)
{
	(void)fmt;
	return ADMIN_FAILED;
}

enum admin_exit
admin_usage(const char *fmt, ...)
{
	(void)fmt;
	return ADMIN_USAGE;
}

/* The C library's: no test connects to this machine's own service. */
int
socket(int domain, int type, int protocol)
{
	(void)domain, (void)type, (void)protocol;
	errno = EMFILE;
	return -1;
}

static void
test_another_store_is_not_for_members(void **state)
{
	static const enum arg named[] = {ARG_STORE, ARG_CONF};
	struct verb verb = {.flags = VERB_MEMBER};
	struct args args = {0};
	char *command[] = {"true", NULL};
	size_t i;

	(void)state;
	assert_true(member_may(&verb, &args));
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		args.value[named[i]] = "x";
		assert_false(member_may(&verb, &args));
		args.value[named[i]] = NULL;
	}
	args.ssh = command;
	assert_false(member_may(&verb, &args));
	args.ssh = NULL;
	verb.flags = VERB_BY(3);
	assert_true(member_may(&verb, &args));
	verb.flags = VERB_STORE;
	assert_false(member_may(&verb, &args));
}

/*
 * What member_needed answers somebody who is not root, and who may not be let
 * into the folders above.
 */
static bool
needed_by_nobody(const char *folder)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(chdir(folder) == -1 || setgid(NOBODY) == -1 ||
			      setuid(NOBODY) == -1
			  ? 2
			  : member_needed("sqlite:store.db"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), 0, 1);
	return WEXITSTATUS(status) == 1;
}

static void
test_needed_is_one_who_cannot_write(void **state)
{
	struct place *p = *state;

	if (geteuid() != 0)
		skip();
	store_close(place_open(p, STORE_CREATE | STORE_MIGRATE));
	assert_int_equal(chmod(p->dir, 0755), 0);
	assert_false(member_needed(p->url));
	assert_int_equal(chmod(p->path, 0600), 0);
	assert_true(needed_by_nobody(p->dir));
	assert_int_equal(chmod(p->path, 0644), 0);
	assert_true(needed_by_nobody(p->dir));
	assert_int_equal(chmod(p->path, 0666), 0);
	assert_false(needed_by_nobody(p->dir));
	unlink(p->path);
	assert_false(needed_by_nobody(p->dir));
}

/* One word of so many bytes, its NUL among them, and a last one. */
static int
ask(size_t bytes)
{
	static char word[MEMBER_TEXT];
	char *argv[] = {word, "x", NULL};

	memset(word, 'a', bytes - 1);
	word[bytes - 1] = '\0';
	return member_ask(argv);
}

static void
test_words_fill_a_packet_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(ask(MEMBER_TEXT - 2), ADMIN_FAILED);
	assert_int_equal(ask(MEMBER_TEXT - 1), ADMIN_USAGE);
	assert_int_equal(ask(MEMBER_TEXT), ADMIN_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_another_store_is_not_for_members),
	    cmocka_unit_test_setup_teardown(
		test_needed_is_one_who_cannot_write, place_make, place_remove),
	    cmocka_unit_test(test_words_fill_a_packet_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
