#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "accept.h"
#include "answer.h"
#include "arrival.h"
#include "child.h"
#include "conn.h"
#include "monitor.h"

#define BATCH 64 /* connections of one listener before others' turn */
#define PAUSE 0.5 /* s, when there is no descriptor for another */

/* Told at the first and then at every thousandth: a flood is not news. */
static void
tell_limit(struct monitor *m, const char *addr, const char *reason)
{
	if (m->counters.limits++ % 1000 == 0)
		event_log(m->log, "limit", "{s:s*, s:s, s:I}", "addr", addr,
		    "reason", reason, "count", (json_int_t)m->counters.limits);
}

void
accept_turn_away(
    struct monitor *m, const struct comer *comer, const char *reason)
{
	char addr[64];
	uint32_t port;

	listen_peer((const struct sockaddr *)&comer->addr, addr, &port);
	tell_limit(m, addr, reason);
	close(comer->fd);
}

/* Told each time: it is nobody's flood. */
void
accept_no_memory(struct monitor *m, const struct comer *comer)
{
	char addr[64];
	uint32_t port;

	m->counters.limits++;
	listen_peer((const struct sockaddr *)&comer->addr, addr, &port);
	event_log(m->log, "limit", "{s:s, s:s}", "addr", addr, "reason",
	    "out of memory");
	close(comer->fd);
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

void
accept_make_room(struct monitor *m)
{
	static const char why[] = "too many connections that have not "
				  "logged in";
	struct arrival *a = m->arrivals;
	struct conn *c = m->startups;

	if (srclimit_startups_all(m->sources) <= m->conf->max_startups)
		return;
	if (a != NULL && (c == NULL || arrival_since(a) < c->accepted))
		arrival_refuse(a, why);
	else if (c != NULL)
		conn_end(c, why);
	m->counters.limits++;
}

/* Past a cap the oldest stranger goes, so that a new one may try. */
static void
make_room(struct monitor *m, const struct source *source)
{
	struct conn *c;

	if (srclimit_startups(source) <= m->conf->per_source_max_startups) {
		accept_make_room(m);
		return;
	}
	DL_FOREACH(m->startups, c)
	if (c->source == source) {
		conn_end(c, "too many connections of one source that have "
			    "not logged in");
		m->counters.limits++;
		return;
	}
}

void
accept_admit(struct monitor *m, const struct comer *comer)
{
	const struct sockaddr *addr = (const struct sockaddr *)&comer->addr;
	struct source *source;
	struct child *worker;

	if (!comer->own && srclimit_refused(m->sources, addr, monitor_now(m))) {
		accept_turn_away(m, comer, "penalty");
		return;
	}
	if ((worker = pick_worker(m)) == NULL) {
		accept_turn_away(m, comer, "no worker has room");
		return;
	}
	source = srclimit_enter(m->sources, addr, monitor_now(m));
	if (source == NULL) {
		accept_no_memory(m, comer);
		return;
	}
	make_room(m, source);
	if (conn_new(m, comer, source, worker) == NULL) {
		srclimit_leave(m->sources, source);
		accept_no_memory(m, comer);
		return;
	}
	if (worker->served >= m->conf->worker_lifetime && !worker->retiring)
		worker->retiring = child_start(m, &answer_role) != NULL;
}

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct listen *l = w->data;

	(void)revents;
	ev_io_start(loop, &l->watch);
}

/* False: see errno. */
static bool
take(const struct monitor *m, const struct listen *l, struct comer *comer)
{
	socklen_t len = sizeof(comer->addr);

	memset(comer, 0, sizeof(*comer));
	comer->accepted = monitor_now(m);
	comer->fd = accept4(l->fd, (struct sockaddr *)&comer->addr, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	return comer->fd != -1;
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct monitor *m = ev_userdata(loop);
	struct listen *l = w->data;
	struct comer comer;
	int i;

	(void)revents;
	for (i = 0; i < BATCH; i++) {
		if (take(m, l, &comer)) {
			if (conf_proxied(
				m->conf, (struct sockaddr *)&comer.addr))
				arrival_new(m, &comer);
			else
				accept_admit(m, &comer);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
		    errno != ENOMEM)
			continue; /* that connection's own trouble */
		tell_limit(m, NULL, strerror(errno));
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
