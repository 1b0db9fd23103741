#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

/* The queue's accessors have no successor that can answer later. */
#define SSH_SUPPRESS_DEPRECATED
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "command.h"
#include "packets.h"
#include "request.h"
#include "session.h"
#include "worker.h"

#define COMMAND_MAX (MSG_COMMAND_TEXT - 1)
#define PIECE 16384 /* read of a stream at once, bytes */
#define IN_MAX (2 * 1024 * 1024) /* that the console let wait, bytes */

/* Bytes that could not be passed on at once. */
struct rest {
	uint8_t *bytes;
	size_t at;
	size_t len;
};

struct stream {
	struct command *command;
	int fd; /* -1: not there yet, or closed */
	bool over; /* nothing more will come of it */
	struct rest rest; /* for the channel */
	ev_io io;
};

struct command {
	struct command *prev;
	struct command *next;
	struct session *session;
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	ssh_message request; /* waits for its streams, or a refusal */
	uint32_t id;
	bool asked;
	bool terminal;
	struct stream out; /* and in */
	struct stream err;
	struct rest in; /* for the console */
	size_t held; /* bytes more that libssh holds */
	bool in_eof;
	bool in_shut;
	bool ended; /* COMMANDED came */
	int status;
	bool closed; /* by us */
	bool gone; /* by the peer, too */
	bool told; /* the monitor knows of its end */
	uint64_t bytes_in;
	uint64_t bytes_out;
};

static bool
rest_add(struct rest *r, const void *bytes, size_t len)
{
	size_t left = r->len - r->at;
	uint8_t *all;

	if ((all = malloc(left + len)) == NULL)
		return false;
	if (left > 0)
		memcpy(all, r->bytes + r->at, left);
	memcpy(all + left, bytes, len);
	free(r->bytes);
	r->bytes = all;
	r->at = 0;
	r->len = left + len;
	return true;
}

static void
rest_took(struct rest *r, size_t n)
{
	r->at += n;
	if (r->at < r->len)
		return;
	free(r->bytes);
	memset(r, 0, sizeof(*r));
}

static size_t
rest_size(const struct rest *r)
{
	return r->len - r->at;
}

static void
close_stream(struct stream *st)
{
	st->over = true;
	if (st->fd == -1)
		return;
	ev_io_stop(st->command->session->worker->loop, &st->io);
	worker_forget(st->command->session->worker, st->fd);
	close(st->fd);
	st->fd = -1;
}

/* Once, however it ends: the monitor waits for it. */
static void
tell(struct command *c)
{
	if (c->asked && !c->told)
		ask_hung_up(c->session, c->id, c->bytes_in, c->bytes_out);
	c->told = true;
}

static void
command_free(struct command *c)
{
	struct session *s = c->session;

	tell(c);
	close_stream(&c->out);
	close_stream(&c->err);
	free(c->out.rest.bytes);
	free(c->err.rest.bytes);
	free(c->in.bytes);
	DL_DELETE(s->commands, c);
	s->channels--;
	ssh_remove_channel_callbacks(c->channel, &c->callbacks);
	ssh_message_free(c->request);
	free(c);
}

/* --- from the operator ------------------------------------------------ */

static void
give_console(struct command *c)
{
	ssize_t n;

	if (c->out.fd == -1 || c->in_shut)
		return;
	while (rest_size(&c->in) > 0) {
		n = send(c->out.fd, c->in.bytes + c->in.at, rest_size(&c->in),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		/* A console that has read enough is no fault. */
		rest_took(&c->in, n == -1 ? rest_size(&c->in) : (size_t)n);
	}
	if (!c->in_eof || c->held > 0)
		return;
	shutdown(c->out.fd, SHUT_WR);
	c->in_shut = true;
}

/* A console that reads little lets libssh's window close. */
static int
on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct command *c = arg;

	(void)ssh;
	(void)channel;
	c->session->data_packets++;
	if (is_stderr || c->closed || c->in_shut || c->ended)
		return (int)len;
	if (len > IN_MAX) { /* what a client sends past the window */
		c->in_eof = true;
		return (int)len;
	}
	c->held = len;
	if (rest_size(&c->in) > 0 || !rest_add(&c->in, data, len))
		return 0;
	c->held = 0;
	c->bytes_in += len;
	return (int)len;
}

static bool
take_held(struct command *c)
{
	uint8_t *bytes = c->session->worker->buffer;
	int n;

	if (c->held == 0 || rest_size(&c->in) > 0 || c->in_shut)
		return false;
	n = ssh_channel_read_nonblocking(c->channel, bytes,
	    (uint32_t)(c->held < WORKER_BUFFER ? c->held : WORKER_BUFFER), 0);
	if (n <= 0 || !rest_add(&c->in, bytes, (size_t)n))
		return false;
	c->held -= (size_t)n;
	c->bytes_in += (uint64_t)n;
	return true;
}

static void
on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct command *c = arg;

	(void)ssh;
	(void)channel;
	c->in_eof = true;
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct command *c = arg;

	(void)ssh;
	(void)channel;
	c->in_eof = true;
	c->gone = true;
}

/* --- to the operator -------------------------------------------------- */

static bool
send_rest(struct command *c, struct stream *st)
{
	bool err = st == &c->err && !c->terminal;
	size_t len = rest_size(&st->rest);
	int n;

	if (len == 0)
		return true;
	if (session_congested(c->session))
		return false;
	n = err ? packets_write_stderr(
		      c->channel, st->rest.bytes + st->rest.at, (uint32_t)len)
		: packets_write(
		      c->channel, st->rest.bytes + st->rest.at, (uint32_t)len);
	if (n <= 0)
		return false;
	c->bytes_out += (uint64_t)n;
	rest_took(&st->rest, (size_t)n);
	return (size_t)n == len;
}

/* Returns false when there is nothing to be read now. */
static bool
read_stream(struct command *c, struct stream *st)
{
	uint8_t *bytes = c->session->worker->buffer;
	ssize_t n = read(st->fd, bytes, PIECE);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		st->over = true;
		if (st == &c->err)
			close_stream(st);
		else
			ev_io_stop(c->session->worker->loop, &st->io);
		return false;
	}
	if (!rest_add(&st->rest, bytes, (size_t)n))
		session_end(c->session, "no memory");
	return c->session->state != SESSION_CLOSING;
}

static void
watch(struct command *c, struct stream *st)
{
	int events = 0;

	if (st->fd == -1)
		return;
	if (!st->over && rest_size(&st->rest) == 0)
		events |= EV_READ;
	if (st == &c->out && rest_size(&c->in) > 0 && !c->in_shut)
		events |= EV_WRITE;
	if (events == st->io.events && ev_is_active(&st->io))
		return;
	ev_io_stop(c->session->worker->loop, &st->io);
	ev_io_modify(&st->io, events);
	if (events != 0)
		ev_io_start(c->session->worker->loop, &st->io);
}

static void
pump_stream(struct command *c, struct stream *st)
{
	if (!send_rest(c, st))
		return;
	while (st->fd != -1 && !st->over && read_stream(c, st))
		if (!send_rest(c, st))
			return;
}

/* All has been said: the status, and CLOSE. */
static void
close_channel(struct command *c)
{
	ssh_channel_send_eof(c->channel);
	ssh_channel_request_send_exit_status(c->channel, c->status);
	/* AGAIN: the EOF went, the CLOSE did not. */
	if (ssh_channel_close(c->channel) == SSH_AGAIN)
		ssh_channel_close(c->channel);
	c->closed = true;
	close_stream(&c->out);
	tell(c);
}

static bool
said_all(const struct command *c)
{
	return c->ended && (c->out.fd == -1 || c->out.over) &&
	       (c->err.fd == -1 || c->err.over) &&
	       rest_size(&c->out.rest) == 0 && rest_size(&c->err.rest) == 0;
}

static void
pump(struct command *c)
{
	if (!c->closed && !c->gone) {
		do
			give_console(c);
		while (take_held(c));
		pump_stream(c, &c->err);
		pump_stream(c, &c->out);
		if (c->session->state == SESSION_CLOSING)
			return;
		watch(c, &c->out);
		watch(c, &c->err);
		if (said_all(c))
			close_channel(c);
	}
}

void
command_pump_all(struct session *s)
{
	struct command *c, *next;
	ssh_channel channel;

	DL_FOREACH_SAFE(s->commands, c, next)
	{
		pump(c);
		if (s->state == SESSION_CLOSING)
			return; /* they have been freed */
		if (!c->gone)
			continue;
		channel = c->channel;
		command_free(c);
		ssh_channel_free(channel);
	}
}

static void
on_stream(struct ev_loop *loop, ev_io *io, int events)
{
	struct stream *st = io->data;

	(void)loop;
	(void)events;
	session_step(st->command->session);
}

/* --- requests --------------------------------------------------------- */

void
command_open(struct session *s, ssh_message msg)
{
	struct command *c;

	if (s->channels >= s->worker->setup.channels_operator ||
	    (c = calloc(1, sizeof(*c))) == NULL) {
		request_refuse(s, msg, REQUEST_CHANNELS);
		return;
	}
	c->channel = ssh_message_channel_request_open_reply_accept(msg);
	ssh_message_free(msg);
	if (c->channel == NULL) {
		free(c);
		return;
	}
	c->session = s;
	c->out.command = c->err.command = c;
	c->out.fd = c->err.fd = -1;
	c->callbacks.userdata = c;
	c->callbacks.channel_data_function = on_data;
	c->callbacks.channel_eof_function = on_eof;
	c->callbacks.channel_close_function = on_close;
	ssh_callbacks_init(&c->callbacks);
	ssh_add_channel_callbacks(c->channel, &c->callbacks);
	DL_APPEND(s->commands, c);
	s->channels++;
}

static struct command *
find(struct session *s, ssh_message msg)
{
	ssh_channel channel = ssh_message_channel_request_channel(msg);
	struct command *c;

	DL_FOREACH(s->commands, c)
	if (c->channel == channel)
		return c;
	return NULL;
}

/* There is no terminal here; the client's own shows what comes as it is. */
void
command_terminal(struct session *s, ssh_message msg)
{
	struct command *c = find(s, msg);

	if (c == NULL || c->asked) {
		request_refuse(s, msg, REQUEST_PTY);
		return;
	}
	c->terminal = true;
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
}

void
command_request(struct session *s, ssh_message msg)
{
	struct command *c = find(s, msg);
	const char *text = "";
	bool shell = ssh_message_subtype(msg) == SSH_CHANNEL_REQUEST_SHELL;

	/* One command a channel (RFC 4254 6.5). */
	if (c == NULL || c->asked || c->closed) {
		request_refuse(s, msg, REQUEST_CHANNEL);
		return;
	}
	if (!shell)
		text = ssh_message_channel_request_command(msg);
	if (text == NULL || strlen(text) > COMMAND_MAX) {
		request_refuse(s, msg, REQUEST_EXEC);
		c->ended = true;
		c->status = EXIT_FAILURE;
		return;
	}
	c->asked = true;
	c->request = msg;
	c->id = ++s->bridge_id;
	ask_command(s, c->id, shell, c->terminal, text);
}

static struct command *
find_id(struct session *s, uint32_t id)
{
	struct command *c;

	DL_FOREACH(s->commands, c)
	if (c->asked && c->id == id)
		return c;
	return NULL;
}

static void
accept_request(struct command *c)
{
	if (c->request == NULL)
		return;
	ssh_message_channel_request_reply_success(c->request);
	ssh_message_free(c->request);
	c->request = NULL;
}

void
command_stream(struct session *s, const struct msg *m, int fd)
{
	struct command *c = find_id(s, m->stream.id);
	struct stream *st;

	if (c == NULL || fd < 0) {
		if (fd >= 0)
			close(fd);
		return;
	}
	st = m->stream.which == STREAM_ERR ? &c->err : &c->out;
	if (st->fd != -1 || st->over) {
		close(fd);
		return;
	}
	accept_request(c);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	st->fd = fd;
	ev_io_init(&st->io, on_stream, fd, 0);
	st->io.data = st;
}

void
command_ended(struct session *s, const struct msg *m, int fd)
{
	static const char name[] = "et-sshd: ";
	struct command *c = find_id(s, m->commanded.id);
	const char *why = m->commanded.refused;

	(void)fd;
	if (c == NULL)
		return;
	accept_request(c);
	c->ended = true;
	c->status = (int)m->commanded.status;
	if (*why != '\0') {
		rest_add(&c->err.rest, name, sizeof(name) - 1);
		rest_add(&c->err.rest, why, strlen(why));
		rest_add(&c->err.rest, c->terminal ? "\r\n" : "\n",
		    c->terminal ? 2 : 1);
	}
}

void
command_free_all(struct session *s)
{
	struct command *c, *next;

	DL_FOREACH_SAFE(s->commands, c, next)
	command_free(c);
}
