/* Requests of a worker, and their answers: the counterpart of worker/ask.c. */
#ifndef ANSWER_H
#define ANSWER_H

#include "child.h"

/* A worker's role, by the pool whose connections it carries. */
extern const struct role answer_roles[POOLS];

#endif
