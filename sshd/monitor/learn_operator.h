/*
 * The keeper's records of operators: they fill the directory, and end sessions,
 * commands and forwards that are no longer allowed.
 */
#ifndef LEARN_OPERATOR_H
#define LEARN_OPERATOR_H

#include <stdint.h>

struct monitor;
struct msg;

/* Take in a record.  Returns NULL, or what is wrong with the message. */
const char *learn_operator(struct monitor *, const struct msg *);

/* The operator was removed: end all that it has. */
void learn_operator_gone(struct monitor *, int64_t id);

/* After a load: remove operators that it did not have. */
void learn_operator_sweep(struct monitor *);

/* Once a second: end connections of operators that have expired. */
void learn_operator_tick(struct monitor *);

#endif
