#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relay.h"

#define PIECES 4 /* in one turn of the loop */

enum side { VISITOR, DEVICE, SIDES };

/* One way: from the side of its number to the other one. */
struct way {
	uint8_t *left; /* read, and not passed on yet; or NULL */
	size_t at;
	size_t len;
	size_t pass; /* of these, that may be passed on */
	bool ended; /* nothing more is to be read */
	bool shut; /* the other side knows, or takes no more */
	uint64_t bytes; /* passed on */
};

struct relay {
	struct relay_use use;
	int fd[SIDES];
	ev_io io[SIDES];
	struct way way[SIDES];
	const char *reason; /* of the first end */
	const char *wrong; /* with the visitor's requests, or NULL */
};

static enum side
side_other(enum side s)
{
	return s == VISITOR ? DEVICE : VISITOR;
}

static bool
is_later(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void
way_drop(struct way *w)
{
	free(w->left);
	w->left = NULL;
	w->at = w->len = w->pass = 0;
}

/* The other side takes no more: what comes for it is not read any more. */
static void
way_stop(struct way *w)
{
	way_drop(w);
	w->ended = w->shut = true;
}

/* The side's bytes have ended; is it gone altogether, nothing reaches it. */
static void
relay_side_ended(struct relay *r, enum side s)
{
	r->way[s].ended = true;
	if (r->reason == NULL)
		r->reason = s == VISITOR ? "closed by the operator" : "closed";
	if (send(r->fd[s], "", 0, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 &&
	    !is_later(errno))
		way_stop(&r->way[side_other(s)]);
}

/* Pass on as much as the other side takes; returns how much that is. */
static size_t
relay_give(struct relay *r, enum side s, const uint8_t *bytes, size_t len)
{
	struct way *w = &r->way[s];
	ssize_t n =
	    send(r->fd[side_other(s)], bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n == -1 && !is_later(errno))
		way_stop(w);
	if (n <= 0)
		return 0;
	w->bytes += (uint64_t)n;
	return (size_t)n;
}

/* Keep bytes, of which pass may be passed on, in place of what was kept. */
static void
relay_keep(struct way *w, const uint8_t *bytes, size_t len, size_t pass)
{
	way_drop(w);
	if (len == 0 || w->shut)
		return;
	if ((w->left = malloc(len)) == NULL) {
		way_stop(w);
		return;
	}
	memcpy(w->left, bytes, len);
	w->len = len;
	w->pass = pass;
}

/* How many bytes from that side may be passed on. */
static size_t
relay_may_pass(struct relay *r, enum side s, const uint8_t *bytes, size_t len)
{
	if (s == DEVICE)
		return len;
	return request_watch_pass(&r->use.watch, bytes, len, &r->wrong);
}

/*
 * Read a piece behind what is kept, the beginning of a header, and pass it on.
 * False: there is none now.
 */
static bool
relay_read(struct relay *r, enum side s)
{
	static uint8_t bytes[RELAY_PIECE];
	struct way *w = &r->way[s];
	size_t kept = w->len - w->at, len, pass, given;
	ssize_t n =
	    recv(r->fd[s], bytes + kept, sizeof(bytes) - kept, MSG_DONTWAIT);

	if (n == -1 && is_later(errno))
		return false;
	if (n <= 0) {
		relay_side_ended(r, s);
		return false;
	}
	if (kept > 0)
		memcpy(bytes, w->left + w->at, kept);
	len = kept + (size_t)n;
	pass = relay_may_pass(r, s, bytes, len);
	given = pass > 0 ? relay_give(r, s, bytes, pass) : 0;
	relay_keep(w, bytes + given, len - given, pass - given);
	return r->wrong == NULL;
}

static void
relay_move(struct relay *r, enum side s)
{
	struct way *w = &r->way[s];
	size_t given;
	int i;

	if (w->pass > 0) {
		given = relay_give(r, s, w->left + w->at, w->pass);
		w->at += given;
		w->pass -= w->shut ? w->pass : given;
		if (w->at >= w->len)
			way_drop(w);
	}
	for (i = 0; i < PIECES && w->pass == 0 && !w->ended; i++)
		if (!relay_read(r, s))
			break;
	if (w->ended && w->pass == 0 && !w->shut) {
		way_drop(w);
		shutdown(r->fd[side_other(s)], SHUT_WR);
		w->shut = true;
	}
}

static void
relay_watch(struct relay *r, enum side s)
{
	const struct way *in = &r->way[s], *out = &r->way[side_other(s)];
	int events = 0;

	if (in->pass == 0 && !in->ended)
		events |= EV_READ;
	if (out->pass > 0)
		events |= EV_WRITE;
	if (events == r->io[s].events && ev_is_active(&r->io[s]))
		return;
	ev_io_stop(r->use.loop, &r->io[s]);
	ev_io_set(&r->io[s], r->fd[s], events);
	if (events != 0)
		ev_io_start(r->use.loop, &r->io[s]);
}

static void
on_event(struct ev_loop *loop, ev_io *io, int events)
{
	struct relay *r = io->data;

	(void)loop;
	(void)events;
	relay_move(r, VISITOR);
	relay_move(r, DEVICE);
	if (r->wrong != NULL) {
		r->use.ended(r->use.arg, r->wrong);
		return;
	}
	if (r->way[VISITOR].shut && r->way[DEVICE].shut) {
		r->use.ended(r->use.arg, r->reason != NULL ? r->reason : "");
		return;
	}
	relay_watch(r, VISITOR);
	relay_watch(r, DEVICE);
}

struct relay *
relay_start(const struct relay_use *use)
{
	struct relay *r;
	int i;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->use = *use;
	r->fd[VISITOR] = use->visitor;
	r->fd[DEVICE] = use->device;
	for (i = 0; i < SIDES; i++) {
		ev_io_init(&r->io[i], on_event, r->fd[i], EV_READ);
		r->io[i].data = r;
		ev_io_start(use->loop, &r->io[i]);
	}
	return r;
}

void
relay_free(struct relay *r)
{
	int i;

	if (r == NULL)
		return;
	for (i = 0; i < SIDES; i++) {
		ev_io_stop(r->use.loop, &r->io[i]);
		/* The monitor has a duplicate of the device's. */
		shutdown(r->fd[i], SHUT_RDWR);
		close(r->fd[i]);
		way_drop(&r->way[i]);
	}
	free(r);
}

uint64_t
relay_bytes_in(const struct relay *r)
{
	return r->way[DEVICE].bytes;
}

uint64_t
relay_bytes_out(const struct relay *r)
{
	return r->way[VISITOR].bytes;
}
