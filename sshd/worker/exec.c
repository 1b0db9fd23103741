#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "exec.h"
#include "packets.h"
#include "refuse.h"
#include "session.h"
#include "token_line.h"
#include "worker.h"

#define WAIT_TEXT 4096 /* bytes queued for a client that waits */

struct exec {
	struct exec *prev;
	struct exec *next;
	struct session *session;
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	ssh_message request; /* answered with what it asks for */
	bool asks; /* the channel waits for the inbox, or another answer */
	unsigned int version;
	uint64_t turn; /* the number of its ask, in order; 0: none was sent */
	int status; /* the exit status */
	char *text; /* the answer, once it has come */
	size_t len;
	size_t sent;
	bool closed; /* the worker has closed the channel */
	bool gone; /* the peer has closed it, too */
};

/*
 * Data that a device sends to its poll is discarded and costs the device
 * nothing; a client that enrols has only a token to send, and its packets are
 * counted.
 */
static int
exec_on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	if (e->session->token_line == NULL)
		e->session->data_packets++;
	else if (!is_stderr)
		token_line_add(e->session->token_line, data, len);
	return (int)len;
}

static void
exec_data_ended(struct exec *e)
{
	if (e->session->token_line != NULL)
		token_line_end(e->session->token_line);
}

static void
exec_on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	exec_data_ended(e);
}

static void
exec_on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	e->gone = true;
	exec_data_ended(e);
}

static void
exec_free(struct exec *e)
{
	struct session *s = e->session;

	DL_DELETE(s->execs, e);
	s->channels--;
	if (s->wait == e)
		s->wait = NULL;
	ssh_remove_channel_callbacks(e->channel, &e->callbacks);
	ssh_message_free(e->request);
	free(e->text);
	free(e);
}

static bool
exec_is_enrolling(const struct session *s)
{
	return s->role == ROLE_ENROL || s->role == ROLE_ENROL_KEY;
}

void
exec_open(struct session *s, ssh_message msg)
{
	struct exec *e;

	if (s->channels >= s->worker->setup.channels ||
	    (exec_is_enrolling(s) && s->opened > 0) ||
	    (e = calloc(1, sizeof(*e))) == NULL) {
		refuse_request(s, msg, REQUEST_CHANNELS);
		return;
	}
	e->channel = ssh_message_channel_request_open_reply_accept(msg);
	ssh_message_free(msg);
	if (e->channel == NULL) {
		free(e);
		return;
	}
	e->session = s;
	e->callbacks.userdata = e;
	e->callbacks.channel_data_function = exec_on_data;
	e->callbacks.channel_eof_function = exec_on_eof;
	e->callbacks.channel_close_function = exec_on_close;
	ssh_callbacks_init(&e->callbacks);
	ssh_add_channel_callbacks(e->channel, &e->callbacks);
	DL_APPEND(s->execs, e);
	s->channels++;
	s->opened++;
}

static void
exec_close(struct exec *e, int status)
{
	ssh_channel_request_send_exit_status(e->channel, status);
	/* SSH_AGAIN: libssh has sent EOF, but not CLOSE. */
	if (ssh_channel_close(e->channel) == SSH_AGAIN)
		ssh_channel_close(e->channel);
	e->closed = true;
}

static struct exec *
exec_of_request(struct session *s, ssh_message msg)
{
	ssh_channel channel = ssh_message_channel_request_channel(msg);
	struct exec *e;

	DL_FOREACH(s->execs, e)
		if (e->channel == channel)
			return e;
	return NULL;
}

struct exec *
exec_requested(struct session *s, ssh_message msg)
{
	struct exec *e = exec_of_request(s, msg);

	if (e != NULL && e->turn == 0 && e != s->wait && !e->closed)
		return e;
	refuse_request(s, msg, REQUEST_CHANNEL);
	return NULL;
}

void
exec_refuse(struct exec *e, ssh_message msg, enum request_kind kind)
{
	refuse_request(e->session, msg, kind);
	/* dbclient ignores a failure, and waits for ever without an answer. */
	exec_close(e, EXIT_FAILURE);
}

void
exec_ask(struct exec *e, ssh_message request, unsigned int version)
{
	e->request = request;
	e->asks = true;
	e->version = version;
	e->turn = ++e->session->asked;
}

bool
exec_add_text(struct exec *e, const char *more, size_t len)
{
	size_t left = e->len - e->sent;
	char *text;

	if (left + len > WAIT_TEXT || (text = malloc(left + len)) == NULL)
		return false;
	if (left > 0)
		memcpy(text, e->text + e->sent, left);
	memcpy(text + left, more, len);
	free(e->text);
	e->text = text;
	e->len = left + len;
	e->sent = 0;
	return true;
}

bool
exec_wait(struct exec *e, ssh_message msg, const char *line, size_t len)
{
	e->session->wait = e;
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
	return exec_add_text(e, line, len);
}

/* The channel whose ask is the oldest. */
static struct exec *
exec_oldest(const struct session *s)
{
	struct exec *e, *first = NULL;

	DL_FOREACH(s->execs, e)
		if (e->asks && (first == NULL || e->turn < first->turn))
			first = e;
	return first;
}

int
exec_asked_version(const struct session *s)
{
	const struct exec *e = exec_oldest(s);

	return e != NULL ? (int)e->version : -1;
}

void
exec_reply(struct session *s, const void *bytes, size_t len, int status)
{
	struct exec *e = exec_oldest(s);

	if (e == NULL)
		return;
	if (!e->gone && len > 0 && (e->text = malloc(len)) != NULL) {
		memcpy(e->text, bytes, len);
		e->len = len;
		e->status = status;
	}
	e->asks = false;
	if (e->text != NULL && e->request != NULL)
		ssh_message_channel_request_reply_success(e->request);
	else if (e->text == NULL && !e->gone) {
		if (e->request != NULL)
			ssh_message_reply_default(e->request);
		exec_close(e, EXIT_FAILURE);
	}
	ssh_message_free(e->request);
	e->request = NULL;
}

/* A write is short during a key exchange, or when the window is small. */
static bool
exec_send_text(struct exec *e)
{
	size_t len = e->len - e->sent;
	int n;

	if (len == 0)
		return true;
	if (session_congested(e->session))
		return false;
	n = packets_write(e->channel, e->text + e->sent, (uint32_t)len);
	if (n > 0)
		e->sent += (size_t)n;
	return (size_t)n == len;
}

/* The whole text has been sent. */
static void
exec_answered(struct exec *e)
{
	if (e != e->session->wait) {
		exec_close(e, e->status);
		return;
	}
	free(e->text);
	e->text = NULL;
	e->len = e->sent = 0;
}

void
exec_pump(struct session *s)
{
	ssh_channel channel;
	struct exec *e, *next;

	/* For the monitor a connection that waits does so until it ends. */
	if (s->wait != NULL && s->wait->gone) {
		session_end(s, "wait closed by the client");
		return;
	}
	DL_FOREACH_SAFE(s->execs, e, next) {
		if (e->text != NULL && !e->closed && !e->gone &&
		    exec_send_text(e))
			exec_answered(e);
		if (e->gone && !e->asks) {
			channel = e->channel;
			exec_free(e);
			ssh_channel_free(channel);
		}
	}
}

bool
exec_any(const struct session *s, bool asked)
{
	const struct exec *e;

	DL_FOREACH(s->execs, e)
		if (!e->closed && asked == (e->turn > 0 || e == s->wait))
			return true;
	return false;
}

void
exec_free_all(struct session *s)
{
	struct exec *e, *next;

	DL_FOREACH_SAFE(s->execs, e, next)
		exec_free(e);
}
