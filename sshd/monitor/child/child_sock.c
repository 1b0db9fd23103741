#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "child_sock.h"
#include "monitor.h"

#define QUEUE_LIMIT (16 * 1024 * 1024) /* bytes */
#define DESCRIPTORS_MORE 512 /* beyond those of its connections */
#define BATCH 64 /* messages of one child before others' turn */
#define KILL_AGAIN 0.1 /* s until a launcher that was busy is asked again */
#define LINGER 5.0 /* s from a worker's closing a socket to its end */

static void
want_write(struct child *c)
{
	if (c->sock != -1 && msgq_pending(c->queue) > 0)
		ev_io_start(c->m->loop, &c->on_write);
	else
		ev_io_stop(c->m->loop, &c->on_write);
}

static void
close_sockets(struct child *c)
{
	ev_io_stop(c->m->loop, &c->on_read);
	ev_io_stop(c->m->loop, &c->on_write);
	ev_io_stop(c->m->loop, &c->on_sign);
	if (c->sock != -1)
		close(c->sock);
	if (c->sign != -1)
		close(c->sign);
	if (c->sign_peer != -1)
		close(c->sign_peer);
	c->sock = c->sign = c->sign_peer = -1;
}

/* Close the socket; the launcher reports how the process exits. */
static void
cut_socket(struct child *c)
{
	if (c->sock == -1)
		return;
	ev_timer_stop(c->m->loop, &c->doom);
	close_sockets(c);
	c->ready = false;
	msgq_free(c->queue);
	c->queue = NULL;
	c->role->lost(c);
}

void
child_fail(struct child *c, const char *reason)
{
	if (c->sock == -1 || c->doomed)
		return;
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	c->doomed = true;
	c->ready = false;
	ev_timer_stop(c->m->loop, &c->doom);
	ev_timer_set(&c->doom, 0, 0);
	ev_timer_start(c->m->loop, &c->doom);
}

void
child_kill(struct child *c)
{
	if (launch_kill(c->m->launcher, c->tag) == 0 || errno != EAGAIN)
		return;
	ev_timer_stop(c->m->loop, &c->doom);
	ev_timer_set(&c->doom, KILL_AGAIN, 0);
	ev_timer_start(c->m->loop, &c->doom);
}

/* A worker that closed a socket has LINGER seconds to exit by itself. */
static void
expect_end(struct child *c)
{
	if (c->doomed || c->role->launch != LAUNCH_WORKER)
		return;
	ev_timer_stop(c->m->loop, &c->doom);
	ev_timer_set(&c->doom, LINGER, 0);
	ev_timer_start(c->m->loop, &c->doom);
}

static void
on_doom(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct child *c = w->data;

	(void)loop;
	(void)revents;
	if (c->sock != -1 && !c->doomed) {
		child_fail(c, "closed its socket for SIGN");
		return;
	}
	if (c->sock == -1 && c->reason[0] == '\0')
		snprintf(c->reason, sizeof(c->reason), "closed its socket");
	cut_socket(c);
	child_kill(c);
}

/*
 * The most descriptors in the queue.  Each connection of a worker has at most
 * one in it, its own; twice that, as connections may have been replaced while
 * the worker did not read.  Connections to forwards are not accepted while any
 * descriptor is queued.
 */
static size_t
descriptors_most(const struct child *c)
{
	return 2 * (size_t)c->m->conf->worker_sessions + DESCRIPTORS_MORE;
}

void
child_send(struct child *c, const struct msg *m, int fd)
{
	if (c->sock == -1 || c->doomed)
		return;
	if (msgq_send(c->queue, m, fd) == MSG_OK &&
	    msgq_descriptors(c->queue) <= descriptors_most(c))
		want_write(c);
	else
		child_fail(c, "send queue full");
}

bool
child_behind(const struct child *c)
{
	return c->queue != NULL && msgq_pending(c->queue) > QUEUE_LIMIT / 4;
}

bool
child_has_waiting(const struct child *c)
{
	return c->queue != NULL && msgq_descriptors(c->queue) > 0;
}

static void
hear_messages(struct child *c)
{
	struct msg m;
	const char *wrong;
	char reason[96];
	int fd, i;

	for (i = 0; i < BATCH && !c->doomed; i++) {
		switch (msg_recv(c->sock, &m, &fd, &wrong)) {
		case MSG_AGAIN:
			return;
		case MSG_EOF:
			cut_socket(c);
			expect_end(c);
			return;
		case MSG_BAD:
			break;
		case MSG_OK:
			c->heard = true;
			/* A child has no descriptor to pass. */
			if (fd != -1) {
				if (fd != MSG_FD_LOST)
					close(fd);
				wrong = "unexpected descriptor";
			} else
				wrong = c->role->hear(c, &m);
			break;
		}
		if (wrong == NULL)
			continue;
		snprintf(
		    reason, sizeof(reason), "%s: %s", msg_name(m.type), wrong);
		child_fail(c, reason);
	}
}

/*
 * Answer one SIGN at once.  The worker blocks until then, so the socket has
 * room for the answer, and no second SIGN can be behind this one.
 */
static void
hear_sign(struct child *c)
{
	struct msg m, answer;
	const char *wrong;
	char reason[96];
	int fd;

	switch (msg_recv(c->sign, &m, &fd, &wrong)) {
	case MSG_AGAIN:
		return;
	case MSG_EOF:
		ev_io_stop(c->m->loop, &c->on_sign);
		expect_end(c);
		return;
	case MSG_BAD:
		break;
	case MSG_OK:
		if (fd != -1)
			close(fd);
		wrong = m.type != MSG_SIGN ? "not a SIGN"
					   : c->role->sign(c, &m, &answer);
		explicit_bzero(&m.sign, sizeof(m.sign)); /* K is in it */
		if (wrong == NULL &&
		    send(c->sign, &answer, msg_size(MSG_SIGNED),
			MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
			wrong = "signature not accepted";
		break;
	}
	if (wrong == NULL)
		return;
	snprintf(reason, sizeof(reason), "%s: %s", msg_name(m.type), wrong);
	child_fail(c, reason);
}

static void
on_sign(struct ev_loop *loop, ev_io *w, int revents)
{
	struct child *c = w->data;

	(void)loop;
	(void)revents;
	if (!c->doomed)
		hear_sign(c);
}

static void
on_read(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)revents;
	hear_messages(w->data);
}

static void
on_write(struct ev_loop *loop, ev_io *w, int revents)
{
	struct child *c = w->data;

	(void)loop;
	(void)revents;
	if (msgq_flush(c->queue) == MSG_OK)
		want_write(c);
	else
		child_fail(c, "send queue full");
}

/* A worker's second socketpair.  Returns 0, or -1. */
static int
open_sign(struct child *c)
{
	int sv[2];

	if (c->role->sign == NULL)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1)
		return -1;
	c->sign = sv[0];
	c->sign_peer = sv[1];
	ev_io_init(&c->on_sign, on_sign, c->sign, EV_READ);
	c->on_sign.data = c;
	ev_io_start(c->m->loop, &c->on_sign);
	return 0;
}

/* Make the socketpair and watch the monitor's end. */
static int
open_both(struct child *c, int sv[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, sv) == -1 ||
	    open_sign(c) == -1)
		return -1;
	c->queue = msgq_new(sv[0], QUEUE_LIMIT);
	return c->queue != NULL ? 0 : -1;
}

int
child_sock_open(struct child *c)
{
	int sv[2] = {-1, -1}, error;

	if (open_both(c, sv) == -1) {
		error = errno;
		child_sock_close(c);
		if (sv[0] != -1) {
			close(sv[0]);
			close(sv[1]);
		}
		errno = error;
		return -1;
	}
	c->sock = sv[0];
	ev_io_init(&c->on_read, on_read, c->sock, EV_READ);
	ev_io_init(&c->on_write, on_write, c->sock, EV_WRITE);
	c->on_read.data = c->on_write.data = c;
	ev_io_start(c->m->loop, &c->on_read);
	return sv[1];
}

void
child_finish(struct child *c)
{
	struct pollfd p = {.fd = c->sock, .events = POLLOUT};

	if (c->sock == -1)
		return;
	while (msgq_pending(c->queue) > 0 && poll(&p, 1, 5000) == 1)
		if (msgq_flush(c->queue) != MSG_OK)
			break;
	shutdown(c->sock, SHUT_WR);
}

void
child_sock_init(struct child *c)
{
	c->sock = c->sign = c->sign_peer = -1;
	ev_timer_init(&c->doom, on_doom, 0, 0);
	c->doom.data = c;
}

void
child_sock_end(struct child *c)
{
	/* The last messages may still be in the socket. */
	while (c->sock != -1 && !c->doomed)
		hear_messages(c);
	cut_socket(c);
	ev_timer_stop(c->m->loop, &c->doom);
}

void
child_sock_close(struct child *c)
{
	ev_timer_stop(c->m->loop, &c->doom);
	close_sockets(c);
	msgq_free(c->queue);
	c->queue = NULL;
}
