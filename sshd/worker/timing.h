/* A session's one timer. */
#ifndef TIMING_H
#define TIMING_H

struct session;

void timing_init(struct session *);
void timing_stop(struct session *);

/*
 * Set the timer for what the session waits for: the next keepalive (RFC 4254
 * leaves them to the server), or the end if nothing comes.
 */
void timing_choose(struct session *);

#endif
