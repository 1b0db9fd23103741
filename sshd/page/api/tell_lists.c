/*
 * /api/tokens and /api/operators.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

struct list {
	const struct view *view;
	json_t *rows;
};

static int
lists_add_token(void *arg, const struct token *t)
{
	struct list *l = arg;

	json_array_append_new(l->rows,
	    json_pack("{s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o}", "token",
		t->name, "state",
		token_state_name(token_state(t, l->view->now)), "device",
		row_text(t->device), "tags", row_words(t->tags), "uses_left",
		(json_int_t)t->uses_left, "uses", (json_int_t)t->uses,
		"expires", row_time(t->expires), "created",
		row_time(t->created)));
	return 0;
}

static unsigned int
lists_done(struct view *v, enum store_result r, const char *name, json_t *rows,
    json_t **out, char error[ASKED_ERROR])
{
	if (r == STORE_OK)
		return tell_done(json_pack("{s:o, s:o}", "now",
				     row_time(v->now), name, rows),
		    out, error);
	json_decref(rows);
	return tell_failed(v, r, error);
}

unsigned int
tell_tokens(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	struct list l = {.view = v};
	enum store_result r;

	(void)a;
	if (v->who->role != OPERATOR_ADMIN)
		return tell_admins_only(error);
	l.rows = json_array();
	r = store_token_each(v->store, lists_add_token, &l);
	return lists_done(v, r, "tokens", l.rows, out, error);
}

/* {"tag": "lab", "ports": "22,80"}, or "device" for "tag". */
static int
lists_add_grant(void *arg, const struct grant *g)
{
	json_array_append_new(
	    arg, json_pack("{s:s, s:s}", g->tag != NULL ? "tag" : "device",
		     g->tag != NULL ? g->tag : g->device, "ports", g->ports));
	return 0;
}

static int
lists_add_operator(void *arg, const struct oper *o)
{
	json_t *grants = json_array();
	char key[KEY_FINGERPRINT];
	struct list *l = arg;
	bool over = o->expires != 0 && o->expires <= l->view->now;

	operator_each_grant(o->grants, lists_add_grant, grants);
	key_fingerprint(o->key.digest, key);
	json_array_append_new(l->rows,
	    json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o}",
		"operator", o->name, "role", operator_role_name(o->role),
		"state", over ? "expired" : "active", "grants", grants, "key",
		key, "type", o->key.type, "created", row_time(o->created),
		"expires", row_time(o->expires), "comment",
		row_text(o->key.comment)));
	return 0;
}

/* Others than admins have a view of the store with their own record alone. */
unsigned int
tell_operators(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	struct list l = {.view = v, .rows = json_array()};
	enum store_result r;

	(void)a;
	r = store_operator_each(v->store, lists_add_operator, &l);
	return lists_done(v, r, "operators", l.rows, out, error);
}
