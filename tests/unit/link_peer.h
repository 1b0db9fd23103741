/*
 * A peer of a real et-sshd-link, with libssl: a client or a server that may do
 * what another et-sshd-link never does.
 */
#ifndef LINK_PEER_H
#define LINK_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/ssl.h>

#define PEER_SECRET 0x5a /* each byte of a ticket's key */

struct peer {
	int fd;
	int theirs; /* the other end, for the link */
	SSL_CTX *ctx;
	SSL *ssl;
	const char *identity; /* NULL: it has no PSK */
	uint8_t secret; /* each byte of it */
	uint32_t early; /* bytes of early data that it may send */
};

/* A TCP connection; its peer is a client or a server of TLS. */
void peer_new(struct peer *, bool server, const char *identity);
void peer_free(struct peer *);

/* Go on as long as nothing is to be awaited.  The result is libssl's. */
int peer_handshake(struct peer *);

/* Until it is done, or has failed: then false. */
bool peer_shake(struct peer *);

/* Give a server a certificate of its own. */
void peer_certify(struct peer *);

/* Write all; false: the other side is gone. */
bool peer_write(struct peer *, const void *, size_t len);
/* Read that many bytes, or fail. */
void peer_read(struct peer *, void *, size_t size);

/* Many key updates at once, which SSL_key_update does not do. */
bool peer_update_keys(struct peer *, int times);

#endif
