/*
 * What a worker asks, and the answers: the counterpart of worker/ask.c.
 */
#ifndef ANSWER_H
#define ANSWER_H

struct child;
struct msg;
struct role;

extern const struct role answer_role; /* of a worker */

#endif
