#include "config.h"

#include "families_node.h"

/* One value of each server; false: this one has none. */
struct family {
	const char *name, *help;
	bool (*value)(const struct server *, double *);
};

static bool
node_figure(const struct server *s, const char *key, double *value)
{
	const json_t *figure = json_object_get(s->status, key);

	*value = json_number_value(figure);
	return figure != NULL;
}

static bool
value_up(const struct server *s, double *value)
{
	*value = s->status != NULL;
	return true;
}

static bool
value_draining(const struct server *s, double *value)
{
	*value = s->draining;
	return s->status != NULL;
}

static bool
value_connections(const struct server *s, double *value)
{
	return node_figure(s, "connections", value);
}

static bool
value_devices(const struct server *s, double *value)
{
	return node_figure(s, "devices_connected", value);
}

static bool
value_jumps(const struct server *s, double *value)
{
	return node_figure(s, "jumps_open", value);
}

static bool
value_lag(const struct server *s, double *value)
{
	*value = (double)s->lag.ms / 1000;
	return s->status != NULL && s->lag.ms >= 0;
}

static bool
value_changes(const struct server *s, double *value)
{
	*value = (double)s->lag.changes;
	return s->status != NULL;
}

static const struct family families[] = {
    {"et_node_up", "1 if the node gave a sign of life within 15 seconds.",
	value_up},
    {"et_node_draining", "1 if an admin drains the node.", value_draining},
    {"et_node_connections", "Connections to the node now.", value_connections},
    {"et_node_devices", "Devices connected to the node now.", value_devices},
    {"et_node_jumps", "Jumps of the node's operators now.", value_jumps},
    {"et_node_lag_seconds",
	"Age of the oldest change that the node has not applied.", value_lag},
    {"et_node_lag_changes", "Changes that the node has not applied.",
	value_changes},
};

void
servers_sample(struct exposition *x, const struct server *s, const char *suffix)
{
	exposition_sample(x, suffix);
	exposition_label(x, "node", s->name);
}

void
families_node_write(struct exposition *x, const struct servers *all)
{
	const struct family *f;
	double value;
	size_t i, j;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		f = &families[i];
		exposition_family(x, f->name, EXPOSITION_GAUGE, f->help);
		for (j = 0; j < all->n; j++) {
			if (!f->value(&all->list[j], &value))
				continue;
			servers_sample(x, &all->list[j], "");
			exposition_real(x, value);
		}
	}
}
