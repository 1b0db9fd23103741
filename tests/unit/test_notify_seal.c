/*
 * What a sealed process of et-notify can still do: each trial is a process of its
 * own, which is ended by the filter, refused by the fence, or not stopped.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "fence.h"
#include "seal.h"
#include "unit.h"

#define DONE 0 /* the trial was not stopped */
#define REFUSED 1 /* EACCES or EPERM */
#define OTHER 2
#define NOT_SEALED 3

static char folder[] = "/tmp/et-notify-seal.XXXXXX";

static int
outcome(int rc)
{
	if (rc != -1)
		return DONE;
	return errno == EACCES || errno == EPERM ? REFUSED : OTHER;
}

static const char *
in(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int
read_stream(void)
{
	return outcome(open(in("log/alerts.log"), O_RDONLY));
}

static int
write_stream(void)
{
	return outcome(open(in("log/alerts.log"), O_WRONLY));
}

static int
write_state(void)
{
	return outcome(open(in("state/new"), O_WRONLY | O_CREAT, 0600));
}

static int
read_other(void)
{
	return outcome(open("/etc/passwd", O_RDONLY));
}

static int
write_other(void)
{
	return outcome(open(in("new"), O_WRONLY | O_CREAT, 0600));
}

static int
read_hosts(void)
{
	return outcome(open("/etc/hosts", O_RDONLY));
}

static int
make_socket(void)
{
	return outcome(socket(AF_INET, SOCK_STREAM, 0));
}

static int
make_packet_socket(void)
{
	return outcome(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return outcome(-1);
}

static int
make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return outcome(pid);
}

static int
send_signal(void)
{
	return outcome(kill(getppid(), 0));
}

/* What became of a trial: an outcome, or 128 and the signal that ended it. */
static int
trial(const char *(*seal)(void), int (*act)(void))
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(seal() == NULL ? act() : NOT_SEALED);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define ENDED (128 + SIGSYS)

static const char *
as_queue(void)
{
	char stream[256], state[256];
	const struct conf conf = {.stream = stream, .state = state};

	snprintf(stream, sizeof(stream), "%s/log/alerts.log", folder);
	snprintf(state, sizeof(state), "%s/state", folder);
	return seal_queue(&conf);
}

static const char *
as_network(void)
{
	return seal_network(NULL);
}

static void
queue_has_its_files_alone(void **state)
{
	(void)state;
	assert_int_equal(trial(as_queue, read_stream), DONE);
	assert_int_equal(trial(as_queue, write_state), DONE);
	assert_int_equal(trial(as_queue, make_socket), ENDED);
	assert_int_equal(trial(as_queue, run_program), ENDED);
	assert_int_equal(trial(as_queue, make_process), ENDED);
	assert_int_equal(trial(as_queue, send_signal), ENDED);
	if (fence_version() == 0)
		skip();
	assert_int_equal(trial(as_queue, write_stream), REFUSED);
	assert_int_equal(trial(as_queue, read_other), REFUSED);
	assert_int_equal(trial(as_queue, write_other), REFUSED);
}

static void
network_has_no_files(void **state)
{
	(void)state;
	assert_int_equal(trial(as_network, make_socket), DONE);
	assert_int_equal(trial(as_network, read_hosts), DONE);
	assert_int_equal(trial(as_network, make_packet_socket), ENDED);
	assert_int_equal(trial(as_network, run_program), ENDED);
	assert_int_equal(trial(as_network, make_process), ENDED);
	assert_int_equal(trial(as_network, send_signal), ENDED);
	if (fence_version() == 0)
		skip();
	assert_int_equal(trial(as_network, read_stream), REFUSED);
	assert_int_equal(trial(as_network, write_state), REFUSED);
	assert_int_equal(trial(as_network, read_other), REFUSED);
	assert_int_equal(trial(as_network, write_other), REFUSED);
}

static int
make_folder(void **state)
{
	int fd;

	(void)state;
	if (mkdtemp(folder) == NULL || mkdir(in("log"), 0700) == -1 ||
	    mkdir(in("state"), 0700) == -1)
		return -1;
	fd = open(in("log/alerts.log"), O_WRONLY | O_CREAT, 0600);
	return fd == -1 ? -1 : close(fd);
}

static int
remove_folder(void **state)
{
	static const char *const folders[] = {"log", "state", ""};
	size_t i;

	(void)state;
	(void)unlink(in("log/alerts.log"));
	(void)unlink(in("state/new"));
	(void)unlink(in("new"));
	for (i = 0; i < 3; i++)
		(void)rmdir(in(folders[i]));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(queue_has_its_files_alone),
	    cmocka_unit_test(network_has_no_files),
	};

#ifdef SANITIZE
	return 77; /* its runtime makes calls of its own */
#endif
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
