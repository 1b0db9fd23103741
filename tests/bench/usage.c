/*
 * bench-usage cpu|memory|each|quiet pid
 *
 * What the processes below pid use: "cpu" prints the seconds used so far,
 * "memory" prints RSS and PSS in KiB and how many processes there are.
 * "each" prints a line a process: its name, its pid, RSS and the highest RSS
 * so far in KiB, how many descriptors it has open (-1: it is not told).
 * "quiet" waits until a whole second has used less than 10 ms (what was
 * asked for is then done, group commits and dying children included), 15 s
 * at most.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "process.h"

static void
print_cpu(pid_t root)
{
	printf("%.6f\n", process_cpu(root));
}

static void
print_memory(pid_t root)
{
	double rss, pss;
	pid_t *pids;
	size_t n = process_below(root, &pids);

	free(pids);
	process_memory(root, &rss, &pss);
	printf("%.0f %.0f %zu\n", rss, pss, n);
}

static void
print_each(pid_t root)
{
	struct process_state st;
	pid_t *pids;
	size_t i, n = process_below(root, &pids);

	for (i = 0; i < n; i++)
		if (process_state(pids[i], &st) == 0)
			printf("%s %d %ld %ld %d\n", st.name, (int)pids[i],
			    st.rss, st.peak, st.descriptors);
	free(pids);
}

static void
wait_quiet(pid_t root)
{
	const struct timespec tenth = {.tv_nsec = 100000000};
	double cpu, before = process_cpu(root);
	int turns, still = 0;

	for (turns = 0; turns < 150 && still < 10; turns++) {
		nanosleep(&tenth, NULL);
		cpu = process_cpu(root);
		still = cpu - before < 0.001 ? still + 1 : 0;
		before = cpu;
	}
}

static const struct verb {
	const char *name;
	void (*run)(pid_t);
} verbs[] = {
    {"cpu", print_cpu},
    {"memory", print_memory},
    {"each", print_each},
    {"quiet", wait_quiet},
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 3 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		verbs[i].run((pid_t)atoi(argv[2]));
		return 0;
	}
	fprintf(stderr, "usage: bench-usage cpu|memory|each|quiet pid\n");
	return 2;
}
