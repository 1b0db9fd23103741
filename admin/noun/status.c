#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin.h"
#include "census.h"
#include "node_row.h"
#include "status_sum.h"
#include "when.h"

#define SECOND INT64_C(1000000)

struct nodes {
	struct admin *admin;
	bool runs;
	bool several; /* shown by a line each, and their sums */
	enum store_result result;
};

static const struct column store_columns[] = {{"running", "Server"},
    {"store", "Store"}, {"store_bytes", "Store size"}, {"schema", "Schema"}};

static const struct column node_columns[] = {{"node", "NODE"}, {"pid", "PID"},
    {"started", "STARTED"}, {"uptime", "UP"}, {"alive", "LAST SIGN"},
    {"listen", "LISTENS ON"}, {"applied", NULL}, {"status", NULL},
    {"state", NULL}, {"version", NULL}, {"addr", NULL}, {"lag_ms", NULL},
    {"lag_changes", NULL}, {"problem", NULL}};

/* Counters of the server, one line each. */
static const struct column count_columns[] = {
    {"name", "WHAT"}, {"value", "VALUE"}};
#define COUNT_COLUMNS (sizeof(count_columns) / sizeof(count_columns[0]))

static const struct column worker_columns[] = {{"worker", "WORKER"},
    {"pid", "PID"}, {"ready", "READY"}, {"connections", "CONNECTIONS"},
    {"served", "SERVED"}, {"pool", "POOL"}};
#define WORKER_COLUMNS (sizeof(worker_columns) / sizeof(worker_columns[0]))

/* Texts for the names of a server's status; NULL: shown already. */
static const struct title {
	const char *name, *text;
} titles[] = {
    {"uptime", NULL},
    {"connections", "connections now"},
    {"startups", "not logged in yet"},
    {"waiting", "waiting to log in"},
    {"low_ports", "can bind ports below 1024"},
    {"alerts", "open alerts"},
    {"stale", "store too stale for logins"},
    {"forwards_open", "forwards open now"},
    {"jump_wait", NULL},
    {"refused_sources", "sources refused now"},
    {"libssh", "libssh"},
    {"kex", "key exchange"},
    {"post_quantum", "key exchange is post-quantum"},
    {"post_quantum_command", "for post-quantum key exchange"},
    {"operator_listen", "for operators alone"},
    {"operator_startups", "not logged in yet at operator-listen"},
    {"operator_waiting", "waiting to log in there"},
    {"devices_connected", "devices connected now"},
    {"operators_connected", "operators connected now"},
    {"jumps_open", "jumps now"},
};

/* Bytes of the store's files, or as it says; 0: not known. */
static int64_t
store_bytes(struct admin *a)
{
	static const char *const suffix[] = {"", "-wal"};
	const char *url = a->url;
	const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
	char name[4096];
	struct stat st;
	int64_t sum = 0;
	size_t i;

	if (store_shared(a->store))
		return store_size(a->store, &sum) == STORE_OK ? sum : 0;
	for (i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffix[i]);
		if (stat(name, &st) == 0)
			sum += st.st_size;
	}
	return sum;
}

static const char *
size_text(int64_t bytes, char out[32])
{
	bool large = bytes >= 10 * 1048576;

	snprintf(out, 32, "%lld %s",
	    (long long)(bytes / (large ? 1048576 : 1024)),
	    large ? "MiB" : "KiB");
	return out;
}

static void
show_lag(struct output *o, const struct node_row *row)
{
	json_t *ms = NULL, *changes = NULL;

	if (row->lag_known)
		changes = json_integer(row->lag.changes);
	if (row->lag_known && row->lag.ms >= 0)
		ms = json_integer(row->lag.ms);
	output_both(o, "", ms);
	output_both(o, "", changes);
}

static void
show_whole_node(
    struct nodes *nodes, const struct node *node, const struct node_row *row)
{
	struct output *o = nodes->admin->out;
	int64_t up = nodes->runs ? (when_now() - node->started) / SECOND : 0;
	char text[WHEN_TEXT];

	output_text(o, node->name);
	output_number(o, node->pid);
	output_time(o, node->started);
	output_both(o, when_span(up, text), json_integer(up));
	output_ago(o, node->alive);
	output_text(o, node->listen);
	output_number(o, node->applied);
	output_both(o, "", json_incref(row->status));
	output_text(o, node_state_name(row->state));
	output_text(o, node->version);
	output_text(o, node->addr);
	show_lag(o, row);
	output_text(o, row->problem);
}

static int
show_node(void *arg, const struct node *node)
{
	struct nodes *nodes = arg;
	struct output *o = nodes->admin->out;
	struct node_row row;

	nodes->result =
	    node_row_make(&row, nodes->admin->store, node, nodes->several);
	if (nodes->result == STORE_OK && nodes->several && !output_json(o))
		node_row_show(o, node, &row);
	else if (nodes->result == STORE_OK)
		show_whole_node(nodes, node, &row);
	node_row_free(&row);
	return nodes->result != STORE_OK;
}

/* A number, a word, or whatever else it is as JSON.  Free it. */
static char *
value_text(const json_t *value)
{
	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (value == NULL)
		return strdup("");
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "yes" : "no");
	return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void
show_count(struct output *o, const char *label, const json_t *value)
{
	char *text = value_text(value);

	output_text(o, label);
	output_text(o, text);
	free(text);
}

static void
show_titled(struct output *o, const char *name, const json_t *value)
{
	const size_t n = sizeof(titles) / sizeof(titles[0]);
	size_t i = 0;

	while (i < n && strcmp(titles[i].name, name) != 0)
		i++;
	if (i == n || titles[i].text != NULL)
		show_count(o, i == n ? name : titles[i].text, value);
}

/* "polls since start" and "devices online". */
static void
show_group(struct output *o, const char *group, json_t *values)
{
	bool counters = strcmp(group, "counters") == 0;
	const char *name;
	char label[128];
	json_t *value;

	json_object_foreach(values, name, value) {
		if (counters)
			snprintf(label, sizeof(label), "%s since start", name);
		else
			snprintf(label, sizeof(label), "%s %s", group, name);
		show_count(o, label, value);
	}
}

static void
show_values(struct output *o, json_t *status)
{
	const char *name;
	json_t *value;

	json_object_foreach(status, name, value) {
		if (json_is_object(value))
			show_group(o, name, value);
		else if (!json_is_array(value))
			show_titled(o, name, value);
	}
}

static void
show_workers(struct output *o, const char *node, json_t *workers)
{
	char title[DEVICE_NAME + 32], *text;
	json_t *worker;
	size_t i, j;

	snprintf(title, sizeof(title), "Workers of %s", node);
	output_part(o, "workers", title, worker_columns, WORKER_COLUMNS);
	output_order(o, "served pid pool ready");
	json_array_foreach(workers, i, worker) {
		for (j = 0; j < WORKER_COLUMNS; j++) {
			text = value_text(
			    json_object_get(worker, worker_columns[j].key));
			output_text(o, text);
			free(text);
		}
	}
}

static int
show_counts(void *arg, const struct node *node)
{
	struct nodes *nodes = arg;
	json_t *value, *status = json_loads(node->status, 0, NULL);
	char title[DEVICE_NAME + 32];

	if (json_object_size(status) > 0) {
		snprintf(title, sizeof(title), "Status of %s", node->name);
		output_part(nodes->admin->out, "counts", title, count_columns,
		    COUNT_COLUMNS);
		show_values(nodes->admin->out, status);
		value = json_object_get(status, "workers");
		if (json_is_array(value))
			show_workers(nodes->admin->out, node->name, value);
	}
	json_decref(status);
	return 0;
}

/* What all nodes that are alive come to. */
static enum store_result
show_sums(struct admin *a)
{
	enum store_result r;
	json_t *sums;

	r = status_sum(a->store, &sums);
	if (r == STORE_OK && json_object_size(sums) > 0) {
		output_part(a->out, "counts", "All nodes", count_columns,
		    COUNT_COLUMNS);
		show_values(a->out, sums);
	}
	json_decref(sums);
	return r;
}

static enum store_result
show_nodes(struct nodes *nodes)
{
	struct admin *a = nodes->admin;
	bool people = !output_json(a->out);
	enum store_result result;

	if (nodes->several && people)
		node_row_table(a->out, true);
	else {
		output_part(a->out, "nodes", "Nodes", node_columns,
		    sizeof(node_columns) / sizeof(node_columns[0]));
		output_order(a->out, "started pid alive listen:16 uptime");
	}
	result = store_node_each(a->store, show_node, nodes);
	if (result == STORE_OK)
		result = nodes->result;
	if (result != STORE_OK || !nodes->runs || !people)
		return result;
	return nodes->several ? show_sums(a)
			      : store_node_each(a->store, show_counts, nodes);
}

static enum admin_exit
run_status(struct admin *a, const struct args *args)
{
	struct nodes nodes = {.admin = a};
	struct output *o = a->out;
	int64_t bytes = store_bytes(a);
	char size[32];

	(void)args;
	nodes.runs = store_server_runs(a->store);
	nodes.several = census_several(a->store);
	output_record(o, store_columns, 4);
	output_both(o, nodes.runs ? "running" : "not running",
	    json_boolean(nodes.runs));
	output_text(o, a->url);
	output_both(o, size_text(bytes, size), json_integer(bytes));
	output_number(o, STORE_SCHEMA);
	if (admin_result(a, show_nodes(&nodes)) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_end(o);
	if (!nodes.runs)
		return admin_fail(
		    "no server is running on this store: start et-sshd");
	return ADMIN_DONE;
}

static const struct verb verbs[] = {
    {NULL, "", "Show the state of the server, its workers and the store.",
	"Exit status: 0 when a server is running, 1 when none is.", 0, 0, 0,
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_status},
    {.run = NULL},
};

const struct noun noun_status = {
    "status", "show the state of the server", verbs};
