#include "config.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tail.h"

#define PROGRAM "journalctl"
#define CURSOR "-- cursor: "
#define NO_PROGRAM 127

struct journal {
	const struct tail *tail;
	struct lines lines;
	char after[1024]; /* --after-cursor=... */
};

static bool
journal_line(void *arg, char *line)
{
	struct journal *j = arg;

	if (strncmp(line, CURSOR, strlen(CURSOR)) != 0)
		return j->tail->take(j->tail->arg, line);
	snprintf(j->after, sizeof(j->after), "--after-cursor=%s",
	    line + strlen(CURSOR));
	return true;
}

static void __attribute__((noreturn)) journal_run(
    const struct journal *j, const char *more, const char *lines, int fd)
{
	const char *argv[] = {PROGRAM, "-u", "et-sshd", "-o", "cat",
	    "--no-pager", more, lines, j->after[0] != '\0' ? j->after : NULL,
	    NULL};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (dup2(fd, STDOUT_FILENO) != -1)
		execvp(PROGRAM, (char *const *)(uintptr_t)argv);
	_exit(NO_PROGRAM);
}

/* Run it once, and take its lines as they come; -1: it is enough. */
static int
journal_read(struct journal *j, const char *more, const char *lines)
{
	bool enough = false;
	char block[65536];
	int fd[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) == -1)
		return NO_PROGRAM;
	if ((pid = fork()) == 0)
		journal_run(j, more, lines, fd[1]);
	close(fd[1]);
	while (!enough && (n = read(fd[0], block, sizeof(block))) > 0)
		enough =
		    !lines_take(&j->lines, block, (size_t)n, journal_line, j) ||
		    (strcmp(more, "-f") == 0 && !j->tail->rest(j->tail->arg));
	close(fd[0]);
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return NO_PROGRAM;
	if (enough)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

enum admin_exit
tail_journal(const struct tail *t)
{
	struct journal j = {.tail = t};
	char lines[32] = "--no-tail";
	int status;

	if (t->last != 0)
		snprintf(lines, sizeof(lines), "-n%u", t->last);
	status = journal_read(&j, "--show-cursor", lines);
	if (status == 0 && t->rest(t->arg) && t->follow)
		status = journal_read(&j, "-f", "--no-tail");
	free(j.lines.text);
	if (status == NO_PROGRAM)
		return admin_fail(
		    "event-log is stderr, which goes to systemd's journal, "
		    "but " PROGRAM " cannot be run: name a "
		    "file in event-log");
	if (status > 0)
		return admin_fail(PROGRAM " ended with status %d%s", status,
		    geteuid() == 0 ? ""
				   : ": run it with sudo, or as a member of "
				     "the group systemd-journal");
	return ADMIN_DONE;
}
