#include "config.h"

#include <dlfcn.h>
#include <string.h>

#include <openssl/evp.h>

#include "exchange.h"

typedef int update_fn(EVP_MD_CTX *, const void *, size_t);

static update_fn *update; /* libcrypto's */
static const uint8_t *next_cookie; /* the caller's cookie; NULL: none is set */

/*
 * The input of the exchange hash that libssh made last.  A call of libssh has
 * no argument for it.
 */
static struct {
	size_t len; /* length of the input; 0: there is none */
	uint8_t bytes[MSG_EXCHANGE];
} exchange;

int
exchange_start(void)
{
	void *found = dlsym(RTLD_NEXT, "EVP_DigestUpdate");

	memcpy(&update, &found, sizeof(update));
	return found != NULL ? 0 : -1;
}

void
exchange_cookie(const uint8_t cookie[MSG_COOKIE])
{
	next_cookie = cookie;
}

bool
exchange_give_cookie(uint8_t *bytes, size_t len)
{
	if (next_cookie == NULL || len != MSG_COOKIE)
		return false;
	memcpy(bytes, next_cookie, MSG_COOKIE);
	next_cookie = NULL;
	return true;
}

bool
exchange_take(struct msg_sign *m)
{
	m->len = (uint32_t)exchange.len;
	memcpy(m->exchange, exchange.bytes, exchange.len);
	explicit_bzero(exchange.bytes, exchange.len);
	exchange.len = 0;
	return m->len > 0;
}

/* The hash's input begins with the client's version (RFC 4253, section 8). */
static bool
exchange_is_input(const uint8_t *data, size_t len)
{
	return len > 8 && memcmp(data + 4, "SSH-", 4) == 0;
}

/* EVP_DigestUpdate(3), in libcrypto's place and with its contract. */
int
EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len)
{
	/* An input that no message holds displaces the one before it, too. */
	if (exchange_is_input(data, len)) {
		exchange.len = len <= MSG_EXCHANGE ? len : 0;
		memcpy(exchange.bytes, data, exchange.len);
	}
	return update != NULL || exchange_start() == 0 ? update(ctx, data, len)
						       : 0;
}
