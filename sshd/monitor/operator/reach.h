/*
 * REACH, JOINED and JUMP_CLOSED of a worker, for the table in answer.c.
 */
#ifndef REACH_H
#define REACH_H

struct conn;
struct msg;

const char *reach_answer(struct conn *, struct msg *);
const char *reach_joined(struct conn *, struct msg *);
const char *reach_jump_closed(struct conn *, struct msg *);

#endif
