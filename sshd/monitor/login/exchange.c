#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "exchange.h"
#include "wire.h"

#define KEXINIT 20 /* RFC 4253 7.1: then the cookie */

static const EVP_MD *
md_of(uint32_t len)
{
	switch (len) {
	case 20:
		return EVP_sha1();
	case 32:
		return EVP_sha256();
	case 48:
		return EVP_sha384();
	case 64:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* V_C, V_S, I_C, I_S, K_S, e, f, K, and nothing behind them. */
static const char *
check_fields(const uint8_t *bytes, size_t size, const uint8_t *cookie)
{
	struct wire w = {.at = bytes, .left = size};
	const uint8_t *s;
	size_t len;
	int i;

	for (i = 0; i < 8; i++) {
		if ((s = wire_string(&w, &len)) == NULL)
			return "not a key exchange";
		if (i != 3)
			continue;
		if (len < 1 + MSG_COOKIE || s[0] != KEXINIT)
			return "not a key exchange";
		if (cookie != NULL && memcmp(s + 1, cookie, MSG_COOKIE) != 0)
			return "not this connection's key exchange";
	}
	return w.left == 0 ? NULL : "not a key exchange";
}

const char *
exchange_hash(const struct msg_sign *sign, const uint8_t *cookie,
    uint8_t hash[MSG_HASH], size_t *len)
{
	const EVP_MD *md = md_of(sign->hash);
	const char *wrong;

	if (md == NULL || sign->len > MSG_EXCHANGE)
		return "not a key exchange";
	if ((wrong = check_fields(sign->exchange, sign->len, cookie)) != NULL)
		return wrong;
	*len = sign->hash;
	if (EVP_Digest(sign->exchange, sign->len, hash, NULL, md, NULL) != 1)
		*len = 0;
	return NULL;
}
