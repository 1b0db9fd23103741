#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "node.h"

bool
nodes_start(struct monitor *m)
{
	return (m->nodes = calloc(1, sizeof(*m->nodes))) != NULL;
}

static void
node_forget(struct nodes *ns, struct node *n)
{
	HASH_DEL(ns->all, n);
	free(n);
}

void
nodes_free(struct monitor *m)
{
	struct nodes *ns = m->nodes;
	struct node *n, *tmp;

	if (ns == NULL)
		return;
	HASH_ITER(hh, ns->all, n, tmp)
		node_forget(ns, n);
	free(ns);
	m->nodes = NULL;
}

struct node *
node_find(const struct monitor *m, const char *name)
{
	struct node *n = NULL;

	if (m->nodes != NULL)
		HASH_FIND_STR(m->nodes->all, name, n);
	return n;
}

bool
node_other_alive(const struct monitor *m, const char *name)
{
	const struct node *n = node_find(m, name);

	return n != NULL && !n->self && n->alive;
}

bool
node_is_at(const struct monitor *m, const char *addr)
{
	size_t len = strlen(addr);
	const struct node *n;
	const char *at;

	for (n = m->nodes->all; n != NULL; n = n->hh.next) {
		at = n->addr + (n->addr[0] == '[');
		if (!n->self && strncmp(at, addr, len) == 0 &&
		    (at[len] == ':' || at[len] == ']') &&
		    (at != n->addr) == (strchr(addr, ':') != NULL))
			return true;
	}
	return false;
}

static void
node_log(struct monitor *m, const struct node *n, const char *event)
{
	struct event e;

	if (n->self)
		return;
	e = event_begin(m->log, event);
	event_text(&e, "other", n->name);
	event_end(&e);
}

static struct node *
node_new(struct nodes *ns, const char *name)
{
	struct node *n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	snprintf(n->name, sizeof(n->name), "%s", name);
	HASH_ADD_STR(ns->all, name, n);
	if (n->hh.tbl != NULL)
		return n;
	free(n);
	return NULL;
}

bool
node_put(struct monitor *m, const struct msg_node *record)
{
	struct node *n = node_find(m, record->name);
	bool was = n != NULL && n->alive;

	if (n == NULL && record->gone)
		return true;
	if (n == NULL && (n = node_new(m->nodes, record->name)) == NULL)
		return false;
	n->generation = m->dir.generation;
	n->self = strcmp(n->name, m->conf->node) == 0;
	n->alive = record->alive && !record->gone;
	n->drain = record->drain && !record->gone;
	snprintf(n->addr, sizeof(n->addr), "%s", record->addr);
	if (n->alive != was)
		node_log(m, n, n->alive ? "node.join" : "node.gone");
	if (record->gone)
		node_forget(m->nodes, n);
	return true;
}

void
node_sweep(
    struct monitor *m, void (*gone)(struct monitor *, const struct node *))
{
	struct node *n, *tmp;

	HASH_ITER(hh, m->nodes->all, n, tmp) {
		if (n->generation == m->dir.generation)
			continue;
		if (n->alive)
			node_log(m, n, "node.gone");
		gone(m, n);
		node_forget(m->nodes, n);
	}
}
