/*
 * A console acts as the store's owner, with no capability, and never again when
 * it has left.
 */
#include "config.h"

#include <sys/capability.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "store_owner.h"
#include "unit.h"

#define OWNER "65534"

/* Does this process have none, nor could it take one? */
static bool
is_bare(void)
{
	cap_t have = cap_get_proc(), none = cap_init();
	bool same = cap_compare(have, none) == 0;
	cap_value_t c;

	cap_free(have);
	cap_free(none);
	for (c = 0; CAP_IS_SUPPORTED(c); c++)
		same = same && cap_get_ambient(c) != CAP_SET;
	return same;
}

/* With CAP_SETUID in the ambient set, as the launcher starts it. */
static bool
start(void)
{
	cap_value_t setuid = CAP_SETUID;
	cap_t have = cap_get_proc();

	return cap_set_flag(have, CAP_INHERITABLE, 1, &setuid, CAP_SET) == 0 &&
	       cap_set_proc(have) == 0 && cap_free(have) == 0 &&
	       cap_set_ambient(setuid, CAP_SET) == 0;
}

/* Run it in a process of its own, which answers 0. */
static void
apart(int (*run)(void))
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(start() ? run() : 99);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
enter(void)
{
	char *argv[] = {"et-sshd-console", OWNER, OWNER, NULL};

	if (store_owner_enter(3, argv) == -1)
		return 1;
	if (geteuid() != 65534 || getegid() != 65534 || getuid() != 0)
		return 2;
	if (!is_bare())
		return 3;
	if (store_owner_leave() == -1)
		return 4;
	return geteuid() != 0 || seteuid(65534) != -1 || !is_bare() ? 5 : 0;
}

static void
test_an_owner_without_capabilities(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	apart(enter);
}

static void
test_numbers_alone(void **state)
{
	static char *const bad[] = {
	    "", "x", "1x", "-1", "4294967295", "99999999999999999999"};
	char *argv[] = {"et-sshd-console", NULL, NULL, NULL};
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (at = 1; at <= 2; at++) {
			argv[1] = argv[2] = OWNER;
			argv[at] = bad[i];
			errno = 0;
			assert_int_equal(store_owner_enter(3, argv), -1);
			assert_int_equal(errno, EINVAL);
		}
	assert_int_equal(store_owner_enter(2, argv), -1);
	assert_int_equal(store_owner_enter(1, argv), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_owner_without_capabilities),
	    cmocka_unit_test(test_numbers_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
