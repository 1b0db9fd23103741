#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "hostile.h"
#include "wire.h"

static void
put(uint8_t *out, size_t size, uint32_t *n, const void *bytes, size_t len)
{
	size_t at = *n;

	wire_put(out, size, &at, bytes, len);
	*n = (uint32_t)at;
}

/* A key exchange of its own with this cookie, and the hash of it. */
void
make_exchange(uint64_t number, const uint8_t cookie[MSG_COOKIE])
{
	static const char *const before[] = {"SSH-2.0-c", "SSH-2.0-s", "I_C"};
	static const char *const after[] = {"K_S", "e", "f"};
	struct msg_sign *m = &it.exchange.sign;
	uint8_t kexinit[1 + MSG_COOKIE] = {20}, random[HASH];
	size_t i, size = sizeof(m->exchange);

	msg_init(&it.exchange, MSG_SIGN, number);
	snprintf(m->algorithm, sizeof(m->algorithm), "ssh-ed25519");
	m->hash = HASH;
	RAND_bytes(random, sizeof(random));
	memcpy(kexinit + 1, cookie, MSG_COOKIE);
	for (i = 0; i < 3; i++)
		put(m->exchange, size, &m->len, before[i], strlen(before[i]));
	put(m->exchange, size, &m->len, kexinit, sizeof(kexinit));
	for (i = 0; i < 3; i++)
		put(m->exchange, size, &m->len, after[i], strlen(after[i]));
	put(m->exchange, size, &m->len, random, sizeof(random));
	EVP_Digest(m->exchange, m->len, it.hash, NULL, EVP_sha256(), NULL);
}

size_t
sign_exchange(void)
{
	send_bytes(it.sign, &it.exchange, msg_size(MSG_SIGN), 0);
	wait_for(it.sign, MSG_SIGNED);
	return it.got.signature.len;
}

/* A good one of connection i. */
size_t
sign_conn(size_t i)
{
	uint64_t number = conn(i);

	make_exchange(number, it.cookies[i]);
	return sign_exchange();
}

/* A file beside it: the seed of a key, its public half, the name. */
static size_t
read_key(uint8_t seed[32], uint8_t public[32], char user[MSG_NAME])
{
	char path[PATH_MAX + 16];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", it.folder, it.whose);
	if ((f = fopen(path, "r")) == NULL || fread(seed, 32, 1, f) != 1 ||
	    fread(public, 32, 1, f) != 1)
		fail("%s: %s", path, strerror(errno));
	n = fread(user, 1, MSG_NAME - 1, f);
	fclose(f);
	user[n] = '\0';
	if (it.as != NULL)
		n = (size_t)snprintf(user, MSG_NAME, "%s", it.as);
	return n;
}

static void
sign_over(struct msg_login *l, const void *bytes, size_t len)
{
	put(l->data, sizeof(l->data), &l->datalen, bytes, len);
}

static void
put_byte(struct msg_login *l, uint8_t byte)
{
	l->data[l->datalen++] = byte;
}

/* A good login of our own device over this session id. */
void
make_login(struct msg *m, uint64_t number, const uint8_t *h)
{
	struct msg_login *l = &m->login;
	uint8_t seed[32], public[32], blob[64];
	char user[MSG_NAME];
	size_t n = 0, siglen = sizeof(l->sig), userlen;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey;

	userlen = read_key(seed, public, user);
	wire_put(blob, sizeof(blob), &n, "ssh-ed25519", 11);
	wire_put(blob, sizeof(blob), &n, public, 32);
	msg_init(m, MSG_LOGIN, number);
	sign_over(l, h, HASH);
	put_byte(l, 50); /* USERAUTH_REQUEST, RFC 4252 6 */
	sign_over(l, user, userlen);
	sign_over(l, "ssh-connection", 14);
	sign_over(l, "publickey", 9);
	put_byte(l, 1);
	sign_over(l, "ssh-ed25519", 11);
	sign_over(l, blob, n);
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, l->sig, &siglen, l->data, l->datalen) != 1)
		fail("no signature");
	l->siglen = (uint32_t)siglen;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	/* Of an offer, which says the same. */
	memcpy(l->key, blob, n);
	l->keylen = (uint32_t)n;
	memcpy(l->user, user, userlen + 1);
	snprintf(l->algorithm, sizeof(l->algorithm), "ssh-ed25519");
}

bool
verdict_of(const struct msg *m)
{
	say(m);
	wait_for(MSG_FD, MSG_VERDICT);
	return it.got.verdict.as != 0;
}

/* From here on logins are those of an operator. */
void
be_operator(void)
{
	it.whose = "operator-key";
}

/* Connection i, logged in.  Its login stays in m. */
uint64_t
open_conn(size_t i, struct msg *m)
{
	if (sign_conn(i) == 0)
		fail("the first hash is not signed");
	make_login(m, conn(i), it.hash);
	if (!verdict_of(m))
		fail("a good login is refused");
	return conn(i);
}
