#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/objects.h>

#include "exchange.h"
#include "hostkey.h"
#include "wire.h"

#define BLOCK 8 /* a file's private part is filled up to these */
#define FILE_MAX 8192

/* The host keys' state: libssh's calls have no argument for any of it. */
static struct {
	int sock; /* the socket for SIGN */
	uint64_t conn; /* the connection that libssh signs for */
	bool asked; /* the monitor has signed since hostkey_asked */
	EVP_PKEY *ed25519; /* the host key's public half */
} signer = {.sock = -1};

const char *
hostkey_start(int sock)
{
	signer.sock = sock;
	signer.asked = false;
	return sock == -1 ? "no socket to ask for signatures" : NULL;
}

void
hostkey_sign_for(uint64_t conn)
{
	signer.conn = conn;
}

bool
hostkey_asked(void)
{
	bool asked = signer.asked;

	signer.asked = false;
	return asked;
}

/* --- asking ----------------------------------------------------------- */

/* The algorithm of this key and hash (RFC 5656, RFC 8332, RFC 8709), or NULL. */
static const char *
hostkey_algorithm(EVP_MD_CTX *ctx)
{
	EVP_PKEY *pkey = EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(ctx));
	const EVP_MD *md = EVP_MD_CTX_get0_md(ctx);

	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_ED25519:
		return "ssh-ed25519";
	case EVP_PKEY_EC:
		return "ecdsa-sha2-nistp256";
	case EVP_PKEY_RSA:
		if (md != NULL && EVP_MD_is_a(md, "SHA512"))
			return "rsa-sha2-512";
		if (md != NULL && EVP_MD_is_a(md, "SHA256"))
			return "rsa-sha2-256";
		return "ssh-rsa";
	default:
		return NULL;
	}
}

/* Send SIGN and wait for SIGNED: one round trip. */
static bool
hostkey_ask(const char *algorithm, size_t hash, struct msg *m)
{
	struct pollfd p = {.fd = signer.sock, .events = POLLIN};
	const char *reason;
	enum msg_result r;
	ssize_t sent;
	int fd;

	msg_init(m, MSG_SIGN, signer.conn);
	strncpy(m->sign.algorithm, algorithm, sizeof(m->sign.algorithm) - 1);
	m->sign.hash = (uint32_t)hash;
	if (!exchange_take(&m->sign))
		return false;
	sent = send(signer.sock, m, msg_size(MSG_SIGN), MSG_NOSIGNAL);
	explicit_bzero(m->sign.exchange, m->sign.len); /* K is secret */
	if (sent == -1)
		return false;
	do {
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			return false;
		r = msg_recv(signer.sock, m, &fd, &reason);
	} while (r == MSG_AGAIN);
	return r == MSG_OK && m->type == MSG_SIGNED && m->conn == signer.conn &&
	       m->signature.len > 0 && m->signature.len <= MSG_SIG;
}

/* EVP_DigestSign(3), in libcrypto's place and with its contract. */
int
EVP_DigestSign(EVP_MD_CTX *ctx, unsigned char *sig, size_t *siglen,
    const unsigned char *data, size_t len)
{
	EVP_PKEY *pkey = EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(ctx));
	const char *algorithm = hostkey_algorithm(ctx);
	struct msg m;

	(void)data; /* the monitor makes the hash itself */
	if (sig == NULL) {
		*siglen = (size_t)EVP_PKEY_get_size(pkey);
		return 1;
	}
	if (algorithm == NULL || !hostkey_ask(algorithm, len, &m) ||
	    m.signature.len > *siglen)
		return 0;
	signer.asked = true;
	memcpy(sig, m.signature.sig, m.signature.len);
	*siglen = m.signature.len;
	return 1;
}

/*
 * EVP_PKEY_new_raw_private_key(3), in libcrypto's place and with its contract.
 * libssh makes a key of the private half's zeroes, before 0.12 for each
 * signature and from then on once, when it takes the public half from that key.
 * The host key's public half is returned.
 */
EVP_PKEY *
EVP_PKEY_new_raw_private_key(
    int type, ENGINE *engine, const unsigned char *key, size_t len)
{
	static const unsigned char zeroes[32];

	if (type != EVP_PKEY_ED25519 || len != sizeof(zeroes) ||
	    memcmp(key, zeroes, len) != 0 || signer.ed25519 == NULL)
		return EVP_PKEY_new_raw_private_key_ex(NULL,
		    type == EVP_PKEY_X25519 ? "X25519" : OBJ_nid2sn(type), NULL,
		    key, len);
	(void)engine;
	EVP_PKEY_up_ref(signer.ed25519);
	return signer.ed25519;
}

/* --- keys without a private half -------------------------------------- */

struct file {
	uint8_t bytes[FILE_MAX];
	size_t n;
};

static void
file_put(struct file *f, const void *bytes, size_t len)
{
	wire_put(f->bytes, sizeof(f->bytes), &f->n, bytes, len);
}

static void
file_put_byte(struct file *f, uint8_t byte)
{
	file_put(f, &byte, 1);
}

/*
 * The file_put_TYPE functions write what follows the type in the private part,
 * in the order of OpenSSH's PROTOCOL.key.
 */
static void
file_put_ed25519(struct file *f, struct wire *public)
{
	uint8_t private[64] = {0};
	size_t len;
	const uint8_t *s = wire_string(public, &len);

	if (s == NULL || len != 32)
		return;
	EVP_PKEY_free(signer.ed25519);
	signer.ed25519 =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, s, len);
	memcpy(private + 32, s, 32);
	file_put(f, s, len);
	file_put(f, private, sizeof(private));
}

static void
file_put_rsa(struct file *f, struct wire *public)
{
	size_t elen, nlen;
	const uint8_t *e = wire_string(public, &elen);
	const uint8_t *n = wire_string(public, &nlen);

	if (e == NULL || n == NULL)
		return;
	file_put(f, n, nlen);
	file_put(f, e, elen);
	file_put_byte(f, 1); /* d */
	file_put_byte(f, 1); /* iqmp */
	file_put_byte(f, 3); /* p */
	file_put_byte(f, 3); /* q */
}

static void
file_put_ecdsa(struct file *f, struct wire *public)
{
	size_t clen, len;
	const uint8_t *curve = wire_string(public, &clen);
	const uint8_t *point = wire_string(public, &len);

	if (curve == NULL || point == NULL)
		return;
	file_put(f, curve, clen);
	file_put(f, point, len);
	file_put_byte(f, 1);
}

static const struct kind {
	const char *type;
	void (*put)(struct file *, struct wire *);
} kinds[] = {
    {"ssh-ed25519", file_put_ed25519},
    {"ssh-rsa", file_put_rsa},
    {"ecdsa-sha2-nistp256", file_put_ecdsa},
};

/* False: the type is unknown, or the key is too long. */
static bool
file_make_private(struct file *f, const struct msg_hostkey *m)
{
	struct wire public = {.at = m->blob, .left = m->len};
	size_t i, len;
	uint8_t pad;

	memset(f->bytes, 0, BLOCK); /* two equal numbers */
	f->n = BLOCK;
	wire_string(&public, &len);
	file_put(f, m->type, strlen(m->type));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, m->type) == 0)
			break;
	if (i == sizeof(kinds) / sizeof(kinds[0]))
		return false;
	kinds[i].put(f, &public);
	file_put(f, "", 0); /* the comment */
	for (pad = 1; f->n % BLOCK != 0; pad++)
		wire_put_byte(f->bytes, sizeof(f->bytes), &f->n, pad);
	return f->n <= sizeof(f->bytes);
}

/* An OpenSSH private key file (PROTOCOL.key), before base64. */
static bool
file_make(struct file *f, const struct msg_hostkey *m)
{
	static const char magic[] = "openssh-key-v1";
	struct file private = {.n = 0};

	if (m->len > MSG_KEY || !file_make_private(&private, m))
		return false;
	memcpy(f->bytes, magic, sizeof(magic));
	f->n = sizeof(magic);
	file_put(f, "none", 4);
	file_put(f, "none", 4);
	file_put(f, "", 0);
	memcpy(f->bytes + f->n, "\0\0\0\1", 4);
	f->n += 4;
	file_put(f, m->blob, m->len);
	file_put(f, private.bytes, private.n);
	return f->n <= sizeof(f->bytes);
}

ssh_key
hostkey_import(const struct msg_hostkey *m)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
	static const char end[] = "\n-----END OPENSSH PRIVATE KEY-----\n";
	struct file f = {.n = 0};
	char text[sizeof(begin) + FILE_MAX / 3 * 4 + 8 + sizeof(end)];
	ssh_key key = NULL;
	size_t n = sizeof(begin) - 1;

	if (!file_make(&f, m))
		return NULL;
	memcpy(text, begin, n);
	n += (size_t)EVP_EncodeBlock((uint8_t *)text + n, f.bytes, (int)f.n);
	memcpy(text + n, end, sizeof(end));
	if (ssh_pki_import_privkey_base64(text, NULL, NULL, NULL, &key) !=
	    SSH_OK)
		return NULL;
	return key;
}
