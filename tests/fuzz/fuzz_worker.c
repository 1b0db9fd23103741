/*
 * What a monitor says to a worker: each input is a sequence of messages; of
 * type 0 it is bytes that the client of the newest connection sends.
 */
#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "ask.h"
#include "bind.h"
#include "fuzz.h"
#include "hostkey.h"
#include "message.h"
#include "packets.h"
#include "session.h"
#include "signature.h"
#include "stand_in.h"
#include "worker.h"

#define MESSAGES 24 /* of an input */

struct stage {
	struct worker *w;
	int monitor; /* the other end of its socket */
	int clients[MESSAGES]; /* the connections' other ends */
	size_t n;
};

/* What setup.c does, without the sandbox.  The monitor signs nothing. */
static ssh_bind
make_bind(void)
{
	static const char blob[] = STAND_IN_BLOB;
	struct msg_hostkey key = {.type = "ssh-ed25519"};
	ssh_bind bind;
	int sign[2];

	/* A word for each bad message would fill the screen. */
	MUST((stderr = fopen("/dev/null", "we")) != NULL);
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sign) == 0);
	close(sign[1]);
	MUST(hostkey_start(sign[0]) == NULL);
	MUST(packets_start() == 0 && signature_start() == 0);
	MUST(ssh_init() == SSH_OK);
	key.len = (uint32_t)EVP_DecodeBlock(
	    key.blob, (const uint8_t *)blob, sizeof(blob) - 1);
	MUST((bind = bind_new(0)) != NULL);
	MUST(bind_add_hostkey(bind, &key) == NULL);
	return bind;
}

static void
set_stage(struct stage *s, ssh_bind bind)
{
	int sock[2];

	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		 0, sock) == 0);
	s->monitor = sock[0];
	s->n = 0;
	MUST((s->w = worker_new(sock[1])) != NULL);
	s->w->bind = bind;
	s->w->setup.channels = 64;
	s->w->setup.keepalive = 30;
	s->w->setup.keepalive_max = 3;
	s->w->setup.idle = 5;
	ev_io_start(s->w->loop, &s->w->readable);
}

/* A connection's two ends: the worker gets one with the message. */
static void
say(struct stage *s, const struct message *m)
{
	int sock[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		 sock) == 0);
	message_send(m, s->monitor, sock[0]);
	close(sock[0]);
	if (m->msg.type == MSG_CONN)
		s->clients[s->n++] = sock[1];
	else
		close(sock[1]);
}

static void
client_says(const struct stage *s, const struct message *m)
{
	const char *bytes = m->msg.close.reason;
	ssize_t n = 0;

	if (s->n > 0)
		n = send(s->clients[s->n - 1], bytes, strnlen(bytes, MSG_TEXT),
		    MSG_NOSIGNAL | MSG_DONTWAIT);
	/* It may be gone. */
	(void)n;
}

static void
play(struct stage *s, struct input *in)
{
	static struct message m;
	int i;

	for (i = 0; i < MESSAGES && in->left > 0; i++) {
		message_read(&m, in);
		if (m.msg.type == 0)
			client_says(s, &m);
		else
			say(s, &m);
		ev_run(s->w->loop, EVRUN_NOWAIT);
		message_drain(s->monitor);
		/* It would have ended itself. */
		if (s->w->status != 0)
			return;
	}
}

static void
strike(struct stage *s)
{
	int sock = s->w->sock;

	s->w->bind = NULL;
	worker_free(s->w);
	message_drain(s->monitor);
	close(sock);
	close(s->monitor);
	while (s->n > 0)
		close(s->clients[--s->n]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static ssh_bind bind;
	struct input in = {data, len};
	struct stage s;
	unsigned int before;

	if (bind == NULL)
		bind = make_bind();
	before = fuzz_descriptors();
	set_stage(&s, bind);
	play(&s, &in);
	strike(&s);
	MUST(fuzz_descriptors() == before);
	return 0;
}
