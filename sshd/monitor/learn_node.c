#include "config.h"

#include <stddef.h>
#include <string.h>

#include "alert_sweep.h"
#include "answer_listen.h"
#include "bound.h"
#include "clock.h"
#include "directory.h"
#include "drain.h"
#include "foreign.h"
#include "jump_join.h"
#include "learn_node.h"
#include "monitor.h"
#include "msg.h"
#include "node.h"
#include "presence.h"
#include "relay_in.h"
#include "relay_out.h"
#include "remote.h"
#include "ticket.h"
#include "tunnel.h"

/* The keeper is ended, and the next one sends all records anew. */
static const char no_memory[] = "out of memory";
static const char alone[] = "the store has one node alone";

static void
learn_node_lost(struct monitor *m, const struct node *n)
{
	foreign_drop_node(m, n->name);
	remote_drop_node(m, n->name);
}

const char *
learn_node(struct monitor *m, const struct msg *msg)
{
	const struct node *n;

	if (m->nodes == NULL)
		return alone;
	n = node_find(m, msg->node.name);
	if (n != NULL && !n->self && n->alive &&
	    (!msg->node.alive || msg->node.gone))
		learn_node_lost(m, n);
	if (!node_put(m, &msg->node))
		return no_memory;
	if (strcmp(msg->node.name, m->conf->node) == 0)
		drain_set(m, msg->node.drain != 0);
	return NULL;
}

const char *
learn_wish(struct monitor *m, const struct msg *msg)
{
	if (m->nodes == NULL)
		return alone;
	if (!foreign_put(m, &msg->wish))
		return no_memory;
	answer_listen_again(m);
	return NULL;
}

/* Jumps that wait for the device go there. */
const char *
learn_tunnel(struct monitor *m, const struct msg *msg)
{
	const struct msg_tunnel *t = &msg->tunnel;
	struct dir_device *dev = directory_device(&m->dir, t->device);

	if (m->nodes == NULL)
		return alone;
	if (dev == NULL || dev->removed)
		return NULL;
	if (strcmp(t->node, m->conf->node) == 0) {
		if (t->open)
			tunnel_written(dev, t->sport, t->opened);
		return NULL;
	}
	if (!t->open) {
		remote_closed(m, dev, t->sport, t->node);
		bound_check(m, dev, t->sport);
		return NULL;
	}
	if (!remote_opened(m, dev, t))
		return no_memory;
	bound_check(m, dev, t->sport);
	jump_retry_device(dev);
	return NULL;
}

const char *
learn_ticket(struct monitor *m, const struct msg *msg)
{
	if (m->nodes == NULL)
		return alone;
	if (!ticket_learn(m, &msg->ticket))
		return no_memory;
	relay_in_ticket(m, msg->ticket.number);
	return NULL;
}

const char *
learn_ticketed(struct monitor *m, const struct msg *msg)
{
	if (m->nodes == NULL)
		return alone;
	relay_out_ticketed(m, &msg->ticketed);
	return NULL;
}

/*
 * Whoever led meanwhile, if anybody, has told nothing within PRESENCE_SETTLES: a
 * node that led before then goes on.  Otherwise what the last one told comes anew.
 */
static void
learn_leads(struct monitor *m)
{
	double now = clock_now();

	if (m->settled && now - m->led < PRESENCE_SETTLES) {
		m->led = now - PRESENCE_SETTLES;
		return;
	}
	m->led = now;
	m->settled = false;
	alert_take_over(m);
}

const char *
learn_lead(struct monitor *m, const struct msg *msg)
{
	bool leads = msg->lead.on != 0;

	if (m->nodes == NULL)
		return alone;
	if (m->leads == leads)
		return NULL;
	if (leads)
		learn_leads(m);
	else
		m->led = clock_now();
	m->leads = leads;
	return NULL;
}

const char *
learn_seen(struct monitor *m, const struct msg *msg)
{
	struct dir_device *dev;
	uint32_t i;

	if (m->nodes == NULL)
		return alone;
	for (i = 0; i < msg->seen.n; i++) {
		dev = directory_device(&m->dir, msg->seen.list[i].device);
		if (dev != NULL)
			presence_seen(m, dev, msg->seen.list[i].at);
	}
	return NULL;
}

void
learn_node_sweep(struct monitor *m)
{
	if (m->nodes == NULL)
		return;
	node_sweep(m, learn_node_lost);
	foreign_sweep(m);
	remote_drop_node(m, NULL);
}
