/*
 * bench-hold marker log command [argument ...]
 *
 * Runs a server and stays its ancestor: as the subreaper (prctl(2)) it adopts
 * and reaps what the server leaves behind, so that bench-usage finds all of
 * its processor time below this one process.  What the server writes to
 * stderr goes to the log.  When a line of it holds the marker, one line is
 * printed: the seconds since the start, and that line.  Without a marker
 * within 30 s, or when the server ends first, it is "failed".
 * SIGTERM ends the server and everything below it; so does the end of the
 * process which started this one.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/signalfd.h>
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

#include "process.h"

#define START_LIMIT 30.0 /* s */
#define END_LIMIT 5.0 /* s from SIGTERM to SIGKILL */

struct held {
	const char *marker;
	pid_t server;
	int err; /* the server's stderr; -1: ended */
	int log;
	int signals; /* signalfd(2) */
	sigset_t mask; /* as it was: the server's */
	double started;
	bool announced;
	char line[1024]; /* the incomplete one */
	size_t len;
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
announce(struct held *h, const char *line)
{
	if (h->announced)
		return;
	h->announced = true;
	if (line == NULL)
		printf("failed\n");
	else
		printf("%.6f %s\n", now() - h->started, line);
	fflush(stdout);
	/* Whoever reads this waits for its end. */
	fclose(stdout);
}

static void
take_bytes(struct held *h, const char *bytes, size_t n)
{
	size_t i;

	(void)!write(h->log, bytes, n);
	for (i = 0; i < n && !h->announced; i++) {
		if (bytes[i] != '\n') {
			if (h->len < sizeof(h->line) - 1)
				h->line[h->len++] = bytes[i];
			continue;
		}
		h->line[h->len] = '\0';
		h->len = 0;
		if (strstr(h->line, h->marker) != NULL)
			announce(h, h->line);
	}
}

static void
take_stderr(struct held *h)
{
	char bytes[8192];
	ssize_t n = read(h->err, bytes, sizeof(bytes));

	if (n > 0) {
		take_bytes(h, bytes, (size_t)n);
	} else if (n == 0) {
		close(h->err);
		h->err = -1;
	}
}

/* Returns false when nobody is left. */
static bool
reap(struct held *h)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		if (pid == h->server)
			h->server = -1;
	return pid == 0;
}

/* One turn of the loop.  Returns the signal that came, or 0. */
static int
turn(struct held *h, int timeout)
{
	struct pollfd fds[] = {
	    {.fd = h->signals, .events = POLLIN},
	    {.fd = h->err, .events = POLLIN},
	};
	struct signalfd_siginfo si = {0};

	if (poll(fds, 2, timeout) <= 0)
		return 0;
	if (fds[1].revents != 0)
		take_stderr(h);
	if (fds[0].revents != 0)
		(void)!read(h->signals, &si, sizeof(si));
	return (int)si.ssi_signo;
}

/* Ask everybody below to end, then make them. */
static void
end(struct held *h)
{
	double limit = now() + END_LIMIT;

	if (h->server != -1)
		kill(h->server, SIGTERM);
	while (reap(h)) {
		if (h->server == -1 && now() < limit)
			process_kill_below(getpid(), SIGTERM);
		if (now() >= limit)
			process_kill_below(getpid(), SIGKILL);
		turn(h, 100);
	}
}

static void
watch(struct held *h)
{
	int sig = 0;

	while (sig != SIGTERM && sig != SIGINT && sig != SIGHUP) {
		if (!h->announced && now() - h->started > START_LIMIT)
			announce(h, NULL);
		sig = turn(h, h->announced ? -1 : 500);
		if (!reap(h) || h->server == -1)
			break;
	}
	announce(h, NULL);
}

static pid_t
launch(const struct held *h, char **argv, int err)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	sigprocmask(SIG_SETMASK, &h->mask, NULL);
	dup2(err, STDERR_FILENO);
	dup2(err, STDOUT_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int
prepare(struct held *h, const char *log)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, &h->mask) == -1)
		return -1;
	h->signals = signalfd(-1, &set, SFD_CLOEXEC);
	h->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (h->signals == -1 || h->log == -1)
		return -1;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
}

int
main(int argc, char **argv)
{
	struct held h = {.started = now()};
	int err[2];

	if (argc < 4) {
		fprintf(stderr, "usage: bench-hold marker log command ...\n");
		return 2;
	}
	h.marker = argv[1];
	if (prepare(&h, argv[2]) == -1 || pipe2(err, O_CLOEXEC) == -1) {
		perror("bench-hold");
		return 1;
	}
	h.err = err[0];
	h.server = launch(&h, argv + 3, err[1]);
	close(err[1]);
	if (h.server != -1)
		watch(&h);
	end(&h);
	return 0;
}
