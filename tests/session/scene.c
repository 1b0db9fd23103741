#include "config.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "bind.h"
#include "hostkey.h"
#include "loop.h"
#include "packets.h"
#include "scene.h"
#include "session.h"
#include "signer.h"
#include "signature.h"
#include "wire.h"
#include "worker.h"

#define ROUNDS 10000 /* more than any settling takes */
#define QUIET 2 /* rounds in which nothing happened: it is settled */
#define USERAUTH_REQUEST 50 /* RFC 4252 6 */

static ssh_bind bind_of_all;

/* What setup.c does, without the sandbox. */
const char *
scene_start(void)
{
	struct msg_hostkey key;
	const char *why;
	int sign;

	if (packets_start() != 0 || signature_start() != 0 ||
	    ssh_init() != SSH_OK)
		return "libssh or libcrypto does not start";
	if (signer_start() == -1 || (sign = signer_open()) == -1)
		return "no host key";
	signer_hostkey(&key);
	if ((why = hostkey_start(sign)) != NULL)
		return why;
	if ((bind_of_all = bind_new(0)) == NULL)
		return "libssh refuses the algorithms";
	return bind_add_hostkey(bind_of_all, &key);
}

static bool
make_worker(struct scene *s, const struct standin_use *use)
{
	int sock[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, sock) == -1)
		return false;
	s->monitor = standin_new(sock[0], use);
	s->worker = loop_new(sock[1]);
	if (s->monitor == NULL || s->worker == NULL)
		return false;
	s->worker->bind = bind_of_all;
	s->worker->setup.channels = STANDIN_CHANNELS;
	s->worker->setup.channels_operator = STANDIN_CHANNELS;
	s->worker->setup.keepalive = 30;
	s->worker->setup.keepalive_max = 3;
	s->worker->setup.idle = 5;
	loop_start(s->worker);
	return true;
}

bool
scene_begin(struct scene *s, const struct standin_use *use)
{
	int sock[2];

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (!make_worker(s, use) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		sock) == -1)
		return false;
	s->fd = sock[0];
	standin_accept(s->monitor, sock[1]);
	close(sock[1]);
	s->peer = peer_new(s->fd);
	/*
	 * The worker speaks first: poll(2) of a unix socket does not heed the
	 * SO_RCVLOWAT with which it sees to that on a TCP one.
	 */
	return s->peer != NULL && scene_settle(s);
}

void
scene_end(struct scene *s)
{
	int sock = s->worker->sock;

	while (s->nvisitors > 0)
		close(s->visitors[--s->nvisitors]);
	if (s->fd != -1)
		close(s->fd);
	s->worker->bind = NULL; /* it is not the worker's */
	loop_free(s->worker);
	close(sock);
	peer_free(s->peer);
	standin_free(s->monitor);
}

/* How many bytes the worker has not yet read: unix(7), SIOCOUTQ. */
static unsigned int
unread(const struct scene *s)
{
	unsigned int all = 0;
	size_t i;
	int n;

	if (ioctl(s->fd, SIOCOUTQ, &n) == 0)
		all += (unsigned int)n;
	for (i = 0; i < s->nvisitors; i++)
		if (ioctl(s->visitors[i], SIOCOUTQ, &n) == 0)
			all += (unsigned int)n;
	return all;
}

static unsigned int
visitors_read(struct scene *s)
{
	char bytes[65536];
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < s->nvisitors; i++)
		while (recv(s->visitors[i], bytes, sizeof(bytes),
			   MSG_DONTWAIT) > 0)
			n++;
	return n;
}

static unsigned int
peer_reads(struct scene *s)
{
	uint8_t payload[PEER_PAYLOAD];
	unsigned int n = 0;

	while (peer_receive(s->peer, payload) > 0) {
		s->heard[payload[0]]++;
		n++;
	}
	return n;
}

bool
scene_settle(struct scene *s)
{
	unsigned int before = unread(s), now, did;
	int round, quiet = 0;

	for (round = 0; round < ROUNDS && quiet < QUIET; round++) {
		ev_run(s->worker->loop, EVRUN_NOWAIT);
		did = standin_serve(s->monitor);
		if (!s->client_deaf)
			did += peer_reads(s);
		if (!s->visitors_deaf)
			did += visitors_read(s);
		now = unread(s);
		/* A session that is due has its turn in the next round. */
		quiet = did > 0 || now != before || s->worker->due != NULL
			    ? 0
			    : quiet + 1;
		before = now;
	}
	return quiet == QUIET;
}

void
scene_time_passes(struct scene *s)
{
	struct session *one = session_find(s->worker, STANDIN_CONN);

	if (one != NULL && ev_is_active(&one->timer))
		ev_feed_event(s->worker->loop, &one->timer, EV_TIMER);
}

bool
scene_exchange_keys(struct scene *s)
{
	peer_start(s->peer);
	return scene_settle(s) && peer_ready(s->peer);
}

size_t
scene_login(uint8_t *out, size_t size)
{
	static const uint8_t key[32] = "a device's key";
	uint8_t blob[64], signature[128], raw[64] = {0};
	size_t n = 1, blobs = 0, signatures = 0;

	wire_put(blob, sizeof(blob), &blobs, "ssh-ed25519", 11);
	wire_put(blob, sizeof(blob), &blobs, key, sizeof(key));
	wire_put(signature, sizeof(signature), &signatures, "ssh-ed25519", 11);
	wire_put(signature, sizeof(signature), &signatures, raw, sizeof(raw));
	out[0] = USERAUTH_REQUEST;
	wire_put(out, size, &n, "d1", 2);
	wire_put(out, size, &n, "ssh-connection", 14);
	wire_put(out, size, &n, "publickey", 9);
	wire_put_byte(out, size, &n, 1);
	wire_put(out, size, &n, "ssh-ed25519", 11);
	wire_put(out, size, &n, blob, blobs);
	wire_put(out, size, &n, signature, signatures);
	return n;
}

bool
scene_log_in(struct scene *s, enum msg_role as)
{
	static const char token[] = SCENE_TOKEN;
	uint8_t login[512];

	peer_send(s->peer, SCENE_SERVICE, sizeof(SCENE_SERVICE) - 1);
	if (as == ROLE_ENROL)
		peer_send(s->peer, token, sizeof(token) - 1);
	else
		peer_send(s->peer, login, scene_login(login, sizeof(login)));
	return scene_settle(s) && s->heard[52] > 0; /* USERAUTH_SUCCESS */
}

void
scene_take_visitor(struct scene *s, int fd)
{
	if (fd != -1 && s->nvisitors < SCENE_VISITORS)
		s->visitors[s->nvisitors++] = fd;
	else if (fd != -1)
		close(fd);
}

bool
scene_is_over(const struct scene *s)
{
	return standin_state(s->monitor) == STANDIN_GONE &&
	       peer_closed(s->peer);
}

const char *
scene_wrong(const struct scene *s)
{
	if (s->worker->status != 0)
		return "the worker does not take what the monitor says";
	return standin_wrong(s->monitor);
}
