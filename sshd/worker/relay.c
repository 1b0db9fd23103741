#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libssh/callbacks.h>

#include "end.h"
#include "packets.h"
#include "relay.h"
#include "rest.h"

struct relay {
	struct relay_use use;
	struct end *end; /* NULL: closed */
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	struct rest to_end;
	struct rest to_peer;
	size_t held; /* bytes left in libssh's buffer */
	bool full; /* the end takes no more */
	bool peer_eof;
	bool peer_closed;
	bool end_eof;
	bool eof_sent;
	bool shut; /* our writing half of the end */
	bool closed; /* CLOSE was sent */
	const char *reason;
	uint64_t in;
	uint64_t out;
};

static void
fail(struct relay *r, const char *reason)
{
	if (r->reason == NULL)
		r->reason = reason;
}

/* It takes nothing more, but may still have something to be read. */
static void
stop_end(struct relay *r)
{
	r->shut = true;
	r->held = 0;
	rest_free(&r->to_end);
}

/* Returns how many bytes the end took. */
static size_t
give_end(struct relay *r, const void *bytes, size_t len)
{
	ssize_t n;

	n = end_send(r->end, bytes, len);
	if (n == -1) {
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
			r->full = true;
		else if (errno == EPIPE)
			stop_end(r);
		else
			fail(r, "connection reset");
		return 0;
	}
	r->in += (uint64_t)n;
	if ((size_t)n < len)
		r->full = true;
	return (size_t)n;
}

/*
 * The peer's data: len is all that libssh holds of it.  What is not taken
 * here stays there.
 */
static int
on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct relay *r = arg;
	size_t n = 0;

	(void)ssh;
	(void)channel;
	(*r->use.packets)++;
	/*
	 * What is taken may be answered with a larger window, and a peer that
	 * has forgotten the channel upon our CLOSE (dropbear) ends all of its
	 * connection for that.
	 */
	if (r->closed && len <= RELAY_QUEUE)
		return 0;
	if (is_stderr || r->end == NULL || r->reason != NULL || r->shut)
		return (int)len;
	if (len > RELAY_QUEUE) {
		fail(r, "queue overflow");
		return (int)len;
	}
	if (!r->full && rest_size(&r->to_end) == 0)
		n = give_end(r, data, len);
	if (r->shut)
		return (int)len;
	r->held = len - n;
	return (int)n;
}

static void
on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct relay *r = arg;

	(void)ssh;
	(void)channel;
	r->peer_eof = true;
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct relay *r = arg;

	(void)ssh;
	(void)channel;
	r->peer_eof = true;
	r->peer_closed = true;
}

struct relay *
relay_new(const struct relay_use *use, struct end *end, ssh_channel channel)
{
	struct relay *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->use = *use;
	r->end = end;
	r->channel = channel;
	r->callbacks.userdata = r;
	r->callbacks.channel_data_function = on_data;
	r->callbacks.channel_eof_function = on_eof;
	r->callbacks.channel_close_function = on_close;
	ssh_callbacks_init(&r->callbacks);
	ssh_add_channel_callbacks(channel, &r->callbacks);
	end_attach(end, &use->end);
	return r;
}

static void
close_end(struct relay *r)
{
	end_close(r->end);
	r->end = NULL;
}

void
relay_cut(struct relay *r)
{
	if (r->end != NULL)
		end_shutdown(r->end, SHUT_RDWR);
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	close_end(r);
	ssh_remove_channel_callbacks(r->channel, &r->callbacks);
	rest_free(&r->to_end);
	rest_free(&r->to_peer);
	free(r);
}

/*
 * Take all that libssh still holds, at once: each read lets the peer send a
 * whole window more, however much is left.
 */
static void
take_held(struct relay *r)
{
	uint8_t *bytes = r->use.buffer;
	size_t took;
	int n;

	if (r->held > r->use.size && (bytes = malloc(r->held)) == NULL) {
		fail(r, "out of memory");
		return;
	}
	n = ssh_channel_read_nonblocking(
	    r->channel, bytes, (uint32_t)r->held, 0);
	r->held = 0;
	if (n > 0) {
		took = give_end(r, bytes, (size_t)n);
		if (took < (size_t)n && !r->shut &&
		    !rest_add(&r->to_end, bytes + took, (size_t)n - took))
			fail(r, "out of memory");
	}
	if (bytes != r->use.buffer)
		free(bytes);
}

static void
pump_to_end(struct relay *r, int events)
{
	size_t took;

	if (events & EV_WRITE)
		r->full = false;
	if (rest_size(&r->to_end) > 0 && !r->full) {
		took =
		    give_end(r, rest_bytes(&r->to_end), rest_size(&r->to_end));
		if (!r->shut)
			rest_took(&r->to_end, took);
	}
	if (r->held > 0 && !r->full && rest_size(&r->to_end) == 0 && !r->shut &&
	    r->reason == NULL)
		take_held(r);
	if (r->peer_eof && !r->shut && r->held == 0 &&
	    rest_size(&r->to_end) == 0) {
		end_shutdown(r->end, SHUT_WR);
		r->shut = true;
	}
}

/* Returns how many bytes the channel took; none while keys are exchanged. */
static size_t
give_peer(struct relay *r, const void *bytes, size_t len)
{
	int n = packets_write(r->channel, bytes, (uint32_t)len);

	if (n < 0) {
		fail(r, "channel closed");
		return 0;
	}
	r->out += (uint64_t)n;
	return (size_t)n;
}

/* May the end be read: would the channel take it? */
static bool
wants_read(const struct relay *r, bool congested)
{
	return !r->end_eof && !r->peer_closed && rest_size(&r->to_peer) == 0 &&
	       !congested && ssh_channel_window_size(r->channel) > 0;
}

/*
 * The other side sends no more.  If it takes no more either, as when a jump's
 * other end is closed, what the peer still has to say is not waited for.
 */
static void
end_ended(struct relay *r)
{
	r->end_eof = true;
	if (end_send(r->end, "", 0) == 0 ||
	    (errno != EPIPE && errno != ECONNRESET))
		return;
	stop_end(r);
}

static void
read_end(struct relay *r)
{
	uint32_t window = ssh_channel_window_size(r->channel);
	size_t took;
	ssize_t n;

	n = end_receive(
	    r->end, r->use.buffer, window < r->use.size ? window : r->use.size);
	if (n == 0)
		end_ended(r);
	if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR)
		fail(r, "connection reset");
	if (n <= 0)
		return;
	took = give_peer(r, r->use.buffer, (size_t)n);
	if (took < (size_t)n && r->reason == NULL &&
	    !rest_add(&r->to_peer, r->use.buffer + took, (size_t)n - took))
		fail(r, "out of memory");
}

static void
pump_to_peer(struct relay *r, int events, bool congested)
{
	if (rest_size(&r->to_peer) > 0 && !congested && !r->peer_closed)
		rest_took(&r->to_peer, give_peer(r, rest_bytes(&r->to_peer),
					   rest_size(&r->to_peer)));
	else if ((events & EV_READ) && wants_read(r, congested))
		read_end(r);
	if (r->end_eof && !r->eof_sent && rest_size(&r->to_peer) == 0 &&
	    !r->peer_closed && r->reason == NULL) {
		ssh_channel_send_eof(r->channel);
		r->eof_sent = true;
	}
}

static void
watch(struct relay *r, bool congested)
{
	int events = 0;

	if (wants_read(r, congested))
		events |= EV_READ;
	if (r->full)
		events |= EV_WRITE;
	end_watch(r->end, events);
}

void
relay_end(struct relay *r, const char *reason)
{
	fail(r, reason);
	close_end(r);
	if (r->closed)
		return;
	/* AGAIN: the EOF went, the CLOSE did not. */
	if (ssh_channel_close(r->channel) == SSH_AGAIN)
		ssh_channel_close(r->channel);
	r->closed = true;
}

enum relay_state
relay_pump(struct relay *r, bool congested)
{
	int events;

	if (!r->closed) {
		events = end_events(r->end);
		pump_to_end(r, events);
		pump_to_peer(r, events, congested);
		if (r->reason != NULL)
			relay_end(r, r->reason);
		else if (r->shut && (r->peer_closed || r->eof_sent))
			relay_end(r, r->end_eof ? "closed" : r->use.peer);
		else
			watch(r, congested);
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
