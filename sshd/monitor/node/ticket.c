#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "clock.h"
#include "monitor.h"
#include "node.h"
#include "ticket.h"

struct ticket {
	struct msg_ticket is;
	double until; /* s */
	UT_hash_handle hh;
};

static struct ticket *
ticket_lookup(const struct monitor *m, uint64_t number)
{
	struct ticket *t;

	HASH_FIND(hh, m->nodes->tickets, &number, sizeof(number), t);
	return t != NULL && t->until > clock_now() ? t : NULL;
}

static void
ticket_drop(struct monitor *m, struct ticket *t)
{
	HASH_DEL(m->nodes->tickets, t);
	explicit_bzero(t, sizeof(*t));
	free(t);
}

bool
ticket_learn(struct monitor *m, const struct msg_ticket *record)
{
	struct ticket *t;

	HASH_FIND(
	    hh, m->nodes->tickets, &record->number, sizeof(record->number), t);
	if (t != NULL || strcmp(record->node, m->conf->node) != 0)
		return true;
	if (HASH_COUNT(m->nodes->tickets) >= TICKETS) {
		m->counters.limits++;
		return true;
	}
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return false;
	t->is = *record;
	t->until = clock_now() + TICKET_LIFE;
	HASH_ADD(hh, m->nodes->tickets, is.number, sizeof(t->is.number), t);
	if (t->hh.tbl != NULL)
		return true;
	free(t);
	return false;
}

const struct msg_ticket *
ticket_find(const struct monitor *m, uint64_t number)
{
	const struct ticket *t = ticket_lookup(m, number);

	return t != NULL ? &t->is : NULL;
}

bool
ticket_take(struct monitor *m, uint64_t number, struct msg_ticket *out)
{
	struct ticket *t = ticket_lookup(m, number);

	if (t == NULL)
		return false;
	*out = t->is;
	ticket_drop(m, t);
	return true;
}

void
ticket_tick(struct monitor *m)
{
	struct ticket *t, *tmp;
	double now = clock_now();

	HASH_ITER(hh, m->nodes->tickets, t, tmp)
		if (t->until <= now)
			ticket_drop(m, t);
}

void
ticket_free_all(struct monitor *m)
{
	struct ticket *t, *tmp;

	HASH_ITER(hh, m->nodes->tickets, t, tmp)
		ticket_drop(m, t);
}
