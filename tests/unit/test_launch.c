/*
 * The monitor's side of the launcher's socket: it never blocks.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <unistd.h>

#include "child.h"
#include "child_sock.h"
#include "launch.h"
#include "monitor.h"
#include "unit.h"

#define PATIENCE 60 /* s: longer, and it has blocked */

static int monitor, launcher;

static int
make_pair(void **state)
{
	int sv[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1)
		return -1;
	monitor = sv[0];
	launcher = sv[1];
	alarm(PATIENCE);
	return 0;
}

static int
close_pair(void **state)
{
	(void)state;
	alarm(0);
	close(monitor);
	return launcher == -1 ? 0 : close(launcher);
}

static void
test_launcher_that_does_not_read(void **state)
{
	char request[64];
	uint32_t tag;

	(void)state;
	for (tag = 1; launch_child(monitor, LAUNCH_WORKER, tag, monitor) == 0;
	     tag++)
		;
	assert_int_equal(errno, EAGAIN);
	assert_true(tag > 1);
	/* Once it reads on, it is asked again. */
	while (recv(launcher, request, sizeof(request), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(launch_child(monitor, LAUNCH_WORKER, tag, monitor), 0);
}

static void
test_reports(void **state)
{
	struct launch_report sent = {.tag = 7, .pid = 8}, got;

	(void)state;
	assert_int_equal(launch_read(monitor, &got), 0);
	assert_int_equal(send(launcher, &sent, sizeof(sent), 0), sizeof(sent));
	assert_int_equal(launch_read(monitor, &got), 1);
	assert_int_equal(got.tag, 7);
	assert_int_equal(got.pid, 8);
	assert_int_equal(launch_read(monitor, &got), 0);
}

/* A kill that finds no room is the caller's to ask for again. */
static void
test_kill(void **state)
{
	uint32_t request[2];

	(void)state;
	assert_int_equal(launch_kill(monitor, 7), 0);
	assert_int_equal(
	    recv(launcher, request, sizeof(request), 0), sizeof(request));
	assert_int_equal(request[0], LAUNCH_ROLES);
	assert_int_equal(request[1], 7);
	while (launch_kill(monitor, 7) == 0)
		;
	assert_int_equal(errno, EAGAIN);
	while (recv(launcher, request, sizeof(request), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(launch_kill(monitor, 7), 0);
}

/* A child whose kill found no room is killed once there is some. */
static void
test_kill_later(void **state)
{
	static struct monitor m;
	struct child c = {.m = &m, .tag = 9};
	uint32_t request[2] = {0};

	(void)state;
	m.loop = ev_loop_new(EVFLAG_AUTO);
	m.launcher = monitor;
	child_sock_init(&c);
	while (launch_kill(monitor, 7) == 0)
		;
	child_kill(&c);
	while (recv(launcher, request, sizeof(request), MSG_DONTWAIT) > 0)
		assert_int_equal(request[1], 7);
	ev_run(m.loop, 0);
	assert_int_equal(recv(launcher, request, sizeof(request), MSG_DONTWAIT),
	    sizeof(request));
	assert_int_equal(request[1], 9);
	child_sock_close(&c);
	ev_loop_destroy(m.loop);
}

static void
test_launcher_that_is_gone(void **state)
{
	struct launch_report got;

	(void)state;
	close(launcher);
	launcher = -1;
	assert_int_equal(launch_read(monitor, &got), -1);
	assert_int_equal(launch_child(monitor, LAUNCH_WORKER, 1, monitor), -1);
	assert_int_equal(errno, EPIPE);
}

#define WITH_PAIR(f) cmocka_unit_test_setup_teardown(f, make_pair, close_pair)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PAIR(test_launcher_that_does_not_read),
	    WITH_PAIR(test_reports),
	    WITH_PAIR(test_kill),
	    WITH_PAIR(test_kill_later),
	    WITH_PAIR(test_launcher_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
