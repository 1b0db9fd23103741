#include "config.h"

#include <stdio.h>
#include <string.h>

#include "send.h"
#include "wishes.h"

struct wishes_work {
	struct keeper *keeper;
	const char *node; /* NULL: any */
};

static int
wishes_tell(struct keeper *k, const struct node_wish *w, bool on)
{
	struct msg m;

	msg_init(&m, MSG_WISH, 0);
	m.wish.device = w->device;
	m.wish.dport = w->dport;
	m.wish.sport = w->sport;
	m.wish.on = on;
	snprintf(m.wish.node, sizeof(m.wish.node), "%s", w->node);
	return send_message(k, &m);
}

static int
wishes_one(void *arg, const struct node_wish *w)
{
	struct wishes_work *work = arg;

	if (strcmp(w->node, work->keeper->node.name) == 0 ||
	    (work->node != NULL && strcmp(w->node, work->node) != 0))
		return 0;
	return wishes_tell(work->keeper, w, true);
}

enum store_result
wishes_send(struct keeper *k, const char *node)
{
	struct wishes_work work = {k, node};

	return store_shared(k->store)
		   ? store_wish_each(k->store, wishes_one, &work)
		   : STORE_OK;
}

enum store_result
wishes_change(struct keeper *k, const struct change *c)
{
	struct node_wish w = {.device = c->id,
	    .dport = (uint32_t)c->ref,
	    .sport = (uint32_t)c->ref};
	enum store_result r;

	if (!store_shared(k->store) || strcmp(c->what, k->node.name) == 0)
		return STORE_OK;
	snprintf(w.node, sizeof(w.node), "%.64s", c->what);
	r = store_wish_get(k->store, c->id, w.dport, c->what, &w);
	if (r != STORE_OK && r != STORE_NONE)
		return r;
	wishes_tell(k, &w, r == STORE_OK);
	return STORE_OK;
}
