#include "config.h"

#include <locale.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <libssh/libssh.h>

#include "bind.h"
#include "exchange.h"
#include "hostkey.h"
#include "libssh_refused.h"
#include "msg.h"
#include "packets.h"
#include "seal.h"
#include "selftest.h"
#include "setup.h"
#include "signature.h"
#include "worker.h"

#define HOSTKEYS_MAX 16

/* fd is the descriptor that came with SETUP, or -1. */
static const char *
setup_receive(struct worker *w, enum msg_type type, int *fd)
{
	struct pollfd p = {.fd = w->sock, .events = POLLIN};
	const char *reason;
	enum msg_result r;

	do {
		if (poll(&p, 1, -1) == -1)
			return "poll(2) failed";
		r = msg_recv(w->sock, &w->got, fd, &reason);
	} while (r == MSG_AGAIN);
	if (r == MSG_BAD)
		return reason;
	if (r == MSG_EOF)
		return "not started by et-sshd";
	if (*fd == MSG_FD_LOST)
		return "no descriptor left";
	return w->got.type == type ? NULL : "bad message from et-sshd";
}

static const char *
setup_receive_hostkeys(struct worker *w)
{
	const char *reason = NULL;
	char types[HOSTKEYS_MAX][MSG_ALGO];
	uint32_t i;
	int fd;

	if (w->setup.hostkeys == 0 || w->setup.hostkeys > HOSTKEYS_MAX)
		return "no host key, or too many";
	for (i = 0; i < w->setup.hostkeys && reason == NULL; i++) {
		reason = setup_receive(w, MSG_HOSTKEY, &fd);
		if (reason == NULL)
			reason = bind_add_hostkey(w->bind, &w->got.hostkey);
		memcpy(types[i], w->got.hostkey.type, sizeof(types[i]));
	}
	for (i = 0; i < w->setup.hostkeys && reason == NULL; i++)
		reason = selftest_hostkey(
		    w->bind, types[i], w->setup.cookie, w->kex);
	if (reason == NULL)
		reason = selftest_patched(w->bind, types[0], w->setup.cookie);
	return reason;
}

/*
 * Start everything that opens files or asks the system at its first use: the
 * random generator, the time zone, the locale, libcrypto's configuration,
 * providers and error texts.
 */
static const char *
setup_start_libraries(void)
{
	static const char *const digests[] = {"SHA256", "SHA512", "SHA1"};
	unsigned char byte;
	time_t now = time(NULL);
	struct tm tm;
	size_t i;

	if (packets_start() == -1 || signature_start() == -1 ||
	    exchange_start() == -1 || selftest_start() == -1)
		return "libcrypto lacks RAND_bytes, EVP_DigestVerify, "
		       "EVP_DigestUpdate or EVP_EncryptUpdate";
	setlocale(LC_ALL, "C");
	tzset();
	localtime_r(&now, &tm);
	if (OPENSSL_init_crypto(
		OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG |
		    OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
		NULL) != 1 ||
	    RAND_bytes(&byte, 1) != 1 || RAND_priv_bytes(&byte, 1) != 1)
		return "libcrypto does not start";
	for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		EVP_MD_free(EVP_MD_fetch(NULL, digests[i], NULL));
	return ssh_init() == SSH_OK ? NULL : "libssh does not start";
}

const char *
setup_worker(struct worker *w)
{
	const char *reason;
	int sign;

	if ((reason = libssh_refused(ssh_version(0))) != NULL ||
	    (reason = setup_receive(w, MSG_SETUP, &sign)) != NULL ||
	    (reason = hostkey_start(sign)) != NULL)
		return reason;
	w->setup = w->got.setup;
	if ((reason = setup_start_libraries()) != NULL)
		return reason;
	if ((w->bind = bind_new(w->setup.compat)) == NULL)
		return "libssh refuses the algorithms";
	if ((reason = setup_receive_hostkeys(w)) != NULL)
		return reason;
	return seal_worker(w->setup.chroot, w->setup.nofile);
}
