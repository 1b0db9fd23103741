#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "enrol.h"
#include "exec.h"
#include "inbox.h"
#include "packets.h"
#include "request.h"
#include "session.h"
#include "verb.h"
#include "worker.h"

#define WAIT_TEXT 4096 /* not yet sent to one that waits, bytes */

struct exec {
	struct exec *prev;
	struct exec *next;
	struct session *session;
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	ssh_message request; /* to be answered with what it asks for */
	bool asks; /* it waits for the inbox, or another answer */
	unsigned int version;
	uint64_t turn; /* of its POLL or other ask; 0: not asked */
	int status; /* to exit with */
	char *text; /* the answer, when it is there */
	size_t len;
	size_t sent;
	bool closed; /* by us */
	bool gone; /* by the peer, too */
};

/*
 * What a device sends to its poll is read and forgotten, and costs it nothing;
 * a stranger has only a token to send, and pays.
 */
static int
on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	if (e->session->role != ROLE_ENROL_KEY)
		e->session->data_packets++;
	else if (!is_stderr)
		enrol_data(e->session, data, len);
	return (int)len;
}

static void
on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	enrol_data_end(e->session);
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	struct exec *e = arg;

	(void)ssh;
	(void)channel;
	e->gone = true;
	enrol_data_end(e->session);
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
is_enrolling(const struct session *s)
{
	return s->role == ROLE_ENROL || s->role == ROLE_ENROL_KEY;
}

void
exec_open(struct session *s, ssh_message msg)
{
	struct exec *e;

	if (s->channels >= s->worker->setup.channels ||
	    (is_enrolling(s) && s->opened > 0) ||
	    (e = calloc(1, sizeof(*e))) == NULL) {
		request_refuse(s, msg, REQUEST_CHANNELS);
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
	e->callbacks.channel_data_function = on_data;
	e->callbacks.channel_eof_function = on_eof;
	e->callbacks.channel_close_function = on_close;
	ssh_callbacks_init(&e->callbacks);
	ssh_add_channel_callbacks(e->channel, &e->callbacks);
	DL_APPEND(s->execs, e);
	s->channels++;
	s->opened++;
}

static void
close_channel(struct exec *e, int status)
{
	ssh_channel_request_send_exit_status(e->channel, status);
	/* AGAIN: the EOF went, the CLOSE did not. */
	if (ssh_channel_close(e->channel) == SSH_AGAIN)
		ssh_channel_close(e->channel);
	e->closed = true;
}

static struct exec *
find(struct session *s, ssh_message msg)
{
	ssh_channel channel = ssh_message_channel_request_channel(msg);
	struct exec *e;

	DL_FOREACH(s->execs, e)
		if (e->channel == channel)
			return e;
	return NULL;
}

/* dbclient heeds neither a failure nor silence. */
static void
refuse(struct exec *e, ssh_message msg, enum request_kind kind)
{
	request_refuse(e->session, msg, kind);
	close_channel(e, EXIT_FAILURE);
}

/* Add a line to what is still to be sent; false: too much, no memory. */
static bool
add_line(struct exec *e, const char *line, size_t len)
{
	size_t left = e->len - e->sent;
	char *text;

	if (left + len > WAIT_TEXT || (text = malloc(left + len)) == NULL)
		return false;
	if (left > 0)
		memcpy(text, e->text + e->sent, left);
	memcpy(text + left, line, len);
	free(e->text);
	e->text = text;
	e->len = left + len;
	e->sent = 0;
	return true;
}

/* The line says that it waits: without one a device knew of no login. */
static void
begin_wait(
    struct exec *e, ssh_message msg, const char *health, unsigned int dropped)
{
	struct session *s = e->session;

	if (s->wait != NULL) {
		refuse(e, msg, REQUEST_WAIT);
		return;
	}
	s->wait = e;
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
	if (!add_line(e, "0\n", 2)) {
		session_end(s, "no memory");
		return;
	}
	ask_wait(s, health, dropped);
}

static void
request_enrol(struct exec *e, ssh_message msg, const char *command)
{
	struct session *s = e->session;

	/* The monitor hears of one command. */
	if (s->asked > 0 || !enrol_request(s, command)) {
		refuse(e, msg, REQUEST_ENROLL);
		return;
	}
	e->asks = true;
	e->turn = ++s->asked;
	if (s->role == ROLE_ENROL) {
		e->request = msg;
		return;
	}
	/* A client may wait for this before it sends its token. */
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
}

void
exec_request(struct session *s, ssh_message msg)
{
	struct exec *e = find(s, msg);
	const char *command = NULL;
	char health[MSG_HEALTH];
	unsigned int dropped;
	enum verb verb;

	/* One command a channel (RFC 4254 6.5). */
	if (e == NULL || e->turn > 0 || e == s->wait || e->closed) {
		request_refuse(s, msg, REQUEST_CHANNEL);
		return;
	}
	if (ssh_message_subtype(msg) == SSH_CHANNEL_REQUEST_EXEC)
		command = ssh_message_channel_request_command(msg);
	if (is_enrolling(s)) {
		request_enrol(e, msg, command);
		return;
	}
	verb = verb_parse(command, health, &dropped);
	if (verb == VERB_TOO_LONG) {
		refuse(e, msg, REQUEST_EXEC);
		return;
	}
	if (verb == VERB_WAIT) {
		begin_wait(e, msg, health, dropped);
		return;
	}
	e->request = msg;
	e->asks = true;
	e->version = verb == VERB_POLL;
	e->turn = ++s->asked;
	ask_poll(s, e->version, health, dropped);
}

/* The one that asked first. */
static struct exec *
oldest(struct session *s)
{
	struct exec *e, *first = NULL;

	DL_FOREACH(s->execs, e)
		if (e->asks && (first == NULL || e->turn < first->turn))
			first = e;
	return first;
}

void
exec_answer(struct session *s, const struct msg *m, int fd)
{
	const struct exec *e = oldest(s);
	char text[INBOX_TEXT + MSG_HINT_TEXT];
	size_t len;

	(void)fd;
	if (e == NULL)
		return;
	len = inbox_format(&m->inbox, e->version, text);
	if (len > 0 && e->version > 0 && s->hints != NULL)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%s", s->hints);
	exec_reply(s, text, len, EXIT_SUCCESS);
	free(s->hints);
	s->hints = NULL;
}

void
exec_reply(struct session *s, const void *bytes, size_t len, int status)
{
	struct exec *e = oldest(s);

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
		close_channel(e, EXIT_FAILURE);
	}
	ssh_message_free(e->request);
	e->request = NULL;
}

void
exec_wanted(struct session *s, const struct msg *m, int fd)
{
	char line[INBOX_LINE];
	size_t len;

	(void)fd;
	if (s->wait == NULL)
		return;
	len = inbox_format_wanted(&m->wanted, line);
	if (!add_line(s->wait, line, len))
		session_end(s, "does not read what it is told");
}

void
exec_hints(struct session *s, const struct msg *m, int fd)
{
	const char *text = m->hints.text;

	(void)fd;
	if (s->wait == NULL) {
		free(s->hints);
		s->hints = strdup(text);
	} else if (!add_line(s->wait, text, strlen(text)))
		session_end(s, "does not read what it is told");
}

/* A write is short while keys are exchanged or the window is small. */
static bool
send_text(struct exec *e)
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

/* All of it has been sent. */
static void
answered(struct exec *e)
{
	if (e != e->session->wait) {
		close_channel(e, e->status);
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

	/* To the monitor, a connection that waits does so until its end. */
	if (s->wait != NULL && s->wait->gone) {
		session_end(s, "the client closed its wait");
		return;
	}
	enrol_pump(s);
	DL_FOREACH_SAFE(s->execs, e, next) {
		if (e->text != NULL && !e->closed && !e->gone && send_text(e))
			answered(e);
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
	free(s->hints);
	s->hints = NULL;
}
