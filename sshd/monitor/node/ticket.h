/*
 * Tickets of other nodes for streams to this one, learnt from the keeper: each is
 * good for one stream, within TICKET_LIFE seconds.
 */
#ifndef TICKET_H
#define TICKET_H

#include <stdbool.h>
#include <stdint.h>

struct monitor;
struct msg_ticket;

#define TICKET_LIFE 30.0 /* s */
#define TICKETS 8192 /* at most; further ones are passed over */

/* False: no memory. */
bool ticket_learn(struct monitor *, const struct msg_ticket *);

/* The ticket of this number, or NULL. */
const struct msg_ticket *ticket_find(const struct monitor *, uint64_t number);

/* Use it: there is none of this number any more.  False: there was none. */
bool ticket_take(struct monitor *, uint64_t number, struct msg_ticket *out);

/* Once a second: drop those that nobody has used in time. */
void ticket_tick(struct monitor *);

void ticket_free_all(struct monitor *);

#endif
