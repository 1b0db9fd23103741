#include "config.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <unistd.h>

#include "end.h"

struct end_fd {
	struct end end;
	int fd;
	int events; /* that happened */
	ev_io io;
};

static void
on_fd(struct ev_loop *loop, ev_io *io, int events)
{
	struct end_fd *e = io->data;

	(void)loop;
	e->events |= events;
	e->end.use.ready(e->end.use.arg);
}

static void
fd_attach(struct end *end)
{
	struct end_fd *e = (struct end_fd *)end;

	ev_io_init(&e->io, on_fd, e->fd, 0);
	e->io.data = e;
}

static ssize_t
fd_send(struct end *end, const void *bytes, size_t len)
{
	const struct end_fd *e = (const struct end_fd *)end;

	return send(e->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t
fd_receive(struct end *end, void *bytes, size_t len)
{
	const struct end_fd *e = (const struct end_fd *)end;

	return read(e->fd, bytes, len);
}

static void
fd_shutdown(struct end *end, int how)
{
	const struct end_fd *e = (const struct end_fd *)end;

	shutdown(e->fd, how);
}

static int
fd_events(struct end *end)
{
	struct end_fd *e = (struct end_fd *)end;
	int events = e->events;

	e->events = 0;
	return events;
}

static void
fd_watch(struct end *end, int events)
{
	struct end_fd *e = (struct end_fd *)end;

	if (events == e->io.events)
		return;
	ev_io_stop(e->end.use.loop, &e->io);
	ev_io_modify(&e->io, events);
	if (events != 0)
		ev_io_start(e->end.use.loop, &e->io);
}

static void
fd_close(struct end *end)
{
	struct end_fd *e = (struct end_fd *)end;

	if (e->end.use.loop != NULL) {
		ev_io_stop(e->end.use.loop, &e->io);
		e->end.use.forget(e->end.use.arg, e->fd);
	}
	/* The monitor may hold a duplicate. */
	shutdown(e->fd, SHUT_RDWR);
	close(e->fd);
	free(e);
}

static const struct end_kind fd_kind = {
    .attach = fd_attach,
    .send = fd_send,
    .receive = fd_receive,
    .shutdown = fd_shutdown,
    .events = fd_events,
    .watch = fd_watch,
    .close = fd_close,
};

struct end *
end_of(int fd)
{
	struct end_fd *e;

	if ((e = calloc(1, sizeof(*e))) == NULL)
		return NULL;
	e->end.kind = &fd_kind;
	e->fd = fd;
	return &e->end;
}

void
end_attach(struct end *e, const struct end_use *use)
{
	e->use = *use;
	e->kind->attach(e);
}

ssize_t
end_send(struct end *e, const void *bytes, size_t len)
{
	return e->kind->send(e, bytes, len);
}

ssize_t
end_receive(struct end *e, void *bytes, size_t len)
{
	return e->kind->receive(e, bytes, len);
}

void
end_shutdown(struct end *e, int how)
{
	e->kind->shutdown(e, how);
}

int
end_events(struct end *e)
{
	return e->kind->events(e);
}

void
end_watch(struct end *e, int events)
{
	e->kind->watch(e, events);
}

void
end_close(struct end *e)
{
	if (e != NULL)
		e->kind->close(e);
}
