#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hear.h"
#include "link.h"
#include "say.h"
#include "stream.h"

#define RECEIVE_MAX 64 /* messages taken in one turn of the loop */

const char *
hear_setup(struct link *l)
{
	struct pollfd p = {.fd = l->sock, .events = POLLIN};
	const char *reason;
	enum msg_result r;
	int fd;

	while ((r = msg_recv(l->sock, &l->got, &fd, &reason)) == MSG_AGAIN)
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			return "poll(2) failed";
	if (r == MSG_BAD)
		return reason;
	if (r == MSG_EOF)
		return "not started by et-sshd";
	if (l->got.type != MSG_LINK_SETUP)
		return "bad message from et-sshd";
	l->setup = l->got.link_setup;
	return l->setup.streams > 0 && l->setup.timeout > 0
		   ? NULL
		   : "bad settings from et-sshd";
}

static bool
hear_dial(struct link *l, const struct msg *m, int fd)
{
	if (stream_find(l, m->link_key.id) != NULL)
		return false;
	stream_dial(l, &m->link_key, fd);
	return true;
}

static bool
hear_accept(struct link *l, const struct msg *m, int fd)
{
	if (stream_find(l, m->link.id) != NULL)
		return false;
	stream_accept(l, m->link.id, fd);
	return true;
}

/* The stream of the following may have ended while the monitor sent them. */
static bool
hear_key(struct link *l, const struct msg *m, int fd)
{
	struct stream *s = stream_find(l, m->link_key.id);

	(void)fd;
	return s == NULL || stream_key(s, &m->link_key);
}

static bool
hear_stream(struct link *l, const struct msg *m, int fd)
{
	struct stream *s = stream_find(l, m->link.id);

	if (s != NULL)
		return stream_local(s, fd);
	if (fd != MSG_FD_LOST)
		close(fd);
	return true;
}

static bool
hear_end(struct link *l, const struct msg *m, int fd)
{
	struct stream *s = stream_find(l, m->link_answer.id);

	(void)fd;
	if (s != NULL)
		stream_end(s, m->link_answer.answer);
	return true;
}

static bool
hear_ping(struct link *l, const struct msg *m, int fd)
{
	(void)m;
	(void)fd;
	say_pong(l);
	return true;
}

/* False: the monitor must not send this message. */
static const struct {
	enum msg_type type;
	bool (*take)(struct link *, const struct msg *, int fd);
} messages[] = {
    {MSG_LINK_DIAL, hear_dial},
    {MSG_LINK_ACCEPT, hear_accept},
    {MSG_LINK_KEY, hear_key},
    {MSG_LINK_STREAM, hear_stream},
    {MSG_LINK_END, hear_end},
    {MSG_PING, hear_ping},
};

static bool
hear_message(struct link *l, const struct msg *m, int fd)
{
	size_t i;

	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (m->type == (uint32_t)messages[i].type)
			return messages[i].take(l, m, fd);
	if (fd >= 0)
		close(fd);
	return false;
}

void
hear_messages(struct link *l)
{
	const char *reason = "bad message from et-sshd";
	enum msg_result r = MSG_OK;
	int fd, i;

	for (i = 0; i < RECEIVE_MAX && r == MSG_OK; i++) {
		r = msg_recv(l->sock, &l->got, &fd, &reason);
		if (r == MSG_OK && !hear_message(l, &l->got, fd)) {
			reason = "bad message from et-sshd";
			r = MSG_BAD;
		}
	}
	if (r == MSG_EOF)
		link_stop(l, 0);
	if (r != MSG_BAD)
		return;
	fprintf(
	    stderr, "et-sshd-link: %s: %s\n", msg_name(l->got.type), reason);
	link_stop(l, EXIT_FAILURE);
}
