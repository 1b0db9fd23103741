/*
 * Keys in libcrypto's form: EVP_PKEY_fromdata(3).
 */
#ifndef PKEY_H
#define PKEY_H

#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "key.h"

/*
 * A key of this type ("RSA", "EC") from its numbers; selection is
 * EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR.  NULL: they make no key.
 */
EVP_PKEY *pkey_from_params(const char *type, int selection, OSSL_PARAM_BLD *);

/* The public key of a blob that key_parse_blob has checked, or NULL. */
EVP_PKEY *pkey_public(const struct key *);

#endif
