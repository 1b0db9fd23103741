/*
 * Who listens on a port: this process, another, one whose program is gone; who
 * is only connected from it does not.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"
#include "place.h"
#include "unit.h"

static uint32_t
port_of(int fd)
{
	struct sockaddr_in6 a;
	socklen_t len = sizeof(a);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin6_port); /* IPv4 has it at the same place */
}

static int
listens(int family)
{
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(family, SOCK_STREAM, 0);

	if ((family == AF_INET
		    ? bind(fd, (struct sockaddr *)&v4, sizeof(v4))
		    : bind(fd, (struct sockaddr *)&v6, sizeof(v6))) == -1)
		skip();
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void
test_a_listener_of_either_family(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	struct holder_who who;
	uint32_t port;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		fd = listens(families[i]);
		port = port_of(fd);
		assert_int_equal(holder_of(port, &who), HOLDER_OTHER);
		assert_int_equal(who.pid, getpid());
		assert_non_null(strstr(who.name, "test_holder"));
		close(fd);
		assert_int_equal(holder_of(port, NULL), HOLDER_NOBODY);
	}
}

static void
test_not_one_who_is_connected(void **state)
{
	struct sockaddr_in to;
	socklen_t len = sizeof(to);
	int fd = listens(AF_INET), from = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &len), 0);
	assert_int_equal(connect(from, (struct sockaddr *)&to, len), 0);
	assert_int_equal(holder_of(port_of(from), NULL), HOLDER_NOBODY);
	close(from);
	close(fd);
}

/* Have a process of this program hold fd; it ends with its stdin. */
static pid_t
start(const char *program, int fd, int *stdin_of)
{
	int in[2], started[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(started, O_CLOEXEC), 0);
	assert_int_not_equal(pid = fork(), -1);
	if (pid == 0) {
		dup2(in[0], STDIN_FILENO);
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(started[1]);
	assert_int_equal(read(started[0], &byte, 1), 0);
	close(started[0]);
	close(fd);
	*stdin_of = in[1];
	return pid;
}

static void
test_one_whose_program_is_gone(void **state)
{
	const struct place *p = *state;
	char program[128], command[256];
	int fd = listens(AF_INET), in, status;
	uint32_t port = port_of(fd);
	struct holder_who who;
	pid_t pid;

	snprintf(program, sizeof(program), "%s/et-sshd", p->dir);
	snprintf(command, sizeof(command), "cp /bin/cat %s", program);
	assert_int_equal(system(command), 0);
	pid = start(program, fd, &in);
	assert_int_equal(holder_of(port, &who), HOLDER_ET_SSHD);
	unlink(program);
	assert_int_equal(holder_of(port, &who), HOLDER_ET_SSHD);
	assert_int_equal(who.pid, pid);
	assert_string_equal(who.name, "et-sshd");
	close(in);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(holder_of(port, NULL), HOLDER_NOBODY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_listener_of_either_family),
	    cmocka_unit_test(test_not_one_who_is_connected),
	    cmocka_unit_test_setup_teardown(
		test_one_whose_program_is_gone, place_make, place_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
