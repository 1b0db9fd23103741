/*
 * The monitor's event loop: start, tick, signals, end, and the work of each
 * turn.  No module below calls it; each sets marks on which a turn acts.
 */
#ifndef LOOP_H
#define LOOP_H

struct monitor;

/*
 * Run until SIGTERM or SIGINT.  Main has done all that needs root: conf, log,
 * host keys, listens, launcher.  Returns the exit status.
 */
int loop_run(struct monitor *);

/* et-sshd -t: start a worker, which seals itself.  Returns the exit status. */
int loop_test(struct monitor *);

/*
 * Before each sleep of the loop: act on the marks that were set.  Ended
 * connections are torn down, slots granted, session records and APPLIED sent to
 * the keeper; listening starts once keeper and workers are ready.
 */
void loop_turn(struct monitor *);

#endif
