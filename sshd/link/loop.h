/*
 * The event loop of a link.
 */
#ifndef LOOP_H
#define LOOP_H

struct link;

/* sock is the monitor's.  NULL without memory or descriptors. */
struct link *loop_new(int sock);
void loop_free(struct link *);

/* Tell the monitor READY, and run until it is gone.  Returns the exit status. */
int loop_run(struct link *);

#endif
