#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "execute.h"

#define NOT_RUN 126

struct execution {
	pid_t pid;
	int in; /* its stdin, or -1 once all is written */
	int out; /* its stdout and stderr, or -1 at their end */
	const char *input;
	size_t left;
	char *said;
	size_t nsaid;
};

static void
execute_child(char *const argv[], int in, int out)
{
	const char *id = getenv("ET_ALERT_ID");
	const char *event = getenv("ET_ALERT_EVENT");
	char ids[256], events[64];
	char *const envp[] = {(char[]){"PATH=/usr/local/sbin:/usr/local/bin:"
				       "/usr/sbin:/usr/bin:/sbin:/bin"},
	    (char[]){"LC_ALL=C.UTF-8"}, ids, events, NULL};

	snprintf(ids, sizeof(ids), "ET_ALERT_ID=%s", id != NULL ? id : "");
	snprintf(events, sizeof(events), "ET_ALERT_EVENT=%s",
	    event != NULL ? event : "");
	(void)signal(SIGPIPE, SIG_DFL);
	if (setpgid(0, 0) == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		_exit(NOT_RUN);
	execve(argv[0], argv, envp);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(NOT_RUN);
}

/* Returns 0, or -1 and errno. */
static int
execute_start(struct execution *x, char *const argv[])
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(out, O_CLOEXEC) == -1) {
		close(in[0]);
		close(in[1]);
		return -1;
	}
	if ((x->pid = fork()) == 0)
		execute_child(argv, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	x->in = in[1];
	x->out = out[0];
	(void)fcntl(x->in, F_SETFL, O_NONBLOCK);
	(void)fcntl(x->out, F_SETFL, O_NONBLOCK);
	return x->pid == -1 ? -1 : 0;
}

static void
execute_close(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* A program that does not read its input is none of our business. */
static void
execute_write(struct execution *x)
{
	ssize_t n = write(x->in, x->input, x->left);

	if (n > 0) {
		x->input += n;
		x->left -= (size_t)n;
	}
	if (x->left == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		execute_close(&x->in);
}

static void
execute_read(struct execution *x)
{
	char bytes[4096];
	ssize_t n = read(x->out, bytes, sizeof(bytes));
	size_t room = EXECUTE_SAID - 1 - x->nsaid;

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
		execute_close(&x->out);
		return;
	}
	if (n > 0 && (size_t)n < room)
		room = (size_t)n;
	if (n > 0) {
		memcpy(x->said + x->nsaid, bytes, room);
		x->nsaid += room;
	}
}

/* Until its output ends, or the time does: false. */
static bool
execute_converse(struct execution *x, double end)
{
	struct pollfd p[2];
	double left;

	while (x->out != -1) {
		if ((left = end - clock_now()) <= 0)
			return false;
		p[0] = (struct pollfd){.fd = x->out, .events = POLLIN};
		p[1] = (struct pollfd){.fd = x->in, .events = POLLOUT};
		(void)poll(p, 2, (int)(left * 1000) + 1);
		if (p[0].revents != 0)
			execute_read(x);
		if (p[1].revents != 0)
			execute_write(x);
	}
	return true;
}

/* One that has closed its output may run on for a while. */
static int
execute_wait(struct execution *x, double end)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	int status;

	while (waitpid(x->pid, &status, WNOHANG) == 0) {
		if (clock_now() > end) {
			(void)kill(-x->pid, SIGKILL);
			(void)waitpid(x->pid, &status, 0);
			return EXECUTE_LATE;
		}
		(void)nanosleep(&pause, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
execute_program(char *const argv[], const char *input, unsigned int timeout,
    char said[EXECUTE_SAID])
{
	struct execution x = {.pid = -1,
	    .in = -1,
	    .out = -1,
	    .input = input,
	    .left = strlen(input),
	    .said = said};
	double end = clock_now() + timeout;
	int status = NOT_RUN;

	(void)signal(SIGPIPE, SIG_IGN);
	if (execute_start(&x, argv) == -1) {
		snprintf(said, EXECUTE_SAID, "%s", strerror(errno));
		x.nsaid = strlen(said);
	} else {
		if (!execute_converse(&x, end))
			end = 0;
		status = execute_wait(&x, end);
	}
	execute_close(&x.in);
	execute_close(&x.out);
	while (x.nsaid > 0 && said[x.nsaid - 1] <= ' ')
		x.nsaid--;
	said[x.nsaid] = '\0';
	return status;
}
