/*
 * What all processes below one have used, from proc(5).
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <sys/types.h>

#include <stddef.h>

/*
 * The processes below root (not root itself), children before grandchildren.
 * Returns how many; *pids is to be freed.
 */
size_t	process_below(pid_t root, pid_t **pids);

/*
 * Seconds of processor time, user and system, of everything that ever ran
 * below root: the CPU clocks of the living, what they have reaped, and what
 * root has reaped.  The living are exact to the nanosecond, the reaped to
 * a clock tick for each reaper.  Ask when nothing is about to end.
 */
double	process_cpu(pid_t root);

/*
 * Resident memory in KiB below root: rss counts a shared page once for each
 * process, pss once for all.  pss is -1 when the kernel does not tell.
 */
void	process_memory(pid_t root, double *rss, double *pss);

/* One process: memory in KiB, now and at most so far. */
struct process_state {
	char	 name[32];
	long	 rss;
	long	 peak;
	int	 descriptors;	/* -1: only root may know */
};

/* Returns 0, or -1 when it is gone. */
int	process_state(pid_t, struct process_state *);

void	process_kill_below(pid_t root, int sig);

#endif
