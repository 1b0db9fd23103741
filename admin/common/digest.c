#include "config.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "digest.h"

struct digest {
	EVP_MD_CTX *md;
};

struct digest *
digest_new(void)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->md = EVP_MD_CTX_new();
	if (d->md == NULL || !EVP_DigestInit_ex(d->md, EVP_sha256(), NULL)) {
		EVP_MD_CTX_free(d->md);
		free(d);
		return NULL;
	}
	return d;
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	EVP_DigestUpdate(d->md, bytes, len);
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX])
{
	uint8_t sum[EVP_MAX_MD_SIZE] = {0};
	unsigned int i;

	EVP_DigestFinal_ex(d->md, sum, NULL);
	for (i = 0; i < 32; i++)
		snprintf(hex + 2 * (size_t)i, 3, "%02x", sum[i]);
	EVP_MD_CTX_free(d->md);
	free(d);
}

int
digest_of(const void *bytes, size_t len, char hex[DIGEST_HEX])
{
	struct digest *d = digest_new();

	if (d == NULL)
		return -1;
	digest_add(d, bytes, len);
	digest_end(d, hex);
	return 0;
}
