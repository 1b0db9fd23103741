#include "config.h"

#include <sys/random.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "act.h"
#include "conn.h"
#include "page_key.h"

#define BYTES ((ACT_KEY - 1) / 2)

const char *
page_key_of(struct conn *c)
{
	uint8_t bytes[BYTES];
	size_t i;

	if (c->page_key != NULL)
		return c->page_key;
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes) ||
	    (c->page_key = calloc(1, ACT_KEY)) == NULL)
		return "";
	for (i = 0; i < sizeof(bytes); i++)
		snprintf(c->page_key + 2 * i, 3, "%02x", bytes[i]);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return c->page_key;
}

void
page_key_forget(struct conn *c)
{
	if (c->page_key != NULL)
		OPENSSL_cleanse(c->page_key, ACT_KEY);
	free(c->page_key);
	c->page_key = NULL;
}

bool
page_key_is(const struct conn *c, const char *key)
{
	return c->page_key != NULL && strlen(key) == ACT_KEY - 1 &&
	       CRYPTO_memcmp(key, c->page_key, ACT_KEY - 1) == 0;
}
