#include "config.h"

#include <stdio.h>
#include <string.h>

#include "node_row.h"
#include "when.h"

#define LAG_TOLD 1000 /* ms: a change is waited for so long */
#define SIGN_LATE INT64_C(8000000) /* us: it comes every 5 s */

static const struct column columns[] = {{"node", "NODE"}, {"state", "STATE"},
    {"since", "SINCE"}, {"version", "VERSION"}, {"addr", "RELAY"},
    {"listen", NULL}, {"pid", NULL}, {"started", NULL}, {"alive", NULL},
    {"connections", "CONNECTIONS"}, {"devices", "DEVICES"}, {"jumps", "JUMPS"},
    {"lag_ms", "LAG MS"}, {"lag_changes", "CHANGES"}, {"stale_limit", NULL},
    {"problem", "PROBLEM"}};

static void
row_judge(struct node_row *r, const struct node *n, bool several)
{
	int64_t now = when_now(), silent = now - n->alive;
	char span[WHEN_TEXT];
	size_t size = sizeof(r->problem);

	r->problem[0] = '\0';
	if (r->state == NODE_DEAD)
		snprintf(r->problem, size, "no sign of life for %s",
		    when_span(silent / 1000000, span));
	else if (r->state == NODE_DRAINED)
		return;
	else if (silent > SIGN_LATE)
		snprintf(r->problem, size, "last sign of life %s",
		    when_ago(n->alive, now, span));
	else if (r->lag.ms > LAG_TOLD)
		snprintf(r->problem, size, "has not applied changes for %s",
		    when_span(r->lag.ms / 1000, span));
	else if (json_is_true(json_object_get(r->status, "fenced")))
		snprintf(r->problem, size,
		    "has lost the store: takes no jumps and forwards");
	else if (json_is_true(json_object_get(r->status, "stale")))
		snprintf(
		    r->problem, size, "refuses logins: its store is stale");
	else if (several && n->addr[0] == '\0')
		snprintf(r->problem, size,
		    "no node-listen: other nodes do not reach its devices");
}

enum store_result
node_row_make(
    struct node_row *r, struct store *s, const struct node *n, bool several)
{
	enum store_result result = STORE_OK;
	int64_t seq = 0;

	memset(r, 0, sizeof(*r));
	r->state = node_state(s, n);
	r->status = json_loads(n->status, 0, NULL);
	if (r->state == NODE_ALIVE || r->state == NODE_DRAINING) {
		result = store_node_lag(s, n, &r->lag);
		/* Who may not see changes sees none at all. */
		if (result == STORE_OK)
			result = store_seq(s, &seq);
		r->lag_known = result == STORE_OK && seq > 0;
	}
	row_judge(r, n, several);
	return result;
}

void
node_row_free(struct node_row *r)
{
	json_decref(r->status);
	r->status = NULL;
}

void
node_row_table(struct output *o, bool part)
{
	const size_t n = sizeof(columns) / sizeof(columns[0]);

	if (part)
		output_part(o, "nodes", "Nodes", columns, n);
	else
		output_table(o, columns, n);
	output_order(o, "since addr version jumps devices problem:24");
}

static void
row_show_figure(struct output *o, const struct node_row *r, const char *key)
{
	const json_t *value = json_object_get(r->status, key);

	if (value == NULL || r->state == NODE_DEAD || r->state == NODE_DRAINED)
		output_both(o, "-", NULL);
	else
		output_number(o, json_integer_value(value));
}

static void
row_show_number(struct output *o, bool known, int64_t number)
{
	if (known)
		output_number(o, number);
	else
		output_both(o, "-", NULL);
}

void
node_row_show(struct output *o, const struct node *n, const struct node_row *r)
{
	bool gone = r->state == NODE_DEAD || r->state == NODE_DRAINED;

	output_text(o, n->name);
	output_text(o, node_state_name(r->state));
	output_time(o, gone ? n->alive : n->started);
	output_text(o, n->version);
	output_text(o, n->addr);
	output_text(o, n->listen);
	output_number(o, n->pid);
	output_time(o, n->started);
	output_time(o, n->alive);
	row_show_figure(o, r, "connections");
	row_show_figure(o, r, "devices_connected");
	row_show_figure(o, r, "jumps_open");
	row_show_number(o, r->lag_known && r->lag.ms >= 0, r->lag.ms);
	row_show_number(o, r->lag_known, r->lag.changes);
	output_span(o, n->stale);
	output_text(o, r->problem);
}
