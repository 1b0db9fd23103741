#include "config.h"

#include <string.h>

#include "fleet.h"
#include "status_sum.h"
#include "when.h"

struct sum {
	const struct store *store;
	json_t *all;
};

/* Numbers that are no more than each node's own. */
static bool
sum_skips(const char *name)
{
	static const char *const own[] = {"uptime", "jump_wait", "devices"};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return false;
}

static void
sum_add(json_t *to, const char *name, const json_t *value)
{
	json_int_t before = json_integer_value(json_object_get(to, name));

	json_object_set_new(
	    to, name, json_integer(before + json_integer_value(value)));
}

static void
sum_add_group(json_t *all, const char *group, json_t *values)
{
	json_t *to = json_object_get(all, group), *value;
	const char *name;

	if (to == NULL) {
		to = json_object();
		json_object_set_new(all, group, to);
	}
	json_object_foreach(values, name, value) {
		if (json_is_integer(value))
			sum_add(to, name, value);
	}
}

static int
sum_node(void *arg, const struct node *n)
{
	struct sum *s = arg;
	json_t *status, *value;
	const char *name;

	if (!store_node_lives(s->store, n))
		return 0;
	status = json_loads(n->status, 0, NULL);
	json_object_foreach(status, name, value) {
		if (sum_skips(name))
			continue;
		if (json_is_integer(value))
			sum_add(s->all, name, value);
		else if (json_is_object(value))
			sum_add_group(s->all, name, value);
	}
	json_decref(status);
	return 0;
}

enum store_result
status_sum(struct store *store, json_t **sums)
{
	struct sum s = {.store = store, .all = json_object()};
	struct fleet_query q = {.now = when_now()};
	struct fleet_counts n;
	enum store_result r;

	*sums = s.all;
	if ((r = store_node_each(store, sum_node, &s)) != STORE_OK ||
	    (r = store_fleet_count(store, &q, &n)) != STORE_OK)
		return r;
	json_object_set_new(s.all, "devices",
	    json_pack("{s:i, s:i, s:i, s:i}", "online", (int)n.online, "late",
		(int)n.late, "offline", (int)n.offline, "never", (int)n.never));
	return r;
}
