/*
 * Put before libcrypto's functions by LD_PRELOAD, in a worker: libssh does as
 * one without a fix does.  ETPH_UNPATCHED says which it lacks:
 *
 *	tag	that of CVE-2026-59847: an AES-GCM packet whose tag is wrong is
 *		taken
 *	size	that of CVE-2026-59843: a CHANNEL_OPEN with a maximum packet
 *		size of 0 is taken (here, since it reads as 1)
 */
#include "config.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define CHANNEL_OPEN 90 /* RFC 4254 9 */

typedef int final_fn(EVP_CIPHER_CTX *, unsigned char *, int *);
typedef int update_fn(
    EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);

static int
lacks(const char *fix)
{
	const char *lacking = getenv("ETPH_UNPATCHED");

	return lacking != NULL && strcmp(lacking, fix) == 0;
}

static void *
find(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	return found;
}

int
EVP_DecryptFinal(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outlen)
{
	void *found = find("EVP_DecryptFinal");
	final_fn *final;
	int rc;

	memcpy(&final, &found, sizeof(final));
	rc = final(ctx, out, outlen);
	if (!lacks("tag"))
		return rc;
	*outlen = 0;
	return 1;
}

int
EVP_DecryptUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outlen,
    const unsigned char *in, int len)
{
	static const unsigned char none[4];
	void *found = find("EVP_DecryptUpdate");
	update_fn *update;
	int rc, size;

	memcpy(&update, &found, sizeof(update));
	rc = update(ctx, out, outlen, in, len);
	if (rc == 1 && out != NULL && len > 8 && out[1] == CHANNEL_OPEN &&
	    lacks("size")) {
		size = len - out[0] - 4; /* the last number before padding */
		if (size > 0 && memcmp(out + size, none, 4) == 0)
			out[size + 3] = 1;
	}
	return rc;
}
