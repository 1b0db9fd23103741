/*
 * An SSH client made by hand (RFC 4253), for what no real one would send: it
 * exchanges keys, and then sends whatever payload it is given and hands out
 * what it gets.
 *
 * Its one choice of algorithms: curve25519-sha256, ssh-ed25519 (whose
 * signature is not verified here), aes128-gcm@openssh.com, no compression.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_PAYLOAD 35000 /* of a packet at most (RFC 4253, section 6.1) */

/* The messages that mean something here: RFC 4250, section 4.1.2 */
enum {
	SSH_KEXINIT = 20,
	SSH_NEWKEYS = 21,
	SSH_ECDH_INIT = 30,
	SSH_ECDH_REPLY = 31
};

struct peer;

/*
 * A client on this socket, which is non-blocking and stays the caller's.
 * Polite, it takes part in each key exchange; otherwise it only follows what
 * its caller sends.  NULL without memory.
 */
struct peer *peer_new(int fd);
void peer_free(struct peer *);
void peer_set_polite(struct peer *, bool);

/* Send the version string and KEXINIT; peer_receive does the rest. */
void peer_start(struct peer *);

/* The keys of the first exchange are in use, both ways. */
bool peer_ready(const struct peer *);

/* The server has closed. */
bool peer_closed(const struct peer *);

/* Send one payload in a packet, or bytes without one. */
void peer_send(struct peer *, const void *payload, size_t len);
void peer_send_bytes(struct peer *, const void *bytes, size_t len);

/*
 * The next payload that has arrived, or 0: there is none.  A peer that cannot
 * follow any more, because its caller sent another key or other algorithms
 * than it has, hears no more payloads, but still that the server closes.
 */
size_t peer_receive(struct peer *, uint8_t payload[PEER_PAYLOAD]);

/* Payloads for a key exchange that it can follow.  Returns the length. */
size_t peer_kexinit(uint8_t *out, size_t size);
size_t peer_ecdh_init(uint8_t *out, size_t size);

#endif
