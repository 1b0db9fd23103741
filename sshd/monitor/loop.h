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
 * Connections are given to workers, then the keeper is told what they hold, that a
 * change is applied, and the first time that both are there, clients are let in.
 */
void loop_turn(struct monitor *);

#endif
