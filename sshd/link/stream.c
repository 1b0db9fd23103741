#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "hello.h"
#include "link.h"
#include "say.h"
#include "stream.h"

#define REFUSED_EARLY "too many streams"

static void
stream_fail(struct stream *s, const char *reason)
{
	if (s->reason == NULL)
		s->reason = reason;
}

struct stream *
stream_find(struct link *l, uint64_t id)
{
	struct stream *s;

	HASH_FIND(hh, l->streams, &id, sizeof(id), s);
	return s;
}

/* --- events, which only record their cause ------------------------------- */

static void
stream_on_fd(struct ev_loop *loop, ev_io *io, int events)
{
	struct stream *s = io->data;

	(void)loop;
	if ((events & EV_READ) && s->tls != NULL)
		tls_readable(s->tls);
	if ((events & EV_READ) && s->relay.tls_ended)
		s->relay.lost = true;
	link_due(s->link, s);
}

static void
stream_on_local(struct ev_loop *loop, ev_io *io, int events)
{
	struct stream *s = io->data;

	(void)loop;
	if (events & EV_READ)
		s->relay.local_readable = true;
	link_due(s->link, s);
}

static void
stream_on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct stream *s = timer->data;

	(void)loop;
	(void)events;
	s->expired = true;
	link_due(s->link, s);
}

/* --- begin and end ------------------------------------------------------- */

static void
stream_time(struct stream *s)
{
	ev_timer_stop(s->link->loop, &s->timer);
	ev_timer_set(&s->timer, s->link->setup.timeout / 1000., 0.);
	ev_timer_start(s->link->loop, &s->timer);
}

static struct stream *
stream_new(struct link *l, uint64_t id, int fd)
{
	struct stream *s;

	if (fd == MSG_FD_LOST || l->open >= l->setup.streams ||
	    (s = calloc(1, sizeof(*s))) == NULL) {
		say_closed(l, id, 0, 0, false,
		    fd == MSG_FD_LOST ? "no descriptor left" : REFUSED_EARLY);
		if (fd != MSG_FD_LOST)
			close(fd);
		return NULL;
	}
	s->link = l;
	s->id = id;
	s->fd = fd;
	s->local = -1;
	ev_io_init(&s->on_fd, stream_on_fd, fd, 0);
	ev_io_init(&s->on_local, stream_on_local, -1, 0);
	ev_timer_init(&s->timer, stream_on_timer, 0., 0.);
	s->on_fd.data = s->on_local.data = s->timer.data = s;
	ev_now_update(l->loop); /* many messages may have come before */
	stream_time(s);
	HASH_ADD(hh, l->streams, id, sizeof(s->id), s);
	l->open++;
	link_due(l, s);
	return s;
}

static void
stream_unlist(struct stream *s)
{
	if (!s->listed)
		return;
	DL_DELETE(s->link->strangers, s);
	s->link->unproven--;
	s->listed = false;
}

void
stream_free(struct stream *s)
{
	struct link *l = s->link;

	stream_unlist(s);
	link_undue(l, s);
	ev_io_stop(l->loop, &s->on_fd);
	ev_io_stop(l->loop, &s->on_local);
	ev_timer_stop(l->loop, &s->timer);
	tls_free(s->tls);
	relay_clear(&s->relay);
	link_close(l, s->fd);
	link_close(l, s->local);
	HASH_DELETE(hh, l->streams, s);
	l->open--;
	free(s->hello);
	explicit_bzero(&s->key, sizeof(s->key));
	free(s);
}

/* Send the monitor the last message on a stream, and free it. */
static void
stream_close(struct stream *s)
{
	say_closed(s->link, s->id, s->relay.in, s->relay.out,
	    !s->dialled && !s->proven, s->reason);
	stream_free(s);
}

void
stream_dial(struct link *l, const struct msg_link_key *key, int fd)
{
	struct stream *s = stream_new(l, key->id, fd);

	if (s == NULL)
		return;
	s->dialled = true;
	s->state = STREAM_SHAKE;
	s->key.number = key->number;
	memcpy(s->key.secret, key->secret, sizeof(s->key.secret));
}

/*
 * Strangers have at most half of the places; the oldest one makes room, since a
 * node is through with its handshake long before.
 */
void
stream_accept(struct link *l, uint64_t id, int fd)
{
	struct stream *s, *oldest;

	if (l->unproven > l->setup.streams / 2) {
		oldest = l->strangers;
		stream_fail(oldest, "too many without a ticket");
		stream_unlist(oldest);
		link_due(l, oldest);
	}
	if ((s = stream_new(l, id, fd)) == NULL)
		return;
	s->listed = true;
	DL_APPEND(l->strangers, s);
	l->unproven++;
}

/* --- the monitor's messages ---------------------------------------------- */

bool
stream_key(struct stream *s, const struct msg_link_key *key)
{
	if (s->state != STREAM_ASKED || s->keyed)
		return false;
	if (!key->ok)
		stream_fail(s, "unknown ticket");
	s->keyed = true;
	memcpy(s->key.secret, key->secret, sizeof(s->key.secret));
	link_due(s->link, s);
	return true;
}

bool
stream_local(struct stream *s, int fd)
{
	if ((s->state != STREAM_OPEN && s->state != STREAM_ANSWERED) ||
	    s->local != -1 || s->answer != 0 || s->reason != NULL) {
		if (fd != MSG_FD_LOST)
			close(fd);
		return s->answer != 0 || s->reason != NULL;
	}
	if (fd == MSG_FD_LOST) {
		s->answer = LINK_LOST;
		if (s->dialled)
			stream_fail(s, "no descriptor left");
	} else {
		s->local = fd;
		ev_io_set(&s->on_local, fd, 0);
		if (!s->dialled)
			s->answer = LINK_JOINED;
	}
	link_due(s->link, s);
	return true;
}

void
stream_end(struct stream *s, uint32_t answer)
{
	if (s->state == STREAM_OPEN && s->answer == 0)
		s->answer = answer == LINK_REFUSED || answer == LINK_FULL
				? (uint8_t)answer
				: LINK_LOST;
	else
		stream_fail(s, "ended");
	link_due(s->link, s);
}

/* --- turns, by state ----------------------------------------------------- */

/* Read the client's first record, and nothing beyond it. */
static void
turn_hello(struct stream *s)
{
	ssize_t size, n;

	if (s->hello == NULL && (s->hello = malloc(HELLO_MAX)) == NULL) {
		stream_fail(s, "out of memory");
		return;
	}
	for (;;) {
		size = hello_size(s->hello, s->hello_len);
		if (size == -1) {
			stream_fail(s, "not TLS");
			return;
		}
		if (size == 0)
			size = 5; /* its header */
		if (s->hello_len == (size_t)size)
			break;
		n = recv(s->fd, s->hello + s->hello_len,
		    (size_t)size - s->hello_len, 0);
		if (n == -1 &&
		    (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (n <= 0) {
			stream_fail(s, s->hello_len == 0
					   ? "closed without a byte"
					   : "connection lost");
			return;
		}
		s->hello_len += (size_t)n;
	}
	if (!hello_number(s->hello, s->hello_len, &s->key.number)) {
		stream_fail(s, "no ticket named");
		return;
	}
	s->state = STREAM_ASKED;
	say_ask(s->link, s->id, s->key.number);
}

static void
turn_asked(struct stream *s)
{
	if (s->keyed)
		s->state = STREAM_SHAKE;
}

static void
turn_shake(struct stream *s)
{
	if (s->tls == NULL) {
		s->tls = s->dialled ? tls_connect(s->link->tls, s->fd, &s->key)
				    : tls_accept(s->link->tls, s->fd, &s->key,
					  s->hello, s->hello_len);
		explicit_bzero(s->key.secret, sizeof(s->key.secret));
		free(s->hello);
		s->hello = NULL;
		if (s->tls == NULL) {
			stream_fail(s, "out of memory");
			return;
		}
	}
	switch (tls_handshake(s->tls)) {
	case TLS_AGAIN:
		return;
	case TLS_DONE:
		break;
	default:
		stream_fail(s, tls_reason(s->tls));
		return;
	}
	ev_timer_stop(s->link->loop, &s->timer);
	s->expired = false;
	s->state = s->dialled ? STREAM_AWAIT : STREAM_OPEN;
	s->proven = true;
	stream_unlist(s);
	if (!s->dialled)
		say_open(s->link, s->id);
}

/* The other node's answer is the first byte of a dialled stream. */
static void
turn_await(struct stream *s)
{
	uint8_t answer;
	size_t n;

	switch (tls_read(s->tls, &answer, 1, &n)) {
	case TLS_AGAIN:
		return;
	case TLS_DONE:
		break;
	case TLS_ENDED:
		stream_fail(s, "ended without an answer");
		return;
	default:
		stream_fail(s, tls_reason(s->tls));
		return;
	}
	if (answer < LINK_JOINED || answer > LINK_LOST) {
		stream_fail(s, "no such answer");
		return;
	}
	say_answer(s->link, s->id, answer);
	if (answer != LINK_JOINED)
		stream_fail(s, "not joined");
	s->state = STREAM_ANSWERED;
}

static void
stream_relay(struct stream *s)
{
	s->relay.tls = s->tls;
	s->relay.local = s->local;
	s->relay.buffer = s->link->buffer;
	s->relay.local_readable = true;
	s->state = STREAM_RELAY;
}

static void
turn_answered(struct stream *s)
{
	if (s->local != -1)
		stream_relay(s);
}

/* A client has nothing to say before it is answered, but may leave. */
static void
turn_open(struct stream *s)
{
	uint8_t byte;
	size_t n;

	switch (tls_read(s->tls, &byte, 1, &n)) {
	case TLS_AGAIN:
		break;
	case TLS_DONE:
		stream_fail(s, "bytes before the answer");
		return;
	case TLS_ENDED:
		stream_fail(s, "closed before the answer");
		return;
	default:
		stream_fail(s, tls_reason(s->tls));
		return;
	}
	if (s->answer == 0)
		return;
	stream_time(s);
	s->state = STREAM_TELL;
}

static void
turn_tell(struct stream *s)
{
	size_t n;

	switch (tls_write(s->tls, &s->answer, 1, &n)) {
	case TLS_AGAIN:
		return;
	case TLS_DONE:
		break;
	default:
		stream_fail(s, tls_reason(s->tls));
		return;
	}
	ev_timer_stop(s->link->loop, &s->timer);
	s->expired = false;
	if (s->answer == LINK_JOINED) {
		stream_relay(s);
		return;
	}
	tls_shut(s->tls); /* the byte before it is enough */
	stream_fail(s, "not joined");
}

static void
turn_relay(struct stream *s)
{
	relay_pump(&s->relay);
	if (s->relay.reason != NULL)
		stream_fail(s, s->relay.reason);
	else if (s->relay.more)
		link_due(s->link, s);
	else if (s->relay.deaf && s->relay.tls_shut && !ev_is_active(&s->timer))
		/* The peer is told, and gets this long to send no more. */
		stream_time(s);
}

static void (*const turns[])(struct stream *) = {
    [STREAM_HELLO] = turn_hello,
    [STREAM_ASKED] = turn_asked,
    [STREAM_SHAKE] = turn_shake,
    [STREAM_AWAIT] = turn_await,
    [STREAM_ANSWERED] = turn_answered,
    [STREAM_OPEN] = turn_open,
    [STREAM_TELL] = turn_tell,
    [STREAM_RELAY] = turn_relay,
};

/* --- what it waits for --------------------------------------------------- */

static void
stream_watch_io(struct stream *s, ev_io *io, int fd, int events)
{
	if (ev_is_active(io) && (io->events & (EV_READ | EV_WRITE)) == events)
		return;
	ev_io_stop(s->link->loop, io);
	if (events == 0 || fd == -1)
		return;
	ev_io_set(io, fd, events);
	ev_io_start(s->link->loop, io);
}

static int
stream_events(const struct stream *s)
{
	switch (s->state) {
	case STREAM_ASKED:
	case STREAM_ANSWERED:
		return 0;
	case STREAM_SHAKE:
		return tls_waits_write(s->tls) ? EV_WRITE : EV_READ;
	case STREAM_TELL:
		return EV_WRITE;
	case STREAM_RELAY:
		return relay_watch_tls(&s->relay);
	default:
		return EV_READ;
	}
}

static void
stream_watch(struct stream *s)
{
	stream_watch_io(s, &s->on_fd, s->fd, stream_events(s));
	if (s->state == STREAM_RELAY)
		stream_watch_io(
		    s, &s->on_local, s->local, relay_watch_local(&s->relay));
}

void
stream_turn(struct stream *s)
{
	enum stream_state state;

	link_undue(s->link, s);
	if (s->expired)
		stream_fail(s, s->state == STREAM_RELAY ? "closed" : "timeout");
	do {
		state = s->state;
		if (s->reason == NULL)
			turns[state](s);
	} while (s->reason == NULL && s->state != state);
	if (s->reason != NULL)
		stream_close(s);
	else
		stream_watch(s);
}
