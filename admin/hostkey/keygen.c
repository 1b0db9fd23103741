#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keygen.h"
#include "program.h"

/* The last line of what ssh-keygen complained: that says it. */
static void
take_error(char *said, char error[KEYGEN_ERROR])
{
	size_t n = strcspn(said, "\0");
	char *line;

	while (n > 0 && strchr(" \r\n", said[n - 1]) != NULL)
		said[--n] = '\0';
	line = strrchr(said, '\n');
	if (strstr(said, "incorrect passphrase") != NULL)
		line = "the key has a passphrase, which a server's key must "
		       "not have: remove it with ssh-keygen -p";
	else if (strstr(said, "UNPROTECTED") != NULL)
		line = "readable by other users: chmod 600";
	else
		line = line == NULL ? said : line + 1;
	snprintf(error, KEYGEN_ERROR, "%.*s", KEYGEN_ERROR - 1,
	    *line == '\0' ? "ssh-keygen failed" : line);
}

static int
keygen_run(const char *const argv[], char output[KEYGEN_LINE],
    char error[KEYGEN_ERROR])
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, failed, status = -1;
	char said[KEYGEN_LINE] = "";
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC) == -1 || pipe2(err, O_CLOEXEC) == -1)
		failed = errno;
	else
		failed = program_start(argv, out[1], err[1], &pid);
	close(out[1]);
	close(err[1]);
	if (failed == 0) {
		/* its answers are shorter than a pipe: one by one is safe */
		program_drain(out[0], output, KEYGEN_LINE);
		program_drain(err[0], said, sizeof(said));
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
	}
	close(out[0]);
	close(err[0]);
	if (failed != 0) {
		snprintf(error, KEYGEN_ERROR,
		    "cannot run ssh-keygen: %s (Debian: apt-get install "
		    "openssh-client)",
		    strerror(failed));
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	take_error(said, error);
	return -1;
}

int
keygen_make(const char *kind, const char *path, char error[KEYGEN_ERROR])
{
	const char *bits = strcmp(kind, "rsa") == 0 ? "3072" : "256";
	const char *const argv[] = {"ssh-keygen", "-q", "-t", kind, "-b", bits,
	    "-N", "", "-C", "", "-f", path, NULL};
	char output[KEYGEN_LINE];

	return keygen_run(argv, output, error);
}

int
keygen_public(const char *path, struct key *key, char line[KEYGEN_LINE],
    char error[KEYGEN_ERROR])
{
	const char *const argv[] = {
	    "ssh-keygen", "-y", "-P", "", "-f", path, NULL};
	enum key_result result;

	if (keygen_run(argv, line, error) == -1)
		return -1;
	result = key_parse(key, line);
	line[strcspn(line, "\n")] = '\0';
	if (strchr(line, ' ') != NULL) /* without the comment */
		line[strcspn(line, " ") + 1 +
		     strcspn(strchr(line, ' ') + 1, " ")] = '\0';
	if (result == KEY_OK)
		return 0;
	snprintf(error, KEYGEN_ERROR, "%s", key_result_text(result));
	return -1;
}

int
keygen_convert(const char *path, char error[KEYGEN_ERROR])
{
	const char *const argv[] = {
	    "ssh-keygen", "-q", "-p", "-P", "", "-N", "", "-f", path, NULL};
	char output[KEYGEN_LINE];

	return keygen_run(argv, output, error);
}
