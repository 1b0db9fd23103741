#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/sha.h>

#include "key.h"

#define RSA_BITS_MAX 8192
#define RSA_E_BYTES 8 /* longer exponents only slow verification down */
#define ED25519_BYTES 32
#define P256_BYTES 65 /* 04, x, y (SEC 1, 2.3.3) */
#define BASE64_MAX (KEY_BLOB / 3 * 4 + 4)

/* The rest of a blob: strings and mpints as in RFC 4251, section 5. */
struct reader {
	const uint8_t *at;
	size_t left;
};

static const uint8_t *
read_string(struct reader *r, size_t *len)
{
	const uint8_t *s;
	uint32_t n;

	if (r->left < 4)
		return NULL;
	n = (uint32_t)r->at[0] << 24 | (uint32_t)r->at[1] << 16 |
	    (uint32_t)r->at[2] << 8 | r->at[3];
	if (n > r->left - 4)
		return NULL;
	s = r->at + 4;
	r->at += 4 + n;
	r->left -= 4 + n;
	*len = n;
	return s;
}

static bool
read_is(struct reader *r, const char *want)
{
	size_t len;
	const uint8_t *s = read_string(r, &len);

	return s != NULL && len == strlen(want) && memcmp(s, want, len) == 0;
}

/* Read a positive mpint in its shortest form, without the sign's zero byte. */
static const uint8_t *
read_mpint(struct reader *r, size_t *len)
{
	const uint8_t *s = read_string(r, len);

	if (s == NULL || *len == 0 || (s[0] & 0x80))
		return NULL;
	if (s[0] != 0)
		return s;
	if (*len < 2 || !(s[1] & 0x80))
		return NULL;
	(*len)--;
	return s + 1;
}

static enum key_result
check_ed25519(struct reader *r)
{
	size_t len;

	if (read_string(r, &len) == NULL || len != ED25519_BYTES)
		return KEY_BLOB_BAD;
	return KEY_OK;
}

static enum key_result
check_rsa(struct reader *r)
{
	const uint8_t *e, *n;
	size_t elen, nlen, bits;
	uint8_t top;

	if ((e = read_mpint(r, &elen)) == NULL ||
	    (n = read_mpint(r, &nlen)) == NULL)
		return KEY_BLOB_BAD;
	if (elen > RSA_E_BYTES || !(e[elen - 1] & 1) ||
	    (elen == 1 && e[0] < 3) || !(n[nlen - 1] & 1))
		return KEY_BLOB_BAD;
	bits = nlen * 8;
	for (top = n[0]; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	if (bits > RSA_BITS_MAX)
		return KEY_LONG;
	return bits < KEY_RSA_BITS ? KEY_WEAK : KEY_OK;
}

/* Whether the point is on the curve: an invalid one is a known attack. */
static bool
on_p256(const uint8_t *q, size_t len)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
	bool on;

	on = point != NULL && EC_POINT_oct2point(group, point, q, len, NULL);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return on;
}

static enum key_result
check_p256(struct reader *r)
{
	const uint8_t *q;
	size_t len;

	if (!read_is(r, "nistp256") || (q = read_string(r, &len)) == NULL ||
	    len != P256_BYTES || q[0] != 4 || !on_p256(q, len))
		return KEY_BLOB_BAD;
	return KEY_OK;
}

static const struct type {
	const char *name;
	enum key_result (*check)(struct reader *);
} types[] = {
    {"ssh-ed25519", check_ed25519},
    {"ssh-rsa", check_rsa},
    {"ecdsa-sha2-nistp256", check_p256},
};
#define TYPES (sizeof(types) / sizeof(types[0]))

static const struct type *
type_of(const void *name, size_t len)
{
	size_t i;

	for (i = 0; i < TYPES; i++)
		if (strlen(types[i].name) == len &&
		    memcmp(types[i].name, name, len) == 0)
			return &types[i];
	return NULL;
}

enum key_result
key_parse_blob(struct key *k, const uint8_t *blob, size_t len)
{
	struct reader r = {blob, len};
	const struct type *type;
	const uint8_t *name;
	enum key_result result;
	size_t namelen;

	memset(k, 0, sizeof(*k));
	if (len > KEY_BLOB)
		return KEY_LONG;
	if ((name = read_string(&r, &namelen)) == NULL)
		return KEY_BLOB_BAD;
	if ((type = type_of(name, namelen)) == NULL)
		return KEY_TYPE;
	if ((result = type->check(&r)) != KEY_OK)
		return result;
	if (r.left != 0)
		return KEY_BLOB_BAD;
	snprintf(k->type, sizeof(k->type), "%s", type->name);
	memcpy(k->blob, blob, len);
	k->bloblen = len;
	return SHA256(blob, len, k->digest) != NULL ? KEY_OK : KEY_MEMORY;
}

/*
 * Strict base64: padded, canonical.  out has room for BASE64_MAX / 4 * 3 + 1
 * bytes; returns how many there are, or -1.
 */
static int
key_decode(const char *s, size_t len, uint8_t *out)
{
	char again[BASE64_MAX + 1];
	int n;

	if (len == 0 || len % 4 != 0 || len > BASE64_MAX)
		return -1;
	if ((n = EVP_DecodeBlock(out, (const uint8_t *)s, (int)len)) < 0)
		return -1;
	n -= (s[len - 1] == '=') + (s[len - 2] == '=');
	/* The decoder forgives space and stray bits: its output must encode to the
	 * input. */
	if (EVP_EncodeBlock((uint8_t *)again, out, n) != (int)len)
		return -1;
	return memcmp(again, s, len) == 0 ? n : -1;
}

static void
clean_comment(char *out, size_t size, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < size; i++)
		out[i] = s[i] >= 0x20 && s[i] < 0x7f ? s[i] : '?';
	/* The comment may have been cut behind a space. */
	while (i > 0 && out[i - 1] == ' ')
		i--;
	out[i] = '\0';
}

/* The length of a line's first word; *rest is where the next starts. */
static size_t
key_word(const char *s, const char *end, const char **rest)
{
	size_t len = 0;

	while (s + len < end && s[len] != ' ' && s[len] != '\t')
		len++;
	for (s += len; s < end && (*s == ' ' || *s == '\t'); s++)
		;
	*rest = s;
	return len;
}

/* Whether a line's first word is no type: options, or an unsupported type. */
static enum key_result
not_a_type(const char *s, const char *end)
{
	const char *rest;
	size_t len;

	for (; s < end; s = rest) {
		len = key_word(s, end, &rest);
		if (type_of(s, len) != NULL)
			return KEY_OPTIONS;
	}
	return KEY_TYPE;
}

static enum key_result
parse_line(struct key *k, const char *s, const char *end)
{
	uint8_t blob[BASE64_MAX / 4 * 3 + 1];
	const char *base64, *comment;
	const struct type *type;
	enum key_result result;
	size_t len;
	int n;

	if ((type = type_of(s, key_word(s, end, &base64))) == NULL)
		return not_a_type(s, end);
	len = key_word(base64, end, &comment);
	if (len > BASE64_MAX)
		return KEY_LONG;
	if ((n = key_decode(base64, len, blob)) == -1)
		return KEY_BASE64;
	if ((result = key_parse_blob(k, blob, (size_t)n)) == KEY_TYPE)
		return KEY_BLOB_BAD;
	if (result == KEY_OK && strcmp(k->type, type->name) != 0)
		return KEY_BLOB_BAD;
	if (result == KEY_OK)
		clean_comment(k->comment, sizeof(k->comment), comment,
		    (size_t)(end - comment));
	return result;
}

static bool
key_starts(const char *s, const char *end, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(end - s) >= len && memcmp(s, with, len) == 0;
}

/*
 * Whether a line is blank, a comment, or what dropbearkey -y prints around the
 * key.
 */
static bool
passed_over(const char *s, const char *end)
{
	return s == end || *s == '#' ||
	       key_starts(s, end, "Public key portion is:") ||
	       key_starts(s, end, "Fingerprint:");
}

static bool
is_private(const char *text)
{
	return strstr(text, "PRIVATE KEY") != NULL ||
	       strstr(text, "PuTTY-User-Key-File") != NULL;
}

enum key_result
key_parse(struct key *k, const char *text)
{
	enum key_result result = KEY_EMPTY;
	const char *s, *end, *next;

	memset(k, 0, sizeof(*k));
	if (is_private(text))
		return KEY_PRIVATE;
	for (s = text; *s != '\0'; s = next) {
		next = s + strcspn(s, "\n");
		end = next;
		next += *next == '\n';
		while (s < end && isspace((unsigned char)*s))
			s++;
		while (end > s && isspace((unsigned char)end[-1]))
			end--;
		if (passed_over(s, end))
			continue;
		if (result == KEY_OK)
			return KEY_SEVERAL;
		if ((result = parse_line(k, s, end)) != KEY_OK)
			return result;
	}
	return result;
}

const char *
key_result_text(enum key_result result)
{
	static const char *const texts[] = {
	    [KEY_OK] = "",
	    [KEY_EMPTY] = "no public key in this text",
	    [KEY_PRIVATE] = "this is a private key: keep it on the device, "
			    "and give its public half (ssh-keygen -y or "
			    "dropbearkey -y prints it)",
	    [KEY_TYPE] = "not a public key of an accepted type: ssh-ed25519, "
			 "ssh-rsa, ecdsa-sha2-nistp256",
	    [KEY_BASE64] = "the key is truncated or mistyped: its base64 is "
			   "incomplete",
	    [KEY_BLOB_BAD] = "the key is malformed",
	    [KEY_WEAK] = "the RSA key has less than 2048 bits: make a "
			 "new one",
	    [KEY_LONG] = "the key is longer than RSA of 8192 bits",
	    [KEY_OPTIONS] = "options before the key: give the key alone",
	    [KEY_SEVERAL] = "more than one key: give them one at a time",
	    [KEY_MEMORY] = "out of memory",
	};

	return (size_t)result < sizeof(texts) / sizeof(texts[0]) ? texts[result]
								 : "?";
}

void
key_fingerprint(const uint8_t digest[KEY_DIGEST], char out[KEY_FINGERPRINT])
{
	uint8_t base64[48];
	int n = EVP_EncodeBlock(base64, digest, KEY_DIGEST);

	snprintf(out, KEY_FINGERPRINT, "SHA256:%.*s", n - 1, base64);
}

int
key_digest_parse(const char *fingerprint, uint8_t digest[KEY_DIGEST])
{
	uint8_t out[BASE64_MAX / 4 * 3 + 1];
	char padded[KEY_FINGERPRINT];
	int n;

	if (strncmp(fingerprint, "SHA256:", 7) == 0)
		fingerprint += 7;
	n = snprintf(padded, sizeof(padded), "%s=", fingerprint);
	if (n != 44 || key_decode(padded, 44, out) != KEY_DIGEST)
		return -1;
	memcpy(digest, out, KEY_DIGEST);
	return 0;
}
