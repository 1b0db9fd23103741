/*
 * A device's tcpip-forward request (LISTEN).  Of several nodes, the one that the
 * device asks may hear of a wish after the device does: what is not listed is asked
 * again until LISTEN_LATE has passed.
 */
#ifndef ANSWER_LISTEN_H
#define ANSWER_LISTEN_H

#define LISTEN_LATE 2.0 /* s */

struct conn;
struct monitor;
struct msg;

/* LISTEN, for the table in answer.c. */
const char *answer_listen(struct conn *, struct msg *);

/* A wish was learnt, and once a second: ask again. */
void answer_listen_again(struct monitor *);

/* At the end. */
void answer_listen_free(struct monitor *);

#endif
