#include "config.h"

#include <string.h>

#include "way.h"

/* The low eight bytes of the nonce count the packets. */
static void
count_packet(struct way *w)
{
	size_t i = sizeof(w->iv);

	while (i > 4 && ++w->iv[--i] == 0)
		;
}

bool
way_seal(struct way *w, const uint8_t *head, uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *ctx = w->ctx;
	int n;

	if (EVP_CipherInit_ex(ctx, NULL, NULL, NULL, w->iv, 1) != 1 ||
	    EVP_CipherUpdate(ctx, NULL, &n, head, WAY_HEAD) != 1 ||
	    EVP_CipherUpdate(ctx, bytes, &n, bytes, (int)len) != 1 ||
	    EVP_CipherFinal_ex(ctx, bytes + len, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_GET_TAG, WAY_TAG, bytes + len) != 1)
		return false;
	count_packet(w);
	return true;
}

bool
way_open(struct way *w, const uint8_t *head, uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *ctx = w->ctx;
	int n;

	if (EVP_CipherInit_ex(ctx, NULL, NULL, NULL, w->iv, 0) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_SET_TAG, WAY_TAG, bytes + len) != 1 ||
	    EVP_CipherUpdate(ctx, NULL, &n, head, WAY_HEAD) != 1 ||
	    EVP_CipherUpdate(ctx, bytes, &n, bytes, (int)len) != 1 ||
	    EVP_CipherFinal_ex(ctx, bytes + len, &n) != 1)
		return false;
	count_packet(w);
	return true;
}

static void
derive(const struct way_secret *s, char letter, uint8_t out[WAY_HASH])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	EVP_DigestUpdate(ctx, s->k, s->klen);
	EVP_DigestUpdate(ctx, s->hash, WAY_HASH);
	EVP_DigestUpdate(ctx, &letter, 1);
	EVP_DigestUpdate(ctx, s->session, WAY_HASH);
	EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
}

void
way_make(struct way *w, const struct way_secret *s, char iv_letter,
    char key_letter, bool encrypt)
{
	uint8_t iv[WAY_HASH], key[WAY_HASH];

	way_free(w);
	derive(s, iv_letter, iv);
	derive(s, key_letter, key);
	memcpy(w->iv, iv, sizeof(w->iv));
	w->ctx = EVP_CIPHER_CTX_new();
	EVP_CipherInit_ex(w->ctx, EVP_aes_128_gcm(), NULL, key, w->iv, encrypt);
}

void
way_free(struct way *w)
{
	EVP_CIPHER_CTX_free(w->ctx);
	w->ctx = NULL;
}

void
way_switch(struct way *now, struct way *next)
{
	way_free(now);
	*now = *next;
	next->ctx = NULL;
}
