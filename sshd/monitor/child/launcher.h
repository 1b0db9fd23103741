/*
 * The launcher's own process, which launch.c forks and asks.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include "launch.h"

#define LAUNCHER_CHILDREN 1024 /* at once: workers, those that drain, keeper */
#define LAUNCHER_KILL LAUNCH_ROLES

/* A request of the monitor; the child's socket comes with it (SCM_RIGHTS). */
struct launcher_request {
	uint32_t role; /* LAUNCHER_KILL: end the child of this tag */
	uint32_t tag;
};

struct launcher {
	int sock; /* to the monitor */
	struct account account;
	enum store_reach reach;
	int binary[LAUNCH_ROLES]; /* the programs, opened */
	struct {
		pid_t pid; /* 0: free */
		uint32_t tag;
	} children[LAUNCHER_CHILDREN];
};

/* The files of the programs, as they are installed. */
extern const char *const launcher_names[LAUNCH_ROLES];

/* Serve the monitor until it is gone, then end what is left.  No return. */
_Noreturn void launcher_main(struct launcher *, const struct account *);

#endif
