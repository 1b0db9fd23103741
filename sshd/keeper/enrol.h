/*
 * Devices that register themselves: their tokens are checked, and the devices
 * made.
 */
#ifndef ENROL_H
#define ENROL_H

#include "keeper.h"

struct runner_job;

/* TOKEN: answered when the runner is done with it, or at once when busy. */
int	 enrol_take_token(struct keeper *);
/* The runner is done; arg is the keeper. */
void	 enrol_checked(void *arg, const struct runner_job *);

/* ENROLL: answered when it is committed, after what it changed is sent. */
int	 enrol_take(struct keeper *);

#endif
