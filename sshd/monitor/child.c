#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "monitor.h"

#define QUEUE_LIMIT (16 * 1024 * 1024) /* bytes it may let wait */
#define DESCRIPTORS_MORE 512 /* than its connections account for */
#define BATCH 64 /* messages of one child before others' turn */
#define LINGER 5.0 /* s from a worker's closing a socket to its end */
#define STARTING 30.0 /* s that a worker may take until READY */
#define SOON 10.0 /* s: an end before this is a failed start */
#define STARTS 2 /* failed, and et-sshd itself does not start */
#define AGAIN_LEAST 0.1 /* s until a failed start is tried again */
#define AGAIN_MOST 30.0

static void spawn(struct child *);

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

/* The socket is gone; the launcher will say how the process ended. */
static void
cut(struct child *c)
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
	if (c->pid > 0)
		kill(c->pid, SIGKILL);
}

/* It has closed a socket: it ends by itself, or is ended. */
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
	if (c->doomed)
		cut(c);
	else if (c->sock != -1)
		child_fail(c, "closed its socket for SIGN");
	else {
		snprintf(c->reason, sizeof(c->reason), "closed its socket");
		if (c->pid > 0)
			kill(c->pid, SIGKILL);
	}
}

/*
 * Each connection of a worker has at most one on its way: its own, or that of
 * a forward, of which a worker asks for one after the other.  Twice that, since
 * connections may have gone and others come while it did not read.
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
		child_fail(c, "does not read what it is sent");
}

bool
child_behind(const struct child *c)
{
	return c->queue != NULL && msgq_pending(c->queue) > QUEUE_LIMIT / 4;
}

static void
hear(struct child *c)
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
			cut(c);
			expect_end(c);
			return;
		case MSG_BAD:
			break;
		case MSG_OK:
			c->heard = true;
			/* No child has a descriptor to give. */
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
 * One SIGN, and its answer at once: the worker stands still until it has it,
 * so there is room for it and no second SIGN behind it.
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
			wrong = "the answer is not taken";
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
	hear(w->data);
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
		child_fail(c, "does not read what it is sent");
}

static void
on_again(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	spawn(w->data);
}

static double
backoff(const struct child *c)
{
	double s = AGAIN_LEAST;
	unsigned int i;

	for (i = 1; i < c->failures && s < AGAIN_MOST; i++)
		s *= 2;
	return c->failures == 0 ? 0 : s < AGAIN_MOST ? s : AGAIN_MOST;
}

static void
spawn_later(struct child *c, double least)
{
	double s = backoff(c);

	ev_timer_stop(c->m->loop, &c->again);
	ev_timer_set(&c->again, s > least ? s : least, 0);
	ev_timer_start(c->m->loop, &c->again);
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

/* Its socket, and the launcher asked for it.  Returns 0, or -1 and errno. */
static int
spawn_once(struct child *c)
{
	int sv[2] = {-1, -1}, error;

	c->pid = 0;
	c->heard = true;
	c->draining = false;
	c->doomed = false;
	c->conns = 0;
	c->served = 0;
	c->selftests = 0;
	c->pings = 0;
	c->reason[0] = '\0';
	c->started = monitor_now(c->m);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, sv) == -1 ||
	    open_sign(c) == -1 ||
	    (c->queue = msgq_new(sv[0], QUEUE_LIMIT)) == NULL ||
	    launch_child(c->m->launcher, c->role->launch, c->tag, sv[1]) ==
		-1) {
		error = errno;
		msgq_free(c->queue);
		c->queue = NULL;
		close_sockets(c);
		if (sv[0] != -1) {
			close(sv[0]);
			close(sv[1]);
		}
		errno = error;
		return -1;
	}
	close(sv[1]);
	c->sock = sv[0];
	ev_io_init(&c->on_read, on_read, c->sock, EV_READ);
	ev_io_init(&c->on_write, on_write, c->sock, EV_WRITE);
	c->on_read.data = c->on_write.data = c;
	ev_io_start(c->m->loop, &c->on_read);
	c->role->greet(c);
	if (c->sign_peer != -1)
		close(c->sign_peer);
	c->sign_peer = -1;
	return 0;
}

static void
spawn(struct child *c)
{
	if (spawn_once(c) == 0)
		return;
	/* A launcher that is busy is no failure of this child. */
	c->failures += errno != EAGAIN;
	spawn_later(c, AGAIN_LEAST);
}

static struct child *
child_new(struct monitor *m, const struct role *role)
{
	struct child *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->m = m;
	c->role = role;
	c->tag = ++m->last_tag;
	c->sock = c->sign = c->sign_peer = -1;
	ev_timer_init(&c->again, on_again, 0, 0);
	ev_timer_init(&c->doom, on_doom, 0, 0);
	c->again.data = c->doom.data = c;
	return c;
}

struct child *
child_start_once(struct monitor *m, const struct role *role, void *of)
{
	struct child *c;

	if ((c = child_new(m, role)) == NULL)
		return NULL;
	c->of = of;
	if (spawn_once(c) == -1) {
		child_free(c);
		return NULL;
	}
	DL_APPEND(m->once, c);
	return c;
}

struct child *
child_start(struct monitor *m, const struct role *role)
{
	struct child *c;

	if ((c = child_new(m, role)) == NULL)
		return NULL;
	if (role->launch == LAUNCH_KEEPER)
		m->keeper = c;
	else
		DL_APPEND(m->workers, c);
	spawn(c);
	return c;
}

static void
describe(struct child *c, int status)
{
	size_t size = sizeof(c->reason);
	int sig;

	if (c->draining && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		snprintf(c->reason, size, "replaced");
		return;
	}
	if (WIFEXITED(status)) {
		snprintf(
		    c->reason, size, "exit status %d", WEXITSTATUS(status));
		return;
	}
	sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	snprintf(c->reason, size, "signal %d (%s)%s", sig, strsignal(sig),
	    sig == SIGSYS ? ": a system call that the sandbox forbids" : "");
}

static void
ended(struct child *c, int status)
{
	struct monitor *m = c->m;

	/* What it said last is still in the socket. */
	while (c->sock != -1 && !c->doomed)
		hear(c);
	cut(c);
	ev_timer_stop(m->loop, &c->doom);
	if (c->role->ended != NULL) {
		c->pid = 0;
		DL_DELETE(m->once, c);
		c->role->ended(c, status);
		child_free(c);
		return;
	}
	if (c->reason[0] == '\0')
		describe(c, status);
	if (!m->stopping)
		event_log(m->log,
		    c->role->launch == LAUNCH_KEEPER ? "keeper.exit"
						     : "worker.exit",
		    "{s:i, s:i, s:s}", "worker", (int)c->tag, "pid",
		    (int)c->pid, "reason", c->reason);
	if (monitor_now(m) - c->started < SOON)
		c->failures++;
	else
		c->failures = 0;
	c->pid = 0;
	if (c->draining || c->retiring) {
		DL_DELETE(m->workers, c);
		child_free(c);
	} else if (m->stopping)
		ev_break(m->loop, EVBREAK_ALL);
	else if (!m->ready && c->failures >= STARTS)
		monitor_fail(
		    m, "the %s does not start: %s", c->role->name, c->reason);
	else
		spawn_later(c, 0);
}

void
child_report(struct monitor *m, const struct launch_report *r)
{
	struct child *c;

	DL_FOREACH(m->workers, c)
	if (c->tag == r->tag)
		break;
	if (c == NULL && m->keeper != NULL && m->keeper->tag == r->tag)
		c = m->keeper;
	if (c == NULL)
		DL_SEARCH_SCALAR(m->once, c, tag, r->tag);
	if (c == NULL)
		return;
	if (!r->exited) {
		c->pid = r->pid;
		/* It failed before we knew whom to kill. */
		if (c->sock == -1 || c->doomed)
			kill(c->pid, SIGKILL);
		return;
	}
	if (r->pid == -1)
		snprintf(c->reason, sizeof(c->reason), "cannot be started: %s",
		    strerror(r->status));
	ended(c, r->pid == -1 && c->role->ended != NULL ? -1 : r->status);
}

void
child_drain(struct child *c)
{
	struct msg msg;

	c->draining = true;
	msg_init(&msg, MSG_DRAIN, 0);
	child_send(c, &msg, -1);
}

void
child_watch(struct child *c)
{
	struct msg msg;
	double up = monitor_now(c->m) - c->started;

	if (c->sock == -1 || c->role->launch != LAUNCH_WORKER)
		return;
	if (!c->ready && !c->draining) {
		if (up > STARTING)
			child_fail(c, "did not start in time");
		return;
	}
	if (!c->heard) {
		child_fail(c, "its loop stands still");
		return;
	}
	c->heard = false;
	c->pings++;
	msg_init(&msg, MSG_PING, 0);
	child_send(c, &msg, -1);
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
child_free(struct child *c)
{
	if (c == NULL)
		return;
	ev_timer_stop(c->m->loop, &c->again);
	ev_timer_stop(c->m->loop, &c->doom);
	close_sockets(c);
	msgq_free(c->queue);
	free(c);
}
