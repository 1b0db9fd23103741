#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libssh/callbacks.h>

#include "packets.h"
#include "relay.h"

/* Bytes that could not be passed on at once. */
struct rest {
	uint8_t *bytes;
	size_t at;
	size_t len;
};

struct relay {
	struct relay_use use;
	int fd; /* -1: closed */
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	ev_io io;
	int events; /* that happened */
	struct rest to_fd;
	struct rest to_peer;
	size_t held; /* bytes left in libssh's buffer */
	bool full; /* the descriptor takes no more */
	bool peer_eof;
	bool peer_closed;
	bool fd_eof;
	bool eof_sent;
	bool shut; /* our writing half of fd */
	bool closed; /* CLOSE was sent */
	const char *reason;
	uint64_t in;
	uint64_t out;
};

static void
rest_free(struct rest *r)
{
	free(r->bytes);
	memset(r, 0, sizeof(*r));
}

static bool
rest_keep(struct rest *r, const uint8_t *bytes, size_t len)
{
	if ((r->bytes = malloc(len)) == NULL)
		return false;
	memcpy(r->bytes, bytes, len);
	r->at = 0;
	r->len = len;
	return true;
}

static bool
rest_took(struct rest *r, size_t n)
{
	r->at += n;
	if (r->at < r->len)
		return false;
	rest_free(r);
	return true;
}

static void
fail(struct relay *r, const char *reason)
{
	if (r->reason == NULL)
		r->reason = reason;
}

/* It takes nothing more, but may still have something to be read. */
static void
stop_fd(struct relay *r)
{
	r->shut = true;
	r->held = 0;
	rest_free(&r->to_fd);
}

/* Returns how many bytes the descriptor took. */
static size_t
give_fd(struct relay *r, const void *bytes, size_t len)
{
	ssize_t n;

	n = send(r->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n == -1) {
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
			r->full = true;
		else if (errno == EPIPE)
			stop_fd(r);
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
	if (is_stderr || r->fd == -1 || r->reason != NULL || r->shut)
		return (int)len;
	if (len > RELAY_QUEUE) {
		fail(r, "queue overflow");
		return (int)len;
	}
	if (!r->full && r->to_fd.bytes == NULL)
		n = give_fd(r, data, len);
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

static void
on_fd(struct ev_loop *loop, ev_io *io, int events)
{
	struct relay *r = io->data;

	(void)loop;
	r->events |= events;
	r->use.ready(r->use.arg);
}

struct relay *
relay_new(const struct relay_use *use, int fd, ssh_channel channel)
{
	struct relay *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->use = *use;
	r->fd = fd;
	r->channel = channel;
	r->callbacks.userdata = r;
	r->callbacks.channel_data_function = on_data;
	r->callbacks.channel_eof_function = on_eof;
	r->callbacks.channel_close_function = on_close;
	ssh_callbacks_init(&r->callbacks);
	ssh_add_channel_callbacks(channel, &r->callbacks);
	ev_io_init(&r->io, on_fd, fd, 0);
	r->io.data = r;
	return r;
}

static void
close_fd(struct relay *r)
{
	if (r->fd == -1)
		return;
	ev_io_stop(r->use.loop, &r->io);
	r->use.forget(r->use.arg, r->fd);
	/* The monitor may hold a duplicate. */
	shutdown(r->fd, SHUT_RDWR);
	close(r->fd);
	r->fd = -1;
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	close_fd(r);
	ssh_remove_channel_callbacks(r->channel, &r->callbacks);
	rest_free(&r->to_fd);
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
		took = give_fd(r, bytes, (size_t)n);
		if (took < (size_t)n && !r->shut &&
		    !rest_keep(&r->to_fd, bytes + took, (size_t)n - took))
			fail(r, "out of memory");
	}
	if (bytes != r->use.buffer)
		free(bytes);
}

static void
pump_to_fd(struct relay *r)
{
	size_t took;

	if (r->events & EV_WRITE)
		r->full = false;
	if (r->to_fd.bytes != NULL && !r->full) {
		took = give_fd(r, r->to_fd.bytes + r->to_fd.at,
		    r->to_fd.len - r->to_fd.at);
		if (!r->shut)
			rest_took(&r->to_fd, took);
	}
	if (r->held > 0 && !r->full && r->to_fd.bytes == NULL && !r->shut &&
	    r->reason == NULL)
		take_held(r);
	if (r->peer_eof && !r->shut && r->held == 0 && r->to_fd.bytes == NULL) {
		shutdown(r->fd, SHUT_WR);
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

/* May the descriptor be read: would the channel take it? */
static bool
wants_read(const struct relay *r, bool congested)
{
	return !r->fd_eof && !r->peer_closed && r->to_peer.bytes == NULL &&
	       !congested && ssh_channel_window_size(r->channel) > 0;
}

/*
 * The other side sends no more.  If it takes no more either, as when a jump's
 * other end is closed, what the peer still has to say is not waited for.
 */
static void
read_end(struct relay *r)
{
	r->fd_eof = true;
	if (send(r->fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL) == 0 ||
	    (errno != EPIPE && errno != ECONNRESET))
		return;
	stop_fd(r);
}

static void
read_fd(struct relay *r)
{
	uint32_t window = ssh_channel_window_size(r->channel);
	size_t took;
	ssize_t n;

	n = read(
	    r->fd, r->use.buffer, window < r->use.size ? window : r->use.size);
	if (n == 0)
		read_end(r);
	if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR)
		fail(r, "connection reset");
	if (n <= 0)
		return;
	took = give_peer(r, r->use.buffer, (size_t)n);
	if (took < (size_t)n && r->reason == NULL &&
	    !rest_keep(&r->to_peer, r->use.buffer + took, (size_t)n - took))
		fail(r, "out of memory");
}

static void
pump_to_peer(struct relay *r, bool congested)
{
	if (r->to_peer.bytes != NULL && !congested && !r->peer_closed)
		rest_took(
		    &r->to_peer, give_peer(r, r->to_peer.bytes + r->to_peer.at,
				     r->to_peer.len - r->to_peer.at));
	else if ((r->events & EV_READ) && wants_read(r, congested))
		read_fd(r);
	if (r->fd_eof && !r->eof_sent && r->to_peer.bytes == NULL &&
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
	if (events == r->io.events)
		return;
	ev_io_stop(r->use.loop, &r->io);
	ev_io_modify(&r->io, events);
	if (events != 0)
		ev_io_start(r->use.loop, &r->io);
}

void
relay_end(struct relay *r, const char *reason)
{
	fail(r, reason);
	close_fd(r);
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
	if (!r->closed) {
		pump_to_fd(r);
		pump_to_peer(r, congested);
		r->events = 0;
		if (r->reason != NULL)
			relay_end(r, r->reason);
		else if (r->shut && (r->peer_closed || r->eof_sent))
			relay_end(r, r->fd_eof ? "closed" : r->use.peer);
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
