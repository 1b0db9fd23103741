/*
 * The worker's event loop.  Events only mark sessions as due (session_due);
 * all work on a session is done in its turn, before the loop waits again.
 */
#ifndef LOOP_H
#define LOOP_H

struct worker;

/*
 * Make a worker on the socket sock, without settings or host keys.  NULL
 * without memory.
 */
struct worker *loop_new(int sock);
void loop_free(struct worker *);

/* Watch the monitor's socket, and give turns once the loop runs. */
void loop_start(struct worker *);

/* Serve until drained or until the monitor ends; returns the exit status. */
int loop_run(struct worker *);

#endif
