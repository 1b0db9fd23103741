/* Tunnels: the last word of each. */
#include "config.h"

#include <stdio.h>

#include "group_part.h"

int
group_tunnel(struct group *g, const struct msg_tunnel *m)
{
	struct group_last *w = group_last_get(&g->tunnels, m->device, m->sport);

	if (w == NULL)
		return -1;
	w->tunnel.said = *m;
	return 0;
}

void
group_tell(struct group *g, group_written *written, void *arg)
{
	g->written = written;
	g->written_arg = arg;
}

/* Whoever opened it last has it: the row says who that is. */
static enum store_result
group_tunnel_write(const struct group *g, struct store *s, struct group_last *w)
{
	const struct msg_tunnel *m = &w->tunnel.said;
	struct node_tunnel t = {.device = m->device,
	    .sport = m->sport,
	    .dport = m->dport,
	    .virtual = m->virtual != 0,
	    .opened = m->opened + g->offset};
	enum store_result r;

	snprintf(t.node, sizeof(t.node), "%s", g->node);
	r = m->open ? store_tunnel_put(s, &t)
		    : store_tunnel_remove(s, g->node, m->device, m->sport);
	if (r != STORE_OK)
		return r;
	w->tunnel.row = (struct node_tunnel){.device = m->device};
	r = store_tunnel_get(s, m->device, m->sport, &w->tunnel.row);
	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
group_tunnels_write(const struct group *g, struct store *s)
{
	struct group_last *w, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->tunnels, w, next)
		if ((r = group_tunnel_write(g, s, w)) != STORE_OK)
			break;
	return r;
}

void
group_tunnels_written(struct group *g)
{
	struct group_last *w, *next;

	if (g->written != NULL)
		HASH_ITER(hh, g->tunnels, w, next)
			g->written(
			    g->written_arg, &w->tunnel.said, &w->tunnel.row);
	group_last_drop(&g->tunnels);
}
