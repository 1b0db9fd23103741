#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

/* The queue's accessors have no successor that can answer later. */
#define SSH_SUPPRESS_DEPRECATED
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "bridge.h"
#include "stream.h"
#include "jump.h"
#include "refuse.h"
#include "session.h"
#include "worker.h"

/* A channel that an operator has requested, and that is not answered yet. */
struct jump {
	struct jump *prev;
	struct jump *next;
	ssh_message request;
	uint32_t id;
	struct stream *offered; /* from jump_offer, or NULL */
};

static struct jump *
jump_find(const struct session *s, uint32_t id)
{
	struct jump *j;

	DL_FOREACH(s->jumps, j)
		if (j->id == id)
			return j;
	return NULL;
}

void
jump_request(struct session *s, ssh_message msg)
{
	const char *name = ssh_message_channel_request_open_destination(msg);
	int port = ssh_message_channel_request_open_destination_port(msg);
	struct jump *j;

	if (name == NULL || strlen(name) >= MSG_NAME) {
		refuse_request(s, msg, REQUEST_TARGET);
		return;
	}
	if (s->channels >= s->worker->setup.channels_operator ||
	    (j = calloc(1, sizeof(*j))) == NULL) {
		refuse_request(s, msg, REQUEST_CHANNELS);
		return;
	}
	j->request = msg;
	j->id = ++s->last_id;
	DL_APPEND(s->jumps, j);
	s->channels++;
	ask_reach(s, j->id, name, (uint32_t)port);
}

/* Free the jump; its channel was answered, or never will be. */
static void
jump_free(struct session *s, struct jump *j)
{
	DL_DELETE(s->jumps, j);
	s->channels--;
	ssh_message_free(j->request);
	stream_close(j->offered);
	free(j);
}

static void
jump_withdraw(struct jump *j)
{
	stream_close(j->offered);
	j->offered = NULL;
}

bool
jump_offer(struct session *s, uint32_t id, struct stream *stream)
{
	struct jump *j = jump_find(s, id);

	if (j == NULL)
		return false;
	jump_withdraw(j);
	j->offered = stream;
	return true;
}

void
jump_close(struct session *s, const struct msg *m, int fd)
{
	struct jump *j = jump_find(s, m->jump_close.id);

	(void)fd;
	if (j != NULL)
		jump_withdraw(j);
	else
		bridge_close_jump(s, m->jump_close.id);
}

/* The stream to accept the channel with; NULL: there is none. */
static struct stream *
jump_reached_stream(struct jump *j, int fd)
{
	struct stream *stream;

	if (fd >= 0) {
		if ((stream = stream_from_fd(fd)) == NULL)
			close(fd);
		return stream;
	}
	if (j == NULL || fd == MSG_FD_LOST)
		return NULL;
	stream = j->offered;
	j->offered = NULL;
	return stream;
}

/*
 * libssh sends a refusal (RFC 4254, section 5.1) without a description, so the
 * reason is sent before it as SSH_MSG_DEBUG (RFC 4253, section 11.3).
 */
static void
jump_refuse(struct session *s, struct jump *j, const char *why)
{
	const char *name =
	    ssh_message_channel_request_open_destination(j->request);
	char text[MSG_NAME + MSG_TEXT + 32], *p;

	snprintf(text, sizeof(text), "%s port %d: %s", name,
	    ssh_message_channel_request_open_destination_port(j->request), why);
	for (p = text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	ssh_send_debug(s->ssh, text, 1);
	ssh_message_reply_default(j->request);
}

void
jump_answer(struct session *s, const struct msg *m, int fd)
{
	struct jump *j = jump_find(s, m->reached.id);
	struct stream *stream;

	if (m->reached.ok) {
		stream = jump_reached_stream(j, fd);
		if (j == NULL || stream == NULL ||
		    !bridge_accept(s, j->id, j->request, stream)) {
			ask_jump_closed(s, m->reached.id, 0, 0,
			    fd == MSG_FD_LOST ? ASK_NO_DESCRIPTOR
					      : "not accepted");
			stream_close(stream);
		}
		if (j != NULL && stream == NULL)
			ssh_message_reply_default(j->request);
	} else {
		/*
		 * No descriptor comes with a refusal; one that does is closed.
		 */
		if (fd >= 0)
			close(fd);
		if (j != NULL)
			jump_refuse(s, j, m->reached.refused);
	}
	if (j != NULL)
		jump_free(s, j);
}

void
jump_free_all(struct session *s)
{
	struct jump *j, *next;

	DL_FOREACH_SAFE(s->jumps, j, next)
		jump_free(s, j);
}
