#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "families.h"
#include "families_device.h"
#include "families_node.h"

#define SECOND 1e6 /* us */

/* A family with a value from each server's status. */
struct figure {
	const char *name;
	enum exposition_type type;
	const char *group, *key; /* in the status; group NULL: at its top */
	const char *help;
};

#define GAUGE EXPOSITION_GAUGE
#define COUNTER EXPOSITION_COUNTER
static const struct figure figures[] = {
    {"et_connections", GAUGE, NULL, "connections", "Connections open now."},
    {"et_startups", GAUGE, NULL, "startups",
	"Connections that are not logged in yet."},
    {"et_waiting", GAUGE, NULL, "waiting",
	"Connections that wait for a slot to log in."},
    {"et_refused_sources", GAUGE, NULL, "refused_sources",
	"Sources with an active penalty."},
    {"et_forwards_open", GAUGE, NULL, "forwards_open", "Forwards open now."},
    {"et_alerts_open", GAUGE, NULL, "alerts", "Alerts open now."},
    {"et_store_stale", GAUGE, NULL, "stale",
	"1 if logins are refused since the store does not answer."},
    {"et_connections_accepted", COUNTER, "counters", "connections",
	"Connections accepted."},
    {"et_logins", COUNTER, "counters", "logins", "Logins that succeeded."},
    {"et_rekeys", COUNTER, "counters", "rekeys",
	"Key exchanges after the first one of a connection."},
    {"et_polls", COUNTER, "counters", "polls", "Polls of devices."},
    {"et_forwards_opened", COUNTER, "counters", "forwards", "Forwards opened."},
    {"et_commands", COUNTER, "counters", "commands", "Commands of operators."},
    {"et_enrolled", COUNTER, "counters", "enrolled",
	"Devices that registered themselves with a token."},
    {"et_limits", COUNTER, "counters", "limits", "Limits that were met."},
    {"et_worker_exits", COUNTER, "counters", "worker_exits",
	"Workers that ended, the replaced ones included."},
    {"et_keeper_exits", COUNTER, "counters", "keeper_exits",
	"Keepers that ended."},
    {"et_events_dropped", COUNTER, "counters", "events_dropped",
	"Events that were not written to the event log."},
};

/* Counters in two series each, told apart by one label. */
static const struct pair {
	const char *name, *label, *help;
	struct {
		const char *key, *value;
	} of[2];
} pairs[] = {
    {"et_jumps", "result", "Jumps of operators by their result.",
	{{"jumps", "open"}, {"jumps_refused", "refused"}}},
    {"et_bytes", "direction", "Bytes of connections that have ended.",
	{{"bytes_in", "in"}, {"bytes_out", "out"}}},
};

static int
server_note(void *arg, const struct node *node)
{
	struct servers *all = arg;
	struct server *s = &all->list[all->n];

	if (all->n == FAMILIES_NODES)
		return 1;
	memcpy(s->name, node->name, sizeof(s->name));
	s->started = node->started;
	s->draining = node->drain;
	if (all->run && store_node_lives(all->store, node)) {
		s->status = json_loads(node->status, 0, NULL);
		all->result = store_node_lag(all->store, node, &s->lag);
	}
	all->n++;
	return all->result != STORE_OK;
}

static double
number_of(const json_t *value)
{
	return json_is_boolean(value) ? json_is_true(value)
				      : json_number_value(value);
}

static const json_t *
status_get(const struct server *s, const char *group, const char *key)
{
	const json_t *in = s->status;

	if (group != NULL)
		in = json_object_get(in, group);
	return json_object_get(in, key);
}

static void
write_figures(struct exposition *x, const struct servers *all)
{
	const struct figure *f;
	const json_t *value;
	size_t i, j;

	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		f = &figures[i];
		exposition_family(x, f->name, f->type, f->help);
		for (j = 0; j < all->n; j++) {
			value = status_get(&all->list[j], f->group, f->key);
			if (value == NULL)
				continue;
			servers_sample(x, &all->list[j], "");
			exposition_real(x, number_of(value));
		}
	}
}

static void
write_pairs(struct exposition *x, const struct servers *all)
{
	const struct pair *p;
	const json_t *value;
	size_t i, j, k;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		p = &pairs[i];
		exposition_family(x, p->name, EXPOSITION_COUNTER, p->help);
		for (j = 0; j < all->n * 2; j++) {
			k = j % 2;
			value = status_get(
			    &all->list[j / 2], "counters", p->of[k].key);
			if (value == NULL)
				continue;
			servers_sample(x, &all->list[j / 2], "");
			exposition_label(x, p->label, p->of[k].value);
			exposition_real(x, number_of(value));
		}
	}
}

/* An object of the status as one family, whose label has the object's keys. */
static void
write_object(struct exposition *x, const struct servers *all, const char *key,
    const char *label)
{
	const char *name;
	json_t *object, *value;
	size_t i;

	for (i = 0; i < all->n; i++) {
		object = json_object_get(all->list[i].status, key);
		json_object_foreach(object, name, value) {
			servers_sample(x, &all->list[i], "");
			exposition_label(x, label, name);
			exposition_real(x, number_of(value));
		}
	}
}

/* As sshd/monitor/counters.c has them. */
static const char *const waits[] = {"0.1", "0.5", "1.0", "2.0", "5.0", "10.0",
    "30.0", "60.0", "120.0", "300.0", "+Inf"};

static void
write_waits(struct exposition *x, const struct servers *all)
{
	const size_t n = sizeof(waits) / sizeof(waits[0]);
	const struct server *s;
	const json_t *list;
	int64_t sum;
	size_t i, j;

	exposition_family(x, "et_jump_wait_seconds", EXPOSITION_HISTOGRAM,
	    "Time from an operator's request to the open jump.");
	for (i = 0; i < all->n; i++) {
		s = &all->list[i];
		list = json_object_get(s->status, "jump_waits");
		if (json_array_size(list) != n)
			continue;
		for (j = 0, sum = 0; j < n; j++) {
			sum += json_integer_value(json_array_get(list, j));
			servers_sample(x, s, "_bucket");
			exposition_label(x, "le", waits[j]);
			exposition_integer(x, sum);
		}
		servers_sample(x, s, "_sum");
		exposition_real(x,
		    json_real_value(json_object_get(s->status, "jump_wait")));
		servers_sample(x, s, "_count");
		exposition_integer(x, sum);
	}
}

static void
write_workers(struct exposition *x, const struct servers *all, const char *key)
{
	char tag[24];
	json_t *worker;
	size_t i, j;

	for (i = 0; i < all->n; i++)
		json_array_foreach(
		    json_object_get(all->list[i].status, "workers"), j,
		    worker) {
			snprintf(tag, sizeof(tag), "%lld",
			    (long long)json_integer_value(
				json_object_get(worker, "worker")));
			servers_sample(x, &all->list[i], "");
			exposition_label(x, "worker", tag);
			exposition_label(x, "pool",
			    json_string_value(json_object_get(worker, "pool")));
			exposition_real(
			    x, number_of(json_object_get(worker, key)));
		}
}

static void
write_servers(struct exposition *x, const struct servers *all)
{
	const struct server *s;
	const char *version;
	size_t i;

	exposition_family(
	    x, "et_up", EXPOSITION_GAUGE, "1 if the server runs.");
	for (i = 0; i < all->n; i++) {
		servers_sample(x, &all->list[i], "");
		exposition_integer(x, all->list[i].status != NULL);
	}
	if (all->n == 0) { /* a server that has stopped leaves no name */
		exposition_sample(x, "");
		exposition_integer(x, 0);
	}
	exposition_family(x, "et_start_time_seconds", EXPOSITION_GAUGE,
	    "Time at which the server started, since the epoch.");
	for (i = 0; i < all->n; i++) {
		s = &all->list[i];
		if (s->status == NULL)
			continue;
		servers_sample(x, s, "");
		exposition_real(x, (double)s->started / SECOND);
	}
	exposition_family(x, "et_build_info", EXPOSITION_GAUGE,
	    "1, with the server's version and libssh's.");
	for (i = 0; i < all->n; i++) {
		s = &all->list[i];
		version =
		    json_string_value(json_object_get(s->status, "version"));
		if (version == NULL)
			continue;
		servers_sample(x, s, "");
		exposition_label(x, "version", version);
		version =
		    json_string_value(json_object_get(s->status, "libssh"));
		exposition_label(x, "libssh", version != NULL ? version : "");
		exposition_integer(x, 1);
	}
}

static enum store_result
write_store(struct exposition *x, struct store *store)
{
	enum store_result result;
	int64_t bytes;

	if ((result = store_size(store, &bytes)) != STORE_OK)
		return result;
	exposition_family(x, "et_store_size_bytes", EXPOSITION_GAUGE,
	    "Size of the store's database.");
	exposition_sample(x, "");
	exposition_integer(x, bytes);
	exposition_family(x, "et_store_schema", EXPOSITION_GAUGE,
	    "Version of the store's schema.");
	exposition_sample(x, "");
	exposition_integer(x, STORE_SCHEMA);
	return STORE_OK;
}

/*
 * Every server's directory has all devices, and the one that leads says which are
 * offline: it counts, or else the first that runs.
 */
static const json_t *
devices_status(const struct servers *all)
{
	const json_t *status = NULL, *each;
	size_t i;

	for (i = 0; i < all->n; i++) {
		if ((each = all->list[i].status) == NULL)
			continue;
		if (status == NULL ||
		    json_is_true(json_object_get(each, "leads")))
			status = each;
	}
	return status;
}

static void
write_devices(struct exposition *x, const struct servers *all)
{
	const char *state;
	json_t *value;

	exposition_family(
	    x, "et_devices", EXPOSITION_GAUGE, "Devices by their state.");
	json_object_foreach(
	    json_object_get(devices_status(all), "devices"), state, value) {
		exposition_sample(x, "");
		exposition_label(x, "state", state);
		exposition_real(x, number_of(value));
	}
}

static void
write_all(struct exposition *x, const struct servers *all)
{
	write_servers(x, all);
	families_node_write(x, all);
	write_devices(x, all);
	write_figures(x, all);
	write_pairs(x, all);
	exposition_family(x, "et_logins_refused", EXPOSITION_COUNTER,
	    "Logins that were refused, by reason.");
	write_object(x, all, "refused_by", "reason");
	write_waits(x, all);
	exposition_family(x, "et_worker_connections", EXPOSITION_GAUGE,
	    "Connections of each worker now.");
	write_workers(x, all, "connections");
	exposition_family(x, "et_worker_served", EXPOSITION_COUNTER,
	    "Connections that each worker was given.");
	write_workers(x, all, "served");
}

enum store_result
families_write(struct exposition *x, struct store *store, bool devices)
{
	struct servers *all;
	enum store_result result;
	size_t i;

	if ((all = calloc(1, sizeof(*all))) == NULL)
		return STORE_FAILED;
	all->store = store;
	all->run = store_server_runs(store);
	result = store_node_each(store, server_note, all);
	if (result == STORE_OK)
		result = all->result;
	if (result == STORE_OK) {
		write_all(x, all);
		result = write_store(x, store);
	}
	if (result == STORE_OK && devices)
		result = families_device_write(x, store, all->run);
	if (result == STORE_OK)
		exposition_end(x);
	for (i = 0; i < all->n; i++)
		json_decref(all->list[i].status);
	free(all);
	return result;
}
