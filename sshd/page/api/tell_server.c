/*
 * /api/server: the nodes, their workers and counters, and the store.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

struct server {
	const struct view *view;
	json_t *nodes;
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

static int
server_add_node(void *arg, const struct node *n)
{
	struct server *s = arg;
	json_t *status = server_status(s->view, n->status);
	json_t *workers = json_object_get(status, "workers");
	json_t *counters = json_object_get(status, "counters");

	json_array_append_new(s->nodes,
	    json_pack("{s:o, s:o, s:o, s:b, s:o, s:o?, s:o?, s:O}", "node",
		row_text(n->name), "started", row_time(n->started), "alive",
		row_time(n->alive), "here",
		s->view->now - n->alive < STORE_NODE_GONE, "listen",
		row_text(n->listen), "workers", json_incref(workers),
		"counters", json_incref(counters), "status", status));
	json_decref(status);
	return 0;
}

unsigned int
tell_server(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	struct server s = {.view = v, .nodes = json_array()};
	enum store_result r;

	(void)a;
	if ((r = store_node_each(v->store, server_add_node, &s)) != STORE_OK) {
		json_decref(s.nodes);
		return tell_failed(v, r, error);
	}
	return tell_done(
	    json_pack("{s:o, s:o, s:{s:i}}", "now", row_time(v->now), "nodes",
		s.nodes, "store", "schema", STORE_SCHEMA),
	    out, error);
}
