/*
 * /api/server: the nodes, their workers and counters, and the store.
 */
#include "config.h"

#include "node_state.h"
#include "row.h"
#include "tell.h"

struct server {
	const struct view *view;
	json_t *nodes;
	enum store_result result;
};

/* The addresses that are penalised are for admins. */
static json_t *
server_status(const struct view *v, const char *text)
{
	json_t *status = json_loads(text, 0, NULL);

	if (!json_is_object(status)) {
		json_decref(status);
		return json_object();
	}
	if (v->who->role != OPERATOR_ADMIN)
		json_object_del(status, "penalties");
	return status;
}

/* null for a node that is dead, and for who may not see changes. */
static enum store_result
server_add_lag(struct store *store, const struct node *n, json_t *node)
{
	struct node_lag lag = {.changes = 0};
	bool known = store_node_lives(store, n);
	enum store_result r = STORE_OK;
	int64_t seq = 0;

	if (known && (r = store_seq(store, &seq)) == STORE_OK)
		r = store_node_lag(store, n, &lag);
	known = known && seq > 0;
	json_object_set_new(node, "lag_ms",
	    known && lag.ms >= 0 ? json_integer(lag.ms) : json_null());
	json_object_set_new(node, "lag_changes",
	    known ? json_integer(lag.changes) : json_null());
	return r;
}

static int
server_add_node(void *arg, const struct node *n)
{
	struct server *s = arg;
	struct store *store = s->view->store;
	json_t *status = server_status(s->view, n->status);
	json_t *workers = json_object_get(status, "workers");
	json_t *counters = json_object_get(status, "counters");
	json_t *node;

	node = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o?, s:o?, s:O}", "node",
	    row_text(n->name), "started", row_time(n->started), "alive",
	    row_time(n->alive), "here", store_node_lives(store, n), "listen",
	    row_text(n->listen), "workers", json_incref(workers), "counters",
	    json_incref(counters), "status", status);
	json_object_update_new(
	    node, json_pack("{s:s, s:o, s:o}", "state",
		      node_state_name(node_state(store, n)), "version",
		      row_text(n->version), "addr", row_text(n->addr)));
	s->result = server_add_lag(store, n, node);
	json_array_append_new(s->nodes, node);
	json_decref(status);
	return s->result != STORE_OK;
}

unsigned int
tell_server(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	struct server s = {.view = v, .nodes = json_array()};
	enum store_result r;

	(void)a;
	r = store_node_each(v->store, server_add_node, &s);
	if (r != STORE_OK || (r = s.result) != STORE_OK) {
		json_decref(s.nodes);
		return tell_failed(v, r, error);
	}
	return tell_done(
	    json_pack("{s:o, s:o, s:{s:i}}", "now", row_time(v->now), "nodes",
		s.nodes, "store", "schema", STORE_SCHEMA),
	    out, error);
}
