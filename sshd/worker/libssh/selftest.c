#include "config.h"

#include <sys/socket.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include <libssh/libssh.h>

#include "bind.h"
#include "exchange.h"
#include "hostkey.h"
#include "selftest.h"

#define TURNS 1000 /* bytes that each end sends at most in one test */
#define GCM "aes256-gcm@openssh.com"
#define PACKET_MAX 256 /* bytes of the packet that is altered */
/* The beginning of a "session", RFC 4254 5.1. */
#define CHANNEL_OPEN "\132\0\0\0\7session"
#define CHANNEL_OPEN_MIN (1 + 12 + 3 * 4 + 4) /* with the least padding */

typedef int encrypt_fn(
    EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);

static encrypt_fn *encrypt; /* libcrypto's */

/* The fault put into the next CHANNEL_OPEN that this process encrypts. */
static enum { NOTHING, BAD_TAG, NO_PACKET_SIZE } alter;

/* Both ends of a connection within this process. */
struct both {
	ssh_session server;
	ssh_session client;
	int fd[2]; /* a socket's descriptor; -1: the session owns it */
};

int
selftest_start(void)
{
	void *found = dlsym(RTLD_NEXT, "EVP_EncryptUpdate");

	memcpy(&encrypt, &found, sizeof(encrypt));
	return found != NULL ? 0 : -1;
}

/*
 * Whether the input is the length of a padding and a CHANNEL_OPEN with a padding
 * of that length (RFC 4253, section 6).  libcrypto makes its random numbers by
 * this function, too: a look at the message's first bytes would be met by one.
 */
static bool
selftest_is_channel_open(
    const unsigned char *out, const unsigned char *in, int len)
{
	return out != NULL && len >= CHANNEL_OPEN_MIN && len <= PACKET_MAX &&
	       memcmp(in + 1, CHANNEL_OPEN, sizeof(CHANNEL_OPEN) - 1) == 0 &&
	       len == CHANNEL_OPEN_MIN - 4 + in[0];
}

/*
 * EVP_EncryptUpdate(3), in libcrypto's place and with its contract.  The byte
 * that is flipped after libcrypto made the tag is the last of the padding: the
 * packet is good but for its tag.
 */
int
EVP_EncryptUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outlen,
    const unsigned char *in, int len)
{
	unsigned char altered[PACKET_MAX];
	int rc;

	if (encrypt == NULL && selftest_start() == -1)
		return 0;
	if (alter == NOTHING || !selftest_is_channel_open(out, in, len))
		return encrypt(ctx, out, outlen, in, len);
	memcpy(altered, in, (size_t)len);
	if (alter == NO_PACKET_SIZE) /* the number before the padding */
		memset(altered + len - altered[0] - 4, 0, 4);
	rc = encrypt(ctx, out, outlen, altered, len);
	if (alter == BAD_TAG)
		out[len - 1] ^= 1;
	alter = NOTHING;
	return rc;
}

/* --- both ends -------------------------------------------------------- */

static bool
both_options(struct both *b, const char *type, const char *cipher)
{
	bool no_config = false;

	if (strcmp(type, "ssh-rsa") == 0)
		type = "rsa-sha2-512";
	return ssh_options_set(b->client, SSH_OPTIONS_PROCESS_CONFIG,
		   &no_config) == SSH_OK &&
	       ssh_options_set(b->client, SSH_OPTIONS_HOST, "localhost") ==
		   SSH_OK &&
	       ssh_options_set(b->client, SSH_OPTIONS_USER, "self") == SSH_OK &&
	       ssh_options_set(b->client, SSH_OPTIONS_KEY_EXCHANGE, BIND_KEX) ==
		   SSH_OK &&
	       ssh_options_set(b->client, SSH_OPTIONS_HOSTKEYS, type) ==
		   SSH_OK &&
	       (cipher == NULL ||
		   (ssh_options_set(
			b->client, SSH_OPTIONS_CIPHERS_C_S, cipher) == SSH_OK &&
		       ssh_options_set(b->client, SSH_OPTIONS_CIPHERS_S_C,
			   cipher) == SSH_OK));
}

static bool
both_open(struct both *b, ssh_bind bind, const char *type, const char *cipher)
{
	b->fd[0] = b->fd[1] = -1;
	b->server = ssh_new();
	b->client = ssh_new();
	if (b->server == NULL || b->client == NULL ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		b->fd) == -1 ||
	    !both_options(b, type, cipher) ||
	    ssh_options_set(b->client, SSH_OPTIONS_FD, &b->fd[1]) != SSH_OK)
		return false;
	b->fd[1] = -1;
	if (ssh_bind_accept_fd(bind, b->server, b->fd[0]) != SSH_OK)
		return false;
	b->fd[0] = -1;
	ssh_set_blocking(b->server, 0);
	ssh_set_blocking(b->client, 0);
	return true;
}

static void
both_close(struct both *b)
{
	int i;

	ssh_free(b->client); /* ssh_free closes the session's descriptor */
	ssh_free(b->server);
	for (i = 0; i < 2; i++)
		if (b->fd[i] != -1)
			close(b->fd[i]);
}

/* Run both ends until the client has verified the server's signature. */
static const char *
both_shake_hands(struct both *b, const uint8_t cookie[MSG_COOKIE])
{
	int turn, s = SSH_AGAIN, c = SSH_AGAIN;

	exchange_cookie(cookie);
	for (turn = 0; turn < TURNS; turn++) {
		if (s == SSH_AGAIN)
			s = ssh_handle_key_exchange(b->server);
		exchange_cookie(NULL);
		if (c == SSH_AGAIN)
			c = ssh_connect(b->client);
		if (c == SSH_OK)
			return NULL;
		if (c == SSH_ERROR || s == SSH_ERROR)
			return "a handshake with itself failed: libssh or "
			       "libcrypto does not sign by et-sshd";
	}
	return "a handshake with itself did not end";
}

/*
 * Answer the messages that the server has received; true: a channel was opened.
 */
static bool
both_serve(struct both *b)
{
	ssh_message m;
	bool opened = false;

	while (!opened && (m = ssh_message_get(b->server)) != NULL) {
		switch (ssh_message_type(m)) {
		case SSH_REQUEST_SERVICE:
			ssh_message_service_reply_success(m);
			break;
		case SSH_REQUEST_AUTH:
			ssh_message_auth_reply_success(m, 0);
			break;
		case SSH_REQUEST_CHANNEL_OPEN:
			opened = true;
			/* FALLTHROUGH */
		default:
			ssh_message_reply_default(m);
			break;
		}
		ssh_message_free(m);
	}
	return opened;
}

static bool
both_log_in(struct both *b)
{
	int turn, c = SSH_AUTH_AGAIN;

	for (turn = 0; turn < TURNS && c == SSH_AUTH_AGAIN; turn++) {
		c = ssh_userauth_none(b->client, NULL);
		both_serve(b);
	}
	return c == SSH_AUTH_SUCCESS;
}

/* Open a channel; true: the server's libssh accepted the request. */
static bool
both_open_channel(struct both *b)
{
	ssh_channel channel = ssh_channel_new(b->client);
	bool asked = false;
	int turn, c = SSH_AGAIN;

	for (turn = 0; channel != NULL && turn < TURNS && c == SSH_AGAIN;
	     turn++) {
		c = ssh_channel_open_session(channel);
		asked = both_serve(b) || asked;
		if (ssh_get_status(b->server) & (SSH_CLOSED | SSH_CLOSED_ERROR))
			break;
	}
	ssh_channel_free(channel);
	return asked;
}

/* --- the tests -------------------------------------------------------- */

const char *
selftest_hostkey(ssh_bind bind, const char *type,
    const uint8_t cookie[MSG_COOKIE], char kex[MSG_ALGO])
{
	const char *why = "libssh does not start a handshake with itself";
	struct both b;

	hostkey_sign_for(0);
	(void)hostkey_asked();
	if (both_open(&b, bind, type, NULL))
		why = both_shake_hands(&b, cookie);
	if (why == NULL && !hostkey_asked())
		why = "libssh does not sign through EVP_DigestSign: a "
		      "version that is not known here";
	if (why == NULL)
		snprintf(kex, MSG_ALGO, "%s", ssh_get_kex_algo(b.client));
	both_close(&b);
	return why;
}

/* Whether a channel open with this fault is refused, after a good one. */
static const char *
selftest_altered(ssh_bind bind, const char *type,
    const uint8_t cookie[MSG_COOKIE], int how, const char *unpatched)
{
	const char *why = "libssh does not start a session with itself";
	struct both b;

	hostkey_sign_for(0);
	if (!both_open(&b, bind, type, GCM) ||
	    (why = both_shake_hands(&b, cookie)) != NULL)
		goto out;
	why = "libssh does not complete a session with itself";
	if (!both_log_in(&b) || !both_open_channel(&b))
		goto out;
	alter = how;
	why = both_open_channel(&b) ? unpatched : NULL;
	if (alter != NOTHING)
		why = "libssh does not encrypt through EVP_EncryptUpdate: a "
		      "version that is not known here";
	alter = NOTHING;
out:
	both_close(&b);
	return why;
}

const char *
selftest_patched(
    ssh_bind bind, const char *type, const uint8_t cookie[MSG_COOKIE])
{
	const char *why;

	why = selftest_altered(bind, type, cookie, BAD_TAG,
	    "this libssh takes AES-GCM packets with a bad tag "
	    "(CVE-2026-59847): install the distribution's security update");
	if (why == NULL)
		why = selftest_altered(bind, type, cookie, NO_PACKET_SIZE,
		    "this libssh takes channels with a maximum packet size "
		    "of 0 (CVE-2026-59843): install the distribution's "
		    "security update");
	return why;
}
