#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packets.h"
#include "relay.h"
#include "session.h"
#include "console_streams.h"
#include "worker.h"

#define PIECE 16384 /* bytes read from a stream at once */

static void
console_stream_close(struct console_stream *st)
{
	st->over = true;
	if (st->fd == -1)
		return;
	ev_io_stop(st->session->worker->loop, &st->io);
	worker_forget(st->session->worker, st->fd);
	close(st->fd);
	st->fd = -1;
}

/* --- from the operator ------------------------------------------------ */

static void
console_streams_give(struct console_streams *s)
{
	ssize_t n;

	if (s->out.fd == -1 || s->in_shut)
		return;
	while (rest_size(&s->in) > 0) {
		n = send(s->out.fd, rest_bytes(&s->in), rest_size(&s->in),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		/* A console that closes its input early is no fault. */
		rest_took(&s->in, n == -1 ? rest_size(&s->in) : (size_t)n);
	}
	if (!s->in_eof || s->held > 0)
		return;
	shutdown(s->out.fd, SHUT_WR);
	s->in_shut = true;
}

static int
console_on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct console_streams *s = arg;

	(void)ssh;
	(void)channel;
	s->session->data_packets++;
	if (is_stderr || s->deaf || s->in_shut)
		return (int)len;
	/*
	 * The input is not closed here: a console must not act upon half of it.
	 */
	if (len > RELAY_QUEUE) {
		s->failed = "queue overflow";
		return (int)len;
	}
	s->held = len;
	if (rest_size(&s->in) > 0 || !rest_add(&s->in, data, len))
		return 0;
	s->held = 0;
	s->bytes_in += len;
	return (int)len;
}

/*
 * Take all that libssh holds at once: each read lets the operator send a whole
 * window more, however much is left.  False: nothing could be taken.
 */
static bool
console_streams_take_held(struct console_streams *s)
{
	uint8_t *bytes = s->session->worker->buffer;
	bool took = false;
	int n;

	if (s->held == 0 || rest_size(&s->in) > 0 || s->in_shut)
		return false;
	if (s->held > WORKER_BUFFER && (bytes = malloc(s->held)) == NULL) {
		s->failed = "out of memory";
		return false;
	}
	n = ssh_channel_read_nonblocking(
	    s->channel, bytes, (uint32_t)s->held, 0);
	if (n > 0) {
		took = rest_add(&s->in, bytes, (size_t)n);
		if (!took)
			s->failed = "out of memory";
		s->held -= (size_t)n;
		s->bytes_in += (uint64_t)n;
	}
	if (bytes != s->session->worker->buffer)
		free(bytes);
	return took;
}

static void
console_on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct console_streams *s = arg;

	(void)ssh;
	(void)channel;
	s->in_eof = true;
}

static void
console_on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct console_streams *s = arg;

	(void)ssh;
	(void)channel;
	s->in_eof = true;
	s->gone = true;
}

/* --- to the operator -------------------------------------------------- */

/* True: the channel has taken all of it. */
static bool
console_stream_send(struct console_streams *s, struct console_stream *st)
{
	size_t len = rest_size(&st->rest);
	int n;

	if (len == 0)
		return true;
	if (session_congested(s->session))
		return false;
	n = st == &s->err && !s->terminal
		? packets_write_stderr(
		      s->channel, rest_bytes(&st->rest), (uint32_t)len)
		: packets_write(
		      s->channel, rest_bytes(&st->rest), (uint32_t)len);
	if (n <= 0)
		return false;
	s->bytes_out += (uint64_t)n;
	rest_took(&st->rest, (size_t)n);
	return (size_t)n == len;
}

/* 1: some was read, 0: there is nothing now, -1: no memory. */
static int
console_stream_read(struct console_streams *s, struct console_stream *st)
{
	uint8_t *bytes = s->session->worker->buffer;
	ssize_t n = read(st->fd, bytes, PIECE);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0)
		return rest_add(&st->rest, bytes, (size_t)n) ? 1 : -1;
	/* The console may still read after its output has ended. */
	st->over = true;
	if (st == &s->err)
		console_stream_close(st);
	return 0;
}

static bool
console_stream_pump(struct console_streams *s, struct console_stream *st)
{
	int r = 1;

	while (
	    console_stream_send(s, st) && st->fd != -1 && !st->over && r == 1)
		r = console_stream_read(s, st);
	return r != -1;
}

static void
console_stream_watch(struct console_streams *s, struct console_stream *st)
{
	int events = 0;

	if (st->fd == -1)
		return;
	if (!st->over && rest_size(&st->rest) == 0)
		events |= EV_READ;
	if (st == &s->out && rest_size(&s->in) > 0 && !s->in_shut)
		events |= EV_WRITE;
	if (events == st->io.events && ev_is_active(&st->io))
		return;
	ev_io_stop(s->session->worker->loop, &st->io);
	ev_io_modify(&st->io, events);
	if (events != 0)
		ev_io_start(s->session->worker->loop, &st->io);
}

static void
console_on_stream(struct ev_loop *loop, ev_io *io, int events)
{
	struct console_stream *st = io->data;

	(void)loop;
	(void)events;
	session_due(st->session);
}

/* --- the whole -------------------------------------------------------- */

void
console_streams_begin(
    struct console_streams *s, struct session *session, ssh_channel channel)
{
	s->session = s->out.session = s->err.session = session;
	s->channel = channel;
	s->out.fd = s->err.fd = -1;
	s->callbacks.userdata = s;
	s->callbacks.channel_data_function = console_on_data;
	s->callbacks.channel_eof_function = console_on_eof;
	s->callbacks.channel_close_function = console_on_close;
	ssh_callbacks_init(&s->callbacks);
	ssh_add_channel_callbacks(channel, &s->callbacks);
}

void
console_streams_free(struct console_streams *s)
{
	console_streams_close(s);
	rest_free(&s->out.rest);
	rest_free(&s->err.rest);
	rest_free(&s->in);
	ssh_remove_channel_callbacks(s->channel, &s->callbacks);
}

bool
console_streams_attach(struct console_streams *s, bool err, int fd)
{
	struct console_stream *st = err ? &s->err : &s->out;

	if (st->fd != -1 || st->over)
		return false;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	st->fd = fd;
	ev_io_init(&st->io, console_on_stream, fd, 0);
	st->io.data = st;
	return true;
}

bool
console_streams_say(struct console_streams *s, const char *line)
{
	static const char name[] = "et-sshd: ";
	const char *end = s->terminal ? "\r\n" : "\n";

	return rest_add(&s->err.rest, name, strlen(name)) &&
	       rest_add(&s->err.rest, line, strlen(line)) &&
	       rest_add(&s->err.rest, end, strlen(end));
}

const char *
console_streams_pump(struct console_streams *s)
{
	do
		console_streams_give(s);
	while (console_streams_take_held(s));
	if (!console_stream_pump(s, &s->err) ||
	    !console_stream_pump(s, &s->out))
		s->failed = "out of memory";
	if (s->failed != NULL)
		return s->failed;
	console_stream_watch(s, &s->out);
	console_stream_watch(s, &s->err);
	return NULL;
}

bool
console_streams_over(const struct console_streams *s)
{
	return (s->out.fd == -1 || s->out.over) &&
	       (s->err.fd == -1 || s->err.over) &&
	       rest_size(&s->out.rest) == 0 && rest_size(&s->err.rest) == 0;
}

void
console_streams_close(struct console_streams *s)
{
	s->deaf = true;
	console_stream_close(&s->out);
	console_stream_close(&s->err);
}
