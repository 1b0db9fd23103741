/*
 * The monitor's loop: start, tick, signals, end, and what is done once a turn.
 * Nothing below calls it: what a module wants of the loop it marks.
 */
#ifndef LOOP_H
#define LOOP_H

struct monitor;

/*
 * Run until told to stop.  Everything that needs root has been done by main:
 * conf, log, host keys, listens, launcher.  Returns the exit status.
 */
int loop_run(struct monitor *);

/* et-sshd -t: start one worker, which seals itself.  The exit status. */
int loop_test(struct monitor *);

/*
 * Each time before the loop sleeps: act on the marks that were set since.
 * What ends is told, connections are given to workers, the keeper hears what
 * they hold and that a change is applied; clients are let in as soon as keeper
 * and workers are ready.
 */
void loop_turn(struct monitor *);

#endif
