/*
 * Key exchanges: what one is, whose it is, and its hash.
 */
#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "exchange.h"
#include "unit.h"
#include "wire.h"

#define COOKIE "sixteen bytes it"
#define OTHER "sixteen bytes iT"
#define PARTS 8

static void
put(struct msg_sign *m, const void *bytes, size_t len)
{
	size_t n = m->len;

	wire_put(m->exchange, sizeof(m->exchange), &n, bytes, len);
	m->len = (uint32_t)n;
}

/* The first so many parts of one, with an I_S of so many bytes. */
static struct msg_sign
make(int parts, const char *i_s, size_t len)
{
	static const char *const all[PARTS] = {"SSH-2.0-c", "SSH-2.0-s",
	    "\x14 client", NULL, "K_S", "e", "f", "K"};
	struct msg_sign m = {.hash = 32};
	int i;

	for (i = 0; i < parts; i++)
		if (all[i] != NULL)
			put(&m, all[i], strlen(all[i]));
		else
			put(&m, i_s, len);
	return m;
}

static const char *
hash_of(const struct msg_sign *m, const char *cookie)
{
	uint8_t hash[MSG_HASH];
	size_t len;

	return exchange_hash(m, (const uint8_t *)cookie, hash, &len);
}

static void
test_hash(void **state)
{
	static const struct {
		uint32_t len;
		const EVP_MD *(*md)(void);
	} all[] = {{20, EVP_sha1}, {32, EVP_sha256}, {48, EVP_sha384},
	    {64, EVP_sha512}};
	struct msg_sign m = make(PARTS, "\x14" COOKIE " and lists", 27);
	uint8_t hash[MSG_HASH], want[MSG_HASH];
	size_t len;
	uint32_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		m.hash = all[i].len;
		assert_null(
		    exchange_hash(&m, (const uint8_t *)COOKIE, hash, &len));
		assert_int_equal(EVP_Digest(m.exchange, m.len, want, NULL,
				     all[i].md(), NULL),
		    1);
		assert_int_equal(len, all[i].len);
		assert_memory_equal(hash, want, all[i].len);
	}
	for (i = 0; i < 200; i++) {
		m.hash = i;
		if (i != 20 && i != 32 && i != 48 && i != 64)
			assert_string_equal(
			    hash_of(&m, NULL), "not a key exchange");
	}
}

static void
test_cookie(void **state)
{
	struct msg_sign m = make(PARTS, "\x14" COOKIE " and lists", 27);

	(void)state;
	assert_null(hash_of(&m, COOKIE));
	assert_null(hash_of(&m, NULL));
	assert_string_equal(
	    hash_of(&m, OTHER), "not this connection's key exchange");
	/* It is the server's that counts. */
	m = make(2, NULL, 0);
	put(&m, "\x14" COOKIE, 17);
	put(&m, "\x14" OTHER, 17);
	put(&m, "K_S", 3);
	put(&m, "e", 1);
	put(&m, "f", 1);
	put(&m, "K", 1);
	assert_string_equal(
	    hash_of(&m, COOKIE), "not this connection's key exchange");
	assert_null(hash_of(&m, OTHER));
	/* Another message, or no more than the cookie's beginning. */
	m = make(PARTS, "\x15" COOKIE, 17);
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m = make(PARTS, "\x14" COOKIE, 16);
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m = make(PARTS, "", 0);
	assert_string_equal(hash_of(&m, NULL), "not a key exchange");
}

static void
test_strict(void **state)
{
	struct msg_sign m = make(PARTS, "\x14" COOKIE, 17);
	uint32_t len = m.len;

	(void)state;
	for (m.len = 0; m.len < len; m.len++)
		assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m.len = len + 1;
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m = make(PARTS, "\x14" COOKIE, 17);
	put(&m, "", 0);
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m.len = MSG_EXCHANGE + 1;
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
	m.len = UINT32_MAX;
	assert_string_equal(hash_of(&m, COOKIE), "not a key exchange");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hash),
	    cmocka_unit_test(test_cookie),
	    cmocka_unit_test(test_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
