/*
 * What a login claims is kept for the monitor; what is no login's is verified
 * here.
 */
#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "signature.h"
#include "unit.h"

static const char id32[] = "\0\0\0\40"
			   "0123456789abcdef0123456789abcdef";
#define ID (sizeof(id32) - 1)

static struct msg_login taken;

/* Verify data with a fresh key of ours: 1, 0, or less. */
static int
verify(const uint8_t *data, size_t len, size_t siglen)
{
	static uint8_t sig[MSG_SIG + 1];
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int result;

	assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey), 1);
	result = EVP_DigestVerify(ctx, sig, siglen, data, len);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return result;
}

static size_t
login_of(uint8_t *data, size_t len)
{
	memset(data, 'x', len);
	memcpy(data, id32, ID);
	data[ID] = 50;
	return len;
}

static void
a_login_is_kept(void **unused)
{
	uint8_t data[200];

	(void)unused;
	assert_int_equal(verify(data, login_of(data, sizeof(data)), 64), 1);
	assert_int_equal(signature_take(&taken, 7), 0);
	assert_int_equal(taken.datalen, sizeof(data));
	assert_int_equal(taken.siglen, 64);
	assert_memory_equal(taken.data, data, sizeof(data));
	/* Once. */
	assert_int_equal(signature_take(&taken, 7), -1);
}

static void
a_claim_is_its_connections(void **unused)
{
	uint8_t data[200];

	(void)unused;
	signature_claim_for(8);
	assert_int_equal(verify(data, login_of(data, sizeof(data)), 64), 1);
	signature_claim_for(7);
	assert_int_equal(signature_take(&taken, 7), -1);
	assert_int_equal(signature_take(&taken, 8), 0);
}

static void
anything_else_is_verified(void **unused)
{
	uint8_t data[200];

	(void)unused;
	login_of(data, sizeof(data));
	data[ID] = 51;
	assert_int_not_equal(verify(data, sizeof(data), 64), 1);
	login_of(data, sizeof(data));
	data[3] = 31;
	assert_int_not_equal(verify(data, sizeof(data), 64), 1);
	login_of(data, sizeof(data));
	assert_int_not_equal(verify(data, ID, 64), 1);
	assert_int_equal(signature_take(&taken, 7), -1);
}

static void
bounds(void **unused)
{
	static uint8_t data[MSG_SIGNED_DATA + 1];

	(void)unused;
	login_of(data, sizeof(data));
	assert_int_equal(verify(data, MSG_SIGNED_DATA, MSG_SIG), 1);
	assert_int_equal(verify(data, MSG_SIGNED_DATA + 1, 64), 0);
	assert_int_equal(signature_take(&taken, 7), -1);
	assert_int_equal(verify(data, 100, MSG_SIG + 1), 0);
	assert_int_equal(signature_take(&taken, 7), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_login_is_kept),
	    cmocka_unit_test(a_claim_is_its_connections),
	    cmocka_unit_test(anything_else_is_verified),
	    cmocka_unit_test(bounds),
	};

	if (signature_start() == -1)
		return 1;
	signature_claim_for(7);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
