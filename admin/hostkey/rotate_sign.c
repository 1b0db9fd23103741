#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "rotate_sign.h"
#include "when.h"

/* Signed text begins so, as nothing that an SSH server signs does. */
#define PURPOSE "et-phone-home announcement\n"
#define NAMESPACE "announcement@et-phone-home"
#define HASH "sha512"

#define ED25519 32 /* bytes of a seed and of a key */
#define SIG 64 /* bytes of a signature */
#define FILE_MAX 4096 /* bytes of the private key's file */
#define BASE64(n) (((n) + 2) / 3 * 4 + 1)

struct bytes {
	uint8_t b[512];
	size_t n;
};

static void
put_raw(struct bytes *to, const void *bytes, size_t len)
{
	if (len > sizeof(to->b) - to->n)
		abort();
	memcpy(to->b + to->n, bytes, len);
	to->n += len;
}

static void
put_number(struct bytes *to, uint8_t number)
{
	uint8_t b[4] = {0, 0, 0, number};

	put_raw(to, b, sizeof(b));
}

/* RFC 4251, section 5, of less than 256 bytes. */
static void
put_string(struct bytes *to, const void *bytes, size_t len)
{
	put_number(to, (uint8_t)len);
	put_raw(to, bytes, len);
}

static void
put_text(struct bytes *to, const char *text)
{
	put_string(to, text, strlen(text));
}

/* ---- the key ---- */

int
rotate_signer(const struct conf *conf, const char **path, struct key *key,
    char error[ROTATE_ERROR])
{
	char why[KEYGEN_ERROR], line[KEYGEN_LINE];
	int i;

	for (i = 0; i < conf->hostkeys; i++) {
		*path = conf->hostkey[i];
		if (access(*path, F_OK) == -1 && errno == ENOENT)
			continue;
		if (keygen_public(*path, key, line, why) == -1) {
			snprintf(
			    error, ROTATE_ERROR, "%.180s: %.130s", *path, why);
			return -1;
		}
		if (strcmp(key->type, "ssh-ed25519") == 0)
			return 0;
	}
	snprintf(error, ROTATE_ERROR,
	    "no ed25519 host key, which is needed to sign the announcement");
	return -1;
}

/* The base64 between the file's first and last line.  -1: it has none. */
static int
signer_decode(const char *pem, uint8_t *out)
{
	const char *from = strchr(pem, '\n'), *end = strstr(pem, "\n-----END ");
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	int n = -1, last = 0;

	if (ctx != NULL && from != NULL && end != NULL && from < end) {
		EVP_DecodeInit(ctx);
		if (EVP_DecodeUpdate(ctx, out, &n, (const uint8_t *)from,
			(int)(end + 1 - from)) == -1 ||
		    EVP_DecodeFinal(ctx, out + n, &last) == -1)
			n = -1;
	}
	EVP_ENCODE_CTX_free(ctx);
	return n == -1 ? -1 : n + last;
}

/*
 * OpenSSH's PROTOCOL.key, without a passphrase: all before the seed is known,
 * but for a length and two random numbers.
 */
static EVP_PKEY *
signer_parse(const char *pem, const struct key *key)
{
	struct bytes head = {.n = 0}, type = {.n = 0};
	uint8_t raw[FILE_MAX];
	EVP_PKEY *pkey = NULL;
	const uint8_t *p;
	int n;

	put_raw(&head, "openssh-key-v1", 15);
	put_text(&head, "none");
	put_text(&head, "none");
	put_text(&head, "");
	put_number(&head, 1);
	put_string(&head, key->blob, key->bloblen);
	put_raw(&type, key->blob, key->bloblen);
	put_number(&type, 2 * ED25519);
	n = signer_decode(pem, raw);
	p = raw + head.n + 12; /* the length, and the numbers */
	if (n >= (int)(head.n + 12 + type.n + ED25519) &&
	    memcmp(raw, head.b, head.n) == 0 && memcmp(p, type.b, type.n) == 0)
		pkey = EVP_PKEY_new_raw_private_key(
		    EVP_PKEY_ED25519, NULL, p + type.n, ED25519);
	explicit_bzero(raw, sizeof(raw));
	return pkey;
}

static EVP_PKEY *
signer_load(const char *path, const struct key *key)
{
	char pem[FILE_MAX] = "";
	EVP_PKEY *pkey = NULL;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1 && (n = read(fd, pem, sizeof(pem) - 1)) > 0) {
		pem[n] = '\0';
		pkey = signer_parse(pem, key);
	}
	explicit_bzero(pem, sizeof(pem));
	if (fd != -1)
		close(fd);
	return pkey;
}

/* ---- the signatures ---- */

static bool
sign_bytes(EVP_PKEY *pkey, const void *bytes, size_t len, uint8_t sig[SIG])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIG;
	bool good;

	good = ctx != NULL &&
	       EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	       EVP_DigestSign(ctx, sig, &n, bytes, len) == 1 && n == SIG;
	EVP_MD_CTX_free(ctx);
	return good;
}

/* signify's and usign's form, with the key number 0. */
static bool
sign_usign(EVP_PKEY *pkey, const char *text, struct bytes *out)
{
	static const uint8_t head[10] = "Ed";
	uint8_t sig[SIG];

	if (!sign_bytes(pkey, text, strlen(text), sig))
		return false;
	put_raw(out, head, sizeof(head));
	put_raw(out, sig, SIG);
	return true;
}

/* OpenSSH's PROTOCOL.sshsig */
static bool
sign_sshsig(
    EVP_PKEY *pkey, const struct key *key, const char *text, struct bytes *out)
{
	uint8_t digest[EVP_MAX_MD_SIZE], sig[SIG];
	struct bytes signed_ = {.n = 0}, inner = {.n = 0};
	unsigned int len;

	if (EVP_Digest(text, strlen(text), digest, &len, EVP_sha512(), NULL) !=
	    1)
		return false;
	put_raw(&signed_, "SSHSIG", 6);
	put_text(&signed_, NAMESPACE);
	put_text(&signed_, "");
	put_text(&signed_, HASH);
	put_string(&signed_, digest, len);
	if (!sign_bytes(pkey, signed_.b, signed_.n, sig))
		return false;
	put_text(&inner, "ssh-ed25519");
	put_string(&inner, sig, SIG);
	put_raw(out, "SSHSIG", 6);
	put_number(out, 1);
	put_string(out, key->blob, key->bloblen);
	put_text(out, NAMESPACE);
	put_text(out, "");
	put_text(out, HASH);
	put_string(out, inner.b, inner.n);
	return true;
}

/* Microseconds since the epoch, 16 digits; more than any that was signed. */
static int64_t
next_serial(const struct announce *before)
{
	int64_t now = when_now(), last = before->since;

	if (strncmp(before->text, "serial=", 7) == 0 &&
	    strtoll(before->text + 7, NULL, 10) > last)
		last = strtoll(before->text + 7, NULL, 10);
	return now > last ? now : last + 1;
}

static bool
sign_all(EVP_PKEY *pkey, const struct key *key, const char *text,
    char usign[BASE64(512)], char sshsig[BASE64(512)])
{
	struct bytes one = {.n = 0}, two = {.n = 0};

	if (!sign_usign(pkey, text, &one) ||
	    !sign_sshsig(pkey, key, text, &two))
		return false;
	EVP_EncodeBlock((uint8_t *)usign, one.b, (int)one.n);
	EVP_EncodeBlock((uint8_t *)sshsig, two.b, (int)two.n);
	return true;
}

int
rotate_sign(const struct conf *conf, const struct announce *before,
    const char *lines, char text[ANNOUNCE_TEXT], char error[ROTATE_ERROR])
{
	char usign[BASE64(512)], sshsig[BASE64(512)];
	char whole[sizeof(PURPOSE) + ANNOUNCE_TEXT + 32];
	EVP_PKEY *pkey = NULL;
	const char *path;
	struct key key;
	int n;

	if (rotate_signer(conf, &path, &key, error) == -1)
		return -1;
	snprintf(whole, sizeof(whole), PURPOSE "serial=%016" PRId64 "\n%s",
	    next_serial(before), lines);
	if ((pkey = signer_load(path, &key)) == NULL ||
	    !sign_all(pkey, &key, whole, usign, sshsig)) {
		EVP_PKEY_free(pkey);
		snprintf(error, ROTATE_ERROR,
		    "%.180s: cannot sign with this key", path);
		return -1;
	}
	EVP_PKEY_free(pkey);
	n = snprintf(text, ANNOUNCE_TEXT, "%susign=%s\nsshsig=%s\n",
	    whole + sizeof(PURPOSE) - 1, usign, sshsig);
	if (n > 0 && n < ANNOUNCE_TEXT)
		return 0;
	snprintf(error, ROTATE_ERROR, "too many names and keys to announce");
	return -1;
}
