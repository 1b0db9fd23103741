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

/* Take a message of libssh's queue. */
void jump_request(struct session *, ssh_message);

/*
 * Offer a stream to the channel of this id, to be accepted with when REACHED
 * comes.  False: no such channel waits, and the stream is the caller's.
 */
bool jump_offer(struct session *, uint32_t id, struct stream *);

/*
 * REACHED: accept the channel with the descriptor or the stream offered, or
 * refuse it.
 */
void jump_answer(struct session *, const struct msg *, int fd);

/* JUMP_CLOSE: withdraw the stream offered, or end the jump that is open. */
void jump_close(struct session *, const struct msg *, int fd);

/* Free all jumps that wait; nothing is sent to the peer. */
void jump_free_all(struct session *);

#endif
