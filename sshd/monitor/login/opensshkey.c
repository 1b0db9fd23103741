#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "opensshkey.h"
#include "pkey.h"
#include "wire.h"

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----"
#define END "-----END OPENSSH PRIVATE KEY-----"
#define MAGIC "openssh-key-v1" /* its NUL counts */
#define ED25519 32 /* bytes of a seed and of a key */
#define RSA_MIN 2048
#define RSA_MAX 8192

static const char not_a_key[] =
    "not an OpenSSH private key "
    "(ssh-keygen -p -N '' -f FILE converts older formats)";

static const char damaged[] = "not an OpenSSH private key: damaged";

/* The base64 between the two lines.  Returns its bytes' number, or 0. */
static size_t
decode_armour(const char *pem, uint8_t *out)
{
	const char *p, *end;
	char *text;
	size_t n = 0;
	int len = -1;

	if ((end = strstr(pem, END)) == NULL ||
	    (text = malloc(OPENSSHKEY_FILE)) == NULL)
		return 0;
	for (p = pem + sizeof(BEGIN) - 1; p < end; p++)
		if (*p != '\r' && *p != '\n')
			text[n++] = *p;
	if (n >= 4 && n % 4 == 0)
		len = EVP_DecodeBlock(out, (uint8_t *)text, (int)n);
	if (len > 0)
		len -= (text[n - 1] == '=') + (text[n - 2] == '=');
	explicit_bzero(text, OPENSSHKEY_FILE);
	free(text);
	return len > 0 ? (size_t)len : 0;
}

/* --- a key of each type ----------------------------------------------- */

/* public, private || public */
static EVP_PKEY *
read_ed25519(struct wire *w)
{
	const uint8_t *pub, *priv;
	size_t publen, privlen;

	if ((pub = wire_string(w, &publen)) == NULL || publen != ED25519 ||
	    (priv = wire_string(w, &privlen)) == NULL ||
	    privlen != 2 * ED25519 || memcmp(priv + ED25519, pub, publen) != 0)
		return NULL;
	return EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, priv, ED25519);
}

/* n, e, d, iqmp, p, q; what libcrypto wants beside it follows from them. */
static EVP_PKEY *
read_rsa(struct wire *w)
{
	static const char *const names[] = {OSSL_PKEY_PARAM_RSA_N,
	    OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
	    OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR1,
	    OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
	    OSSL_PKEY_PARAM_RSA_EXPONENT2};
	enum { N, E, D, IQMP, P, Q, DP, DQ, NUMBERS };
	BIGNUM *bn[NUMBERS] = {NULL};
	BN_CTX *ctx = BN_CTX_secure_new();
	BIGNUM *less = BN_secure_new();
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;
	const uint8_t *s;
	size_t len;
	int i;

	for (i = 0; i < DP; i++) {
		if ((s = wire_string(w, &len)) == NULL || len > RSA_MAX / 8 + 1)
			goto out;
		bn[i] = BN_bin2bn(s, (int)len, NULL);
	}
	bn[DP] = BN_secure_new();
	bn[DQ] = BN_secure_new();
	if (ctx == NULL || less == NULL || bld == NULL ||
	    BN_num_bits(bn[N]) < RSA_MIN || BN_num_bits(bn[N]) > RSA_MAX ||
	    !BN_sub(less, bn[P], BN_value_one()) ||
	    !BN_mod(bn[DP], bn[D], less, ctx) ||
	    !BN_sub(less, bn[Q], BN_value_one()) ||
	    !BN_mod(bn[DQ], bn[D], less, ctx))
		goto out;
	for (i = 0; i < NUMBERS; i++)
		if (OSSL_PARAM_BLD_push_BN(bld, names[i], bn[i]) != 1)
			goto out;
	pkey = pkey_from_params("RSA", EVP_PKEY_KEYPAIR, bld);
out:
	for (i = 0; i < NUMBERS; i++)
		BN_clear_free(bn[i]);
	BN_clear_free(less);
	BN_CTX_free(ctx);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

/* curve, point, scalar */
static EVP_PKEY *
read_p256(struct wire *w)
{
	OSSL_PARAM_BLD *bld = NULL;
	EVP_PKEY *pkey = NULL;
	BIGNUM *d = NULL;
	const uint8_t *point, *scalar;
	size_t pointlen, len;

	if (!wire_is(w, "nistp256") ||
	    (point = wire_string(w, &pointlen)) == NULL ||
	    (scalar = wire_string(w, &len)) == NULL || len > 33)
		return NULL;
	d = BN_bin2bn(scalar, (int)len, NULL);
	bld = OSSL_PARAM_BLD_new();
	if (d != NULL && bld != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, point, pointlen) == 1 &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1)
		pkey = pkey_from_params("EC", EVP_PKEY_KEYPAIR, bld);
	BN_clear_free(d);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

static const struct kind {
	const char *type;
	EVP_PKEY *(*read)(struct wire *);
} kinds[] = {
    {"ssh-ed25519", read_ed25519},
    {"ssh-rsa", read_rsa},
    {"ecdsa-sha2-nistp256", read_p256},
};

/* --- the file --------------------------------------------------------- */

static const char *
read_private(struct opensshkey *k, struct wire *w)
{
	const struct kind *kind = NULL;
	size_t i, n;

	/* Two equal numbers show that nothing had to be decrypted. */
	if (w->left < 8 || memcmp(w->at, w->at + 4, 4) != 0)
		return damaged;
	w->at += 8;
	w->left -= 8;
	if (!wire_text(w, k->type, sizeof(k->type)))
		return damaged;
	n = sizeof(kinds) / sizeof(kinds[0]);
	for (i = 0; i < n && kind == NULL; i++)
		if (strcmp(kinds[i].type, k->type) == 0)
			kind = &kinds[i];
	if (kind == NULL)
		return "unsupported key type: must be ed25519, rsa (2048 bits "
		       "or more) or ecdsa on nistp256";
	k->pkey = kind->read(w);
	return k->pkey != NULL ? NULL : "not a valid key of its type";
}

static const char *
read_file(struct opensshkey *k, struct wire *w)
{
	const uint8_t *s;
	size_t len;
	struct wire inner;

	if (w->left < sizeof(MAGIC) || memcmp(w->at, MAGIC, sizeof(MAGIC)) != 0)
		return damaged;
	w->at += sizeof(MAGIC);
	w->left -= sizeof(MAGIC);
	if (!wire_is(w, "none"))
		return "protected by a passphrase: remove it with "
		       "ssh-keygen -p";
	if (!wire_is(w, "none") || wire_string(w, &len) == NULL ||
	    w->left < 4 || memcmp(w->at, "\0\0\0\1", 4) != 0)
		return damaged;
	w->at += 4;
	w->left -= 4;
	if ((s = wire_string(w, &len)) == NULL || len > sizeof(k->blob))
		return damaged;
	memcpy(k->blob, s, len);
	k->bloblen = len;
	if ((inner.at = wire_string(w, &inner.left)) == NULL)
		return damaged;
	return read_private(k, &inner);
}

const char *
opensshkey_parse(struct opensshkey *k, const char *pem)
{
	struct wire w;
	uint8_t *raw;
	const char *why;

	memset(k, 0, sizeof(*k));
	if (strncmp(pem, BEGIN, sizeof(BEGIN) - 1) != 0)
		return not_a_key;
	if ((raw = malloc(OPENSSHKEY_FILE)) == NULL)
		return "out of memory";
	w.at = raw;
	w.left = decode_armour(pem, raw);
	why = read_file(k, &w);
	explicit_bzero(raw, OPENSSHKEY_FILE);
	free(raw);
	return why;
}
