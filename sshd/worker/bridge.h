/*
 * A bridge: a stream (stream.h) and a channel (RFC 4254, section 7.2), joined by a
 * relay.  There are three kinds: a connection to a forward, and the two ends
 * of a jump, on the device's side and on the operator's.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

struct stream;
struct msg_accepted;
struct session;

/*
 * Open a channel for the connection that the monitor has accepted, whose stream it
 * is; address is as the peer asked for it.  False: not done, the stream is the
 * caller's.
 */
bool bridge_new(struct session *, const struct msg_accepted *,
    const char *address, struct stream *);

/*
 * Open a channel for the jump of this number, whose stream it is; the monitor
 * hears whether the device has taken it.  False: as above.
 */
bool bridge_join(struct session *, uint32_t port, const char *address,
    struct stream *, uint64_t jump);

/*
 * Accept the operator's channel (the message stays the caller's) for the jump
 * that was asked for with this id, whose stream it is.  False: as above.
 */
bool bridge_accept(struct session *, uint32_t id, ssh_message, struct stream *);

/* End the operator's channel of this jump, if there is one. */
void bridge_close_jump(struct session *, uint32_t id);

/* Move the data of all bridges; free those that have ended. */
void bridge_pump_all(struct session *);

/* End the connections to this port. */
void bridge_close_port(struct session *, uint32_t port);

/* Whether a bridge is open, or being opened. */
bool bridge_any(const struct session *);

/*
 * Free all bridges with their session; the monitor is told its reason, and
 * nothing is sent to the peer.
 */
void bridge_free_all(struct session *);

#endif
