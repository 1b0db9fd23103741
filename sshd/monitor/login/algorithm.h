/*
 * Public key algorithms that sign: RFC 8332, RFC 8709, RFC 5656.
 */
#ifndef ALGORITHM_H
#define ALGORITHM_H

#include <stdbool.h>

#include <openssl/evp.h>

struct algorithm {
	const char *name; /* of the signature: "rsa-sha2-512" */
	const char *type; /* of the key: "ssh-rsa" */
	const char *md; /* NULL: the key's own */
	bool compat; /* with compat openwrt-15.05 only */
};

/* NULL: none of this name. */
const struct algorithm *algorithm_find(const char *name);

/* The algorithm's hash for libcrypto; NULL for Ed25519. */
const EVP_MD *algorithm_md(const struct algorithm *);

#endif
