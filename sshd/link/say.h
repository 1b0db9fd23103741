/*
 * Messages to the monitor.  The link ends when the monitor is gone.
 */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

struct link;

void say_ready(struct link *);
void say_pong(struct link *);
void say_ask(struct link *, uint64_t id, uint64_t number);
void say_open(struct link *, uint64_t id);
void say_answer(struct link *, uint64_t id, enum msg_link_result);

/* The last message of a stream.  reason is cut to fit. */
void say_closed(struct link *, uint64_t id, uint64_t bytes_in,
    uint64_t bytes_out, bool stranger, const char *reason);

#endif
