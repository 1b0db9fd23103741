/*
 * What the server has counted since its start: for et-admin status and
 * et-admin metrics.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdint.h>

#define COUNTERS_REASONS 24 /* the last one: all others */
#define COUNTERS_REASON 64 /* bytes of one, cut, and NUL */
#define COUNTERS_WAITS 10 /* bounds of a jump's wait */

struct counters_reason {
	char text[COUNTERS_REASON];
	uint64_t n;
};

struct counters {
	uint64_t connections;
	uint64_t logins;
	uint64_t refused; /* logins */
	struct counters_reason refused_by[COUNTERS_REASONS];
	uint64_t rekeys; /* new keys of connections that were there */
	uint64_t polls;
	uint64_t forwards; /* opened */
	uint64_t forwards_open; /* now */
	uint64_t jumps; /* opened */
	uint64_t jumps_refused;
	uint64_t jump_waits[COUNTERS_WAITS + 1]; /* of opened ones, by bound */
	double jump_wait; /* s, of all that were opened */
	uint64_t commands; /* of operators */
	uint64_t pages; /* of operators */
	uint64_t enrolled; /* devices that registered themselves */
	uint64_t limits; /* times that one was met, logged or not */
	uint64_t bytes_in; /* from clients; of connections that have ended */
	uint64_t bytes_out; /* to clients */
	uint64_t worker_exits; /* crashed, stalled or replaced */
	uint64_t keeper_exits;
};

/* The bounds of jump_waits, s, ascending; the last count is of all above. */
extern const double counters_waits[COUNTERS_WAITS];

/*
 * Count a refused login by its reason.  The first COUNTERS_REASONS - 1 reasons
 * that there are have a count each, so that no client can make more of them.
 */
void counters_refused(struct counters *, const char *reason);

/* Count a jump that was opened after it has waited for so many seconds. */
void counters_jump(struct counters *, double waited);

#endif
