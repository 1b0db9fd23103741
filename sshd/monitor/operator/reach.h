/*
 * REACH, JOINED and JUMP_CLOSED: the device and port that an operator's channel
 * is for, and whether they are granted.  For the table in answer.c.
 */
#ifndef REACH_H
#define REACH_H

struct conn;
struct msg;

const char *reach_answer(struct conn *, struct msg *);
const char *reach_joined(struct conn *, struct msg *);
const char *reach_jump_closed(struct conn *, struct msg *);

#endif
