/*
 * A worker that was taken over, in et-sshd-worker's place: it can send what it
 * likes on its two sockets.  Beside it stands a folder "plans" with a file for
 * each attack.  It takes the first by adding its process id to the name; when
 * there is none it becomes et-sshd-worker.real.  An attack goes on until et-sshd kills this process: an exit status is a failure.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

#define PATIENCE 45 /* s that et-sshd may take to end this process */

static const struct attack *const subjects[] = {login_attacks, token_attacks,
    message_attacks, flood_attacks, jump_attacks, command_attacks, pool_attacks,
    forward_attacks};

/* Move a plan to this process.  False: another was faster. */
static bool
take(const char *name, struct plan *plan)
{
	char from[PATH_MAX + 300], to[PATH_MAX + 300];
	FILE *f;
	int n;

	snprintf(from, sizeof(from), "%s/plans/%s", it.folder, name);
	snprintf(
	    to, sizeof(to), "%s/plans/%s.%d", it.folder, name, (int)getpid());
	if (rename(from, to) == -1)
		return false;
	if ((f = fopen(to, "r")) == NULL)
		fail("%s: %s", to, strerror(errno));
	n = fscanf(f, "%31s %lu %lu %15s", plan->word, &plan->a, &plan->b,
	    plan->state);
	fclose(f);
	if (n != 4)
		fail("%s: not a plan", to);
	return true;
}

static bool
find_plan(struct plan *plan)
{
	char path[PATH_MAX + 8];
	struct dirent *e;
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "%s/plans", it.folder);
	if ((d = opendir(path)) == NULL)
		fail("%s: %s", path, strerror(errno));
	while (!found && (e = readdir(d)) != NULL)
		found = strchr(e->d_name, '.') == NULL && take(e->d_name, plan);
	closedir(d);
	return found;
}

static void
behave(char **argv)
{
	char path[PATH_MAX + 32];
	int fd;

	snprintf(path, sizeof(path), "%s/et-sshd-worker.real", it.folder);
	/* The launcher's filter, which is inherited, has no execve(2). */
	if ((fd = open(path, O_PATH | O_CLOEXEC)) != -1)
		execveat(fd, "", argv, environ, AT_EMPTY_PATH);
	fail("%s: %s", path, strerror(errno));
}

static void
carry_out(const struct plan *plan)
{
	const struct attack *a;
	size_t i;

	for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		for (a = subjects[i]; a->word != NULL; a++)
			if (strcmp(a->word, plan->word) == 0)
				a->run(plan);
}

int
main(int argc, char **argv)
{
	struct plan plan;
	ssize_t n =
	    readlink("/proc/self/exe", it.folder, sizeof(it.folder) - 1);

	(void)argc;
	if (n <= 0)
		fail("/proc/self/exe: %s", strerror(errno));
	*strrchr(it.folder, '/') = '\0';
	if (!find_plan(&plan))
		behave(argv);
	alarm(PATIENCE);
	RAND_bytes(it.hash, sizeof(it.hash)); /* before there is one */
	wait_for(MSG_FD, MSG_SETUP);
	say_type(MSG_READY, 0);
	carry_out(&plan);
	for (;;)
		pause();
}
