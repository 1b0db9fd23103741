#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "conn.h"
#include "directory.h"
#include "inbox.h"
#include "monitor.h"
#include "node.h"
#include "remote.h"
#include "tunnel.h"
#include "wanted.h"

/* This node's tunnel on the port is stale: the device has opened another. */
static void
remote_take_over(struct dir_device *dev, uint32_t sport)
{
	struct tunnel *t;
	struct conn *c;

	DL_FOREACH2(dev->conns, c, dnext)
		if ((t = tunnel_find(c, sport)) != NULL)
			tunnel_end(t, "taken over by the device's connection "
				      "to another node");
}

static struct dir_remote *
remote_new(struct dir_device *dev, uint32_t sport)
{
	struct dir_remote *r = directory_remote(dev, sport);

	if (r != NULL || (r = calloc(1, sizeof(*r))) == NULL)
		return r;
	r->sport = sport;
	DL_APPEND(dev->remotes, r);
	return r;
}

bool
remote_opened(
    struct monitor *m, struct dir_device *dev, const struct msg_tunnel *record)
{
	struct dir_remote *r;
	struct dir_forward *f;

	/* This node's own is newer, or the keeper says so once it is written. */
	if (tunnel_unwritten(dev, record->sport))
		return true;
	if ((r = remote_new(dev, record->sport)) == NULL)
		return false;
	r->dport = record->dport;
	r->virtual = record->virtual != 0;
	r->generation = m->dir.generation;
	snprintf(r->node, sizeof(r->node), "%s", record->node);
	/* Its forward is not lost by the end of the older tunnel. */
	if ((f = directory_listed(dev, record->sport)) != NULL)
		wanted_keep(f);
	if (f != NULL)
		wanted_elsewhere(m, f);
	remote_take_over(dev, record->sport);
	if (f != NULL)
		wanted_let_go(m, f, "open on another node");
	return true;
}

void
remote_closed(
    struct monitor *m, struct dir_device *dev, uint32_t sport, const char *node)
{
	struct dir_remote *r = directory_remote(dev, sport);
	struct dir_forward *f = directory_listed(dev, sport);
	bool record = m->leads && !node_other_alive(m, node);

	if (r == NULL || strcmp(r->node, node) != 0)
		return;
	directory_drop_remote(dev, sport);
	if (f != NULL)
		wanted_not_elsewhere(m, f, record);
	else if (!directory_permitted(&m->dir, dev, sport, true) &&
		 !directory_permitted(&m->dir, dev, sport, false))
		inbox_tell_close(dev, sport);
}

struct dir_remote *
remote_to(const struct dir_device *dev, uint32_t dport)
{
	struct dir_remote *r;

	DL_FOREACH(dev->remotes, r)
		if (dport != 0 && r->dport == dport)
			return r;
	return NULL;
}

void
remote_drop_node(struct monitor *m, const char *node)
{
	struct dir_device *dev, *dtmp;
	struct dir_remote *r, *tmp;

	HASH_ITER(hh, m->dir.devices, dev, dtmp)
		DL_FOREACH_SAFE(dev->remotes, r, tmp)
			if (node != NULL ? strcmp(r->node, node) == 0
					 : r->generation != m->dir.generation)
				remote_closed(m, dev, r->sport, r->node);
}
