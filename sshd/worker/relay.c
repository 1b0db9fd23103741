#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libssh/callbacks.h>

#include "stream.h"
#include "packets.h"
#include "relay.h"
#include "rest.h"

struct relay {
	struct relay_use use;
	struct stream *stream; /* the stream; NULL: it is closed */
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	struct rest to_stream;
	struct rest to_peer;
	size_t held; /* bytes left in libssh's buffer */
	bool full; /* the stream takes no more */
	bool peer_eof;
	bool peer_closed;
	bool stream_eof;
	bool eof_sent;
	bool shut; /* the stream was shut for writing */
	bool closed; /* CLOSE was sent */
	const char *reason;
	uint64_t in;
	uint64_t out;
};

static void
relay_fail(struct relay *r, const char *reason)
{
	if (r->reason == NULL)
		r->reason = reason;
}

/* The stream takes no more bytes, but may still have some to be read. */
static void
relay_stop_stream(struct relay *r)
{
	r->shut = true;
	r->held = 0;
	rest_free(&r->to_stream);
}

/* Returns the number of bytes that the stream took. */
static size_t
relay_give_stream(struct relay *r, const void *bytes, size_t len)
{
	ssize_t n;

	n = stream_send(r->stream, bytes, len);
	if (n == -1) {
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
			r->full = true;
		else if (errno == EPIPE)
			relay_stop_stream(r);
		else
			relay_fail(r, "connection reset");
		return 0;
	}
	r->in += (uint64_t)n;
	if ((size_t)n < len)
		r->full = true;
	return (size_t)n;
}

/*
 * Pass the peer's data on: len is all that libssh holds of it.  Bytes that are
 * not taken here stay there.
 */
static int
relay_on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct relay *r = arg;
	size_t n = 0;

	(void)ssh;
	(void)channel;
	(*r->use.packets)++;
	/*
	 * Taken data may be answered with a larger window, and a peer that has
	 * forgotten the channel upon CLOSE (dropbear) ends its whole connection
	 * for that.
	 */
	if (r->closed && len <= RELAY_QUEUE)
		return 0;
	if (is_stderr || r->stream == NULL || r->reason != NULL || r->shut)
		return (int)len;
	if (len > RELAY_QUEUE) {
		relay_fail(r, "queue overflow");
		return (int)len;
	}
	if (!r->full && rest_size(&r->to_stream) == 0)
		n = relay_give_stream(r, data, len);
	if (r->shut)
		return (int)len;
	r->held = len - n;
	return (int)n;
}

static void
relay_on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct relay *r = arg;

	(void)ssh;
	(void)channel;
	r->peer_eof = true;
}

static void
relay_on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct relay *r = arg;

	(void)ssh;
	(void)channel;
	r->peer_eof = true;
	r->peer_closed = true;
}

struct relay *
relay_new(
    const struct relay_use *use, struct stream *stream, ssh_channel channel)
{
	struct relay *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->use = *use;
	r->stream = stream;
	r->channel = channel;
	r->callbacks.userdata = r;
	r->callbacks.channel_data_function = relay_on_data;
	r->callbacks.channel_eof_function = relay_on_eof;
	r->callbacks.channel_close_function = relay_on_close;
	ssh_callbacks_init(&r->callbacks);
	ssh_add_channel_callbacks(channel, &r->callbacks);
	stream_attach(stream, &use->stream);
	return r;
}

static void
relay_close_stream(struct relay *r)
{
	stream_close(r->stream);
	r->stream = NULL;
}

void
relay_cut(struct relay *r)
{
	if (r->stream != NULL)
		stream_shutdown(r->stream, SHUT_RDWR);
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	relay_close_stream(r);
	ssh_remove_channel_callbacks(r->channel, &r->callbacks);
	rest_free(&r->to_stream);
	rest_free(&r->to_peer);
	free(r);
}

/*
 * Take all that libssh still holds, at once: each read lets the peer send a
 * whole window more, however much is left.
 */
static void
relay_take_held(struct relay *r)
{
	uint8_t *bytes = r->use.buffer;
	size_t took;
	int n;

	if (r->held > r->use.size && (bytes = malloc(r->held)) == NULL) {
		relay_fail(r, "out of memory");
		return;
	}
	n = ssh_channel_read_nonblocking(
	    r->channel, bytes, (uint32_t)r->held, 0);
	r->held = 0;
	if (n > 0) {
		took = relay_give_stream(r, bytes, (size_t)n);
		if (took < (size_t)n && !r->shut &&
		    !rest_add(&r->to_stream, bytes + took, (size_t)n - took))
			relay_fail(r, "out of memory");
	}
	if (bytes != r->use.buffer)
		free(bytes);
}

static void
relay_pump_to_stream(struct relay *r, int events)
{
	size_t took;

	if (events & EV_WRITE)
		r->full = false;
	if (rest_size(&r->to_stream) > 0 && !r->full) {
		took = relay_give_stream(
		    r, rest_bytes(&r->to_stream), rest_size(&r->to_stream));
		if (!r->shut)
			rest_took(&r->to_stream, took);
	}
	if (r->held > 0 && !r->full && rest_size(&r->to_stream) == 0 &&
	    !r->shut && r->reason == NULL)
		relay_take_held(r);
	if (r->peer_eof && !r->shut && r->held == 0 &&
	    rest_size(&r->to_stream) == 0) {
		stream_shutdown(r->stream, SHUT_WR);
		r->shut = true;
	}
}

/*
 * Returns the number of bytes that the channel took; none during a key
 * exchange.
 */
static size_t
relay_give_peer(struct relay *r, const void *bytes, size_t len)
{
	int n = packets_write(r->channel, bytes, (uint32_t)len);

	if (n < 0) {
		relay_fail(r, "channel closed");
		return 0;
	}
	r->out += (uint64_t)n;
	return (size_t)n;
}

/* Whether the stream may be read: would the channel take its bytes? */
static bool
relay_wants_read(const struct relay *r, bool congested)
{
	return !r->stream_eof && !r->peer_closed &&
	       rest_size(&r->to_peer) == 0 && !congested &&
	       ssh_channel_window_size(r->channel) > 0;
}

/*
 * The stream has ended.  If it takes no more bytes either, as when a jump's
 * other end is closed, the peer's remaining data is not waited for.
 */
static void
relay_stream_ended(struct relay *r)
{
	r->stream_eof = true;
	if (stream_send(r->stream, "", 0) == 0 ||
	    (errno != EPIPE && errno != ECONNRESET))
		return;
	relay_stop_stream(r);
}

static void
relay_read_stream(struct relay *r)
{
	uint32_t window = ssh_channel_window_size(r->channel);
	size_t took;
	ssize_t n;

	n = stream_receive(r->stream, r->use.buffer,
	    window < r->use.size ? window : r->use.size);
	if (n == 0)
		relay_stream_ended(r);
	if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR)
		relay_fail(r, "connection reset");
	if (n <= 0)
		return;
	took = relay_give_peer(r, r->use.buffer, (size_t)n);
	if (took < (size_t)n && r->reason == NULL &&
	    !rest_add(&r->to_peer, r->use.buffer + took, (size_t)n - took))
		relay_fail(r, "out of memory");
}

static void
relay_pump_to_peer(struct relay *r, int events, bool congested)
{
	if (rest_size(&r->to_peer) > 0 && !congested && !r->peer_closed)
		rest_took(
		    &r->to_peer, relay_give_peer(r, rest_bytes(&r->to_peer),
				     rest_size(&r->to_peer)));
	else if ((events & EV_READ) && relay_wants_read(r, congested))
		relay_read_stream(r);
	if (r->stream_eof && !r->eof_sent && rest_size(&r->to_peer) == 0 &&
	    !r->peer_closed && r->reason == NULL) {
		ssh_channel_send_eof(r->channel);
		r->eof_sent = true;
	}
}

static void
relay_watch(struct relay *r, bool congested)
{
	int events = 0;

	if (relay_wants_read(r, congested))
		events |= EV_READ;
	if (r->full)
		events |= EV_WRITE;
	stream_watch(r->stream, events);
}

void
relay_end(struct relay *r, const char *reason)
{
	relay_fail(r, reason);
	relay_close_stream(r);
	if (r->closed)
		return;
	/* First, since libssh may hand over data while it sends CLOSE. */
	r->closed = true;
	/* SSH_AGAIN: libssh has sent EOF, but not CLOSE. */
	if (ssh_channel_close(r->channel) == SSH_AGAIN)
		ssh_channel_close(r->channel);
}

enum relay_state
relay_pump(struct relay *r, bool congested)
{
	int events;

	if (!r->closed) {
		events = stream_events(r->stream);
		relay_pump_to_stream(r, events);
		relay_pump_to_peer(r, events, congested);
		if (r->reason != NULL)
			relay_end(r, r->reason);
		else if (r->shut && (r->peer_closed || r->eof_sent))
			relay_end(r, r->stream_eof ? "closed" : r->use.peer);
		else
			relay_watch(r, congested);
	}
	if (!r->closed)
		return RELAY_OPEN;
	return r->peer_closed ? RELAY_GONE : RELAY_CLOSED;
}

bool
relay_peer_closed(const struct relay *r)
{
	return r->peer_closed;
}

uint64_t
relay_bytes_in(const struct relay *r)
{
	return r->in;
}

uint64_t
relay_bytes_out(const struct relay *r)
{
	return r->out;
}

const char *
relay_reason(const struct relay *r)
{
	return r->reason != NULL ? r->reason : "";
}
