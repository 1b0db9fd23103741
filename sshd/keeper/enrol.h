/*
 * The registration of devices: their tokens are checked, and their records
 * made.
 */
#ifndef ENROL_H
#define ENROL_H

#include "keeper.h"

struct runner_job;

/*
 * TOKEN: answered when the runner has checked it, or at once when it is busy.
 */
int	 enrol_take_token(struct keeper *);
/* Called when the runner has checked a token; arg is the keeper. */
void	 enrol_checked(void *arg, const struct runner_job *);

/* ENROLL: answered when it is committed, after the changes are sent. */
int	 enrol_take(struct keeper *);

#endif
