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

/* A forward was granted; address is as the peer gave it.  False without memory. */
bool forward_add(struct session *, uint32_t port, const char *address);

/* The peer cancels a forward (RFC 4254 7.1).  False: there is none. */
bool forward_cancel(struct session *, uint32_t port);

/* Is there a forward of this port? */
bool forward_any_of(const struct session *, uint32_t port);

/* ACCEPTED: a connection to a forward. */
void forward_accepted(struct session *, const struct msg *, int fd);

/* JOIN: a jump comes by a forward. */
void forward_join(struct session *, const struct msg *, int fd);

/* UNLISTEN: the forward and its connections end. */
void forward_unlisten(struct session *, const struct msg *, int fd);

/* Is a forward or a bridge open, or asked for? */
bool forward_any(const struct session *);

void forward_free_all(struct session *);

#endif
