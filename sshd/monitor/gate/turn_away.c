#include "config.h"

#include <unistd.h>

#include "conn.h"
#include "listen.h"
#include "monitor.h"
#include "turn_away.h"

const char turn_away_many[] = "too many unauthenticated connections";
const char turn_away_many_of_source[] =
    "too many unauthenticated connections from one source";

/* A flood must not fill the disk with events. */
void
turn_away_log(struct monitor *m, const char *addr, const char *reason)
{
	struct event e;

	if (m->counters.limits++ % 1000 != 0)
		return;
	e = event_begin(m->log, "limit");
	event_text(&e, "addr", addr);
	event_text(&e, "reason", reason);
	event_int(&e, "count", (int64_t)m->counters.limits);
	event_end(&e);
}

void
turn_away(
    struct monitor *m, const struct incoming *incoming, const char *reason)
{
	char addr[64];
	uint32_t port;

	listen_peer((const struct sockaddr *)&incoming->addr, addr, &port);
	turn_away_log(m, addr, reason);
	close(incoming->fd);
}

/* Logged each time, as no client causes it. */
void
turn_away_no_memory(struct monitor *m, const struct incoming *incoming)
{
	char addr[64];
	uint32_t port;
	struct event e;

	m->counters.limits++;
	listen_peer((const struct sockaddr *)&incoming->addr, addr, &port);
	e = event_begin(m->log, "limit");
	event_text(&e, "addr", addr);
	event_text(&e, "reason", "out of memory");
	event_end(&e);
	close(incoming->fd);
}
