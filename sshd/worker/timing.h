/*
 * A session has one timer, for what it is about now.
 */
#ifndef TIMING_H
#define TIMING_H

struct session;

void timing_init(struct session *);
void timing_stop(struct session *);

/*
 * Set the timer for what the session is about now: the next keepalive (RFC
 * 4254 leaves it to us), or its end if nothing comes.
 */
void timing_choose(struct session *);

#endif
