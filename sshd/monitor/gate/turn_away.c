#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "conn.h"
#include "listen.h"
#include "monitor.h"
#include "turn_away.h"

#define LOG_EACH 1000 /* of one reason: a flood must not fill the log */

static const struct {
	const char *text;
	int error; /* which text is NULL for */
} reasons[TURN_AWAY_REASONS] = {
    [TURN_AWAY_MANY] = {"too many unauthenticated connections", 0},
    [TURN_AWAY_MANY_OF_SOURCE] =
	{"too many unauthenticated connections from one source", 0},
    [TURN_AWAY_WORKERS_FULL] = {"all workers full", 0},
    [TURN_AWAY_GRACE] = {"no login slot within login grace", 0},
    [TURN_AWAY_LEFT] = {"disconnected while waiting for a login slot", 0},
    [TURN_AWAY_PENALTY] = {"penalty", 0},
    [TURN_AWAY_EMFILE] = {NULL, EMFILE},
    [TURN_AWAY_ENFILE] = {NULL, ENFILE},
    [TURN_AWAY_ENOBUFS] = {NULL, ENOBUFS},
    [TURN_AWAY_ENOMEM] = {NULL, ENOMEM},
};

const char *
turn_away_text(enum turn_away_reason reason)
{
	return reasons[reason].text != NULL ? reasons[reason].text
					    : strerror(reasons[reason].error);
}

static void
turn_away_log(struct monitor *m, const char *addr, enum turn_away_reason reason)
{
	struct event e;

	m->counters.limits++;
	if (m->turned_away[reason]++ % LOG_EACH != 0)
		return;
	e = event_begin(m->log, "limit");
	event_text(&e, "addr", addr);
	event_text(&e, "reason", turn_away_text(reason));
	event_int(&e, "count", (int64_t)m->turned_away[reason]);
	event_end(&e);
}

void
turn_away(struct monitor *m, const struct incoming *incoming,
    enum turn_away_reason reason)
{
	char addr[64];
	uint32_t port;

	listen_peer((const struct sockaddr *)&incoming->addr, addr, &port);
	turn_away_log(m, addr, reason);
	close(incoming->fd);
}

void
turn_away_no_room(struct monitor *m, int error)
{
	enum turn_away_reason reason;

	for (reason = TURN_AWAY_EMFILE; reason < TURN_AWAY_REASONS; reason++)
		if (reasons[reason].error == error)
			turn_away_log(m, NULL, reason);
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
