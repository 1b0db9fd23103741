/*
 * Streams of other nodes to a device's tunnel on this one.  The peer has to prove
 * a ticket that the store told of; then a jump is joined with a channel of the
 * device (JOIN), and a connection to a forward is given to it (ACCEPTED).
 */
#ifndef RELAY_IN_H
#define RELAY_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

struct conn;
struct monitor;
struct relayed;
struct source;
struct tunnel;

#define RELAY_IN_WAITING 256 /* that wait for their ticket to be learnt */

/*
 * A connection to node-listen of this source (srclimit_enter), which is taken; fd
 * is the caller's.  False: there is no room for it.
 */
bool relay_in_new(struct monitor *, int fd, struct source *);

/* LINK_ASK, LINK_OPEN.  NULL, or what is wrong with it. */
const char *relay_in_ask(struct monitor *, const struct msg_link *);
const char *relay_in_open(struct monitor *, const struct msg_link *);

/* A ticket was learnt: whoever has named it gets its key. */
void relay_in_ticket(struct monitor *, uint64_t number);

/*
 * A device's connection has answered a JOIN of this number.  False: it is none of
 * these.  *wrong: what is wrong with the answer, which ends the worker.
 */
bool relay_in_joined(struct conn *device, uint64_t number, uint32_t result,
    const char **wrong);

/* A tunnel closes (struct wanted_watch): jumps through it end. */
void relay_in_tunnel_closed(const struct tunnel *);

/* The link has closed it (reason is clean), or is gone: it is freed. */
void relay_in_closed(
    struct relayed *, const struct msg_link_closed *, const char *reason);

/* Once a second: those that take too long. */
void relay_in_tick(struct relayed *);

#endif
