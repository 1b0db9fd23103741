#include "config.h"

#include <stdio.h>
#include <string.h>

#include <openssl/sha.h>

#include "log_seal.h"

#define ED25519 32 /* bytes of a public key, at the end of its blob */
#define TEXT 1024

void
log_seal_hex(const uint8_t digest[32], char hex[LOG_SEAL_HEX])
{
	size_t i;

	for (i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void
log_seal_hash(const void *line, size_t len, char hex[LOG_SEAL_HEX])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(line, len, digest);
	log_seal_hex(digest, hex);
}

/* Write the text that is signed; returns its length, or -1: too long. */
static int
seal_text(const struct log_seal *s, char text[TEXT])
{
	int n = snprintf(text, TEXT,
	    "et-phone-home event log 1\n%s\n%s\n%s\n%lld\n%s\n", s->node, s->ts,
	    s->reason, (long long)s->seq, s->prev);

	return n < TEXT ? n : -1;
}

bool
log_seal_sign(const struct log_seal *s, EVP_PKEY *key, char out[LOG_SEAL_SIG])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[64];
	size_t len = sizeof(sig);
	char text[TEXT];
	int n = seal_text(s, text);
	bool done;

	done =
	    ctx != NULL && n != -1 &&
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestSign(ctx, sig, &len, (uint8_t *)text, (size_t)n) == 1 &&
	    len == sizeof(sig);
	EVP_MD_CTX_free(ctx);
	if (done)
		EVP_EncodeBlock((uint8_t *)out, sig, sizeof(sig));
	return done;
}

static EVP_PKEY *
seal_public(const struct key *key)
{
	if (strcmp(key->type, "ssh-ed25519") != 0 || key->bloblen < ED25519)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	    key->blob + key->bloblen - ED25519, ED25519);
}

bool
log_seal_verify(
    const struct log_seal *s, const struct key *key, const char *sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey = seal_public(key);
	uint8_t raw[LOG_SEAL_SIG], again[LOG_SEAL_SIG];
	char text[TEXT];
	int n = seal_text(s, text);
	bool good;

	/*
	 * 64 bytes, and two that fill the last group of base64, of which there
	 * is one form.
	 */
	good = ctx != NULL && pkey != NULL && n != -1 &&
	       strlen(sig) == LOG_SEAL_SIG - 1 &&
	       EVP_DecodeBlock(raw, (const uint8_t *)sig, LOG_SEAL_SIG - 1) ==
		   66 &&
	       EVP_EncodeBlock(again, raw, 64) == LOG_SEAL_SIG - 1 &&
	       memcmp(again, sig, LOG_SEAL_SIG) == 0 &&
	       EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	       EVP_DigestVerify(ctx, raw, 64, (uint8_t *)text, (size_t)n) == 1;
	EVP_PKEY_free(pkey);
	EVP_MD_CTX_free(ctx);
	return good;
}
