/*
 * Two streams that are joined within this process.  Each has a ring of the
 * bytes that wait for it.  A call on one may be the event that the other waits
 * for; but the other's session may be anywhere in libssh, so that session is
 * only marked as due.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct pair_stream {
	struct stream base;
	struct pair_stream *other; /* the other stream; NULL: it is closed */
	uint8_t *bytes; /* STREAM_ROOM bytes, allocated with the first one */
	size_t at;
	size_t len;
	bool ended; /* the other stream sends no more */
	bool deaf; /* this stream takes no more */
	int watched;
};

/* Room for one byte is not worth a turn. */
static bool
pair_has_room(const struct pair_stream *e)
{
	return e == NULL || e->deaf || e->len <= STREAM_ROOM / 2;
}

static int
pair_ready(const struct pair_stream *e)
{
	int events = 0;

	if (e->len > 0 || e->ended || e->deaf)
		events |= EV_READ;
	if (pair_has_room(e->other))
		events |= EV_WRITE;
	return events;
}

/* A stream of NULL is already closed. */
static void
pair_wake(struct pair_stream *e)
{
	if (e != NULL && (e->watched & pair_ready(e)))
		e->base.use.ready(e->base.use.arg);
}

static void
pair_attach(struct stream *stream)
{
	(void)stream;
}

static void
ring_put(struct pair_stream *e, const uint8_t *bytes, size_t len)
{
	size_t at = (e->at + e->len) % STREAM_ROOM;
	size_t n = len < STREAM_ROOM - at ? len : STREAM_ROOM - at;

	memcpy(e->bytes + at, bytes, n);
	memcpy(e->bytes, bytes + n, len - n);
	e->len += len;
}

static void
ring_take(struct pair_stream *e, uint8_t *bytes, size_t len)
{
	size_t n = len < STREAM_ROOM - e->at ? len : STREAM_ROOM - e->at;

	memcpy(bytes, e->bytes + e->at, n);
	memcpy(bytes + n, e->bytes, len - n);
	e->len -= len;
	e->at = e->len == 0 ? 0 : (e->at + len) % STREAM_ROOM;
}

static ssize_t
fail_with(int error)
{
	errno = error;
	return -1;
}

static ssize_t
pair_send(struct stream *stream, const void *bytes, size_t len)
{
	struct pair_stream *to = ((struct pair_stream *)stream)->other;

	if (to == NULL || to->ended || to->deaf)
		return fail_with(EPIPE);
	if (len == 0)
		return 0;
	if (to->bytes == NULL && (to->bytes = malloc(STREAM_ROOM)) == NULL)
		return fail_with(ENOMEM);
	if (len > STREAM_ROOM - to->len)
		len = STREAM_ROOM - to->len;
	if (len == 0)
		return fail_with(EAGAIN);
	ring_put(to, bytes, len);
	pair_wake(to);
	return (ssize_t)len;
}

static ssize_t
pair_receive(struct stream *stream, void *bytes, size_t len)
{
	struct pair_stream *e = (struct pair_stream *)stream;

	if (e->len == 0)
		return e->ended || e->deaf ? 0 : fail_with(EAGAIN);
	if (len > e->len)
		len = e->len;
	ring_take(e, bytes, len);
	pair_wake(e->other);
	return (ssize_t)len;
}

static void
pair_shutdown(struct stream *stream, int how)
{
	struct pair_stream *e = (struct pair_stream *)stream;

	if (how != SHUT_WR) {
		e->deaf = true;
		e->len = 0;
	}
	if (how != SHUT_RD && e->other != NULL)
		e->other->ended = true;
	pair_wake(e->other);
}

static int
pair_events(struct stream *stream)
{
	return pair_ready((struct pair_stream *)stream);
}

static void
pair_watch(struct stream *stream, int events)
{
	struct pair_stream *e = (struct pair_stream *)stream;

	e->watched = events;
	pair_wake(e);
}

static void
pair_close(struct stream *stream)
{
	struct pair_stream *e = (struct pair_stream *)stream;

	pair_shutdown(stream, SHUT_RDWR);
	if (e->other != NULL)
		e->other->other = NULL;
	free(e->bytes);
	free(e);
}

static const struct stream_kind pair_kind = {
    .attach = pair_attach,
    .send = pair_send,
    .receive = pair_receive,
    .shutdown = pair_shutdown,
    .events = pair_events,
    .watch = pair_watch,
    .close = pair_close,
};

bool
stream_pair(struct stream *pair[2])
{
	struct pair_stream *a = calloc(1, sizeof(*a));
	struct pair_stream *b = calloc(1, sizeof(*b));

	if (a == NULL || b == NULL) {
		free(a);
		free(b);
		return false;
	}
	a->base.kind = b->base.kind = &pair_kind;
	a->other = b;
	b->other = a;
	pair[0] = &a->base;
	pair[1] = &b->base;
	return true;
}
