/*
 * The host keys: read before privileges are dropped, used in the monitor alone.
 * A worker gets their public halves, and requests each signature.
 */
#ifndef HOSTKEY_H
#define HOSTKEY_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "opensshkey.h"

struct hostkeys;

/*
 * Read every configured host key.  A path that does not exist is skipped if
 * there is another key; what cannot be read, is open to others
 * or holds no unencrypted OpenSSH private key is an error.  Returns NULL and
 * one line in error.
 */
struct hostkeys *hostkey_load(const struct conf *, char error[CONF_ERROR]);
void hostkey_free(struct hostkeys *);

/*
 * Read one private key as host keys are: closed to others, unencrypted.  NULL,
 * or what is wrong.
 */
const char *hostkey_read(const char *path, struct opensshkey *);

size_t hostkey_count(const struct hostkeys *);
/* The i-th path that was skipped, or NULL: no more. */
const char *hostkey_missing(const struct hostkeys *, size_t i);
/* A host key's type ("ssh-rsa") and public blob (RFC 4253, section 6.6). */
const char *hostkey_type(const struct hostkeys *, size_t);
const uint8_t *hostkey_blob(const struct hostkeys *, size_t, size_t *len);

/*
 * All of them for the other nodes, which must have the same: "ed25519 HEX,rsa HEX"
 * with the SHA-256 of each blob, as far as size goes.
 */
void hostkey_list(const struct hostkeys *, char *text, size_t size);

/*
 * Sign data with the key and hash of this algorithm (RFC 8332, RFC 8709,
 * RFC 5656; the bytes as libcrypto makes them: ECDSA in DER).  ssh-rsa (SHA-1)
 * is signed only with compat openwrt-15.05.  Returns the signature's length, or
 * 0: no such key or algorithm, or it failed.
 */
size_t hostkey_sign(const struct hostkeys *, const char *algorithm,
    const uint8_t *data, size_t len, uint8_t *sig, size_t size);

#endif
