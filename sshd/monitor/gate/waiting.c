#include "config.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>
#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "conn.h"
#include "monitor.h"
#include "reclaim.h"
#include "srclimit.h"
#include "turn_away.h"
#include "waiting.h"

#define ROOM 4 /* connections queued per slot */
#define TURN 0.05 /* s between two looks at the queue */
#define VERSION_LINE 255 /* bytes at most, RFC 4253 4.2 */

struct waiter {
	struct incoming incoming;
	struct source *source;
	bool talks; /* has sent a version line */
	struct waiter *prev, *next; /* newest first */
};

static void
waiter_free(struct lobby *l, struct waiter *w)
{
	DL_DELETE(l->waiting, w);
	l->nwaiting--;
	if (l->waiting == NULL)
		ev_timer_stop(l->m->loop, &l->turn);
	free(w);
}

static void
waiter_turn_away(
    struct lobby *l, struct waiter *w, enum turn_away_reason reason)
{
	turn_away(l->m, &w->incoming, reason);
	srclimit_leave(l->sources, w->source);
	waiter_free(l, w);
}

/* --- slots ------------------------------------------------------------ */

static bool
worker_ready(const struct child *c)
{
	return c->ready && !c->draining;
}

/*
 * The worker of the lobby's pool with fewest connections; NULL and *any: all
 * that are ready are full.
 */
static struct child *
pick_worker(struct lobby *l, bool *any)
{
	struct child *c, *best = NULL;

	*any = false;
	DL_FOREACH(l->m->workers, c) {
		if (c->role->pool != l->pool || !worker_ready(c))
			continue;
		*any = true;
		if (c->conns < l->m->conf->worker_sessions &&
		    (best == NULL || c->conns < best->conns))
			best = c;
	}
	return best;
}

/* Has the client sent a version line, and its source no slot? */
static bool
is_eligible(const struct waiter *w)
{
	return w->talks && srclimit_slots(w->source) == 0;
}

/* Eligible, and of a known source: before all others. */
static bool
is_first(const struct waiter *w, double now)
{
	return is_eligible(w) && srclimit_known(w->source, now);
}

static struct waiter *
pick_waiter(struct lobby *l)
{
	unsigned int most = l->m->conf->per_source_max_startups, slots,
		     least = 0;
	double now = clock_now();
	struct waiter *w, *best = NULL;

	DL_FOREACH(l->waiting, w) {
		slots = srclimit_slots(w->source);
		if (is_first(w, now))
			return w;
		if (slots >= most ||
		    (best != NULL &&
			(w->talks < best->talks ||
			    (w->talks == best->talks && slots >= least))))
			continue;
		best = w;
		least = slots;
	}
	return best;
}

static void
give_slot(struct lobby *l, struct waiter *w, struct child *worker)
{
	struct incoming incoming = w->incoming;
	struct source *source = w->source;

	waiter_free(l, w);
	if (conn_new(l->m, &incoming, source, worker) == NULL) {
		srclimit_leave(l->sources, source);
		turn_away_no_memory(l->m, &incoming);
		return;
	}
	if (worker->served >= l->m->conf->worker_lifetime)
		child_retire(worker);
}

static void
give_slots(struct lobby *l)
{
	struct child *worker;
	struct waiter *w;
	bool any;

	while (l->waiting != NULL && l->slots < l->m->conf->max_startups) {
		worker = pick_worker(l, &any);
		if (!any || (w = pick_waiter(l)) == NULL)
			return;
		if (worker != NULL)
			give_slot(l, w, worker);
		else
			waiter_turn_away(l, w, TURN_AWAY_WORKERS_FULL);
	}
}

void
waiting_give_slots(struct monitor *m)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++)
		give_slots(l);
}

/* Take slots back while connections wait. */
static void
waiting_reclaim(struct lobby *l)
{
	unsigned int eligible = 0, first = 0;
	double now = clock_now();
	struct waiter *w;

	reclaim_idle(l);
	DL_FOREACH(l->waiting, w) {
		eligible += is_eligible(w);
		first += is_first(w, now);
	}
	reclaim_for(l, eligible, first);
}

/* --- the queue -------------------------------------------------------- */

/* Has the version line arrived?  Returns false: the client has left. */
static bool
peek_version(struct waiter *w)
{
	char line[VERSION_LINE];
	ssize_t n;

	if (w->talks)
		return true;
	n = recv(w->incoming.fd, line, sizeof(line), MSG_PEEK | MSG_DONTWAIT);
	if (n > 0)
		w->talks = memchr(line, '\n', (size_t)n) != NULL;
	return n != 0;
}

static void
on_turn(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct lobby *l = timer->data;
	double late = clock_now() - l->m->conf->login_grace;
	struct waiter *w, *tmp;

	(void)loop;
	(void)revents;
	DL_FOREACH_SAFE(l->waiting, w, tmp) {
		if (w->incoming.accepted <= late)
			waiter_turn_away(l, w, TURN_AWAY_GRACE);
		else if (!peek_version(w))
			waiter_turn_away(l, w, TURN_AWAY_LEFT);
	}
	waiting_reclaim(l);
	give_slots(l);
}

void
waiting_start(struct lobby *l)
{
	ev_timer_init(&l->turn, on_turn, TURN, TURN);
	l->turn.data = l;
}

/* The oldest waiter of the source, or NULL. */
static struct waiter *
oldest_of_source(struct lobby *l, const struct source *source)
{
	struct waiter *w;

	if ((w = l->waiting) == NULL)
		return NULL;
	for (w = w->prev; w->source != source; w = w->prev)
		if (w == l->waiting)
			return NULL;
	return w;
}

/* The oldest waiter whose source is not known, else the oldest of all. */
static struct waiter *
oldest_unknown(struct lobby *l)
{
	double now = clock_now();
	struct waiter *w = l->waiting->prev;

	while (w != l->waiting && srclimit_known(w->source, now))
		w = w->prev;
	return srclimit_known(w->source, now) ? l->waiting->prev : w;
}

static void
limit_waiting(struct lobby *l, const struct source *source)
{
	unsigned int most = l->m->conf->per_source_max_startups;
	struct waiter *w;

	if (srclimit_startups(source) > 2 * most &&
	    (w = oldest_of_source(l, source)) != NULL)
		waiter_turn_away(l, w, TURN_AWAY_MANY_OF_SOURCE);
	if (l->nwaiting > ROOM * l->m->conf->max_startups)
		waiter_turn_away(l, oldest_unknown(l), TURN_AWAY_MANY);
}

void
waiting_add(struct monitor *m, const struct incoming *incoming)
{
	struct lobby *l = &m->lobbies[incoming->pool];
	const struct sockaddr *addr = (const struct sockaddr *)&incoming->addr;
	struct waiter *w;

	if (!incoming->from_proxy &&
	    srclimit_refused(l->sources, addr, clock_now())) {
		turn_away(m, incoming, TURN_AWAY_PENALTY);
		return;
	}
	if ((w = calloc(1, sizeof(*w))) == NULL ||
	    (w->source = srclimit_enter(l->sources, addr, clock_now())) ==
		NULL) {
		turn_away_no_memory(m, incoming);
		free(w);
		return;
	}
	w->incoming = *incoming;
	if (l->waiting == NULL)
		ev_timer_again(l->m->loop, &l->turn);
	DL_PREPEND(l->waiting, w);
	l->nwaiting++;
	give_slots(l);
	if (l->waiting == w) { /* has got no slot */
		(void)peek_version(w);
		limit_waiting(l, w->source);
	}
}

void
waiting_free_all(struct lobby *l)
{
	struct waiter *w, *tmp;

	DL_FOREACH_SAFE(l->waiting, w, tmp) {
		close(w->incoming.fd);
		srclimit_leave(l->sources, w->source);
		waiter_free(l, w);
	}
}
