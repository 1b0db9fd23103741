/*
 * Global requests (RFC 4254 4): tcpip-forward and cancel-tcpip-forward of a
 * device, answered in the order in which they came.
 */
#ifndef GLOBAL_H
#define GLOBAL_H

#include <libssh/libssh.h>

struct msg;
struct session;

/* Take a message of libssh's queue. */
void global_request(struct session *, ssh_message);

/* LISTENING: answer the request that the monitor has granted or refused. */
void global_answer(struct session *, const struct msg *, int fd);

/* Free all requests; nothing is sent to the peer. */
void global_free_all(struct session *);

#endif
