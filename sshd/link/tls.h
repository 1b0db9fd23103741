/*
 * One connection's TLS, by libssl: version 1.3 alone (RFC 8446), with one
 * external PSK and an ephemeral key exchange (psk_dhe_ke), the ticket's number
 * as identity and its secret as key, TLS_AES_128_GCM_SHA256.  There is no
 * certificate, no session ticket, no resumption and no early data.
 */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

struct tls;
struct tls_roles; /* what connections share */

enum tls_result {
	TLS_DONE,
	TLS_AGAIN, /* later: see tls_waits */
	TLS_ENDED, /* the peer has sent close_notify, and sends no more */
	TLS_FAILED /* the connection is of no use: see tls_reason */
};

/* NULL: libssl does not start, or lacks what is needed. */
struct tls_roles *tls_roles_new(void);
void tls_roles_free(struct tls_roles *);

/*
 * Whether two of these connections reach each other.  It also loads what libssl
 * and libcrypto load at their first use, which they cannot once sealed.
 */
bool tls_roles_work(struct tls_roles *);

struct tls_key {
	uint64_t number;
	uint8_t secret[MSG_TICKET_SECRET];
};

/*
 * The client's or the server's side of the connection fd, which stays the
 * caller's.  hello holds the bytes that were read from it already.  Returns
 * NULL without memory.
 */
struct tls *tls_connect(struct tls_roles *, int fd, const struct tls_key *);
struct tls *tls_accept(struct tls_roles *, int fd, const struct tls_key *,
    const uint8_t *hello, size_t size);
void tls_free(struct tls *);

/* Go on with the handshake. */
enum tls_result tls_handshake(struct tls *);

/* Read up to size bytes; *n is how many came, more than 0 with TLS_DONE. */
enum tls_result tls_read(struct tls *, void *, size_t size, size_t *n);

/*
 * Write from these len bytes; *n is how many were taken.  After TLS_AGAIN the
 * next call must offer the same bytes, or these and more.
 */
enum tls_result tls_write(struct tls *, const void *, size_t len, size_t *n);

/* Send close_notify: nothing more is written.  All must have been taken. */
enum tls_result tls_shut(struct tls *);

/*
 * The connection's descriptor is readable: until this is told after a
 * TLS_AGAIN, reads do not look at it again.
 */
void tls_readable(struct tls *);

/* Whether bytes that were read from the descriptor are not processed yet. */
bool tls_pending(const struct tls *);

/* Whether the last TLS_AGAIN of a write awaits that the descriptor takes more. */
bool tls_waits_write(const struct tls *);

/* Why it failed, as a static string. */
const char *tls_reason(const struct tls *);

#endif
