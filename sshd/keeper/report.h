/* Reports the state of the store to the monitor. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "keeper.h"

/* Report the store's state; reason is one line for people, or "". */
void	 report_state(struct keeper *, bool ok, bool fatal,
    const char *reason);

/*
 * Report the result of a read or a write.  A failure is reported once, and so
 * is its end.  Reads and writes fail apart: with a full disk the directory is
 * as fresh as can be.
 */
void	 report_read(struct keeper *, enum store_result);
void	 report_write(struct keeper *, enum store_result);

/*
 * Whether the monitor may be told that its directory is fresh.  A node of several
 * that could not read or write for 15 s is reported to have lost the store, once;
 * reads alone do not keep it fresh, since the others take it for dead.
 */
bool	 report_fine(struct keeper *);

/*
 * Report that the store cannot be used, and leave the loop. et-sshd gives up at
 * its own start, and later starts another keeper.
 */
void	 report_refusal(struct keeper *, const char *reason);

#endif
