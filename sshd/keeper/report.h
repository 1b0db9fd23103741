/*
 * How the store is, for the monitor.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "keeper.h"

/* How the store is, in a word for people or "". */
void	 report_state(struct keeper *, bool ok, bool fatal,
    const char *reason);

/*
 * How a read or a write went.  A failure is reported once, and so is its end.
 * The two fail apart: with a full disk the directory is as fresh as can be.
 */
void	 report_read(struct keeper *, enum store_result);
void	 report_write(struct keeper *, enum store_result);

/*
 * Why the store cannot be used; the loop ends.  et-sshd gives up at its own
 * start, and later starts another keeper.
 */
void	 report_refusal(struct keeper *, const char *reason);

#endif
