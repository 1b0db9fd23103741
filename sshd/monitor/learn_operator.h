/*
 * How the keeper's word on operators fills the directory, and ends what it
 * must end.
 */
#ifndef LEARN_OPERATOR_H
#define LEARN_OPERATOR_H

#include <stdint.h>

struct monitor;
struct msg;

/* An operator as it is now.  NULL, or what is wrong with the message. */
const char *learn_operator(struct monitor *, const struct msg *);

/* An operator was removed. */
void learn_operator_gone(struct monitor *, int64_t id);

/* A load is whole: those that it did not name are no more. */
void learn_operator_sweep(struct monitor *);

/* Once a second: those whose time is over have no connection any more. */
void learn_operator_tick(struct monitor *);

#endif
