/*
 * The store's part of a restore, in a process of its own that becomes the
 * store's owner (owner.h).  While it lives, no server runs on the store.
 */
#ifndef RESTORE_STORE_H
#define RESTORE_STORE_H

#include "apart.h"
#include "archive.h"
#include "plan.h"

struct restore_store {
	struct apart	process;
	int		fd;		/* to the process; -1 */
};

/*
 * Start it for the store at url, whose suffix for what it replaces is that.
 * ADMIN_FAILED has been said: a server runs there, or there is a store and
 * force is not set.  End it with restore_store_end in any case.
 */
enum admin_exit	restore_store_begin(struct restore_store *, const char *url,
    const char *suffix, bool force);

/*
 * Read the store from a backup; it is sound, and lies beside its place.
 */
enum admin_exit	restore_store_unpack(struct restore_store *, int archive,
    const char *name, const struct member *);

/* Remove what was unpacked. */
void		restore_store_drop(struct restore_store *);

/* The store that was unpacked, in this run or before, goes to its place. */
enum admin_exit	restore_store_move(struct restore_store *);

/* Servers may run again. */
void		restore_store_end(struct restore_store *);

#endif
