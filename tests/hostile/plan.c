#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

void
find_folder(void)
{
	ssize_t n =
	    readlink("/proc/self/exe", it.folder, sizeof(it.folder) - 1);

	if (n <= 0)
		fail("/proc/self/exe: %s", strerror(errno));
	*strrchr(it.folder, '/') = '\0';
}

bool
read_plan(struct plan *plan, const char *line)
{
	int at = 0;

	if (sscanf(line, "%31s %lu %lu %15s %n", plan->word, &plan->a, &plan->b,
		plan->state, &at) != 4)
		return false;
	snprintf(plan->more, sizeof(plan->more), "%s", line + at);
	plan->more[strcspn(plan->more, "\n")] = '\0';
	return true;
}

/* Move a plan to this process.  False: another was faster. */
static bool
take(const char *name, struct plan *plan)
{
	char from[PATH_MAX + 300], to[PATH_MAX + 300];
	char line[512];
	FILE *f;

	snprintf(from, sizeof(from), "%s/plans/%s", it.folder, name);
	snprintf(
	    to, sizeof(to), "%s/plans/%s.%d", it.folder, name, (int)getpid());
	if (rename(from, to) == -1)
		return false;
	if ((f = fopen(to, "r")) == NULL)
		fail("%s: %s", to, strerror(errno));
	if (fgets(line, sizeof(line), f) == NULL || !read_plan(plan, line))
		fail("%s: not a plan", to);
	fclose(f);
	plan->number = (unsigned int)strtoul(name, NULL, 10);
	return true;
}

bool
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

void
behave(const char *real, char **argv)
{
	char path[PATH_MAX + 64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", it.folder, real);
	/* The launcher's filter, which is inherited, has no execve(2). */
	if ((fd = open(path, O_PATH | O_CLOEXEC)) != -1)
		execveat(fd, "", argv, environ, AT_EMPTY_PATH);
	fail("%s: %s", path, strerror(errno));
}

void
carry_out(
    const struct attack *const *subjects, size_t n, const struct plan *plan)
{
	const struct attack *a;
	size_t i;

	for (i = 0; i < n; i++)
		for (a = subjects[i]; a->word != NULL; a++)
			if (strcmp(a->word, plan->word) == 0)
				a->run(plan);
}

void
die_by(int sig)
{
	volatile int zero = 0, *nowhere = NULL;

	switch (sig) {
	case SIGSEGV:
		*nowhere = 0;
		break;
	case SIGFPE:
		zero = 7 / zero;
		break;
	case SIGILL:
		__builtin_trap();
	case SIGALRM:
		alarm(1);
		break;
	case SIGKILL:
		kill(getpid(), SIGKILL);
		break;
	case SIGSYS: /* a call that the filter forbids */
		raise(sig);
		break;
	}
	for (;;)
		pause();
}
