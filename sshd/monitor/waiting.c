#include "config.h"

#include <sys/socket.h>

#include <linux/tcp.h>
#include <netinet/in.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>
#include <utlist.h>

#include "accept.h"
#include "answer.h"
#include "child.h"
#include "conn.h"
#include "monitor.h"
#include "srclimit.h"
#include "waiting.h"

#define ROOM 4 /* as many wait for each place */
#define TURN 0.05 /* s between two looks at who waits */
#define AT_ONCE 16 /* lose their places at one look */
#define BEGUN 1.0 /* s for the client's part of a key exchange */
#define DONE 10.0 /* s for all of it: slow devices need some */
#define FIRST_PART 128 /* bytes: less is no version and KEXINIT */
#define VERSION_LINE 255 /* bytes at most, RFC 4253 4.2 */

struct waiter {
	struct comer comer;
	struct source *source;
	bool talks; /* a version line is there */
	struct waiter *prev, *next; /* newest first */
};

static const char too_many[] = "too many connections that have not logged in";
static const char too_many_of_source[] =
    "too many connections of one source that have not logged in";

static void
waiter_free(struct monitor *m, struct waiter *w)
{
	DL_DELETE(m->waiting, w);
	m->nwaiting--;
	if (m->waiting == NULL)
		ev_timer_stop(m->loop, &m->waiting_turn);
	free(w);
}

static void
turn_away(struct monitor *m, struct waiter *w, const char *reason)
{
	accept_turn_away(m, &w->comer, reason);
	srclimit_leave(m->sources, w->source);
	waiter_free(m, w);
}

/* --- places ----------------------------------------------------------- */

static bool
worker_ready(const struct child *c)
{
	return c->ready && !c->draining;
}

/* The one that holds least; NULL and *any: those that are ready are full. */
static struct child *
pick_worker(struct monitor *m, bool *any)
{
	struct child *c, *best = NULL;

	*any = false;
	DL_FOREACH(m->workers, c)
	{
		if (!worker_ready(c))
			continue;
		*any = true;
		if (c->conns < m->conf->worker_sessions &&
		    (best == NULL || c->conns < best->conns))
			best = c;
	}
	return best;
}

/* It has sent a version line and has no place at all. */
static bool
is_hungry(const struct waiter *w)
{
	return w->talks && srclimit_places(w->source) == 0;
}

/* And its source has logged in of late: it goes before all others. */
static bool
is_first(const struct waiter *w, double now)
{
	return is_hungry(w) && srclimit_known(w->source, now);
}

static struct waiter *
pick_waiter(struct monitor *m)
{
	unsigned int most = m->conf->per_source_max_startups, places, least = 0;
	double now = monitor_now(m);
	struct waiter *w, *best = NULL;

	DL_FOREACH(m->waiting, w)
	{
		places = srclimit_places(w->source);
		if (is_first(w, now))
			return w;
		if (places >= most ||
		    (best != NULL &&
			(w->talks < best->talks ||
			    (w->talks == best->talks && places >= least))))
			continue;
		best = w;
		least = places;
	}
	return best;
}

static void
give(struct monitor *m, struct waiter *w, struct child *worker)
{
	struct comer comer = w->comer;
	struct source *source = w->source;

	waiter_free(m, w);
	if (conn_new(m, &comer, source, worker) == NULL) {
		srclimit_leave(m->sources, source);
		accept_no_memory(m, &comer);
		return;
	}
	if (worker->served >= m->conf->worker_lifetime && !worker->retiring)
		worker->retiring = child_start(m, &answer_role) != NULL;
}

void
waiting_place(struct monitor *m)
{
	struct child *worker;
	struct waiter *w;
	bool any;

	while (m->waiting != NULL && m->held < m->conf->max_startups) {
		worker = pick_worker(m, &any);
		if (!any || (w = pick_waiter(m)) == NULL)
			return;
		if (worker != NULL)
			give(m, w, worker);
		else
			turn_away(m, w, "no worker has room");
	}
}

/* Bytes that have come from the client; many when that is not known. */
static uint64_t
heard(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_received) +
		      sizeof(info.tcpi_bytes_received))
		return FIRST_PART;
	return info.tcpi_bytes_received;
}

static bool
dawdles(const struct conn *c, double now)
{
	if (c->sessionlen > 0)
		return false;
	return now - c->given >= DONE || heard(c->fd) < FIRST_PART;
}

static void
take_place(struct conn *c, const char *reason)
{
	c->m->counters.limits++;
	conn_end(c, reason);
}

/* More wait than workers have been told to let go. */
static bool
wanted(const struct monitor *m, unsigned int waiting)
{
	return m->held >= m->conf->max_startups &&
	       waiting > m->held - srclimit_places_all(m->sources);
}

/* Who lets a place lie loses it, the longest first, to as many as wait. */
static void
take_from_idle(struct monitor *m)
{
	unsigned int most = m->conf->per_source_max_startups, n = 0;
	double now = monitor_now(m);
	struct conn *c, *tmp;

	DL_FOREACH_SAFE(m->startups, c, tmp)
	{
		if (now - c->given < BEGUN || n == AT_ONCE)
			return;
		if (!dawdles(c, now))
			continue;
		if (wanted(m, m->nwaiting))
			take_place(c, too_many);
		else if (srclimit_places(c->source) >= most &&
			 srclimit_startups(c->source) > most)
			take_place(c, too_many_of_source);
		else
			continue;
		n++;
	}
}

/* The oldest of the source that has most, two at least. */
static struct conn *
of_greediest(const struct monitor *m)
{
	struct conn *c, *found = NULL;
	unsigned int most = 1;

	DL_FOREACH(m->startups, c)
	if (srclimit_places(c->source) > most) {
		most = srclimit_places(c->source);
		found = c;
	}
	return found;
}

/* The oldest of a source that never logged in, in its key exchange. */
static struct conn *
of_unknown(const struct monitor *m)
{
	double now = monitor_now(m);
	struct conn *c;

	DL_FOREACH(m->startups, c)
	if (c->sessionlen == 0 && now - c->given >= BEGUN &&
	    !srclimit_known(c->source, now))
		return c;
	return NULL;
}

/* As many places as there are hungry ones, each found so. */
static void
take_for(struct monitor *m, unsigned int hungry,
    struct conn *(*find)(const struct monitor *))
{
	struct conn *c;
	unsigned int n;

	for (n = 0; n < AT_ONCE && wanted(m, hungry); n++) {
		if ((c = find(m)) == NULL)
			return;
		take_place(c, too_many);
	}
}

static void
take_for_hungry(struct monitor *m)
{
	unsigned int hungry = 0, first = 0;
	double now = monitor_now(m);
	struct waiter *w;

	DL_FOREACH(m->waiting, w)
	{
		hungry += is_hungry(w);
		first += is_first(w, now);
	}
	take_for(m, hungry, of_greediest);
	take_for(m, first, of_unknown);
}

/* --- those that wait -------------------------------------------------- */

/* False: it has left. */
static bool
look(struct waiter *w)
{
	char line[VERSION_LINE];
	ssize_t n;

	if (w->talks)
		return true;
	n = recv(w->comer.fd, line, sizeof(line), MSG_PEEK | MSG_DONTWAIT);
	if (n > 0)
		w->talks = memchr(line, '\n', (size_t)n) != NULL;
	return n != 0;
}

static void
on_turn(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct monitor *m = timer->data;
	double late = monitor_now(m) - m->conf->login_grace;
	struct waiter *w, *tmp;

	(void)loop;
	(void)revents;
	DL_FOREACH_SAFE(m->waiting, w, tmp)
	{
		if (w->comer.accepted <= late)
			turn_away(m, w, "no place within login grace");
		else if (!look(w))
			turn_away(m, w, "left while it waited for a place");
	}
	take_from_idle(m);
	take_for_hungry(m);
	waiting_place(m);
}

void
waiting_start(struct monitor *m)
{
	ev_timer_init(&m->waiting_turn, on_turn, TURN, TURN);
	m->waiting_turn.data = m;
}

/* NULL: none of this source waits. */
static struct waiter *
oldest(struct monitor *m, const struct source *source)
{
	struct waiter *w;

	if ((w = m->waiting) == NULL)
		return NULL;
	for (w = w->prev; w->source != source; w = w->prev)
		if (w == m->waiting)
			return NULL;
	return w;
}

/* Of those that wait, or of all if each one's source is known. */
static struct waiter *
oldest_unknown(struct monitor *m)
{
	double now = monitor_now(m);
	struct waiter *w = m->waiting->prev;

	while (w != m->waiting && srclimit_known(w->source, now))
		w = w->prev;
	return srclimit_known(w->source, now) ? m->waiting->prev : w;
}

static void
bound(struct monitor *m, const struct source *source)
{
	unsigned int most = m->conf->per_source_max_startups;
	struct waiter *w;

	if (srclimit_startups(source) > 2 * most &&
	    (w = oldest(m, source)) != NULL)
		turn_away(m, w, too_many_of_source);
	if (m->nwaiting > ROOM * m->conf->max_startups)
		turn_away(m, oldest_unknown(m), too_many);
}

void
waiting_add(struct monitor *m, const struct comer *comer)
{
	const struct sockaddr *addr = (const struct sockaddr *)&comer->addr;
	struct waiter *w;

	if ((w = calloc(1, sizeof(*w))) == NULL ||
	    (w->source = srclimit_enter(m->sources, addr, monitor_now(m))) ==
		NULL) {
		accept_no_memory(m, comer);
		free(w);
		return;
	}
	w->comer = *comer;
	if (m->waiting == NULL)
		ev_timer_again(m->loop, &m->waiting_turn);
	DL_PREPEND(m->waiting, w);
	m->nwaiting++;
	waiting_place(m);
	if (m->waiting == w) { /* no place for it: it is still there */
		(void)look(w);
		bound(m, w->source);
	}
}

void
waiting_free_all(struct monitor *m)
{
	struct waiter *w, *tmp;

	DL_FOREACH_SAFE(m->waiting, w, tmp)
	{
		close(w->comer.fd);
		srclimit_leave(m->sources, w->source);
		waiter_free(m, w);
	}
}
