#include "config.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "pkey.h"
#include "wire.h"

EVP_PKEY *
pkey_from_params(const char *type, int selection, OSSL_PARAM_BLD *bld)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, selection, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params); /* clears what was pushed as secure */
	return pkey;
}

static EVP_PKEY *
public_rsa(struct wire *w)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *e = NULL, *n = NULL;
	EVP_PKEY *pkey = NULL;
	const uint8_t *es, *ns;
	size_t elen, nlen;

	if (bld != NULL && (es = wire_string(w, &elen)) != NULL &&
	    (ns = wire_string(w, &nlen)) != NULL &&
	    (e = BN_bin2bn(es, (int)elen, NULL)) != NULL &&
	    (n = BN_bin2bn(ns, (int)nlen, NULL)) != NULL &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		pkey = pkey_from_params("RSA", EVP_PKEY_PUBLIC_KEY, bld);
	BN_free(e);
	BN_free(n);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

static EVP_PKEY *
public_p256(struct wire *w)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;
	const uint8_t *q;
	size_t len;

	if (bld != NULL && wire_is(w, "nistp256") &&
	    (q = wire_string(w, &len)) != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, q, len) == 1)
		pkey = pkey_from_params("EC", EVP_PKEY_PUBLIC_KEY, bld);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

static EVP_PKEY *
public_ed25519(struct wire *w)
{
	const uint8_t *s;
	size_t len;

	if ((s = wire_string(w, &len)) == NULL)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, s, len);
}

EVP_PKEY *
pkey_public(const struct key *key)
{
	struct wire w = {.at = key->blob, .left = key->bloblen};
	size_t len;

	wire_string(&w, &len);
	if (strcmp(key->type, "ssh-ed25519") == 0)
		return public_ed25519(&w);
	if (strcmp(key->type, "ssh-rsa") == 0)
		return public_rsa(&w);
	return public_p256(&w);
}
