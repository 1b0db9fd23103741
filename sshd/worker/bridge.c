#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <ev.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "bridge.h"
#include "relay.h"
#include "request.h"
#include "session.h"
#include "worker.h"

#define BRIDGE_PACKETS 8 /* a bridge makes the peer send, beside data */

struct bridge {
	struct bridge *prev;
	struct bridge *next;
	uint32_t port;
	uint32_t id;
	ev_tstamp since;
	ssh_channel channel;
	struct relay *relay;
	int fd; /* the relay's */
	bool opened; /* the peer has said so */
	bool told; /* BRIDGE_CLOSE was sent */
};

static void
tell_closed(struct session *s, struct bridge *b, const char *reason)
{
	double ms = (ev_now(s->worker->loop) - b->since) * 1000;
	uint64_t in, out;

	if (b->told)
		return;
	b->told = true;
	in = relay_bytes_in(b->relay);
	out = relay_bytes_out(b->relay);
	ask_bridge_close(
	    s, b->port, b->id, in, out, ms > 0 ? (uint64_t)ms : 0, reason);
}

/* Frees what is ours; the channel is libssh's. */
static void
bridge_free(struct session *s, struct bridge *b)
{
	DL_DELETE(s->bridges, b);
	s->channels--;
	relay_free(b->relay);
	free(b);
}

static void
on_ready(void *arg)
{
	session_step(arg);
}

static bool
join(struct session *s, struct bridge *b)
{
	struct relay_use use = {.loop = s->worker->loop,
	    .buffer = s->worker->buffer,
	    .size = WORKER_BUFFER,
	    .packets = &s->data_packets,
	    .ready = on_ready,
	    .arg = s};

	b->relay = relay_new(&use, b->fd, b->channel);
	return b->relay != NULL;
}

/*
 * The answer to the channel's open is known by asking again.  False: not yet,
 * or the bridge is freed.
 */
static bool
bridge_opened(struct session *s, struct bridge *b)
{
	ssh_channel channel = b->channel;
	int rc = SSH_OK;

	if (!ssh_channel_is_open(channel) && !relay_peer_closed(b->relay))
		rc = ssh_channel_open_reverse_forward(channel, "", 0, "", 0);
	if (rc == SSH_AGAIN)
		return false;
	if (rc == SSH_OK) {
		b->opened = true;
		return true;
	}
	tell_closed(s, b, "refused by the device");
	bridge_free(s, b);
	ssh_channel_free(channel);
	return false;
}

static void
bridge_pump(struct session *s, struct bridge *b)
{
	ssh_channel channel = b->channel;
	enum relay_state state;

	if (!b->opened && !bridge_opened(s, b))
		return;
	state = relay_pump(b->relay, session_congested(s));
	if (state == RELAY_OPEN)
		return;
	tell_closed(s, b, relay_reason(b->relay));
	if (state == RELAY_GONE) {
		bridge_free(s, b);
		ssh_channel_free(channel);
	}
}

void
bridge_pump_all(struct session *s)
{
	struct bridge *b, *next;

	DL_FOREACH_SAFE(s->bridges, b, next)
	bridge_pump(s, b);
}

static void
peer_of(
    const struct sockaddr_storage *from, char text[INET6_ADDRSTRLEN], int *port)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;

	snprintf(text, INET6_ADDRSTRLEN, "127.0.0.1");
	*port = 0;
	if (from->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, INET6_ADDRSTRLEN);
		*port = ntohs(in->sin_port);
	} else if (from->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN);
		*port = ntohs(in6->sin6_port);
	}
}

bool
bridge_new(struct session *s, uint32_t port, const char *address, int fd,
    const struct sockaddr_storage *from)
{
	char text[INET6_ADDRSTRLEN], peer[MSG_ALGO];
	struct bridge *b;
	int from_port;

	if (s->channels >= s->worker->setup.channels) {
		request_log(s, REQUEST_CHANNELS, "");
		return false;
	}
	if ((b = calloc(1, sizeof(*b))) == NULL)
		return false;
	b->fd = fd;
	b->channel = ssh_channel_new(s->ssh);
	if (b->channel == NULL || !join(s, b)) {
		ssh_channel_free(b->channel);
		free(b);
		return false;
	}
	b->port = port;
	b->id = ++s->bridge_id;
	b->since = ev_now(s->worker->loop);
	DL_APPEND(s->bridges, b);
	s->channels++;
	peer_of(from, text, &from_port);
	request_earn(s, BRIDGE_PACKETS);
	snprintf(peer, sizeof(peer),
	    strchr(text, ':') != NULL ? "[%s]:%d" : "%s:%d", text, from_port);
	ask_bridge_open(s, b->port, b->id, peer);
	ssh_channel_open_reverse_forward(
	    b->channel, address, (int)port, text, from_port);
	return true;
}

void
bridge_end_of(struct session *s, uint32_t port)
{
	struct bridge *b;

	DL_FOREACH(s->bridges, b)
	{
		if (b->port != port)
			continue;
		if (b->opened)
			relay_end(b->relay, "forward closed");
		else
			shutdown(b->fd, SHUT_RDWR);
	}
}

bool
bridge_any(const struct session *s)
{
	const struct bridge *b;

	DL_FOREACH(s->bridges, b)
	if (!b->told)
		return true;
	return false;
}

void
bridge_free_all(struct session *s, const char *reason)
{
	struct bridge *b, *next;

	DL_FOREACH_SAFE(s->bridges, b, next)
	{
		tell_closed(s, b, reason);
		bridge_free(s, b);
	}
}
