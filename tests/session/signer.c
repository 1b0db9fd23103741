#include "config.h"

#include <sys/socket.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

/* The monitor's: the worker has a module of that name, too. */
#include "monitor/login/exchange.h"
#include "signer.h"
#include "wire.h"

typedef int sign_fn(
    EVP_MD_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);

/* The worker's call carries nothing of ours. */
static struct {
	EVP_PKEY *key;
	sign_fn *sign; /* libcrypto's; the worker exports another */
	int sock[2]; /* the worker's end, ours */
	void (*answer)(void *, int, const struct msg *);
	void *arg;
} signer = {.sock = {-1, -1}};

int
signer_start(void)
{
	static const uint8_t seed[32] = "a host key that everybody knows";
	void *found = dlsym(RTLD_NEXT, "EVP_DigestSign");

	memcpy(&signer.sign, &found, sizeof(signer.sign));
	signer.key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
	return found != NULL && signer.key != NULL ? 0 : -1;
}

void
signer_hostkey(struct msg_hostkey *m)
{
	uint8_t public[32] = {0};
	size_t len = sizeof(public), n = 0;

	EVP_PKEY_get_raw_public_key(signer.key, public, &len);
	memset(m, 0, sizeof(*m));
	snprintf(m->type, sizeof(m->type), "ssh-ed25519");
	wire_put(m->blob, sizeof(m->blob), &n, m->type, strlen(m->type));
	wire_put(m->blob, sizeof(m->blob), &n, public, sizeof(public));
	m->len = (uint32_t)n;
}

void
signer_close(void)
{
	if (signer.sock[0] == -1)
		return;
	close(signer.sock[0]);
	close(signer.sock[1]);
	signer.sock[0] = signer.sock[1] = -1;
}

int
signer_open(void)
{
	signer_close();
	if (socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, signer.sock) == -1)
		signer.sock[0] = signer.sock[1] = -1;
	return signer.sock[0];
}

void
signer_serve(void (*answer)(void *, int, const struct msg *), void *arg)
{
	signer.answer = answer;
	signer.arg = arg;
}

const char *
signer_sign(const struct msg *ask, const uint8_t *cookie, struct msg *answer)
{
	struct msg_signed *s = &answer->signature;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t hash[MSG_HASH];
	size_t hashlen, len = sizeof(s->sig);
	const char *wrong;

	msg_init(answer, MSG_SIGNED, ask->conn);
	wrong = exchange_hash(&ask->sign, cookie, hash, &hashlen);
	if (wrong == NULL &&
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, signer.key) == 1 &&
	    signer.sign(ctx, s->sig, &len, hash, hashlen) == 1)
		s->len = (uint32_t)len;
	EVP_MD_CTX_free(ctx);
	return wrong;
}

static void
take_ask(void)
{
	struct msg ask;
	const char *reason;
	int fd;

	if (msg_recv(signer.sock[1], &ask, &fd, &reason) == MSG_OK &&
	    signer.answer != NULL)
		signer.answer(signer.arg, signer.sock[1], &ask);
}

/* In libc's place, and with its contract: see send(2). */
ssize_t
send(int fd, const void *bytes, size_t len, int flags)
{
	ssize_t n = sendto(fd, bytes, len, flags, NULL, 0);
	uint32_t type = 0;

	if (n == (ssize_t)msg_size(MSG_SIGN))
		memcpy(&type, bytes, sizeof(type));
	if (type == MSG_SIGN)
		take_ask();
	return n;
}
