#include "config.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "link_node.h"
#include "link_peer.h"
#include "unit.h"

#define PATIENCE 5000 /* ms */

static SSL_SESSION *
peer_session(SSL *ssl, const struct peer *p)
{
	static const unsigned char cipher[] = {0x13, 0x01};
	uint8_t key[MSG_TICKET_SECRET];
	SSL_SESSION *s = SSL_SESSION_new();

	memset(key, p->secret, sizeof(key));
	SSL_SESSION_set1_master_key(s, key, sizeof(key));
	SSL_SESSION_set_cipher(s, SSL_CIPHER_find(ssl, cipher));
	SSL_SESSION_set_protocol_version(s, TLS1_3_VERSION);
	SSL_SESSION_set_max_early_data(s, p->early);
	return s;
}

static int
peer_on_use(SSL *ssl, const EVP_MD *md, const unsigned char **id, size_t *len,
    SSL_SESSION **session)
{
	struct peer *p = SSL_get_app_data(ssl);

	(void)md;
	*session = peer_session(ssl, p);
	*id = (const unsigned char *)p->identity;
	*len = strlen(p->identity);
	return 1;
}

static int
peer_on_find(
    SSL *ssl, const unsigned char *id, size_t len, SSL_SESSION **session)
{
	(void)id;
	(void)len;
	*session = peer_session(ssl, SSL_get_app_data(ssl));
	return 1;
}

void
peer_new(struct peer *p, bool server, const char *identity)
{
	int tcp[2];

	memset(p, 0, sizeof(*p));
	tcp_pair(tcp);
	p->fd = tcp[0];
	p->theirs = tcp[1];
	p->identity = identity;
	p->secret = PEER_SECRET;
	p->ctx =
	    SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	assert_non_null(p->ctx);
	if (identity != NULL && server)
		SSL_CTX_set_psk_find_session_callback(p->ctx, peer_on_find);
	else if (identity != NULL)
		SSL_CTX_set_psk_use_session_callback(p->ctx, peer_on_use);
	SSL_CTX_set_num_tickets(p->ctx, 0);
	p->ssl = SSL_new(p->ctx);
	assert_non_null(p->ssl);
	SSL_set_app_data(p->ssl, p);
	SSL_set_fd(p->ssl, p->fd);
	if (server)
		SSL_set_accept_state(p->ssl);
	else
		SSL_set_connect_state(p->ssl);
}

void
peer_free(struct peer *p)
{
	SSL_free(p->ssl);
	SSL_CTX_free(p->ctx);
	if (p->fd != -1)
		close(p->fd);
}

void
peer_certify(struct peer *p)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();

	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_use_certificate(p->ssl, cert), 1);
	assert_int_equal(SSL_use_PrivateKey(p->ssl, key), 1);
	X509_free(cert);
	EVP_PKEY_free(key);
}

int
peer_handshake(struct peer *p)
{
	return SSL_do_handshake(p->ssl);
}

/* After a call of libssl that returned rc: wait, or false. */
static bool
peer_again(struct peer *p, int rc)
{
	int error = SSL_get_error(p->ssl, rc);
	struct pollfd w = {.fd = p->fd,
	    .events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};

	ERR_clear_error();
	if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
		return false;
	assert_int_equal(poll(&w, 1, PATIENCE), 1);
	return true;
}

bool
peer_shake(struct peer *p)
{
	int rc;

	while ((rc = SSL_do_handshake(p->ssl)) != 1)
		if (!peer_again(p, rc))
			return false;
	return true;
}

bool
peer_write(struct peer *p, const void *bytes, size_t len)
{
	size_t n;
	int rc;

	while ((rc = SSL_write_ex(p->ssl, bytes, len, &n)) != 1)
		if (!peer_again(p, rc))
			return false;
	return true;
}

void
peer_read(struct peer *p, void *buf, size_t size)
{
	size_t n, got = 0;
	int rc;

	while (got < size) {
		rc = SSL_read_ex(p->ssl, (char *)buf + got, size - got, &n);
		if (rc == 1)
			got += n;
		else
			assert_true(peer_again(p, rc));
	}
}

bool
peer_update_keys(struct peer *p, int times)
{
	int rc;

	while (times-- > 0) {
		SSL_key_update(p->ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		while ((rc = SSL_do_handshake(p->ssl)) != 1)
			if (!peer_again(p, rc))
				return false;
	}
	return true;
}
