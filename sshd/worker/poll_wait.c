#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "exec.h"
#include "inbox.h"
#include "msg.h"
#include "poll_wait.h"
#include "refuse.h"
#include "session.h"
#include "verb.h"

/* The first line says that the connection waits; without it a device would not
 * know that it is logged in. */
static void
poll_begin_wait(struct session *s, struct exec *e, ssh_message msg,
    const char *health, unsigned int dropped)
{
	if (s->wait != NULL)
		exec_refuse(e, msg, REQUEST_WAIT);
	else if (!exec_wait(e, msg, "0\n", 2))
		session_end(s, "out of memory");
	else
		ask_wait(s, health, dropped);
}

void
poll_request(struct session *s, ssh_message msg)
{
	struct exec *e = exec_requested(s, msg);
	const char *command = NULL;
	char health[MSG_HEALTH];
	unsigned int dropped;
	enum verb verb;

	if (e == NULL)
		return;
	if (ssh_message_subtype(msg) == SSH_CHANNEL_REQUEST_EXEC)
		command = ssh_message_channel_request_command(msg);
	verb = verb_parse(command, health, &dropped);
	if (verb == VERB_TOO_LONG)
		exec_refuse(e, msg, REQUEST_EXEC);
	else if (verb == VERB_WAIT)
		poll_begin_wait(s, e, msg, health, dropped);
	else {
		exec_ask(e, msg, verb == VERB_POLL);
		ask_poll(s, verb == VERB_POLL, health, dropped);
	}
}

void
poll_answer(struct session *s, const struct msg *m, int fd)
{
	int version = exec_asked_version(s);
	char text[INBOX_TEXT + MSG_HINT_TEXT];
	size_t len;

	(void)fd;
	if (version == -1)
		return;
	len = inbox_format(&m->inbox, (unsigned int)version, text);
	if (len > 0 && version > 0 && s->hints != NULL)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%s", s->hints);
	exec_reply(s, text, len, EXIT_SUCCESS);
	poll_free_hints(s);
}

static void
poll_tell_wait(struct session *s, const char *text, size_t len)
{
	if (!exec_add_text(s->wait, text, len))
		session_end(s, "send queue full");
}

void
poll_wanted(struct session *s, const struct msg *m, int fd)
{
	char line[INBOX_LINE];

	(void)fd;
	if (s->wait != NULL)
		poll_tell_wait(s, line, inbox_format_wanted(&m->wanted, line));
}

void
poll_hints(struct session *s, const struct msg *m, int fd)
{
	const char *text = m->hints.text;

	(void)fd;
	if (s->wait == NULL) {
		free(s->hints);
		s->hints = strdup(text);
	} else
		poll_tell_wait(s, text, strlen(text));
}

void
poll_free_hints(struct session *s)
{
	free(s->hints);
	s->hints = NULL;
}
