/*
 * Reverse forwards (RFC 4254 7).  The monitor decides what is bound, listens
 * there and passes each connection; bridge.h has them.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <libssh/libssh.h>
#include <stdbool.h>

struct msg;
struct session;

/*
 * tcpip-forward or cancel-tcpip-forward from libssh's queue; it is taken.
 * They are answered in the order in which they came.
 */
void forward_request(struct session *, ssh_message);

/* LISTENING: granted, or refused. */
void forward_answer(struct session *, const struct msg *, int fd);

/* ACCEPTED: a connection to a forward. */
void forward_accepted(struct session *, const struct msg *, int fd);

/* JOIN: a jump comes by this forward. */
void forward_join(struct session *, const struct msg *, int fd);

/* UNLISTEN: the forward and its connections end. */
void forward_unlisten(struct session *, const struct msg *, int fd);

/* Is a forward or a bridge open, or asked for? */
bool forward_any(const struct session *);

/* All end, with this reason; nothing is sent to the peer. */
void forward_free_all(struct session *, const char *reason);

#endif
