/*
 * A session in the loop: its beginning, and its turns, in which all of its work
 * is done.
 */
#ifndef SERVE_H
#define SERVE_H

#include <stdint.h>

#include "msg.h"

struct session;
struct worker;

/*
 * Take an accepted descriptor as connection number.  The session owns fd; it
 * ends itself and says BYE when it is over, whatever happens.
 */
void serve_connection(
    struct worker *, uint64_t number, const uint8_t cookie[MSG_COOKIE], int fd);

/*
 * Do all that can be done now: receive, answer, relay, send.  Called by the loop
 * alone, for a session that is due; may free it.
 */
void serve_turn(struct session *);

#endif
