/*
 * Wait for the store to change, for time to pass, or for Ctrl-C.
 */
#ifndef WATCH_H
#define WATCH_H

#include "store.h"

enum watch_event {
	WATCH_CHANGE, /* somebody may have written */
	WATCH_TIME,
	WATCH_INTERRUPT /* SIGINT or SIGTERM */
};

struct watch;

/* SIGINT and SIGTERM are held until watch_free.  NULL: no memory. */
struct watch	*watch_new(struct store *);
void	watch_free(struct watch *);
enum watch_event	watch_next(struct watch *, int timeout_ms);

#endif
