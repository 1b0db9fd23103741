#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <ev.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "bridge.h"
#include "end.h"
#include "forward.h"
#include "jump.h"
#include "request.h"
#include "session.h"
#include "worker.h"

#define ADDRESS_MAX 255 /* of the bind address, bytes */
#define ACCEPT_MAX 16 /* in one turn of the loop */
#define RETRY_AFTER 1.0 /* when accept(2) lacks something, s */

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
	struct session *session;
	uint32_t port;
	char *address; /* as the peer gave it */
	int fd; /* -1: virtual, there is none */
	ev_io io;
	ev_timer retry;
};

static struct forward *
find(struct session *s, uint32_t port)
{
	struct forward *f;

	DL_FOREACH(s->forwards, f)
	if (f->port == port)
		return f;
	return NULL;
}

/* False: nothing more to accept now. */
static bool
accept_one(struct forward *f)
{
	struct ev_loop *loop = f->session->worker->loop;
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(from);
	struct end *end;
	int fd, one = 1;

	fd = accept4(f->fd, (struct sockaddr *)&from, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if ((end = end_of(fd)) == NULL)
			close(fd);
		else if (!bridge_new(
			     f->session, f->port, f->address, end, &from))
			end_close(end);
		return true;
	}
	if (errno == ECONNABORTED || errno == EINTR)
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	/*
	 * EMFILE and its kind pass; EINVAL is a listener that the monitor has
	 * shut down: it says so with UNLISTEN or CLOSE.
	 */
	ev_io_stop(loop, &f->io);
	if (errno != EINVAL) {
		ev_timer_set(&f->retry, RETRY_AFTER, 0);
		ev_timer_start(loop, &f->retry);
	}
	return false;
}

static void
on_accept(struct ev_loop *loop, ev_io *io, int events)
{
	struct forward *f = io->data;
	int i;

	(void)loop;
	(void)events;
	session_turn(f->session); /* to open a channel receives, too */
	for (i = 0; i < ACCEPT_MAX && accept_one(f); i++)
		;
	session_step(f->session);
}

static void
on_retry(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct forward *f = timer->data;

	(void)events;
	ev_timer_stop(loop, timer);
	ev_io_start(loop, &f->io);
}

static bool
forward_new(struct session *s, uint32_t port, const char *address, int fd)
{
	struct forward *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		return false;
	if ((f->address = strdup(address)) == NULL) {
		free(f);
		return false;
	}
	f->session = s;
	f->port = port;
	f->fd = fd;
	ev_io_init(&f->io, on_accept, fd, EV_READ);
	ev_timer_init(&f->retry, on_retry, 0, 0);
	f->io.data = f;
	f->retry.data = f;
	if (fd != -1)
		ev_io_start(s->worker->loop, &f->io);
	DL_APPEND(s->forwards, f);
	return true;
}

static void
forward_free(struct forward *f)
{
	struct session *s = f->session;

	DL_DELETE(s->forwards, f);
	ev_io_stop(s->worker->loop, &f->io);
	ev_timer_stop(s->worker->loop, &f->retry);
	if (f->fd != -1) {
		worker_forget(s->worker, f->fd);
		close(f->fd);
	}
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
answer_first(struct session *s, bool ok, uint32_t port)
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
cancel(struct session *s, uint32_t port)
{
	struct forward *f = find(s, port);

	/* Connections that are open stay (RFC 4254 7.1). */
	if (f != NULL) {
		forward_free(f);
		ask_cancel(s, port);
	}
	answer_first(s, f != NULL, port);
}

/* Work on the requests up to one that waits for the monitor. */
static void
globals_next(struct session *s)
{
	const char *address;
	struct global *g;

	while ((g = s->globals) != NULL && !g->asked) {
		address = ssh_message_global_request_address(g->request);
		if (ssh_message_subtype(g->request) !=
		    SSH_GLOBAL_REQUEST_TCPIP_FORWARD)
			cancel(s, g->port);
		else if (address == NULL || strlen(address) > ADDRESS_MAX) {
			request_log(s, REQUEST_ADDRESS, "");
			answer_first(s, false, 0);
		} else if (find(s, g->port) != NULL)
			answer_first(s, false, 0);
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
	globals_next(s);
}

void
forward_answer(struct session *s, const struct msg *m, int fd)
{
	struct global *g = s->globals;
	bool ok;

	if (g == NULL || !g->asked || g->port != m->listening.port) {
		if (fd >= 0)
			close(fd);
		return;
	}
	ok = m->listening.bound != 0 && fd != MSG_FD_LOST &&
	     forward_new(s, m->listening.bound,
		 ssh_message_global_request_address(g->request), fd);
	if (!ok && fd >= 0)
		close(fd);
	if (!ok && m->listening.bound != 0)
		ask_cancel(s, m->listening.bound);
	answer_first(s, ok, m->listening.bound);
	globals_next(s);
}

/*
 * The jump's end on this side: it came with the message, or the operator's
 * connection is here, too.  NULL: that is not so, or there is no memory.
 */
static struct end *
jump_end(struct session *s, const struct msg_join *m, int fd)
{
	struct session *asker = session_find(s->worker, m->asker);
	struct end *pair[2];

	if (fd >= 0)
		return end_of(fd);
	if (asker == NULL || !end_pair(pair))
		return NULL;
	if (jump_offer(asker, m->id, pair[1]))
		return pair[0];
	end_close(pair[0]);
	end_close(pair[1]);
	return NULL;
}

void
forward_join(struct session *s, const struct msg *m, int fd)
{
	struct forward *f = find(s, m->join.port);
	struct end *end = jump_end(s, &m->join, fd);
	uint32_t result = JOIN_REFUSED;

	if (fd == MSG_FD_LOST || s->channels >= s->worker->setup.channels)
		result = JOIN_FULL;
	else if (f != NULL && end != NULL &&
		 bridge_join(s, f->port, f->address, end, m->join.jump))
		return;
	ask_joined(s, m->join.jump, result);
	if (end == NULL && fd >= 0)
		close(fd);
	end_close(end);
}

void
forward_unlisten(struct session *s, const struct msg *m, int fd)
{
	struct forward *f = find(s, m->port.port);

	(void)fd;
	if (f != NULL)
		forward_free(f);
	bridge_end_of(s, m->port.port);
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
	forward_free(f);
	bridge_free_all(s, reason);
}
