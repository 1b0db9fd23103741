#include "config.h"

#include <stdio.h>
#include <string.h>

#include "send.h"
#include "tunnels.h"

struct tunnels_work {
	struct keeper *keeper;
	const char *node; /* NULL: any */
};

static int
tunnels_tell(struct keeper *k, const struct node_tunnel *t, bool open)
{
	struct msg m;

	msg_init(&m, MSG_TUNNEL, 0);
	m.tunnel.device = t->device;
	m.tunnel.dport = t->dport;
	m.tunnel.sport = t->sport;
	m.tunnel.open = open;
	m.tunnel.virtual = t->virtual;
	snprintf(m.tunnel.node, sizeof(m.tunnel.node), "%s", t->node);
	return send_message(k, &m);
}

static int
tunnels_one(void *arg, const struct node_tunnel *t)
{
	struct tunnels_work *work = arg;

	if (strcmp(t->node, work->keeper->node.name) == 0 ||
	    (work->node != NULL && strcmp(t->node, work->node) != 0))
		return 0;
	return tunnels_tell(work->keeper, t, true);
}

enum store_result
tunnels_send(struct keeper *k, const char *node)
{
	struct tunnels_work work = {k, node};

	return store_shared(k->store)
		   ? store_tunnel_each(k->store, tunnels_one, &work)
		   : STORE_OK;
}

void
tunnels_written(
    void *arg, const struct msg_tunnel *said, const struct node_tunnel *row)
{
	struct keeper *k = arg;
	struct msg m;

	if (said->open) {
		msg_init(&m, MSG_TUNNEL, 0);
		m.tunnel = *said;
		snprintf(
		    m.tunnel.node, sizeof(m.tunnel.node), "%s", k->node.name);
		send_message(k, &m);
	}
	if (*row->node != '\0' && strcmp(row->node, k->node.name) != 0)
		tunnels_tell(k, row, true);
}

/*
 * The row says who has the tunnel now: the one that the change names, another
 * one since, or nobody.
 */
enum store_result
tunnels_change(struct keeper *k, const struct change *c)
{
	struct node_tunnel t = {.device = c->id, .sport = (uint32_t)c->ref};
	enum store_result r;
	bool open;

	if (!store_shared(k->store))
		return STORE_OK;
	r = store_tunnel_get(k->store, c->id, t.sport, &t);
	if (r != STORE_OK && r != STORE_NONE)
		return r;
	open = r == STORE_OK && strcmp(t.node, k->node.name) != 0;
	if (!open && strcmp(c->what, k->node.name) == 0)
		return STORE_OK;
	if (!open)
		snprintf(t.node, sizeof(t.node), "%.64s", c->what);
	tunnels_tell(k, &t, open);
	return STORE_OK;
}
