#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "nodes.h"
#include "send.h"
#include "tunnels.h"
#include "wishes.h"

/* A node as the monitor knows it. */
struct nodes_one {
	char name[DEVICE_NAME];
	char addr[64];
	char version[64];
	bool alive, drain;
	bool seen; /* by the look under way */
	UT_hash_handle hh;
};

struct nodes_work {
	struct keeper *keeper;
	bool all; /* send also what has not changed */
	enum store_result result;
};

static void
nodes_forget(struct keeper *k, struct nodes_one *n)
{
	HASH_DEL(k->nodes, n);
	free(n);
}

void
nodes_free(struct keeper *k)
{
	struct nodes_one *n, *next;

	HASH_ITER(hh, k->nodes, n, next)
		nodes_forget(k, n);
}

static struct nodes_one *
nodes_find(struct keeper *k, const char *name)
{
	struct nodes_one *n;

	HASH_FIND_STR(k->nodes, name, n);
	if (n != NULL || (n = calloc(1, sizeof(*n))) == NULL)
		return n;
	snprintf(n->name, sizeof(n->name), "%s", name);
	HASH_ADD_STR(k->nodes, name, n);
	if (n->hh.tbl != NULL)
		return n;
	free(n);
	return NULL;
}

static int
nodes_send(struct keeper *k, const struct nodes_one *n, bool gone)
{
	struct msg m;

	msg_init(&m, MSG_NODE, 0);
	snprintf(m.node.name, sizeof(m.node.name), "%s", n->name);
	snprintf(m.node.addr, sizeof(m.node.addr), "%s", n->addr);
	snprintf(m.node.version, sizeof(m.node.version), "%s", n->version);
	m.node.self = strcmp(n->name, k->node.name) == 0;
	m.node.alive = n->alive && !gone;
	m.node.drain = n->drain;
	m.node.gone = gone;
	return send_message(k, &m);
}

/* A record like the row; false: it is so already. */
static bool
nodes_update(struct keeper *k, struct nodes_one *n, const struct node *row)
{
	struct nodes_one now = *n;

	/* This node knows for itself. */
	now.alive = strcmp(row->name, k->node.name) == 0 ||
		    store_node_lives(k->store, row);
	now.drain = row->drain;
	memset(now.addr, 0, sizeof(now.addr));
	memset(now.version, 0, sizeof(now.version));
	snprintf(now.addr, sizeof(now.addr), "%s", row->addr);
	snprintf(now.version, sizeof(now.version), "%s", row->version);
	if (n->alive == now.alive && n->drain == now.drain &&
	    strcmp(n->addr, now.addr) == 0 &&
	    strcmp(n->version, now.version) == 0)
		return false;
	*n = now;
	return true;
}

static int
nodes_row(void *arg, const struct node *row)
{
	struct nodes_work *w = arg;
	struct nodes_one *n = nodes_find(w->keeper, row->name);
	enum store_result r;
	bool was;

	if (n == NULL)
		return -1;
	n->seen = true;
	was = n->alive;
	if (!nodes_update(w->keeper, n, row) && !w->all)
		return 0;
	if (nodes_send(w->keeper, n, false) == -1)
		return -1;
	/* The monitor has dropped what this node had. */
	if (w->all || was || !n->alive)
		return 0;
	if ((r = wishes_send(w->keeper, n->name)) == STORE_OK)
		r = tunnels_send(w->keeper, n->name);
	w->result = r;
	return r == STORE_OK ? 0 : -1;
}

static enum store_result
nodes_go_through(struct keeper *k, bool all)
{
	struct nodes_work w = {k, all, STORE_OK};
	struct nodes_one *n, *next;
	enum store_result r;

	HASH_ITER(hh, k->nodes, n, next)
		n->seen = false;
	if ((r = store_node_look(k->store, nodes_row, &w)) != STORE_OK ||
	    (r = w.result) != STORE_OK)
		return r;
	HASH_ITER(hh, k->nodes, n, next) {
		if (n->seen)
			continue;
		nodes_send(k, n, true);
		nodes_forget(k, n);
	}
	return STORE_OK;
}

enum store_result
nodes_load(struct keeper *k)
{
	return store_shared(k->store) ? nodes_go_through(k, true) : STORE_OK;
}

enum store_result
nodes_look(struct keeper *k)
{
	return store_shared(k->store) ? nodes_go_through(k, false) : STORE_OK;
}

enum store_result
nodes_change(struct keeper *k, const struct change *c)
{
	(void)c;
	return nodes_look(k);
}
