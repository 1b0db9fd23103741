/* Tunnels: the last word of each. */
#include "config.h"

#include <stdio.h>

#include "clock.h"
#include "group_part.h"

int
group_tunnel(struct group *g, const struct msg_tunnel *m)
{
	struct group_last *w = group_last_get(&g->tunnels, m->device, m->sport);

	if (w == NULL)
		return -1;
	w->tunnel = *m;
	return 0;
}

enum store_result
group_tunnels_write(const struct group *g, struct store *s)
{
	const struct msg_tunnel *m;
	struct group_last *w, *next;
	struct node_tunnel t = {.opened = clock_wall() + g->offset};
	enum store_result r = STORE_OK;

	snprintf(t.node, sizeof(t.node), "%s", g->node);
	HASH_ITER(hh, g->tunnels, w, next) {
		m = &w->tunnel;
		t.device = m->device;
		t.sport = m->sport;
		t.dport = m->dport;
		t.virtual = m->virtual != 0;
		r = m->open
			? store_tunnel_put(s, &t)
			: store_tunnel_remove(s, g->node, m->device, m->sport);
		if (r != STORE_OK)
			break;
	}
	return r;
}
