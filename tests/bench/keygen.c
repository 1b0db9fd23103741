/*
 * bench-keygen
 *
 * Microseconds of processor time that one X25519 key pair costs: the one part
 * of the crypto floor which openssl-speed(1) does not measure.
 */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include <openssl/evp.h>

static double
used(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
main(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_X25519, NULL);
	EVP_PKEY *pkey;
	double start = used(), spent = 0;
	unsigned int n;

	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
		return 1;
	for (n = 0; spent < 1; n++) {
		pkey = NULL;
		if (EVP_PKEY_keygen(ctx, &pkey) != 1)
			return 1;
		EVP_PKEY_free(pkey);
		spent = used() - start;
	}
	printf("%.3f\n", spent * 1e6 / n);
	EVP_PKEY_CTX_free(ctx);
	return 0;
}
