#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fence.h"
#include "prey.h"

#define SKIPPED 77 /* to automake */
#define NO_SEAL 254 /* a step's exit status; else an errno */
#define PATIENCE 20 /* s for a step */
#define NOBODY 65534

#define COLUMNS 16
#define LINES 512
#define WORD 40

/* tests/escape/outcomes, by line and column; the first line is of names. */
static struct {
	char word[LINES][COLUMNS][WORD];
	size_t lines;
} table;

static const struct steps *const all[] = {
    &steps_calls, &steps_net, &steps_process, &steps_files};

int
step_result(long r)
{
	return r == -1 ? errno : 0;
}

static int
table_read(void)
{
	const char *folder = getenv("srcdir");
	char path[512], line[512], *at, *word;
	size_t column;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/escape/outcomes",
	    folder != NULL ? folder : ".");
	if ((f = fopen(path, "re")) == NULL) {
		perror(path);
		return -1;
	}
	while (table.lines < LINES && fgets(line, sizeof(line), f) != NULL) {
		column = 0;
		for (word = strtok_r(line, " \n", &at);
		     word != NULL && *word != '#' && column < COLUMNS;
		     word = strtok_r(NULL, " \n", &at))
			snprintf(table.word[table.lines][column++], WORD, "%s",
			    word);
		table.lines += column > 0;
	}
	fclose(f);
	return 0;
}

/*
 * "A|B": B too is good on a kernel whose Landlock knows less than the table
 * was written for, or that has none.
 */
static const char *
table_expects(
    const char *step, const char *kind, const char *got, char word[WORD])
{
	size_t column, line;
	char *bar;

	for (column = 0;
	     column < COLUMNS - 1 && strcmp(table.word[0][column], kind) != 0;)
		column++;
	for (line = 1; line < table.lines; line++)
		if (strcmp(table.word[line][0], step) == 0)
			break;
	if (line == table.lines)
		return "no line in the table";
	memcpy(word, table.word[line][column], WORD);
	if ((bar = strchr(word, '|')) == NULL)
		return word;
	*bar = '\0';
	if (fence_version() < FENCE_VERSION_SCOPE && strcmp(got, bar + 1) == 0)
		return bar + 1;
	return word;
}

static long
step_argument(long a)
{
	const long value[] = {prey.pair[0], prey.pair[1], prey.listener,
	    prey.connected, prey.reset, prey.epoll, prey.folder, prey.store,
	    prey.written, prey.memory, prey.sibling, prey.sibling_fd,
	    (long)(intptr_t)prey.page, getpid(), sysconf(_SC_PAGESIZE)};

	return a >= PAIR0 && a <= PAGE_SIZE ? value[a - PAIR0] : a;
}

static void
step_child(const struct kind *k, const struct step *s)
{
	const char *failure;
	long a[6], r;
	int i;

	if (prey_make() == -1) {
		perror("what a process has");
		_exit(NO_SEAL);
	}
	for (i = 0; i < 6; i++)
		a[i] = step_argument(s->args[i]);
	alarm(PATIENCE);
	if ((failure = k->seal()) != NULL) {
		fprintf(stderr, "%s\n", failure);
		_exit(NO_SEAL);
	}
	if (s->run != NULL)
		_exit(s->run());
	r = syscall(s->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	_exit(step_result(r));
}

/* Returns "" when it could not be tried. */
static const char *
step_outcome(const struct kind *k, const struct step *s)
{
	const char *name;
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0)
		step_child(k, s);
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return "";
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS    ? "SIGSYS"
		       : WTERMSIG(status) == SIGALRM ? "hangs"
						     : "signal";
	if (WEXITSTATUS(status) == NO_SEAL)
		return "";
	if (WEXITSTATUS(status) == 0)
		return "ok";
	name = strerrorname_np(WEXITSTATUS(status));
	return name != NULL ? name : "error";
}

/* Every step, from within the seal of k.  Returns how many ended otherwise. */
static int
pass(const struct kind *k, bool print)
{
	const char *expected, *got;
	const struct step *s;
	char word[WORD];
	size_t i, n;
	int wrong = 0, steps = 0;

	if (prey_start() == -1) {
		perror("what steps are aimed at");
		return 1;
	}
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (n = 0; n < all[i]->n; n++, steps++) {
			s = &all[i]->step[n];
			got = step_outcome(k, s);
			expected = table_expects(s->name, k->column, got, word);
			if (print)
				printf("%s %s %s\n", k->column, s->name, got);
			else if (strcmp(got, expected) != 0) {
				printf("%s: %s: %s, not %s\n", k->column,
				    s->name, *got != '\0' ? got : "not tried",
				    expected);
				wrong++;
			}
		}
	printf("%s as %s: %d steps, %d not as the table has them\n", k->column,
	    geteuid() == 0 ? "root" : "an ordinary user", steps, wrong);
	prey_end();
	return wrong;
}

/* Root's second pass is as somebody else. */
static int
pass_as_user(const struct kind *k, bool print)
{
	int status;
	pid_t pid;

	if (geteuid() != 0)
		return pass(k, print);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		if (setgroups(0, NULL) == -1 || setgid(NOBODY) == -1 ||
		    setuid(NOBODY) == -1)
			_exit(1);
		status = pass(k, print) != 0;
		fflush(stdout);
		_exit(status);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char *argv[])
{
	bool print = argc == 2 && strcmp(argv[1], "-p") == 0;
	int wrong = 0, version = fence_version();
	size_t i;

#if defined(SANITIZE) || !defined(__x86_64__)
	/* AddressSanitizer makes calls of its own; the table is x86-64's. */
	return SKIPPED;
#endif
	if (table_read() == -1)
		return EXIT_FAILURE;
	umask(0);
	signal(SIGPIPE, SIG_IGN);
	if (version < FENCE_VERSION_SCOPE)
		printf("this kernel's Landlock is of version %d, not %d: of "
		       "two outcomes in the table either is good\n",
		    version, FENCE_VERSION_SCOPE);
	for (i = 0; i < nkinds; i++) {
		if (geteuid() == 0 && kinds[i].as_root)
			wrong += pass(&kinds[i], print);
		wrong += pass_as_user(&kinds[i], print);
	}
	return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
