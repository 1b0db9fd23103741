/*
 * The monitor's answers to requests of workers (worker/ask.c).
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "child.h"

/* The role of a worker, by the pool whose connections it has. */
extern const struct role answer_roles[POOLS];

#endif
