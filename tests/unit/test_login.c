/*
 * The monitor's own word on a login: its signed data taken apart, its
 * signature verified, for each algorithm, by keys that ssh-keygen made.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "claim.h"
#include "login.h"
#include "unit.h"
#include "wire.h"

static const char *
parse(const struct claim *c, size_t len, struct login *l)
{
	return login_parse(
	    l, c->data, len, claim_session, sizeof(claim_session));
}

static const struct {
	const char *algorithm;
	const char *type;
} algorithms[] = {
    {"ssh-ed25519", "ssh-ed25519"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256", "ssh-rsa"},
    {"ssh-rsa", "ssh-rsa"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
};

static void
each_algorithm(void **unused)
{
	struct claim c;
	struct login l;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		claim_make(&c, algorithms[i].algorithm, algorithms[i].type);
		assert_null(parse(&c, c.n, &l));
		assert_string_equal(l.user, "device1");
		assert_string_equal(l.algorithm, algorithms[i].algorithm);
		assert_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
		/* One bit elsewhere, in the data or in the signature. */
		c.data[40] ^= 1;
		assert_non_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
		c.data[40] ^= 1;
		c.sig[c.siglen / 2] ^= 1;
		assert_non_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
		assert_non_null(login_verify(&l, c.data, c.n, c.sig, 0));
	}
}

/* The algorithm says which hash: no other one will do. */
static void
another_algorithm(void **unused)
{
	struct claim c;
	struct login l;

	(void)unused;
	claim_make(&c, "rsa-sha2-256", "ssh-rsa");
	assert_null(parse(&c, c.n, &l));
	snprintf(l.algorithm, sizeof(l.algorithm), "rsa-sha2-512");
	assert_non_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
	snprintf(l.algorithm, sizeof(l.algorithm), "ssh-ed25519");
	assert_non_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
	snprintf(l.algorithm, sizeof(l.algorithm), "none");
	assert_non_null(login_verify(&l, c.data, c.n, c.sig, c.siglen));
}

static void
another_session(void **unused)
{
	uint8_t other[32];
	struct claim c;
	struct login l;

	(void)unused;
	claim_make(&c, "ssh-ed25519", "ssh-ed25519");
	memcpy(other, claim_session, sizeof(other));
	other[31] ^= 1;
	assert_string_equal(
	    login_parse(&l, c.data, c.n, other, sizeof(other)), "");
	assert_string_equal(
	    login_parse(&l, c.data, c.n, claim_session, 31), "");
	/* Nothing was signed yet. */
	assert_string_equal(login_parse(&l, c.data, c.n, claim_session, 0), "");
	assert_string_equal(
	    login_parse(&l, (const uint8_t *)"\0\0\0", 4, claim_session, 0),
	    "");
}

/* Bound to a host key: that is told, and must be there for this method. */
static void
bound_to_a_host_key(void **unused)
{
	struct claim c;
	struct login l;
	const uint8_t *blob;
	size_t len, before;

	(void)unused;
	blob = hostkey_blob(claim_keys, claim_key("ssh-ed25519"), &len);
	claim_make_bound(&c, "ssh-ed25519", "ssh-ed25519", blob, len);
	c.n -= 4 + len;
	assert_non_null(parse(&c, c.n, &l));
	before = c.n;
	claim_put(&c, blob, len);
	assert_null(parse(&c, c.n, &l));
	assert_int_equal(l.hostkeylen, len);
	assert_memory_equal(l.hostkey, blob, len);
	while (--c.n >= before)
		assert_non_null(parse(&c, c.n, &l));
	/* With the plain method there is none. */
	claim_make(&c, "ssh-ed25519", "ssh-ed25519");
	assert_null(parse(&c, c.n, &l));
	assert_null(l.hostkey);
	claim_put(&c, blob, len);
	assert_non_null(parse(&c, c.n, &l));
}

/* Every prefix, and one byte more, is refused. */
static void
cut_and_longer(void **unused)
{
	struct claim c;
	struct login l;
	uint8_t *exact;
	size_t len;

	(void)unused;
	claim_make(&c, "ssh-ed25519", "ssh-ed25519");
	for (len = 0; len < c.n; len++) {
		exact = malloc(len + 1); /* for the sanitizer */
		memcpy(exact, c.data, len);
		assert_non_null(login_parse(
		    &l, exact, len, claim_session, sizeof(claim_session)));
		free(exact);
	}
	assert_non_null(parse(&c, c.n + 1, &l));
}

/* The nth allocation of libcrypto's fails; 0: none. */
static unsigned int failing;

static bool
fails(void)
{
	return failing > 0 && --failing == 0;
}

static void *
allocate(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : malloc(size);
}

static void *
resize(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : realloc(p, size);
}

static void
release(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Without memory a good login may be refused, and a bad one always is. */
static void
no_memory(void **unused)
{
	struct claim good, bad;
	struct login l;
	unsigned int n, refused;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		claim_make(&good, algorithms[i].algorithm, algorithms[i].type);
		bad = good;
		bad.sig[bad.siglen / 2] ^= 1;
		assert_null(parse(&good, good.n, &l));
		for (n = 1, refused = 0, failing = 0; failing == 0; n++) {
			failing = n;
			assert_non_null(login_verify(
			    &l, bad.data, bad.n, bad.sig, bad.siglen));
			failing = n;
			refused += login_verify(&l, good.data, good.n, good.sig,
				       good.siglen) != NULL;
		}
		failing = 0;
		assert_in_range(refused, 3, n - 2);
		assert_null(
		    login_verify(&l, good.data, good.n, good.sig, good.siglen));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_algorithm),
	    cmocka_unit_test(another_algorithm),
	    cmocka_unit_test(another_session),
	    cmocka_unit_test(bound_to_a_host_key),
	    cmocka_unit_test(cut_and_longer),
	    cmocka_unit_test(no_memory),
	};

	if (CRYPTO_set_mem_functions(allocate, resize, release) != 1)
		return 1;
	return cmocka_run_group_tests(tests, claim_load, claim_unload);
}
