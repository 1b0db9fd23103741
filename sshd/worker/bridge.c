#include "config.h"

#include <ev.h>
#include <stdlib.h>
#include <utlist.h>

#include <libssh/server.h>

#include "allowance.h"
#include "ask.h"
#include "bridge.h"
#include "stream.h"
#include "relay.h"
#include "session.h"
#include "worker.h"

#define BRIDGE_PACKETS 8 /* packets of the peer for a bridge, beside data */

struct bridge {
	struct bridge *prev;
	struct bridge *next;
	enum { CONNECTION, DEVICE_SIDE, OPERATOR_SIDE } kind;
	uint32_t port; /* the server's port; 0: an operator's side */
	uint32_t id;
	uint64_t jump; /* the monitor's number, on the device's side */
	ssh_channel channel;
	struct relay *relay;
	bool opened; /* the peer has confirmed the channel */
	bool told; /* the monitor was told of the end */
};

static void
bridge_tell_closed(struct session *s, struct bridge *b, const char *reason)
{
	uint64_t in, out;

	if (b->told)
		return;
	b->told = true;
	in = relay_bytes_in(b->relay);
	out = relay_bytes_out(b->relay);
	if (b->kind == CONNECTION)
		ask_bridge_close(s, b->port, b->id, in, out, reason);
	else if (b->kind == OPERATOR_SIDE) /* in is the device's out */
		ask_jump_closed(s, b->id, out, in, reason);
	else if (!b->opened)
		ask_joined(s, b->jump, JOIN_REFUSED);
}

/* Free the bridge; its channel is libssh's. */
static void
bridge_free(struct session *s, struct bridge *b)
{
	DL_DELETE(s->bridges, b);
	s->channels--;
	relay_free(b->relay);
	free(b);
}

static void
bridge_on_ready(void *arg)
{
	session_due(arg);
}

static void
bridge_on_close(void *arg, int fd)
{
	const struct session *s = arg;

	worker_forget(s->worker, fd);
}

static bool
bridge_make_relay(struct session *s, struct bridge *b, struct stream *stream)
{
	struct relay_use use = {.stream = {.loop = s->worker->loop,
				    .ready = bridge_on_ready,
				    .forget = bridge_on_close,
				    .arg = s},
	    .buffer = s->worker->buffer,
	    .size = WORKER_BUFFER,
	    .packets = &s->data_packets,
	    .peer = b->kind == OPERATOR_SIDE ? "closed by the operator"
					     : "closed by the device"};

	b->relay = relay_new(&use, stream, b->channel);
	return b->relay != NULL;
}

/*
 * libssh tells whether the channel's open was answered when it is asked again.
 * False: not answered yet, or the bridge is freed.
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
		if (b->kind == DEVICE_SIDE)
			ask_joined(s, b->jump, JOIN_OPEN);
		return true;
	}
	bridge_tell_closed(s, b, "refused by the device");
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
	bridge_tell_closed(s, b, relay_reason(b->relay));
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

/*
 * Make a bridge of this kind between the stream and this channel, or a new one.
 * NULL without memory.
 */
static struct bridge *
bridge_make(
    struct session *s, int kind, struct stream *stream, ssh_channel channel)
{
	struct bridge *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	b->kind = kind;
	b->channel = channel != NULL ? channel : ssh_channel_new(s->ssh);
	if (b->channel == NULL || !bridge_make_relay(s, b, stream)) {
		if (channel == NULL)
			ssh_channel_free(b->channel);
		free(b);
		return NULL;
	}
	DL_APPEND(s->bridges, b);
	s->channels++;
	if (kind != OPERATOR_SIDE) /* an operator opens its channel itself */
		allowance_earn(s, BRIDGE_PACKETS);
	return b;
}

bool
bridge_new(struct session *s, const struct msg_accepted *m, const char *address,
    struct stream *stream)
{
	struct bridge *b;

	if ((b = bridge_make(s, CONNECTION, stream, NULL)) == NULL)
		return false;
	b->port = m->port;
	b->id = m->id;
	ssh_channel_open_reverse_forward(
	    b->channel, address, (int)m->port, m->addr, (int)m->from);
	return true;
}

bool
bridge_join(struct session *s, uint32_t port, const char *address,
    struct stream *stream, uint64_t jump)
{
	struct bridge *b;

	if ((b = bridge_make(s, DEVICE_SIDE, stream, NULL)) == NULL)
		return false;
	b->port = port;
	b->jump = jump;
	/* The operator's name and address are not the device's to know. */
	ssh_channel_open_reverse_forward(
	    b->channel, address, (int)port, "127.0.0.1", 0);
	return true;
}

bool
bridge_accept(
    struct session *s, uint32_t id, ssh_message msg, struct stream *stream)
{
	ssh_channel channel =
	    ssh_message_channel_request_open_reply_accept(msg);
	struct bridge *b;

	if (channel == NULL)
		return false;
	if ((b = bridge_make(s, OPERATOR_SIDE, stream, channel)) == NULL) {
		ssh_channel_close(channel);
		ssh_channel_free(channel);
		return false;
	}
	b->id = id;
	b->opened = true;
	return true;
}

void
bridge_close_port(struct session *s, uint32_t port)
{
	struct bridge *b;

	DL_FOREACH(s->bridges, b) {
		if (b->port != port)
			continue;
		if (b->opened)
			relay_end(b->relay, "forward closed");
		else
			relay_cut(b->relay);
	}
}

void
bridge_close_jump(struct session *s, uint32_t id)
{
	struct bridge *b;

	DL_FOREACH(s->bridges, b)
		if (b->kind == OPERATOR_SIDE && b->id == id)
			relay_end(b->relay, "ended");
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
bridge_free_all(struct session *s)
{
	struct bridge *b, *next;

	DL_FOREACH_SAFE(s->bridges, b, next) {
		/*
		 * A jump that the device has not confirmed may take another
		 * tunnel.
		 */
		if (b->kind != DEVICE_SIDE)
			bridge_tell_closed(s, b, s->reason);
		bridge_free(s, b);
	}
}
