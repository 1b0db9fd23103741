/*
 * REACH, JOINED and JUMP_CLOSED: what an operator's channel leads to, and whether
 * it may.  For the table in answer.c.
 */
#ifndef REACH_H
#define REACH_H

struct conn;
struct msg;

const char *reach_answer(struct conn *, struct msg *);
const char *reach_joined(struct conn *, struct msg *);
const char *reach_jump_closed(struct conn *, struct msg *);

#endif
