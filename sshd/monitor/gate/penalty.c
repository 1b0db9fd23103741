#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "monitor.h"
#include "msg.h"
#include "penalty.h"
#include "pool.h"
#include "srclimit.h"

static const char *const faults[] = {
    [SRCLIMIT_CRASH] = "crashed a worker",
    [SRCLIMIT_REFUSED] = "logins refused",
    [SRCLIMIT_GRACE] = "login grace exceeded",
    [SRCLIMIT_NOAUTH] = "disconnected without login",
};

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int
parse_address(const char *text, union address *a)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1)
		a->v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1)
		a->v6.sin6_family = AF_INET6;
	else
		return -1;
	return 0;
}

int
penalty_address(const char *text)
{
	union address a;

	return parse_address(text, &a) == 0;
}

struct list {
	json_t *array;
	const char *pool;
	size_t n;
};

static void
list_one(void *arg, const struct srclimit_penalty *p)
{
	struct list *l = arg;
	time_t until = time(NULL) + (time_t)p->seconds;
	char text[32];
	struct tm tm;

	if (l->n++ >= PENALTY_SHOWN)
		return;
	gmtime_r(&until, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_array_append_new(l->array,
	    json_pack("{s:s, s:s, s:s, s:s}", "addr", p->addr, "until", text,
		"pool", l->pool, "reason", faults[p->fault]));
}

json_t *
penalty_list(const struct monitor *m, size_t *n)
{
	struct list l = {.array = json_array()};
	int pool;

	for (pool = 0; pool < POOLS; pool++) {
		l.pool = pool_option((enum pool)pool);
		srclimit_each(
		    m->lobbies[pool].sources, clock_now(), list_one, &l);
	}
	*n = l.n;
	return l.array;
}

const char *
penalty_clear(struct monitor *m, const struct msg *msg)
{
	union address a;
	int pool;

	if (parse_address(msg->penalty.addr, &a) == -1)
		return "not an address";
	for (pool = 0; pool < POOLS; pool++)
		srclimit_clear(m->lobbies[pool].sources, &a.sa);
	m->status_due = true; /* so that et-admin shows the change */
	return NULL;
}
