/*
 * What a worker is told at its start: each input begins with the messages to
 * its socket, up to one of type 0; what follows are the answers to SIGN.
 *
 * how & 4: a HOSTKEY is of the key that is here, an answer is signed by it.
 */
#include "config.h"

#include <sys/socket.h>

#include <unistd.h>

#include "fuzz.h"
#include "loop.h"
#include "message.h"
#include "seal.h"
#include "setup.h"
#include "signer.h"
#include "worker.h"

#define MESSAGES 24 /* of an input: its socket holds so many */
#define GOOD 0x04

static struct input *answers; /* what is left of the input */
static unsigned int signed_well;

/* The sandbox would hold for all executions. */
const char *
seal_worker(bool empty_root, uint32_t files)
{
	(void)empty_root;
	(void)files;
	return NULL;
}

static void
answer_sign(void *arg, int sock, const struct msg *ask)
{
	const uint8_t *cookie = arg;
	static struct message m;

	MUST(ask->type == MSG_SIGN && ask->conn == 0);
	/* Or the worker would wait for ever. */
	if (answers->left == 0) {
		shutdown(sock, SHUT_RDWR);
		return;
	}
	message_read(&m, answers);
	if (m.how & GOOD) {
		MUST(signer_sign(ask, cookie, &m.msg) == NULL);
		m.len = msg_size(MSG_SIGNED);
		m.how = 0;
		signed_well++;
	}
	message_send(&m, sock, STDERR_FILENO);
	if (m.len == 0)
		shutdown(sock, SHUT_RDWR);
}

/* All that et-sshd says, before the worker hears it. */
static void
say(int sock, int sign, struct input *in)
{
	static struct message m;
	int i;

	for (i = 0; i < MESSAGES && in->left > 0; i++) {
		message_read(&m, in);
		if (m.msg.type == 0)
			break;
		if (m.msg.type == MSG_HOSTKEY && (m.how & GOOD))
			signer_hostkey(&m.msg.hostkey);
		message_send(&m, sock, sign);
	}
	shutdown(sock, SHUT_WR);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool started;
	struct input in = {data, len};
	int sock[2], first, sign;
	struct worker *w;

	if (!started)
		MUST(signer_start() == 0);
	started = true;
	answers = &in;
	signed_well = 0;
	MUST((first = dup(STDERR_FILENO)) != -1);
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) == 0);
	MUST((sign = signer_open()) != -1);
	say(sock[0], sign, &in);
	MUST((w = loop_new(sock[1])) != NULL);
	signer_serve(answer_sign, w->setup.cookie);
	/* It is ready only with a signature by each of its keys. */
	if (setup_worker(w) == NULL)
		MUST(signed_well >= w->setup.hostkeys);
	loop_free(w);
	/* A worker that fails at its start ends, and with it what it holds. */
	signer_close();
	close_range((unsigned int)first, ~0U, 0);
	return 0;
}
