#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "child_sock.h"
#include "clock.h"
#include "monitor.h"

#define STARTING 30.0 /* s that a worker may take until READY */
#define SOON 10.0 /* s: an end before this is a failed start */
#define STARTS 2 /* failed, and et-sshd itself does not start */
#define AGAIN_LEAST 0.1 /* s until a failed start is tried again */
#define AGAIN_MOST 30.0

static void child_spawn(struct child *);

static void
on_again(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	child_spawn(w->data);
}

static double
restart_delay(const struct child *c)
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
	double s = restart_delay(c);

	ev_timer_stop(c->m->loop, &c->again);
	ev_timer_set(&c->again, s > least ? s : least, 0);
	ev_timer_start(c->m->loop, &c->again);
}

/* Make its socket and ask the launcher for it.  Returns 0, or -1 and errno. */
static int
spawn_once(struct child *c)
{
	int theirs, r, error;

	c->pid = 0;
	c->heard = true;
	c->draining = false;
	c->doomed = false;
	c->conns = 0;
	c->served = 0;
	c->selftests = 0;
	c->pings = 0;
	c->reason[0] = '\0';
	c->started = clock_now();
	if ((theirs = child_sock_open(c)) == -1)
		return -1;
	r = launch_child(c->m->launcher, c->role->launch, c->tag, theirs);
	error = errno;
	close(theirs);
	if (r == -1) {
		child_sock_close(c);
		errno = error;
		return -1;
	}
	c->role->greet(c);
	if (c->sign_peer != -1)
		close(c->sign_peer);
	c->sign_peer = -1;
	return 0;
}

static void
child_spawn(struct child *c)
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
	ev_timer_init(&c->again, on_again, 0, 0);
	child_sock_init(c);
	c->again.data = c;
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
	child_spawn(c);
	return c;
}

static void
describe_exit(struct child *c, int status)
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
log_exit(const struct child *c)
{
	bool keeper = c->role->launch == LAUNCH_KEEPER;
	struct counters *n = &c->m->counters;
	struct event e =
	    event_begin(c->m->log, keeper ? "keeper.exit" : "worker.exit");

	*(keeper ? &n->keeper_exits : &n->worker_exits) += 1;
	event_int(&e, "worker", c->tag);
	event_int(&e, "pid", c->pid);
	event_text(&e, "pool", pool_event(c->role->pool));
	event_text(&e, "reason", c->reason);
	event_end(&e);
}

static void
child_ended(struct child *c, int status)
{
	struct monitor *m = c->m;

	child_sock_end(c);
	if (c->role->ended != NULL) {
		c->pid = 0;
		DL_DELETE(m->once, c);
		c->role->ended(c, status);
		child_free(c);
		return;
	}
	if (c->reason[0] == '\0')
		describe_exit(c, status);
	if (!m->stopping)
		log_exit(c);
	if (clock_now() - c->started < SOON)
		c->failures++;
	else
		c->failures = 0;
	c->pid = 0;
	if (c->draining || c->retiring) {
		DL_DELETE(m->workers, c);
		child_free(c);
	} else if (m->stopping)
		ev_break(m->loop, EVBREAK_ALL);
	else if (!m->ready && !m->tested && c->failures >= STARTS)
		monitor_fail(
		    m, "cannot start the %s: %s", c->role->name, c->reason);
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
		return;
	}
	if (r->pid == -1)
		snprintf(c->reason, sizeof(c->reason), "cannot be started: %s",
		    strerror(r->status));
	child_ended(c, r->pid == -1 && c->role->ended != NULL ? -1 : r->status);
}

void
child_retire(struct child *c)
{
	if (!c->retiring)
		c->retiring = child_start(c->m, c->role) != NULL;
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
	double up = clock_now() - c->started;

	if (c->sock == -1 || c->role->launch != LAUNCH_WORKER)
		return;
	if (!c->ready && !c->draining) {
		if (up > STARTING)
			child_fail(c, "did not start in time");
		return;
	}
	if (!c->heard) {
		child_fail(c, "event loop stalled");
		return;
	}
	c->heard = false;
	c->pings++;
	msg_init(&msg, MSG_PING, 0);
	child_send(c, &msg, -1);
}

void
child_free(struct child *c)
{
	if (c == NULL)
		return;
	ev_timer_stop(c->m->loop, &c->again);
	child_sock_close(c);
	free(c);
}
