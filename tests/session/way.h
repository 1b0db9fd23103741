/*
 * One direction of a connection by aes128-gcm@openssh.com (RFC 5647), with
 * keys that come from a key exchange with SHA-256 (RFC 4253, section 7.2).
 */
#ifndef WAY_H
#define WAY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAY_HEAD 4 /* a packet's length, which is not encrypted */
#define WAY_TAG 16
#define WAY_BLOCK 16
#define WAY_HASH 32

struct way {
	EVP_CIPHER_CTX *ctx; /* NULL: not encrypted */
	uint8_t iv[12];
};

/* K (as an mpint, with its length), H and the session id. */
struct way_secret {
	const uint8_t *k;
	size_t klen;
	uint8_t hash[WAY_HASH];
	uint8_t session[WAY_HASH];
};

/*
 * Keys by the letters of the RFC: 'A' and 'C' from the client to the server,
 * 'B' and 'D' the other way.  One side encrypts, the other decrypts.
 */
void way_make(struct way *, const struct way_secret *, char iv, char key,
    bool encrypt);
void way_free(struct way *);

/* Replace the way that is in use by the next one, which is empty then. */
void way_switch(struct way *now, struct way *next);

/*
 * Encrypt in place what comes after the head, and put the tag behind it; or
 * check the tag and decrypt.  False: it is not good.
 */
bool way_seal(struct way *, const uint8_t *head, uint8_t *bytes, size_t len);
bool way_open(struct way *, const uint8_t *head, uint8_t *bytes, size_t len);

#endif
