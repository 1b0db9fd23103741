/*
 * The event log's chain and signatures, as et-sshd writes and et-admin checks
 * them (event-log-seal).  A line has as "prev" the SHA-256 of the line before,
 * without its newline; an event "log.seal" has as "sig" a signature (Ed25519)
 * of itself and, by its "prev", of all lines before.
 */
#ifndef LOG_SEAL_H
#define LOG_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "key.h"

#define LOG_SEAL_HEX	65	/* SHA-256 in hexadecimal, with its end */
#define LOG_SEAL_SIG	89	/* a signature in base64, with its end */
/* The "prev" of a chain's first line. */
#define LOG_SEAL_NONE \
	"0000000000000000000000000000000000000000000000000000000000000000"

struct log_seal { /* what is signed: fields of log.seal */
	const char	*node;
	const char	*ts;
	const char	*reason;
	int64_t		seq;	/* lines of this process so far */
	const char	*prev;
};

void	log_seal_hash(const void *line, size_t len, char hex[LOG_SEAL_HEX]);
/* The "prev" of a line whose digest is known. */
void	log_seal_hex(const uint8_t digest[32], char hex[LOG_SEAL_HEX]);

/* Sign; false: this key cannot sign so, or memory is out. */
bool	log_seal_sign(const struct log_seal *, EVP_PKEY *, char sig[LOG_SEAL_SIG]);

/*
 * Whether sig (base64) is this key's signature of the lines.  Only Ed25519 keys
 * sign.
 */
bool	log_seal_verify(const struct log_seal *, const struct key *, const char *sig);

#endif
