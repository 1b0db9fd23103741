/*
 * This node among those of a shared store: it begins when its name is free and
 * its host keys are those of the others, and again when the store was away.
 */
#ifndef JOIN_H
#define JOIN_H

#include "keeper.h"

/*
 * Begin; the store is open.  STORE_TAKEN: another server of this name may be dead:
 * try again.  STORE_DENIED: this one must not run.  error says why.
 */
enum store_result join_begin(struct keeper *, char error[STORE_ERROR]);
/*
 * Before a write: begin again if the connection is a new one, and load and write
 * all anew if the store may have lost what was written to it.
 */
enum store_result join_resume(struct keeper *);

#endif
