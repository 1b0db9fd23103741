/*
 * Public keys as people paste them.  The fixtures are keys made for this test
 * by ssh-keygen and dropbearkey; nobody has their private halves.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "unit.h"

/* clang-format off */
#define ED25519 \
	"AAAAC3NzaC1lZDI1NTE5AAAAIPAehSGNVzaE2/rf7Dpfpji3YOV94pcRjbs3" \
	"atCBRZMl"
#define RSA \
	"AAAAB3NzaC1yc2EAAAADAQABAAABAQDhc9XHOMms9Zs27Y+PIwwdpP2C6p2S" \
	"Yhm8kAtUc41QXZ0KXWK80LuFAUBBU1Lq/L9yByt//HzhYgO6coJjLlKMniVZ" \
	"01Y9ARGL/CJQY5eRQ0MNB7YgnIPn2op7T+Ax2gUSSg8h8Kp6y3MjWUcXw3FV" \
	"Pv4mFYcClXYM+Lo3CSnVdcSyqjGjDLb8JdExL2iIoYGbxGEmoo1UJZbugzk1" \
	"a2llX9olC0wwj+AQdxDj2sMeB6gStWIoDIgsZ5ML+qnK+SWTi6hgYfiKSZ+8" \
	"3M8UCqHvcvWMzMD1386SyXJd9lVeAggcE1isFgkDzxUHzIoTW4ktZ3qdbZdT" \
	"HwPyM0gfvqZp"
#define RSA_1024 \
	"AAAAB3NzaC1yc2EAAAADAQABAAAAgQDlQg5SbcSFGKBrXg8d8sK/BiAPmJFH" \
	"wRRUKA1q0GwkOp/0J1AVqf1etWBzxwltOxkaUKc1a5i0bY5T7d1JuMseqpq2" \
	"XJow2xid8egF+doc1bGOsd4dlTQ2ddXrwE/mwQMzX3SchOaY4K4wtAneBgze" \
	"J9WQyxzISVhMyXC13Gyb8w=="
#define P256 \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBeDpNDn" \
	"HqgxiABrPy4T7QPg0SWMbn8iEBEUGFVodikmZySzYD0oGjolmHxxbn/JV7Eq" \
	"Z4pAEiBp/98Ieaa/+E8="
#define P384 \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBM0nEuby" \
	"LDV4kDUedivK+HVsYPVY0mE9MrC/XfQvC2mgQjjel/nuv960mmRBmE9lM1gs" \
	"S4koeJcOiBXzNXlvQPz6yY8FFSGcKMVeCtHHcE18/tESIaZwi42xQlK2cV1H" \
	"7w=="
/* clang-format on */

static enum key_result
parse(const char *text)
{
	struct key k;

	return key_parse(&k, text);
}

static void
takes_the_three_types(void **state)
{
	char print[KEY_FINGERPRINT];
	struct key k;

	(void)state;
	assert_int_equal(
	    key_parse(&k, "ssh-ed25519 " ED25519 " router one\n"), KEY_OK);
	assert_string_equal(k.type, "ssh-ed25519");
	assert_string_equal(k.comment, "router one");
	assert_int_equal(k.bloblen, 51);
	key_fingerprint(k.digest, print);
	assert_string_equal(
	    print, "SHA256:7y9Ug55j43Ta3kTU4W/GGe9zgxg7a6Pbn2Y4F21Hsb8");
	assert_int_equal(key_parse(&k, "ssh-rsa " RSA), KEY_OK);
	assert_string_equal(k.comment, "");
	key_fingerprint(k.digest, print);
	assert_string_equal(
	    print, "SHA256:TcVaQ0BTt3+2/MpwQ8PMraelPnUMhvbanSy4sm/BFtU");
	assert_int_equal(
	    key_parse(&k, " \tecdsa-sha2-nistp256\t" P256 " e\r\n"), KEY_OK);
	key_fingerprint(k.digest, print);
	assert_string_equal(
	    print, "SHA256:YjoggILpCRZpO4+jN6AhEoaih9q0NELqkcZLrd+tjsU");
}

static void
takes_what_dropbearkey_prints(void **state)
{
	static const char text[] =
	    "Public key portion is:\n"
	    "ssh-ed25519 " ED25519 " root@OpenWrt\n"
	    "Fingerprint: SHA256:7y9Ug55j43Ta3kTU4W/GGe9zgxg7a6Pbn2Y4F21\n";
	struct key k;

	(void)state;
	assert_int_equal(key_parse(&k, text), KEY_OK);
	assert_string_equal(k.comment, "root@OpenWrt");
}

static void
refuses_by_name(void **state)
{
	(void)state;
	assert_int_equal(parse(""), KEY_EMPTY);
	assert_int_equal(parse("\n  \n# a comment\n"), KEY_EMPTY);
	assert_int_equal(
	    parse("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n"), KEY_PRIVATE);
	assert_int_equal(
	    parse("PuTTY-User-Key-File-3: ssh-ed25519\n"), KEY_PRIVATE);
	assert_int_equal(parse("ssh-dss " ED25519), KEY_TYPE);
	assert_int_equal(parse("ecdsa-sha2-nistp384 " P384), KEY_TYPE);
	assert_int_equal(parse("hello"), KEY_TYPE);
	assert_int_equal(parse("ssh-rsa " RSA_1024), KEY_WEAK);
	assert_int_equal(
	    parse("no-pty,command=\"x\" ssh-ed25519 " ED25519), KEY_OPTIONS);
	assert_int_equal(
	    parse("ssh-ed25519 " ED25519 "\nssh-rsa " RSA "\n"), KEY_SEVERAL);
}

static void
wants_whole_base64(void **state)
{
	(void)state;
	assert_int_equal(parse("ssh-ed25519"), KEY_BASE64);
	assert_int_equal(parse("ssh-ed25519 ===="), KEY_BASE64);
	assert_int_equal(parse("ssh-ed25519 AAAA*AAA"), KEY_BASE64);
	assert_int_equal(
	    parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAA"), KEY_BASE64);
	assert_int_equal(parse("ssh-rsa " P256), KEY_BLOB_BAD);
	/* Four characters short: base64 is whole, the key is not. */
	assert_int_equal(
	    parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPAe"), KEY_BLOB_BAD);
}

/* Every cut and every longer blob is refused. */
static void
wants_exact_lengths(void **state)
{
	static const char *const lines[] = {"ssh-ed25519 " ED25519,
	    "ssh-rsa " RSA, "ecdsa-sha2-nistp256 " P256};
	uint8_t longer[KEY_BLOB + 1], *exact;
	struct key k, other;
	size_t i, n;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(key_parse(&k, lines[i]), KEY_OK);
		for (n = 0; n < k.bloblen; n++) {
			/* Of that size, so that a read past it is seen. */
			assert_non_null(exact = malloc(n + 1));
			memcpy(exact, k.blob, n);
			assert_int_not_equal(
			    key_parse_blob(&other, n > 0 ? exact : NULL, n),
			    KEY_OK);
			free(exact);
		}
		memset(longer, 0, sizeof(longer));
		memcpy(longer, k.blob, k.bloblen);
		assert_int_equal(key_parse_blob(&other, longer, k.bloblen + 1),
		    KEY_BLOB_BAD);
		assert_int_equal(
		    key_parse_blob(&other, longer, sizeof(longer)), KEY_LONG);
	}
}

static void
refuses_odd_numbers(void **state)
{
	struct key k, other;

	(void)state;
	/* A point that is not on the curve. */
	assert_int_equal(key_parse(&k, "ecdsa-sha2-nistp256 " P256), KEY_OK);
	k.blob[k.bloblen - 1] ^= 1;
	assert_int_equal(
	    key_parse_blob(&other, k.blob, k.bloblen), KEY_BLOB_BAD);
	/* An even modulus, an even exponent, a negative one. */
	assert_int_equal(key_parse(&k, "ssh-rsa " RSA), KEY_OK);
	k.blob[k.bloblen - 1] ^= 1;
	assert_int_equal(
	    key_parse_blob(&other, k.blob, k.bloblen), KEY_BLOB_BAD);
	k.blob[k.bloblen - 1] ^= 1;
	k.blob[11 + 4 + 2] = 2;
	assert_int_equal(
	    key_parse_blob(&other, k.blob, k.bloblen), KEY_BLOB_BAD);
	k.blob[11 + 4] = 0x81;
	assert_int_equal(
	    key_parse_blob(&other, k.blob, k.bloblen), KEY_BLOB_BAD);
}

static void
cleans_the_comment(void **state)
{
	char line[1024];
	struct key k;

	(void)state;
	assert_int_equal(
	    key_parse(&k, "ssh-ed25519 " ED25519 " a\033[31mb\x80"), KEY_OK);
	assert_string_equal(k.comment, "a?[31mb?");
	snprintf(line, sizeof(line), "ssh-ed25519 " ED25519 " %0300d", 7);
	assert_int_equal(key_parse(&k, line), KEY_OK);
	assert_int_equal(strlen(k.comment), sizeof(k.comment) - 1);
	/* Cut behind a space, it would not be the same when read again. */
	snprintf(
	    line, sizeof(line), "ssh-ed25519 " ED25519 " %0126d %030d", 7, 7);
	assert_int_equal(key_parse(&k, line), KEY_OK);
	assert_int_equal(strlen(k.comment), sizeof(k.comment) - 2);
}

static void
reads_fingerprints_back(void **state)
{
	uint8_t digest[KEY_DIGEST];
	char print[KEY_FINGERPRINT];
	struct key k;

	(void)state;
	assert_int_equal(key_parse(&k, "ssh-ed25519 " ED25519), KEY_OK);
	key_fingerprint(k.digest, print);
	assert_int_equal(key_digest_parse(print, digest), 0);
	assert_memory_equal(digest, k.digest, sizeof(digest));
	assert_int_equal(key_digest_parse(print + 7, digest), 0);
	assert_int_equal(key_digest_parse("SHA256:", digest), -1);
	print[20] = '*';
	assert_int_equal(key_digest_parse(print, digest), -1);
	assert_int_equal(key_digest_parse("MD5:aa:bb", digest), -1);
}

static void
says_something_of_each(void **state)
{
	int r;

	(void)state;
	assert_string_equal(key_result_text(KEY_OK), "");
	for (r = KEY_EMPTY; r <= KEY_MEMORY; r++)
		assert_true(strlen(key_result_text((enum key_result)r)) > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_three_types),
	    cmocka_unit_test(takes_what_dropbearkey_prints),
	    cmocka_unit_test(refuses_by_name),
	    cmocka_unit_test(wants_whole_base64),
	    cmocka_unit_test(wants_exact_lengths),
	    cmocka_unit_test(refuses_odd_numbers),
	    cmocka_unit_test(cleans_the_comment),
	    cmocka_unit_test(reads_fingerprints_back),
	    cmocka_unit_test(says_something_of_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
