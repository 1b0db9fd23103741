/*
 * Reverse forwards (RFC 4254 7) that were granted (global.h has the requests).
 * The monitor decides what is bound, listens there and passes each connection;
 * bridge.h has them.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <stdbool.h>
#include <stdint.h>

struct msg;
struct session;

/*
 * Note a forward that was granted; address is as the peer gave it.  False
 * without memory.
 */
bool forward_add(struct session *, uint32_t port, const char *address);

/* Cancel a forward for the peer (RFC 4254 7.1).  False: there is none. */
bool forward_cancel(struct session *, uint32_t port);

/* Whether there is a forward of this port. */
bool forward_any_of(const struct session *, uint32_t port);

/* ACCEPTED: open a channel for a connection to a forward. */
void forward_accepted(struct session *, const struct msg *, int fd);

/* JOIN: open a channel for a jump. */
void forward_join(struct session *, const struct msg *, int fd);

/* UNLISTEN: end the forward and its connections. */
void forward_unlisten(struct session *, const struct msg *, int fd);

/* Whether a forward or a bridge is open, or asked for. */
bool forward_any(const struct session *);

void forward_free_all(struct session *);

#endif
