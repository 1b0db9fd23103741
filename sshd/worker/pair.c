/*
 * Two ends within this process.  Each has a ring of bytes that wait for it.
 * What one does may be just what the other waits for; but that one's session
 * may be anywhere in libssh, or not even ours to touch now, so it is only told
 * to look later.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "end.h"

struct pair_end {
	struct end end;
	struct pair_end *other; /* NULL: closed */
	uint8_t *bytes; /* END_ROOM of them, once there was one */
	size_t at;
	size_t len;
	bool ended; /* the other one sends no more */
	bool deaf; /* this one takes no more */
	int watched;
};

/* Room for one byte is not worth to wake anybody. */
static bool
has_room(const struct pair_end *e)
{
	return e == NULL || e->deaf || e->len <= END_ROOM / 2;
}

static int
ready(const struct pair_end *e)
{
	int events = 0;

	if (e->len > 0 || e->ended || e->deaf)
		events |= EV_READ;
	if (has_room(e->other))
		events |= EV_WRITE;
	return events;
}

/* NULL is none. */
static void
wake(struct pair_end *e)
{
	if (e != NULL && (e->watched & ready(e)))
		e->end.use.later(e->end.use.arg);
}

static void
pair_attach(struct end *end)
{
	(void)end;
}

static void
put(struct pair_end *e, const uint8_t *bytes, size_t len)
{
	size_t at = (e->at + e->len) % END_ROOM;
	size_t n = len < END_ROOM - at ? len : END_ROOM - at;

	memcpy(e->bytes + at, bytes, n);
	memcpy(e->bytes, bytes + n, len - n);
	e->len += len;
}

static void
take(struct pair_end *e, uint8_t *bytes, size_t len)
{
	size_t n = len < END_ROOM - e->at ? len : END_ROOM - e->at;

	memcpy(bytes, e->bytes + e->at, n);
	memcpy(bytes + n, e->bytes, len - n);
	e->len -= len;
	e->at = e->len == 0 ? 0 : (e->at + len) % END_ROOM;
}

static ssize_t
fails(int error)
{
	errno = error;
	return -1;
}

static ssize_t
pair_send(struct end *end, const void *bytes, size_t len)
{
	struct pair_end *to = ((struct pair_end *)end)->other;

	if (to == NULL || to->ended || to->deaf)
		return fails(EPIPE);
	if (len == 0)
		return 0;
	if (to->bytes == NULL && (to->bytes = malloc(END_ROOM)) == NULL)
		return fails(ENOMEM);
	if (len > END_ROOM - to->len)
		len = END_ROOM - to->len;
	if (len == 0)
		return fails(EAGAIN);
	put(to, bytes, len);
	wake(to);
	return (ssize_t)len;
}

static ssize_t
pair_receive(struct end *end, void *bytes, size_t len)
{
	struct pair_end *e = (struct pair_end *)end;

	if (e->len == 0)
		return e->ended || e->deaf ? 0 : fails(EAGAIN);
	if (len > e->len)
		len = e->len;
	take(e, bytes, len);
	wake(e->other);
	return (ssize_t)len;
}

static void
pair_shutdown(struct end *end, int how)
{
	struct pair_end *e = (struct pair_end *)end;

	if (how != SHUT_WR) {
		e->deaf = true;
		e->len = 0;
	}
	if (how != SHUT_RD && e->other != NULL)
		e->other->ended = true;
	wake(e->other);
}

static int
pair_events(struct end *end)
{
	return ready((struct pair_end *)end);
}

static void
pair_watch(struct end *end, int events)
{
	struct pair_end *e = (struct pair_end *)end;

	e->watched = events;
	wake(e);
}

static void
pair_close(struct end *end)
{
	struct pair_end *e = (struct pair_end *)end;

	pair_shutdown(end, SHUT_RDWR);
	if (e->other != NULL)
		e->other->other = NULL;
	free(e->bytes);
	free(e);
}

static const struct end_kind pair_kind = {
    .attach = pair_attach,
    .send = pair_send,
    .receive = pair_receive,
    .shutdown = pair_shutdown,
    .events = pair_events,
    .watch = pair_watch,
    .close = pair_close,
};

bool
end_pair(struct end *pair[2])
{
	struct pair_end *a = calloc(1, sizeof(*a));
	struct pair_end *b = calloc(1, sizeof(*b));

	if (a == NULL || b == NULL) {
		free(a);
		free(b);
		return false;
	}
	a->end.kind = b->end.kind = &pair_kind;
	a->other = b;
	b->other = a;
	pair[0] = &a->end;
	pair[1] = &b->end;
	return true;
}
