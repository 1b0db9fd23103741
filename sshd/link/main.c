/*
 * et-sshd-link: the streams between this node and the others, by TLS.  et-sshd
 * starts it with its socketpair as descriptor MSG_FD; it has no arguments.  The
 * link opens nothing and connects nowhere: it gets each connection from et-sshd.
 */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "hear.h"
#include "link.h"
#include "loop.h"
#include "seal.h"
#include "tls.h"

/* The monitor ended while the link started: nobody reads a message. */
static bool
monitor_gone(void)
{
	struct pollfd p = {.fd = MSG_FD};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP);
}

/*
 * Start everything that opens files or asks the system at its first use: the
 * random generator, libcrypto's configuration, providers and error texts.
 */
static const char *
start_libraries(struct link *l)
{
	unsigned char byte;

	if (OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS |
				 OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
				 OPENSSL_INIT_LOAD_CONFIG,
		NULL) != 1 ||
	    RAND_bytes(&byte, 1) != 1 || RAND_priv_bytes(&byte, 1) != 1)
		return "libcrypto does not start";
	if ((l->tls = tls_roles_new()) == NULL || !tls_roles_work(l->tls))
		return "libssl has no TLS 1.3 with TLS_AES_128_GCM_SHA256";
	ERR_clear_error();
	return NULL;
}

int
main(void)
{
	struct link *l;
	const char *reason = "out of memory";
	int status = EXIT_FAILURE;

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	mallopt(M_ARENA_MAX, 1);
	l = loop_new(MSG_FD);
	if (l == NULL || (reason = hear_setup(l)) != NULL ||
	    (reason = start_libraries(l)) != NULL ||
	    (reason = seal_enter(l->setup.nofile, l->setup.streams)) != NULL) {
		if (!monitor_gone())
			fprintf(stderr, "et-sshd-link: %s\n", reason);
		goto out;
	}
	status = loop_run(l);
out:
	loop_free(l);
	return status;
}
