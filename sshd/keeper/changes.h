/*
 * The directory, and what changes in it, for the monitor.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "keeper.h"

/* Send the whole directory and LOADED. */
enum store_result changes_load(struct keeper *);
/* Do so again: LOADING comes before.  keeper.reload until it is done. */
enum store_result changes_reload(struct keeper *);
/* Send the changes since, and CHANGED if there are any. */
enum store_result changes_send(struct keeper *);

#endif
