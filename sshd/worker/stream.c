#include "config.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

struct stream_fd {
	struct stream base;
	int fd;
	int events; /* the events that came about */
	ev_io io;
};

static void
fd_on_event(struct ev_loop *loop, ev_io *io, int events)
{
	struct stream_fd *e = io->data;

	(void)loop;
	e->events |= events;
	e->base.use.ready(e->base.use.arg);
}

static void
fd_attach(struct stream *stream)
{
	struct stream_fd *e = (struct stream_fd *)stream;

	ev_io_init(&e->io, fd_on_event, e->fd, 0);
	e->io.data = e;
}

static ssize_t
fd_send(struct stream *stream, const void *bytes, size_t len)
{
	const struct stream_fd *e = (const struct stream_fd *)stream;

	return send(e->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t
fd_receive(struct stream *stream, void *bytes, size_t len)
{
	const struct stream_fd *e = (const struct stream_fd *)stream;

	return read(e->fd, bytes, len);
}

static void
fd_shutdown(struct stream *stream, int how)
{
	const struct stream_fd *e = (const struct stream_fd *)stream;

	shutdown(e->fd, how);
}

static int
fd_events(struct stream *stream)
{
	struct stream_fd *e = (struct stream_fd *)stream;
	int events = e->events;

	e->events = 0;
	return events;
}

static void
fd_watch(struct stream *stream, int events)
{
	struct stream_fd *e = (struct stream_fd *)stream;

	if (events == e->io.events)
		return;
	ev_io_stop(e->base.use.loop, &e->io);
	ev_io_modify(&e->io, events);
	if (events != 0)
		ev_io_start(e->base.use.loop, &e->io);
}

static void
fd_close(struct stream *stream)
{
	struct stream_fd *e = (struct stream_fd *)stream;

	if (e->base.use.loop != NULL) {
		ev_io_stop(e->base.use.loop, &e->io);
		e->base.use.forget(e->base.use.arg, e->fd);
	}
	/*
	 * The monitor may hold a duplicate: close(2) alone would not end the
	 * stream.
	 */
	shutdown(e->fd, SHUT_RDWR);
	close(e->fd);
	free(e);
}

static const struct stream_kind fd_kind = {
    .attach = fd_attach,
    .send = fd_send,
    .receive = fd_receive,
    .shutdown = fd_shutdown,
    .events = fd_events,
    .watch = fd_watch,
    .close = fd_close,
};

struct stream *
stream_from_fd(int fd)
{
	struct stream_fd *e;

	if ((e = calloc(1, sizeof(*e))) == NULL)
		return NULL;
	e->base.kind = &fd_kind;
	e->fd = fd;
	return &e->base;
}

void
stream_attach(struct stream *e, const struct stream_use *use)
{
	e->use = *use;
	e->kind->attach(e);
}

ssize_t
stream_send(struct stream *e, const void *bytes, size_t len)
{
	return e->kind->send(e, bytes, len);
}

ssize_t
stream_receive(struct stream *e, void *bytes, size_t len)
{
	return e->kind->receive(e, bytes, len);
}

void
stream_shutdown(struct stream *e, int how)
{
	e->kind->shutdown(e, how);
}

int
stream_events(struct stream *e)
{
	return e->kind->events(e);
}

void
stream_watch(struct stream *e, int events)
{
	e->kind->watch(e, events);
}

void
stream_close(struct stream *e)
{
	if (e != NULL)
		e->kind->close(e);
}
