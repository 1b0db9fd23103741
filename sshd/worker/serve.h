/*
 * A session in the loop: its beginning, and its turns, which do all of its
 * work.
 */
#ifndef SERVE_H
#define SERVE_H

#include <stdint.h>

#include "msg.h"

struct session;
struct worker;

/*
 * Take an accepted descriptor as connection number.  The session owns fd, and
 * ends with BYE, whatever happens.
 */
void serve_connection(
    struct worker *, uint64_t number, const uint8_t cookie[MSG_COOKIE], int fd);

/*
 * Give a session that is due its turn: receive, answer, relay, send.  Called by
 * the loop alone; may free the session.
 */
void serve_turn(struct session *);

#endif
