#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "bridge.h"
#include "stream.h"
#include "forward.h"
#include "jump.h"
#include "request.h"
#include "session.h"
#include "worker.h"

#define ADDRESS_MAX 255 /* of the bind address, bytes */

/* A global request that is not yet answered. */
struct global {
	struct global *prev;
	struct global *next;
	ssh_message request;
	uint32_t port;
	bool asked;
};

struct forward {
	struct forward *prev;
	struct forward *next;
	uint32_t port;
	char *address; /* as the peer gave it */
};

static struct forward *
forward_find(struct session *s, uint32_t port)
{
	struct forward *f;

	DL_FOREACH(s->forwards, f)
		if (f->port == port)
			return f;
	return NULL;
}

static bool
forward_new(struct session *s, uint32_t port, const char *address)
{
	struct forward *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		return false;
	if ((f->address = strdup(address)) == NULL) {
		free(f);
		return false;
	}
	f->port = port;
	DL_APPEND(s->forwards, f);
	return true;
}

static void
forward_free(struct session *s, struct forward *f)
{
	DL_DELETE(s->forwards, f);
	free(f->address);
	free(f);
}

static void
global_free(struct session *s, struct global *g)
{
	DL_DELETE(s->globals, g);
	ssh_message_free(g->request);
	free(g);
}

/* Answer the first request in line. */
static void
global_answer_first(struct session *s, bool ok, uint32_t port)
{
	struct global *g = s->globals;

	if (ok)
		ssh_message_global_request_reply_success(
		    g->request, (uint16_t)port);
	else
		ssh_message_reply_default(g->request);
	global_free(s, g);
}

static void
forward_cancel(struct session *s, uint32_t port)
{
	struct forward *f = forward_find(s, port);

	/* Connections that are open stay (RFC 4254 7.1). */
	if (f != NULL) {
		forward_free(s, f);
		ask_cancel(s, port);
	}
	global_answer_first(s, f != NULL, port);
}

/* Work on the requests up to one that waits for the monitor. */
static void
global_next(struct session *s)
{
	const char *address;
	struct global *g;

	while ((g = s->globals) != NULL && !g->asked) {
		address = ssh_message_global_request_address(g->request);
		if (ssh_message_subtype(g->request) !=
		    SSH_GLOBAL_REQUEST_TCPIP_FORWARD)
			forward_cancel(s, g->port);
		else if (address == NULL || strlen(address) > ADDRESS_MAX) {
			request_log(s, REQUEST_ADDRESS, "");
			global_answer_first(s, false, 0);
		} else if (forward_find(s, g->port) != NULL)
			global_answer_first(s, false, 0);
		else {
			g->asked = true;
			ask_listen(s, g->port);
		}
	}
}

void
forward_request(struct session *s, ssh_message msg)
{
	struct global *g;

	if ((g = calloc(1, sizeof(*g))) == NULL) {
		ssh_message_reply_default(msg);
		ssh_message_free(msg);
		return;
	}
	g->request = msg;
	g->port = (uint32_t)ssh_message_global_request_port(msg);
	DL_APPEND(s->globals, g);
	global_next(s);
}

void
forward_answer(struct session *s, const struct msg *m, int fd)
{
	struct global *g = s->globals;
	bool ok;

	(void)fd;
	if (g == NULL || !g->asked || g->port != m->listening.port)
		return;
	ok = m->listening.bound != 0 &&
	     forward_new(s, m->listening.bound,
		 ssh_message_global_request_address(g->request));
	if (!ok && m->listening.bound != 0)
		ask_cancel(s, m->listening.bound);
	global_answer_first(s, ok, m->listening.bound);
	global_next(s);
}

/* NULL: a channel is being opened for it; or why not. */
static const char *
forward_bridge(
    struct session *s, const struct msg_accepted *m, struct stream *stream)
{
	const struct forward *f = forward_find(s, m->port);

	if (f == NULL)
		return "forward closed";
	if (s->channels >= s->worker->setup.channels) {
		request_log(s, REQUEST_CHANNELS, "");
		return "too many channels";
	}
	return bridge_new(s, m, f->address, stream) ? NULL : ASK_NO_MEMORY;
}

void
forward_accepted(struct session *s, const struct msg *m, int fd)
{
	const struct msg_accepted *a = &m->accepted;
	struct stream *stream = fd >= 0 ? stream_from_fd(fd) : NULL;
	const char *why = fd == MSG_FD_LOST ? ASK_NO_DESCRIPTOR : ASK_NO_MEMORY;

	if (stream == NULL && fd >= 0)
		close(fd);
	if (stream != NULL && (why = forward_bridge(s, a, stream)) == NULL)
		return;
	stream_close(stream);
	ask_bridge_close(s, a->port, a->id, 0, 0, why);
}

/*
 * The jump's stream on this side: it came with the message, or the operator's
 * connection is here, too.  NULL: that is not so, or there is no memory.
 */
static struct stream *
forward_jump_stream(struct session *s, const struct msg_join *m, int fd)
{
	struct session *asker = session_find(s->worker, m->asker);
	struct stream *pair[2];

	if (fd >= 0)
		return stream_from_fd(fd);
	if (asker == NULL || !stream_pair(pair))
		return NULL;
	if (jump_offer(asker, m->id, pair[1]))
		return pair[0];
	stream_close(pair[0]);
	stream_close(pair[1]);
	return NULL;
}

void
forward_join(struct session *s, const struct msg *m, int fd)
{
	struct forward *f = forward_find(s, m->join.port);
	struct stream *stream = forward_jump_stream(s, &m->join, fd);
	uint32_t result = JOIN_REFUSED;

	if (fd == MSG_FD_LOST || s->channels >= s->worker->setup.channels)
		result = JOIN_FULL;
	else if (f != NULL && stream != NULL &&
		 bridge_join(s, f->port, f->address, stream, m->join.jump))
		return;
	ask_joined(s, m->join.jump, result);
	if (stream == NULL && fd >= 0)
		close(fd);
	stream_close(stream);
}

void
forward_unlisten(struct session *s, const struct msg *m, int fd)
{
	struct forward *f = forward_find(s, m->port.port);

	(void)fd;
	if (f != NULL)
		forward_free(s, f);
	bridge_close_port(s, m->port.port);
}

bool
forward_any(const struct session *s)
{
	return s->forwards != NULL || s->globals != NULL || bridge_any(s);
}

void
forward_free_all(struct session *s, const char *reason)
{
	struct forward *f, *next_f;
	struct global *g, *next_g;

	DL_FOREACH_SAFE(s->globals, g, next_g)
		global_free(s, g);
	DL_FOREACH_SAFE(s->forwards, f, next_f)
		forward_free(s, f);
	bridge_free_all(s, reason);
}
