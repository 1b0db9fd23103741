#include "config.h"

#include <sys/socket.h>

#include <linux/tcp.h>
#include <netinet/in.h>

#include <stddef.h>
#include <string.h>

#include <utlist.h>

#include "clock.h"
#include "conn.h"
#include "monitor.h"
#include "reclaim.h"
#include "srclimit.h"
#include "turn_away.h"

#define AT_ONCE 16 /* slots taken back in one go */
#define BEGUN 1.0 /* s for the client's part of a key exchange */
#define DONE 10.0 /* s for all of it: slow devices need some */
#define FIRST_PART 128 /* bytes: less is no version and KEXINIT */

/* Bytes that have come from the client; many when that is not known. */
static uint64_t
reclaim_heard(int fd)
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
is_stalled(const struct conn *c, double now)
{
	if (c->sessionlen > 0)
		return false;
	return now - c->given >= DONE || reclaim_heard(c->fd) < FIRST_PART;
}

static void
reclaim_slot(struct conn *c, enum turn_away_reason reason)
{
	c->m->counters.limits++;
	conn_end(c, turn_away_text(reason));
}

/* Do more connections wait than slots will be free once all ends are done? */
static bool
is_wanted(const struct lobby *l, unsigned int waiting)
{
	return l->slots >= l->m->conf->max_startups &&
	       waiting > l->slots - srclimit_slots_all(l->sources);
}

/* Oldest first, as many as wait. */
void
reclaim_idle(struct lobby *l)
{
	unsigned int most = l->m->conf->per_source_max_startups, n = 0;
	double now = clock_now();
	struct conn *c, *tmp;

	DL_FOREACH_SAFE(l->startups, c, tmp) {
		if (now - c->given < BEGUN || n == AT_ONCE)
			return;
		if (!is_stalled(c, now))
			continue;
		if (is_wanted(l, l->nwaiting))
			reclaim_slot(c, TURN_AWAY_MANY);
		else if (srclimit_slots(c->source) >= most &&
			 srclimit_startups(c->source) > most)
			reclaim_slot(c, TURN_AWAY_MANY_OF_SOURCE);
		else
			continue;
		n++;
	}
}

/* The oldest connection of the source with most slots, two at least. */
static struct conn *
oldest_of_largest_source(const struct lobby *l)
{
	struct conn *c, *found = NULL;
	unsigned int most = 1;

	DL_FOREACH(l->startups, c)
		if (srclimit_slots(c->source) > most) {
			most = srclimit_slots(c->source);
			found = c;
		}
	return found;
}

/* The oldest in its key exchange whose source is not known. */
static struct conn *
oldest_of_unknown(const struct lobby *l)
{
	double now = clock_now();
	struct conn *c;

	DL_FOREACH(l->startups, c)
		if (c->sessionlen == 0 && now - c->given >= BEGUN &&
		    !srclimit_known(c->source, now))
			return c;
	return NULL;
}

/* Take back as many slots as there are eligible ones. */
static void
reclaim_each(struct lobby *l, unsigned int eligible,
    struct conn *(*choose)(const struct lobby *))
{
	struct conn *c;
	unsigned int n;

	for (n = 0; n < AT_ONCE && is_wanted(l, eligible); n++) {
		if ((c = choose(l)) == NULL)
			return;
		reclaim_slot(c, TURN_AWAY_MANY);
	}
}

void
reclaim_for(struct lobby *l, unsigned int eligible, unsigned int first)
{
	reclaim_each(l, eligible, oldest_of_largest_source);
	reclaim_each(l, first, oldest_of_unknown);
}
