/*
 * The ticket in a ClientHello, as libssl makes one.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "hello.h"
#include "unit.h"

#define NUMBER UINT64_C(0x0123456789abcdef)

static uint8_t real[HELLO_MAX];
static size_t real_len;

static int
on_use(SSL *ssl, const EVP_MD *md, const unsigned char **id, size_t *len,
    SSL_SESSION **session)
{
	static const unsigned char cipher[] = {0x13, 0x01};
	static const unsigned char key[16] = {1};

	(void)md;
	*session = SSL_SESSION_new();
	SSL_SESSION_set1_master_key(*session, key, sizeof(key));
	SSL_SESSION_set_cipher(*session, SSL_CIPHER_find(ssl, cipher));
	SSL_SESSION_set_protocol_version(*session, TLS1_3_VERSION);
	*id = (const unsigned char *)"0123456789abcdef";
	*len = HELLO_NUMBER;
	return 1;
}

static int
set_up(void **state)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	BIO *out = BIO_new(BIO_s_mem());
	int n;

	(void)state;
	SSL_set_psk_use_session_callback(ssl, on_use);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
	SSL_connect(ssl);
	n = BIO_read(out, real, sizeof(real));
	assert_true(n > 100);
	real_len = (size_t)n;
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	return 0;
}

/* In memory of just that size, with the sizes in its headers put right. */
static bool
named(const uint8_t *bytes, size_t len, uint64_t *number)
{
	uint8_t *copy = malloc(len);
	bool yes;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	if (len >= 9) {
		copy[3] = (uint8_t)((len - 5) >> 8);
		copy[4] = (uint8_t)(len - 5);
		copy[7] = (uint8_t)((len - 9) >> 8);
		copy[8] = (uint8_t)(len - 9);
	}
	yes = hello_number(copy, len, number);
	free(copy);
	return yes;
}

static void
whole(void **state)
{
	uint64_t number = 0;

	(void)state;
	assert_int_equal(hello_size(real, real_len), real_len);
	assert_true(hello_number(real, real_len, &number));
	assert_true(number == NUMBER);
	assert_true(named(real, real_len, &number));
}

static void
cut(void **state)
{
	uint64_t number;
	size_t n;

	(void)state;
	for (n = 0; n < real_len; n++) {
		assert_int_equal(
		    hello_size(real, n), n < 5 ? 0 : (ssize_t)real_len);
		assert_false(hello_number(real, n, &number));
		if (n > 0)
			assert_false(named(real, n, &number));
	}
}

static void
longer(void **state)
{
	uint8_t more[HELLO_MAX + 1];
	uint64_t number;

	(void)state;
	memcpy(more, real, real_len);
	memset(more + real_len, 0, sizeof(more) - real_len);
	assert_false(named(more, real_len + 1, &number));
	more[3] = (uint8_t)((HELLO_MAX - 5) >> 8);
	more[4] = (uint8_t)(HELLO_MAX - 5);
	assert_int_equal(hello_size(more, 5), HELLO_MAX);
	more[4]++;
	assert_int_equal(hello_size(more, 5), -1);
}

/* The 16 digits stand where the identity is, and nothing else does. */
static void
digits(void **state)
{
	static const char good[] = "0123456789abcdef", bad[] = "gAF/:`@\377";
	uint8_t copy[HELLO_MAX], *at;
	uint64_t number;
	size_t i;

	(void)state;
	memcpy(copy, real, real_len);
	at = memmem(copy, real_len, good, HELLO_NUMBER);
	assert_non_null(at);
	memcpy(at, "ffffffffffffffff", HELLO_NUMBER);
	assert_true(hello_number(copy, real_len, &number));
	assert_true(number == UINT64_MAX);
	for (i = 0; i < sizeof(bad); i++) {
		at[i] = (uint8_t)bad[i];
		assert_false(hello_number(copy, real_len, &number));
		at[i] = '0';
	}
	/* The extension before it is called early_data. */
	assert_true(hello_number(copy, real_len, &number));
	at[-6 - 2] = 42;
	at[-6 - 1] = 0;
	assert_false(hello_number(copy, real_len, &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole),
	    cmocka_unit_test(cut),
	    cmocka_unit_test(longer),
	    cmocka_unit_test(digits),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
