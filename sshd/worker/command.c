#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

/* The queue's accessors have no successor that can answer later. */
#define SSH_SUPPRESS_DEPRECATED
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "command.h"
#include "refuse.h"
#include "session.h"
#include "console_streams.h"
#include "worker.h"

#define COMMAND_MAX (MSG_COMMAND_TEXT - 1)

struct command {
	struct command *prev;
	struct command *next;
	struct session *session;
	ssh_channel channel;
	ssh_message request; /* waits for streams, or a refusal */
	uint32_t id;
	bool asked;
	struct console_streams streams;
	bool ended; /* COMMANDED has come */
	int status;
	bool closed; /* the worker has closed the channel */
	bool told; /* the monitor was told of the end */
};

/* Send HUNG_UP, once, however the channel ended: the monitor waits for it. */
static void
command_tell_end(struct command *c)
{
	if (c->asked && !c->told)
		ask_hung_up(c->session, c->id, c->streams.bytes_in,
		    c->streams.bytes_out);
	c->told = true;
}

static void
command_free(struct command *c)
{
	struct session *s = c->session;

	command_tell_end(c);
	console_streams_free(&c->streams);
	DL_DELETE(s->commands, c);
	s->channels--;
	ssh_message_free(c->request);
	free(c);
}

/* The console has said all: send the exit status and CLOSE. */
static void
command_close(struct command *c)
{
	ssh_channel_send_eof(c->channel);
	ssh_channel_request_send_exit_status(c->channel, c->status);
	/* SSH_AGAIN: libssh has sent EOF, but not CLOSE. */
	if (ssh_channel_close(c->channel) == SSH_AGAIN)
		ssh_channel_close(c->channel);
	c->closed = true;
	console_streams_close(&c->streams);
	command_tell_end(c);
}

/* False: the session ends. */
static bool
command_pump(struct command *c)
{
	const char *why;

	if (c->closed || c->streams.gone)
		return true;
	if ((why = console_streams_pump(&c->streams)) != NULL) {
		session_end(c->session, why);
		return false;
	}
	if (c->ended && console_streams_over(&c->streams))
		command_close(c);
	return true;
}

void
command_pump_all(struct session *s)
{
	struct command *c, *next;
	ssh_channel channel;

	DL_FOREACH_SAFE(s->commands, c, next) {
		if (!command_pump(c))
			return;
		if (!c->streams.gone)
			continue;
		channel = c->channel;
		command_free(c);
		ssh_channel_free(channel);
	}
}

/* --- requests --------------------------------------------------------- */

void
command_open(struct session *s, ssh_message msg)
{
	struct command *c;

	if (s->channels >= s->worker->setup.channels_operator ||
	    (c = calloc(1, sizeof(*c))) == NULL) {
		refuse_request(s, msg, REQUEST_CHANNELS);
		return;
	}
	c->channel = ssh_message_channel_request_open_reply_accept(msg);
	ssh_message_free(msg);
	if (c->channel == NULL) {
		free(c);
		return;
	}
	c->session = s;
	console_streams_begin(&c->streams, s, c->channel);
	DL_APPEND(s->commands, c);
	s->channels++;
}

static struct command *
command_of_request(struct session *s, ssh_message msg)
{
	ssh_channel channel = ssh_message_channel_request_channel(msg);
	struct command *c;

	DL_FOREACH(s->commands, c)
		if (c->channel == channel)
			return c;
	return NULL;
}

/* The terminal's size and type, RFC 4254 6.2. */
static void
command_note_terminal(struct console_streams *st, ssh_message msg)
{
	const char *term = ssh_message_channel_request_pty_term(msg);
	int columns = ssh_message_channel_request_pty_width(msg);
	int rows = ssh_message_channel_request_pty_height(msg);

	st->terminal = true;
	st->columns = columns > 0 ? (uint32_t)columns : 0;
	st->rows = rows > 0 ? (uint32_t)rows : 0;
	st->colour = term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

/*
 * No pty is made here: the client's own terminal shows the output as it comes.
 */
void
command_terminal(struct session *s, ssh_message msg)
{
	struct command *c = command_of_request(s, msg);

	if (c == NULL || c->asked) {
		refuse_request(s, msg, REQUEST_PTY);
		return;
	}
	command_note_terminal(&c->streams, msg);
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
}

void
command_request(struct session *s, ssh_message msg)
{
	struct command *c = command_of_request(s, msg);
	const char *text = "";
	bool shell = ssh_message_subtype(msg) == SSH_CHANNEL_REQUEST_SHELL;

	/* A channel runs one command (RFC 4254 6.5). */
	if (c == NULL || c->asked || c->closed) {
		refuse_request(s, msg, REQUEST_CHANNEL);
		return;
	}
	if (!shell)
		text = ssh_message_channel_request_command(msg);
	if (text == NULL || strlen(text) > COMMAND_MAX) {
		refuse_request(s, msg, REQUEST_EXEC);
		c->ended = true;
		c->status = EXIT_FAILURE;
		return;
	}
	c->asked = true;
	c->request = msg;
	c->id = ++s->last_id;
	ask_command(s, c->id, shell, &c->streams, text);
}

static struct command *
command_find(struct session *s, uint32_t id)
{
	struct command *c;

	DL_FOREACH(s->commands, c)
		if (c->asked && c->id == id)
			return c;
	return NULL;
}

static void
command_accept(struct command *c)
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
	struct command *c = command_find(s, m->stream.id);

	if (c != NULL)
		command_accept(c);
	if (fd >= 0 && (c == NULL || !console_streams_attach(&c->streams,
					 m->stream.which == STREAM_ERR, fd)))
		close(fd);
}

void
command_ended(struct session *s, const struct msg *m, int fd)
{
	struct command *c = command_find(s, m->commanded.id);

	(void)fd;
	if (c == NULL)
		return;
	command_accept(c);
	c->ended = true;
	c->streams.deaf = true;
	c->status = (int)m->commanded.status;
	if (m->commanded.refused[0] != '\0')
		console_streams_say(&c->streams, m->commanded.refused);
}

void
command_free_all(struct session *s)
{
	struct command *c, *next;

	DL_FOREACH_SAFE(s->commands, c, next)
		command_free(c);
}
