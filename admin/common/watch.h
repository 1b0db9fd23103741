/*
 * Wait for the store to change, for time to pass, or for Ctrl-C.
 */
#ifndef WATCH_H
#define WATCH_H

#include "store.h"

enum watch_event {
	WATCH_CHANGE, /* somebody may have written */
	WATCH_TIME,
	WATCH_INTERRUPT, /* SIGINT or SIGTERM */
	WATCH_INPUT, /* see watch_screen */
	WATCH_RESIZE
};

struct watch;

/* SIGINT and SIGTERM are held until watch_free.  NULL: no memory. */
struct watch	*watch_new(struct store *);
void	watch_free(struct watch *);
/*
 * Also hear of what can be read from input (-1: not any more), of SIGWINCH, and
 * of SIGHUP as an interrupt.
 */
void	watch_screen(struct watch *, int input);
enum watch_event	watch_next(struct watch *, int timeout_ms);

#endif
