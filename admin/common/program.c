#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "program.h"

extern char **environ;

int
program_start(const char *const argv[], int out, int err, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int failed;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (out != -1)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (err != -1)
		posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	failed = posix_spawnp(pid, argv[0], &actions, NULL,
	    (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

void
program_drain(int fd, char *text, size_t size)
{
	size_t have = 0;
	char rest[512];
	ssize_t n;

	do {
		if (have < size - 1)
			n = read(fd, text + have, size - 1 - have);
		else
			n = read(fd, rest, sizeof(rest));
		if (n > 0 && have < size - 1)
			have += (size_t)n;
	} while (n > 0 || (n == -1 && errno == EINTR));
	text[have] = '\0';
}

int
program_run(const char *const argv[], char *text, size_t size)
{
	int out[2] = {-1, -1}, failed, status = -1;
	pid_t pid = -1;

	fflush(NULL);
	if (text != NULL && pipe2(out, O_CLOEXEC) == -1)
		return -1;
	failed = program_start(argv, out[1], out[1], &pid);
	if (text != NULL)
		close(out[1]);
	if (failed == 0 && text != NULL)
		program_drain(out[0], text, size);
	if (text != NULL)
		close(out[0]);
	if (failed != 0) {
		errno = failed;
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
