#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "ask.h"
#include "bridge.h"
#include "stream.h"
#include "forward.h"
#include "jump.h"
#include "refuse.h"
#include "session.h"
#include "worker.h"

struct forward {
	struct forward *prev;
	struct forward *next;
	uint32_t port;
	char *address; /* the bind address, as the peer gave it */
};

static struct forward *
forward_find(const struct session *s, uint32_t port)
{
	struct forward *f;

	DL_FOREACH(s->forwards, f)
		if (f->port == port)
			return f;
	return NULL;
}

bool
forward_add(struct session *s, uint32_t port, const char *address)
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

bool
forward_any_of(const struct session *s, uint32_t port)
{
	return forward_find(s, port) != NULL;
}

bool
forward_cancel(struct session *s, uint32_t port)
{
	struct forward *f = forward_find(s, port);

	/* Connections that are open stay (RFC 4254 7.1). */
	if (f == NULL)
		return false;
	forward_free(s, f);
	ask_cancel(s, port);
	return true;
}

/* NULL: a channel is being opened for the connection; or the reason why not. */
static const char *
forward_bridge(
    struct session *s, const struct msg_accepted *m, struct stream *stream)
{
	const struct forward *f = forward_find(s, m->port);

	if (f == NULL)
		return "forward closed";
	if (s->channels >= s->worker->setup.channels) {
		refuse_log(s, REQUEST_CHANNELS, "");
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
 * The stream for the device's side of a jump: the descriptor that came with
 * JOIN, or one of a pair with the operator's session in this worker.  NULL:
 * there is neither, or no memory.
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
forward_free_all(struct session *s)
{
	struct forward *f, *next;

	DL_FOREACH_SAFE(s->forwards, f, next)
		forward_free(s, f);
}
