/*
 * The absences of this server.  With several servers on a store only the time
 * counts in which none of them was there.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include "keeper.h"

/* The store is open and this node's row is that of the run before: look at it. */
enum store_result absence_look(struct keeper *);
/* Record the absence since then: call once. */
void	 absence_begin(struct keeper *);
/*
 * At the times of node.alive: the wall clock went on for longer than the keeper
 * did, because the machine or the process was suspended.
 */
void	 absence_check(struct keeper *, int64_t last, int64_t now);
/* et-sshd stops. */
enum store_result absence_stop(struct keeper *);

#endif
