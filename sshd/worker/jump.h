/*
 * direct-tcpip (RFC 4254, section 7.2): an operator's channel to a device.
 * The monitor decides where it leads; the channel waits for its answer as long
 * as that takes, and then is a bridge.
 */
#ifndef JUMP_H
#define JUMP_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

struct stream;
struct msg;
struct session;

/* A message of libssh's queue; it is taken. */
void jump_request(struct session *, ssh_message);

/*
 * The channel of this id, if it waits, gets this stream when REACHED comes.
 * False: it does not, and the stream is the caller's.
 */
bool jump_offer(struct session *, uint32_t id, struct stream *);

/* REACHED: a descriptor, or what was offered, or a refusal. */
void jump_answer(struct session *, const struct msg *, int fd);

/* JUMP_CLOSE: what was offered, or is open, ends. */
void jump_close(struct session *, const struct msg *, int fd);

/* All jumps that wait end; nothing is sent to the peer. */
void jump_free_all(struct session *);

#endif
