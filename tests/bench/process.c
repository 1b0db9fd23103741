#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

struct stat_line {
	pid_t parent;
	double own; /* s, of the process */
	double reaped; /* s, of children it has waited for */
};

static int
stat_read(pid_t pid, struct stat_line *st)
{
	unsigned long ut, st_, cut, cst;
	double tick = (double)sysconf(_SC_CLK_TCK);
	char path[64], line[1024], *p;
	FILE *f;
	int parent, n = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return -1;
	/* The name may hold anything: read on after the last bracket. */
	if (fgets(line, sizeof(line), f) != NULL &&
	    (p = strrchr(line, ')')) != NULL)
		n = sscanf(p + 1,
		    " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u"
		    " %lu %lu %lu %lu",
		    &parent, &ut, &st_, &cut, &cst);
	fclose(f);
	if (n != 5)
		return -1;
	st->parent = parent;
	st->own = (double)(ut + st_) / tick;
	st->reaped = (double)(cut + cst) / tick;
	return 0;
}

struct pair {
	pid_t pid;
	pid_t parent;
};

/* Every process and its parent.  Returns how many. */
static size_t
all_processes(struct pair **all)
{
	struct stat_line st;
	struct dirent *e;
	struct pair *grown;
	size_t n = 0, room = 0;
	DIR *d = opendir("/proc");

	*all = NULL;
	while (d != NULL && (e = readdir(d)) != NULL) {
		pid_t pid = (pid_t)atoi(e->d_name);

		if (!isdigit((unsigned char)e->d_name[0]) ||
		    stat_read(pid, &st) == -1)
			continue;
		if (n == room) {
			room = room * 2 + 256;
			grown = realloc(*all, room * sizeof(**all));
			if (grown == NULL)
				break;
			*all = grown;
		}
		(*all)[n].pid = pid;
		(*all)[n++].parent = st.parent;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

size_t
process_below(pid_t root, pid_t **pids)
{
	struct pair *all;
	size_t i, n = all_processes(&all), found = 0, next = 0;
	pid_t parent = root;

	*pids = calloc(n + 1, sizeof(**pids));
	while (*pids != NULL) {
		for (i = 0; i < n; i++)
			if (all[i].parent == parent)
				(*pids)[found++] = all[i].pid;
		if (next == found)
			break;
		parent = (*pids)[next++];
	}
	free(all);
	return found;
}

/* The living process's clock counts nanoseconds; stat only ticks. */
static double
own_cpu(pid_t pid, double fallback)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &ts) == -1)
		return fallback;
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double
process_cpu(pid_t root)
{
	struct stat_line st;
	pid_t *pids;
	size_t i, n = process_below(root, &pids);
	double sum = 0;

	for (i = 0; i < n; i++)
		if (stat_read(pids[i], &st) == 0)
			sum += own_cpu(pids[i], st.own) + st.reaped;
	if (stat_read(root, &st) == 0)
		sum += st.reaped;
	free(pids);
	return sum;
}

static void
add_rollup(FILE *f, double *rss, double *pss)
{
	unsigned long kib;
	char line[256];

	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Rss: %lu kB", &kib) == 1)
			*rss += (double)kib;
		else if (sscanf(line, "Pss: %lu kB", &kib) == 1)
			*pss += (double)kib;
	}
}

static void
add_statm(pid_t pid, double *rss)
{
	char path[64];
	unsigned long pages;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return;
	if (fscanf(f, "%*u %lu", &pages) == 1)
		*rss += (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
	fclose(f);
}

void
process_memory(pid_t root, double *rss, double *pss)
{
	char path[64];
	pid_t *pids;
	size_t i, n = process_below(root, &pids), hidden = 0;
	double before;
	FILE *f;

	*rss = *pss = 0;
	for (i = 0; i < n; i++) {
		snprintf(
		    path, sizeof(path), "/proc/%d/smaps_rollup", (int)pids[i]);
		before = *rss;
		if ((f = fopen(path, "re")) != NULL) {
			add_rollup(f, rss, pss);
			fclose(f);
		}
		if (*rss <= before) {
			add_statm(pids[i], rss);
			hidden++;
		}
	}
	if (hidden > 0)
		*pss = -1;
	free(pids);
}

static int
count_descriptors(pid_t pid)
{
	char path[64];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	if ((d = opendir(path)) == NULL)
		return -1;
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

int
process_state(pid_t pid, struct process_state *st)
{
	char path[64], line[256];
	FILE *f;

	memset(st, 0, sizeof(*st));
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return -1;
	while (fgets(line, sizeof(line), f) != NULL) {
		(void)sscanf(line, "Name: %31s", st->name);
		(void)sscanf(line, "VmRSS: %ld", &st->rss);
		(void)sscanf(line, "VmHWM: %ld", &st->peak);
	}
	fclose(f);
	st->descriptors = count_descriptors(pid);
	return 0;
}

void
process_kill_below(pid_t root, int sig)
{
	pid_t *pids;
	size_t i, n = process_below(root, &pids);

	for (i = 0; i < n; i++)
		kill(pids[i], sig);
	free(pids);
}
