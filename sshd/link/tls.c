#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "hello.h"
#include "tls.h"

#define RECORD_MOST 16384 /* bytes in a record */
#define READ_AHEAD (4 * (RECORD_MOST + 256 + 5)) /* four records */

/*
 * AES-128-GCM must not encrypt more than 2^24.5 whole records with one key (RFC
 * 8446, 5.5), which libssl leaves to its caller.
 */
#ifndef TLS_KEY_BYTES
#define TLS_KEY_BYTES (UINT64_C(1) << 37)
#endif
#define RECORD 64 /* what a record counts beyond its bytes */
#define UPDATES 8 /* key updates that a peer may send too many */

struct tls_roles {
	SSL_CTX *client;
	SSL_CTX *server;
	BIO_METHOD *bio;
};

struct tls {
	SSL *ssl;
	int fd;
	uint8_t secret[MSG_TICKET_SECRET];
	char identity[HELLO_NUMBER + 1];
	const uint8_t *hello; /* bytes that libssl has not read yet */
	uint8_t *hello_all;
	size_t hello_left;
	bool dry; /* the descriptor had no more to read */
	bool up; /* the handshake is done */
	bool partial; /* a write must be repeated */
	bool more; /* another record follows at once */
	uint64_t in;
	uint64_t out; /* bytes since the last change of keys */
	uint64_t updates; /* messages of the peer after the handshake */
	const char *reason;
};

/* --- the descriptor, as libssl has it ---------------------------------- */

/* Whether a peer has sent more key updates than it can need. */
static bool
tls_floods(const struct tls *t)
{
	return t->updates > UPDATES + t->in / (TLS_KEY_BYTES / 2);
}

static int
tls_bio_read(BIO *bio, char *buf, int size)
{
	struct tls *t = BIO_get_data(bio);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	if (size <= 0 || tls_floods(t))
		return 0;
	if (t->hello_left > 0) {
		n = (size_t)size < t->hello_left ? size
						 : (ssize_t)t->hello_left;
		memcpy(buf, t->hello, (size_t)n);
		t->hello += n;
		t->hello_left -= (size_t)n;
		return (int)n;
	}
	if (t->dry) {
		BIO_set_retry_read(bio);
		return -1;
	}
	n = recv(t->fd, buf, (size_t)size, 0);
	t->dry = n < size && n != 0;
	if (n == -1 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		BIO_set_retry_read(bio);
	return (int)n;
}

static int
tls_bio_write(BIO *bio, const char *buf, int len)
{
	struct tls *t = BIO_get_data(bio);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	n = send(
	    t->fd, buf, (size_t)len, MSG_NOSIGNAL | (t->more ? MSG_MORE : 0));
	if (n == -1 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		BIO_set_retry_write(bio);
	return (int)n;
}

static long
tls_bio_ctrl(BIO *bio, int command, long num, void *ptr)
{
	(void)bio;
	(void)num;
	(void)ptr;
	return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *
tls_bio_method(void)
{
	BIO_METHOD *m;

	m = BIO_meth_new(
	    BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "descriptor");
	if (m != NULL) {
		BIO_meth_set_read(m, tls_bio_read);
		BIO_meth_set_write(m, tls_bio_write);
		BIO_meth_set_ctrl(m, tls_bio_ctrl);
	}
	return m;
}

/* --- the ticket, as an external PSK ------------------------------------ */

static SSL_SESSION *
tls_session(SSL *ssl, const struct tls *t)
{
	static const unsigned char aes_128_gcm_sha256[] = {0x13, 0x01};
	const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, aes_128_gcm_sha256);
	SSL_SESSION *s = SSL_SESSION_new();

	if (s != NULL && cipher != NULL &&
	    SSL_SESSION_set1_master_key(s, t->secret, sizeof(t->secret)) == 1 &&
	    SSL_SESSION_set_cipher(s, cipher) == 1 &&
	    SSL_SESSION_set_protocol_version(s, TLS1_3_VERSION) == 1)
		return s;
	SSL_SESSION_free(s);
	return NULL;
}

static int
tls_on_use(SSL *ssl, const EVP_MD *md, const unsigned char **id, size_t *len,
    SSL_SESSION **session)
{
	struct tls *t = SSL_get_app_data(ssl);

	(void)md; /* there is one cipher */
	*session = tls_session(ssl, t);
	*id = (const unsigned char *)t->identity;
	*len = HELLO_NUMBER;
	return *session != NULL;
}

static int
tls_on_find(
    SSL *ssl, const unsigned char *id, size_t len, SSL_SESSION **session)
{
	struct tls *t = SSL_get_app_data(ssl);

	*session = NULL;
	if (len != HELLO_NUMBER || memcmp(id, t->identity, HELLO_NUMBER) != 0)
		return 1; /* not this one: the handshake fails */
	*session = tls_session(ssl, t);
	return *session != NULL;
}

/* --- what connections share -------------------------------------------- */

static SSL_CTX *
tls_context(const SSL_METHOD *method)
{
	SSL_CTX *c = SSL_CTX_new(method);

	if (c == NULL)
		return NULL;
	if (SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_set_ciphersuites(c, "TLS_AES_128_GCM_SHA256") != 1 ||
	    SSL_CTX_set1_groups_list(c, "X25519:P-256") != 1 ||
	    SSL_CTX_set_num_tickets(c, 0) != 1 ||
	    SSL_CTX_set_max_early_data(c, 0) != 1 ||
	    SSL_CTX_set_recv_max_early_data(c, 0) != 1) {
		SSL_CTX_free(c);
		return NULL;
	}
	/* Not psk_ke: no key exchange without ephemeral keys. */
	SSL_CTX_clear_options(c, SSL_OP_ALLOW_NO_DHE_KEX);
	SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE |
				SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(c, 1);
	SSL_CTX_set_default_read_buffer_len(c, READ_AHEAD);
	SSL_CTX_set_psk_use_session_callback(c, tls_on_use);
	SSL_CTX_set_psk_find_session_callback(c, tls_on_find);
	return c;
}

struct tls_roles *
tls_roles_new(void)
{
	struct tls_roles *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->client = tls_context(TLS_client_method());
	r->server = tls_context(TLS_server_method());
	r->bio = tls_bio_method();
	if (r->client == NULL || r->server == NULL || r->bio == NULL) {
		tls_roles_free(r);
		return NULL;
	}
	/* No server's certificate is trusted: the PSK or nothing. */
	SSL_CTX_set_verify(r->client, SSL_VERIFY_PEER, NULL);
	return r;
}

void
tls_roles_free(struct tls_roles *r)
{
	if (r == NULL)
		return;
	SSL_CTX_free(r->client);
	SSL_CTX_free(r->server);
	BIO_meth_free(r->bio);
	free(r);
}

/* --- one connection ----------------------------------------------------- */

static struct tls *
tls_new(struct tls_roles *r, SSL_CTX *ctx, int fd, const struct tls_key *key)
{
	struct tls *t;
	BIO *bio;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	t->fd = fd;
	memcpy(t->secret, key->secret, sizeof(t->secret));
	snprintf(t->identity, sizeof(t->identity), "%016" PRIx64, key->number);
	t->ssl = SSL_new(ctx);
	bio = t->ssl != NULL ? BIO_new(r->bio) : NULL;
	if (bio == NULL) {
		tls_free(t);
		ERR_clear_error();
		return NULL;
	}
	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_app_data(t->ssl, t);
	SSL_set_bio(t->ssl, bio, bio);
	return t;
}

struct tls *
tls_connect(struct tls_roles *r, int fd, const struct tls_key *key)
{
	struct tls *t = tls_new(r, r->client, fd, key);

	if (t != NULL)
		SSL_set_connect_state(t->ssl);
	return t;
}

struct tls *
tls_accept(struct tls_roles *r, int fd, const struct tls_key *key,
    const uint8_t *hello, size_t size)
{
	struct tls *t = tls_new(r, r->server, fd, key);

	if (t == NULL)
		return NULL;
	if (size > 0) {
		if ((t->hello_all = malloc(size)) == NULL) {
			tls_free(t);
			return NULL;
		}
		memcpy(t->hello_all, hello, size);
	}
	t->hello = t->hello_all;
	t->hello_left = size;
	SSL_set_accept_state(t->ssl);
	return t;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_free(t->ssl);
	free(t->hello_all);
	explicit_bzero(t->secret, sizeof(t->secret));
	free(t);
}

/* What a call of libssl that returned rc has come to. */
static enum tls_result
tls_outcome(struct tls *t, int rc, const char *reason)
{
	int error = SSL_get_error(t->ssl, rc);
	unsigned long why = ERR_peek_last_error();

	ERR_clear_error();
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return TLS_AGAIN;
	if (error == SSL_ERROR_ZERO_RETURN)
		return TLS_ENDED;
	if (tls_floods(t))
		t->reason = "too many key updates";
	else if (error == SSL_ERROR_SYSCALL ||
		 ERR_GET_REASON(why) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		t->reason = "connection lost";
	else
		t->reason = reason;
	return TLS_FAILED;
}

/* Count the peer's messages after the handshake: updates of its keys. */
static void
tls_on_message(int outgoing, int version, int type, const void *bytes,
    size_t len, SSL *ssl, void *arg)
{
	struct tls *t = arg;

	(void)version;
	(void)bytes;
	(void)len;
	(void)ssl;
	if (!outgoing && type == SSL3_RT_HANDSHAKE)
		t->updates++;
}

enum tls_result
tls_handshake(struct tls *t)
{
	int rc = SSL_do_handshake(t->ssl);

	if (rc != 1)
		return tls_outcome(t, rc, "handshake failed");
	free(t->hello_all);
	t->hello_all = NULL;
	explicit_bzero(t->secret, sizeof(t->secret));
	if (!SSL_session_reused(t->ssl)) { /* as libssl calls a PSK */
		t->reason = "handshake without the ticket";
		return TLS_FAILED;
	}
	t->up = true;
	SSL_set_msg_callback(t->ssl, tls_on_message);
	SSL_set_msg_callback_arg(t->ssl, t);
	return TLS_DONE;
}

enum tls_result
tls_read(struct tls *t, void *buf, size_t size, size_t *n)
{
	int rc = SSL_read_ex(t->ssl, buf, size, n);

	if (rc != 1)
		*n = 0;
	t->in += *n;
	if (rc == 1 && !tls_floods(t))
		return TLS_DONE;
	return tls_outcome(t, rc, "bad record");
}

enum tls_result
tls_write(struct tls *t, const void *buf, size_t len, size_t *n)
{
	enum tls_result result;
	int rc;

	*n = 0;
	if (t->out > TLS_KEY_BYTES && !t->partial &&
	    SSL_key_update(t->ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1)
		t->out = 0;
	t->more = len > RECORD_MOST;
	rc = SSL_write_ex(t->ssl, buf, len, n);
	t->more = false;
	t->partial = false;
	if (rc == 1) {
		t->out += *n + RECORD;
		return TLS_DONE;
	}
	*n = 0;
	result = tls_outcome(t, rc, "write failed");
	t->partial = result == TLS_AGAIN;
	return result == TLS_ENDED ? TLS_FAILED : result;
}

enum tls_result
tls_shut(struct tls *t)
{
	int rc = SSL_shutdown(t->ssl);

	if (rc >= 0) {
		t->partial = false;
		return TLS_DONE;
	}
	t->partial = tls_outcome(t, rc, "write failed") == TLS_AGAIN;
	return t->partial ? TLS_AGAIN : TLS_FAILED;
}

void
tls_readable(struct tls *t)
{
	t->dry = false;
}

bool
tls_pending(const struct tls *t)
{
	return SSL_has_pending(t->ssl) == 1;
}

bool
tls_waits_write(const struct tls *t)
{
	return t->partial || SSL_want_write(t->ssl);
}

const char *
tls_reason(const struct tls *t)
{
	return t->reason != NULL ? t->reason : "connection lost";
}

/* --- at the start ------------------------------------------------------- */

/* A byte from one side to the other, once both have their handshake. */
static bool
tls_meet(struct tls *client, struct tls *server)
{
	bool up[2] = {false, false};
	char byte = 'e';
	size_t n;
	int i;

	for (i = 0; i < 8 && !(up[0] && up[1]); i++) {
		tls_readable(client);
		tls_readable(server);
		if (!up[0])
			up[0] = tls_handshake(client) == TLS_DONE;
		if (!up[1])
			up[1] = tls_handshake(server) == TLS_DONE;
	}
	if (!up[0] || !up[1] || tls_write(client, &byte, 1, &n) != TLS_DONE)
		return false;
	tls_readable(server);
	byte = 0;
	return tls_read(server, &byte, 1, &n) == TLS_DONE && byte == 'e';
}

bool
tls_roles_work(struct tls_roles *r)
{
	const struct tls_key key = {.number = 1};
	struct tls *client, *server;
	bool works = false;
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1 ||
	    fcntl(sv[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(sv[1], F_SETFL, O_NONBLOCK) == -1)
		return false;
	client = tls_connect(r, sv[0], &key);
	server = tls_accept(r, sv[1], &key, NULL, 0);
	if (client != NULL && server != NULL)
		works = tls_meet(client, server);
	tls_free(client);
	tls_free(server);
	close(sv[0]);
	close(sv[1]);
	return works;
}
