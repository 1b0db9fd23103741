/*
 * direct-tcpip (RFC 4254, section 7.2): an operator's channel to a device.
 * Where it leads the monitor decides; it waits for its answer as long as that
 * takes, and then is a bridge.
 */
#ifndef JUMP_H
#define JUMP_H

#include <libssh/libssh.h>

struct msg;
struct session;

/* A message of libssh's queue; it is taken. */
void jump_request(struct session *, ssh_message);

/* REACHED: a descriptor, or a refusal. */
void jump_answer(struct session *, const struct msg *, int fd);

/* Those that wait end; nothing is sent to the peer. */
void jump_free_all(struct session *);

#endif
