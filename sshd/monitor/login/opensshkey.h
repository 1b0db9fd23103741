/*
 * OpenSSH's private key file (PROTOCOL.key), without a passphrase: read into
 * libcrypto's form, and its public half as a blob (RFC 4253, section 6.6).
 */
#ifndef OPENSSHKEY_H
#define OPENSSHKEY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "msg.h"

#define OPENSSHKEY_FILE 16384 /* bytes, that a file has at most */

struct opensshkey {
	EVP_PKEY *pkey; /* the caller's: EVP_PKEY_free */
	char type[MSG_ALGO]; /* "ssh-ed25519", "ssh-rsa", ... */
	uint8_t blob[MSG_KEY];
	size_t bloblen;
};

/*
 * Ed25519, RSA of 2048 to 8192 bits, ECDSA on NIST P-256.  Returns NULL, or
 * why it cannot be used.  What was decoded on the way is wiped.
 */
const char *opensshkey_parse(struct opensshkey *, const char *pem);

#endif
