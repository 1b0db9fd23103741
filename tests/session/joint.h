/*
 * What et-sshd joins two workers by for a jump: socketpairs, of which the
 * worker gets one end.  Here somebody else has the other one.
 */
#ifndef JOINT_H
#define JOINT_H

#include <stdbool.h>
#include <stdint.h>

#define JOINTS 64

struct joints {
	struct joint {
		uint64_t id; /* 0: free */
		int fd; /* the other end */
	} list[JOINTS];
};

/* The worker's end, the caller's to close; -1: there are too many. */
int joint_open(struct joints *, uint64_t id);

/* False: there is none. */
bool joint_close(struct joints *, uint64_t id);
void joint_close_all(struct joints *);

bool joint_any(const struct joints *);

/* Its other end says no more, and hears no more. */
void joint_shut(struct joints *, uint64_t id);

/* The lowest id that is open; 0: there is none. */
uint64_t joint_first(const struct joints *);

/* A duplicate of its other end; -1: there is none. */
int joint_other_end(struct joints *, uint64_t id);

#endif
