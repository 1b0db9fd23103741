#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>
#include <utlist.h>

#include "arrival.h"
#include "clock.h"
#include "conn.h"
#include "listen.h"
#include "monitor.h"
#include "proxy.h"
#include "srclimit.h"
#include "turn_away.h"
#include "waiting.h"

struct arrival {
	struct monitor *m;
	struct lobby *lobby;
	struct incoming incoming;
	struct source *source; /* the one source of all arrivals */
	ev_io io;
	ev_timer timer;
	size_t len; /* of the header, so far */
	struct arrival *prev, *next; /* oldest first */
	uint8_t header[PROXY_HEAD + PROXY_BODY];
};

/* The connection goes on, or is closed by the caller. */
static void
arrival_free(struct arrival *a)
{
	struct monitor *m = a->m;

	ev_io_stop(m->loop, &a->io);
	ev_timer_stop(m->loop, &a->timer);
	srclimit_leave(a->lobby->sources, a->source);
	DL_DELETE(a->lobby->arrivals, a);
	free(a);
}

void
arrival_refuse(struct arrival *a, const char *reason)
{
	struct monitor *m = a->m;
	char addr[64];
	uint32_t port;
	struct event e;

	listen_peer((struct sockaddr *)&a->incoming.addr, addr, &port);
	counters_refused(&m->counters, reason);
	e = event_begin(m->log, "login.refused");
	event_text(&e, "addr", addr);
	event_int(&e, "port", port);
	event_text(&e, "reason", reason);
	event_end(&e);
	close(a->incoming.fd);
	arrival_free(a);
}

static void
pass_on(struct arrival *a)
{
	struct monitor *m = a->m;
	struct incoming incoming = a->incoming;

	arrival_free(a);
	waiting_add(m, &incoming);
}

/*
 * Read what has arrived of the header, and no byte behind it, which is the
 * worker's.  Returns false if nothing more can be read now.
 */
static bool
receive_header(struct arrival *a)
{
	struct sockaddr_storage from;
	const char *wrong;
	size_t left;
	ssize_t n;

	switch (proxy_parse(a->header, a->len, &left, &from, &wrong)) {
	case PROXY_MORE:
		break;
	case PROXY_OWN:
		a->incoming.from_proxy = true;
		pass_on(a);
		return false;
	case PROXY_CARRIED:
		a->incoming.addr = from;
		pass_on(a);
		return false;
	default:
		arrival_refuse(a, wrong);
		return false;
	}
	do
		n = recv(
		    a->incoming.fd, a->header + a->len, left, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		a->len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		arrival_refuse(a, "closed before its PROXY header arrived");
	return n > 0;
}

static void
on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)revents;
	while (receive_header(w->data))
		;
}

static void
on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	arrival_refuse(w->data, "no PROXY header in time");
}

void
arrival_new(struct monitor *m, const struct incoming *incoming)
{
	static const struct sockaddr unknown = {.sa_family = AF_UNSPEC};
	struct lobby *l = &m->lobbies[incoming->pool];
	unsigned int grace = m->conf->login_grace;
	struct arrival *a;

	if ((a = calloc(1, sizeof(*a))) == NULL ||
	    (a->source = srclimit_enter(l->sources, &unknown, clock_now())) ==
		NULL) {
		turn_away_no_memory(m, incoming);
		free(a);
		return;
	}
	a->m = m;
	a->lobby = l;
	a->incoming = *incoming;
	DL_APPEND(l->arrivals, a);
	ev_io_init(&a->io, on_readable, incoming->fd, EV_READ);
	ev_timer_init(&a->timer, on_timer,
	    grace < ARRIVAL_PATIENCE ? grace : ARRIVAL_PATIENCE, 0);
	a->io.data = a->timer.data = a;
	ev_io_start(m->loop, &a->io);
	ev_timer_start(m->loop, &a->timer);
	if (srclimit_startups(a->source) > m->conf->max_startups) {
		m->counters.limits++;
		arrival_refuse(
		    l->arrivals, "too many connections without a PROXY header");
	}
	/* The header has usually arrived already. */
	on_readable(m->loop, &a->io, EV_READ);
}

void
arrival_free_all(struct lobby *l)
{
	struct arrival *a, *tmp;

	DL_FOREACH_SAFE(l->arrivals, a, tmp) {
		close(a->incoming.fd);
		arrival_free(a);
	}
}
