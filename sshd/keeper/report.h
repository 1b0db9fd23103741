/*
 * What the keeper tells the monitor of the store and of itself.
 */
#ifndef TELL_H
#define TELL_H

#include <stdbool.h>

#include "keeper.h"

/*
 * Send one message and wait while the monitor is slow; it always reads.
 * Returns 0, or -1: it is gone, and the loop will end.
 */
int tell(struct keeper *, const struct msg *);

/*
 * Tell one record: with others like it, when there are enough of them or
 * before anything else is told.  Returns as tell does.
 */
int tell_device(struct keeper *, const struct msg_device *);
int tell_key(struct keeper *, const struct msg_key_of *);

/* How the store is, in a word for people or "". */
void tell_state(struct keeper *, bool ok, bool fatal, const char *reason);

/*
 * How a read or a write went.  A failure is told once, and so is its end.
 * They fail apart: with a full disk the directory is as fresh as can be.
 */
void tell_read(struct keeper *, enum store_result);
void tell_write(struct keeper *, enum store_result);

/*
 * Why the store cannot be used; the loop ends.  et-sshd gives up at its own
 * start, and later starts another keeper.
 */
void tell_refusal(struct keeper *, const char *reason);

#endif
