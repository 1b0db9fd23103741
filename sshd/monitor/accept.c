#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "accept.h"
#include "answer.h"
#include "child.h"
#include "conn.h"
#include "monitor.h"

#define BATCH 64 /* connections of one listener before others' turn */
#define PAUSE 0.5 /* s, when there is no descriptor for another */

static void
turn_away(struct monitor *m, int fd, const char *addr, const char *reason)
{
	/* Told at the first and then at every thousandth: a flood is not news. */
	if (m->counters.limits++ % 1000 == 0)
		event_log(m->log, "limit", "{s:s*, s:s, s:I}", "addr", addr,
		    "reason", reason, "count", (json_int_t)m->counters.limits);
	if (fd != -1)
		close(fd);
}

static struct child *
pick_worker(struct monitor *m)
{
	struct child *c, *best = NULL;

	DL_FOREACH(m->workers, c)
	if (c->ready && !c->draining && c->conns < m->conf->worker_sessions &&
	    (best == NULL || c->conns < best->conns))
		best = c;
	return best;
}

/* The oldest that has not logged in, of this source or (NULL) of all. */
static struct conn *
oldest(struct monitor *m, const struct source *source)
{
	struct conn *c;

	DL_FOREACH(m->startups, c)
	if (source == NULL || c->source == source)
		return c;
	return NULL;
}

/* Past a cap the oldest stranger goes, so that a new one may try. */
static void
make_room(struct monitor *m, const struct source *source)
{
	struct conn *c = NULL;

	if (srclimit_startups(source) > m->conf->per_source_max_startups) {
		if ((c = oldest(m, source)) != NULL)
			conn_end(c, "too many connections of one source that "
				    "have not logged in");
	} else if (srclimit_startups_all(m->sources) > m->conf->max_startups &&
		   (c = oldest(m, NULL)) != NULL)
		conn_end(c, "too many connections that have not logged in");
	if (c != NULL)
		m->counters.limits++;
}

static void
admit(struct monitor *m, int fd, const struct sockaddr *addr)
{
	struct source *source;
	struct child *worker;
	char name[64];
	uint32_t port;

	listen_peer(addr, name, &port);
	if (srclimit_refused(m->sources, addr, monitor_now(m)) > 0) {
		turn_away(m, fd, name, "penalty");
		return;
	}
	if ((worker = pick_worker(m)) == NULL) {
		turn_away(m, fd, name, "no worker has room");
		return;
	}
	source = srclimit_enter(m->sources, addr, monitor_now(m));
	if (source == NULL) {
		turn_away(m, fd, name, "out of memory");
		return;
	}
	make_room(m, source);
	if (conn_new(m, fd, addr, source, worker) == NULL)
		return;
	if (worker->served >= m->conf->worker_lifetime && !worker->retiring) {
		worker->retiring = true;
		child_start(m, &answer_role);
	}
}

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct listen *l = w->data;

	(void)revents;
	ev_io_start(loop, &l->watch);
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct monitor *m = ev_userdata(loop);
	struct listen *l = w->data;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, i;

	(void)revents;
	for (i = 0; i < BATCH; i++) {
		len = sizeof(ss);
		fd = accept4(l->fd, (struct sockaddr *)&ss, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd != -1) {
			admit(m, fd, (struct sockaddr *)&ss);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
		    errno != ENOMEM)
			continue; /* that connection's own trouble */
		turn_away(m, -1, NULL, strerror(errno));
		ev_io_stop(loop, &l->watch);
		ev_timer_set(&l->pause, PAUSE, 0);
		ev_timer_start(loop, &l->pause);
		return;
	}
}

void
accept_start(struct monitor *m)
{
	struct listen *l;

	for (l = m->listens; l != NULL; l = l->next) {
		ev_io_init(&l->watch, on_accept, l->fd, EV_READ);
		ev_timer_init(&l->pause, on_pause, 0, 0);
		l->watch.data = l->pause.data = l;
		ev_io_start(m->loop, &l->watch);
	}
}

void
accept_stop(struct monitor *m)
{
	struct listen *l;

	if (!m->ready)
		return;
	for (l = m->listens; l != NULL; l = l->next) {
		ev_io_stop(m->loop, &l->watch);
		ev_timer_stop(m->loop, &l->pause);
	}
}
