#include "config.h"

#include <stdio.h>
#include <string.h>

#include "send.h"
#include "tickets.h"

static void
tickets_of(struct keeper *k, struct node_ticket *t)
{
	const struct msg_ticket *m = &k->in.ticket;

	_Static_assert(sizeof(t->secret) == MSG_TICKET_SECRET, "one size");
	memset(t, 0, sizeof(*t));
	t->number = m->number;
	memcpy(t->secret, m->secret, sizeof(t->secret));
	t->device = m->device;
	t->dport = m->dport;
	t->sport = m->sport;
	t->jump = m->jump != 0;
	t->from = m->from;
	snprintf(t->addr, sizeof(t->addr), "%s", m->addr);
	/* Whatever the monitor says, it asks for this node. */
	snprintf(t->asker, sizeof(t->asker), "%s", k->node.name);
	snprintf(t->node, sizeof(t->node), "%.64s", m->node);
}

int
tickets_take(struct keeper *k)
{
	struct node_ticket t;
	enum store_result r = STORE_BUSY;
	struct msg m;

	msg_init(&m, MSG_TICKETED, 0);
	m.ticketed.number = k->in.ticket.number;
	tickets_of(k, &t);
	if (k->store != NULL)
		r = store_ticket_put(k->store, &t);
	m.ticketed.ok = r == STORE_OK;
	if (r != STORE_OK)
		snprintf(m.ticketed.reason, sizeof(m.ticketed.reason), "%s",
		    k->store != NULL ? store_error(k->store)
				     : "the store does not answer");
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(&k->in.ticket.secret, sizeof(k->in.ticket.secret));
	return send_message(k, &m);
}

enum store_result
tickets_change(struct keeper *k, const struct change *c)
{
	k->tickets |=
	    store_shared(k->store) && strcmp(c->what, k->node.name) == 0;
	return STORE_OK;
}

static int
tickets_one(void *arg, const struct node_ticket *t)
{
	struct msg m;
	int r;

	msg_init(&m, MSG_TICKET, 0);
	m.ticket.number = t->number;
	memcpy(m.ticket.secret, t->secret, sizeof(m.ticket.secret));
	m.ticket.device = t->device;
	m.ticket.dport = t->dport;
	m.ticket.sport = t->sport;
	m.ticket.jump = t->jump;
	m.ticket.from = t->from;
	snprintf(m.ticket.addr, sizeof(m.ticket.addr), "%s", t->addr);
	snprintf(m.ticket.asker, sizeof(m.ticket.asker), "%s", t->asker);
	snprintf(m.ticket.node, sizeof(m.ticket.node), "%s", t->node);
	r = send_message(arg, &m);
	explicit_bzero(&m, sizeof(m));
	return r;
}

/* Those that a failed read may have taken are made anew by their nodes. */
enum store_result
tickets_read(struct keeper *k)
{
	enum store_result r;

	if (!k->tickets)
		return STORE_OK;
	if ((r = store_ticket_take(k->store, k->node.name, tickets_one, k)) ==
	    STORE_OK)
		k->tickets = false;
	return r;
}
