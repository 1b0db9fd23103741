#include "config.h"

#include <string.h>

#include "census.h"

struct census_count {
	const struct store *store;
	struct census census;
};

static int
census_count(void *arg, const struct node *n)
{
	struct census_count *c = arg;

	c->census.nodes++;
	if (store_node_lives(c->store, n))
		c->census.alive++;
	return 0;
}

enum store_result
census_take(struct store *s, struct census *census)
{
	struct census_count c = {.store = s};
	enum store_result r = store_node_look(s, census_count, &c);

	*census = c.census;
	return r;
}

bool
census_several(struct store *s)
{
	struct census c;

	if (census_take(s, &c) != STORE_OK)
		return false;
	return c.alive > 1 || (store_shared(s) && c.nodes > 1);
}

struct census_search {
	const char *name;
	struct node *node;
	bool found;
};

static int
census_match(void *arg, const struct node *n)
{
	struct census_search *c = arg;

	if (strcmp(n->name, c->name) != 0)
		return 0;
	*c->node = *n;
	c->found = true;
	return 1;
}

enum store_result
census_find(struct store *s, const char *name, struct node *node)
{
	struct census_search c = {.name = name, .node = node};
	enum store_result r = store_node_look(s, census_match, &c);

	return r == STORE_OK && !c.found ? STORE_NONE : r;
}
