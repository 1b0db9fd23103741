/*
 * Joins one stream (a descriptor, or another relay of this process: stream.h) and
 * one SSH channel, both ways, and knows nothing else.
 *
 * Bounds.  Towards the peer: the stream is read only while the channel's
 * window is open and the session's buffer is empty, at most WORKER_BUFFER at
 * once; what a write leaves over is kept and goes first.  Towards the
 * stream: what it does not take stays in libssh's buffer, whose window
 * (1.25 MiB; 2 MiB from 0.11 on) then stops the peer.  libssh before 0.11 lets
 * a peer ignore that window: past RELAY_QUEUE, which is more than an honest
 * one can reach, the relay gives up, and only this one.
 */
#ifndef RELAY_H
#define RELAY_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

#include "stream.h"

#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 11, 0)
#define RELAY_QUEUE (4 * 1024 * 1024)
#else
#define RELAY_QUEUE (2 * 1024 * 1024)
#endif

struct relay;

enum relay_state {
	RELAY_OPEN,
	RELAY_CLOSED, /* the stream is closed, CLOSE was sent */
	RELAY_GONE /* the peer has sent CLOSE, too */
};

struct relay_use {
	struct stream_use stream; /* called when relay_pump is due */
	uint8_t *buffer; /* shared between relays; relay_size bytes */
	uint32_t size;
	uint64_t *packets; /* counts the data packets received */
	const char *peer; /* the reason of the end when the peer has closed */
};

/*
 * Join a stream (the relay closes it) and a channel (the caller's; it
 * outlives the relay).  The channel need not be open yet: a peer may send its
 * data in the same breath as it opens, or even close.  relay_pump comes only
 * after that.  NULL without memory: the stream is then the caller's.
 */
struct relay *relay_new(
    const struct relay_use *, struct stream *, ssh_channel);
void relay_free(struct relay *);

/*
 * Move what can be moved. congested: the session's buffer is not empty, so the
 * stream is not read.  Never called from a callback.
 */
enum relay_state relay_pump(struct relay *, bool congested);

/*
 * Whether the peer has sent its CLOSE; data before it may still be on its way.
 */
bool relay_peer_closed(const struct relay *);

/*
 * End a relay whose channel is not open yet; the stream's other side hears of
 * it.
 */
void relay_cut(struct relay *);

/* Close both sides now. */
void relay_end(struct relay *, const char *reason);

/*
 * Bytes from the peer and to the peer; the reason of the end (a static string).
 */
uint64_t relay_bytes_in(const struct relay *);
uint64_t relay_bytes_out(const struct relay *);
const char *relay_reason(const struct relay *);

#endif
