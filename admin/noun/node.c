/*
 * The servers on a store, by name.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "census.h"
#include "change.h"
#include "node_row.h"
#include "watch.h"
#include "when.h"

#define LOOK 1000 /* ms between looks for a node that has ended */

/* ---- list ---- */

struct node_list {
	struct admin *admin;
	bool several;
	enum store_result result;
};

static int
node_list_one(void *arg, const struct node *n)
{
	struct node_list *l = arg;
	struct node_row row;

	l->result = node_row_make(&row, l->admin->store, n, l->several);
	if (l->result == STORE_OK)
		node_row_show(l->admin->out, n, &row);
	node_row_free(&row);
	return l->result != STORE_OK;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	struct node_list l = {.admin = a};
	enum store_result result;

	(void)args;
	l.several = census_several(a->store);
	node_row_table(a->out, false);
	result = store_node_each(a->store, node_list_one, &l);
	return admin_result(a, result == STORE_OK ? l.result : result);
}

/* ---- the others ---- */

static enum admin_exit
node_find(struct admin *a, const char *name, struct node *n)
{
	enum store_result r = census_find(a->store, name, n);

	if (r == STORE_NONE)
		return admin_fail(
		    "no such node: %s; see et-admin node list", name);
	return admin_result(a, r);
}

/* Says why a node that has ended is not drained. */
static enum admin_exit
drain_refuse(struct admin *a, const struct node *n)
{
	struct census c;
	char ago[WHEN_TEXT];

	if (!store_node_lives(a->store, n))
		return admin_fail("node %s is %s, since %s: to forget it, run "
				  "et-admin node remove %s",
		    n->name, node_state_name(node_state(a->store, n)),
		    when_ago(n->alive, when_now(), ago), n->name);
	if (census_take(a->store, &c) != STORE_OK)
		return admin_result(a, STORE_FAILED);
	if (!store_shared(a->store) && c.alive < 2)
		return admin_fail(
		    "node %s is the only server that this store can "
		    "have: stop et-sshd instead",
		    n->name);
	if (c.alive < 2)
		admin_note("no other node is alive: nobody is served once %s "
			   "has drained",
		    n->name);
	return ADMIN_DONE;
}

/* A node that ends removes its row, or is silent from then on. */
static enum admin_exit
drain_wait(struct admin *a, const char *name)
{
	struct watch *watch;
	enum store_result r;
	struct node n;

	if ((watch = watch_new(a->store)) == NULL)
		return admin_fail("out of memory");
	while ((r = census_find(a->store, name, &n)) == STORE_BUSY ||
	       (r == STORE_OK && n.drain && store_node_lives(a->store, &n)))
		if (watch_next(watch, LOOK) == WATCH_INTERRUPT)
			break;
	watch_free(watch);
	if (r != STORE_OK && r != STORE_NONE)
		return admin_result(a, r);
	if (r == STORE_OK && store_node_lives(a->store, &n))
		return admin_fail(n.drain
				      ? "stopped waiting; node %s still drains"
				      : "node %s is not drained any more",
		    name);
	output_line(a->out, "node %s has ended", name);
	return ADMIN_DONE;
}

static enum admin_exit
node_set_drain(struct admin *a, const char *name, bool on)
{
	char done[DEVICE_NAME + 48];
	int64_t seq;

	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_node_drain(a->store, name, on), &seq,
		"node %s %s", on ? "drain" : "undrain", name) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "node %s %s", name,
	    on ? "takes no new connections" : "takes connections");
	return change_settle(a, seq, -1, done);
}

static enum admin_exit
run_drain(struct admin *a, const struct args *args)
{
	enum admin_exit result;
	struct node n;

	if (node_find(a, args->word[0], &n) != ADMIN_DONE ||
	    drain_refuse(a, &n) != ADMIN_DONE)
		return ADMIN_FAILED;
	result = node_set_drain(a, n.name, true);
	if (result == ADMIN_DONE && args->value[ARG_WAIT] != NULL) {
		output_flush(a->out);
		result = drain_wait(a, n.name);
	}
	return result;
}

static enum admin_exit
run_undrain(struct admin *a, const struct args *args)
{
	struct node n;

	if (node_find(a, args->word[0], &n) != ADMIN_DONE)
		return ADMIN_FAILED;
	switch (node_state(a->store, &n)) {
	case NODE_ALIVE:
		output_line(a->out, "node %s is not drained", n.name);
		return ADMIN_DONE;
	case NODE_DRAINING:
		return node_set_drain(a, n.name, false);
	default:
		return admin_fail("node %s has ended: start et-sshd there, "
				  "which then takes connections",
		    n.name);
	}
}

/* Within the transaction: it may have begun again. */
static enum admin_exit
remove_check(struct admin *a, const char *name, struct node *n)
{
	if (node_find(a, name, n) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (store_node_lives(a->store, n) && !store_shared(a->store))
		return admin_fail("node %s is alive: stop et-sshd there", name);
	if (store_node_lives(a->store, n))
		return admin_fail(
		    "node %s is alive: run et-admin node drain %s --wait, or "
		    "stop et-sshd there, and remove it then",
		    name, name);
	return ADMIN_DONE;
}

static enum admin_exit
run_remove(struct admin *a, const struct args *args)
{
	const char *name = args->word[0];
	char done[DEVICE_NAME + 48], at[WHEN_TEXT];
	struct node n;
	int64_t seq;

	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (remove_check(a, name, &n) != ADMIN_DONE) {
		store_rollback(a->store);
		return ADMIN_FAILED;
	}
	if (change_commit(a, store_node_remove(a->store, name), &seq,
		"node remove %s", name) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!n.drain && node_refuses(&n) > when_now())
		admin_note("if %s is cut off from the store, it refuses logins "
			   "by itself from %s",
		    name, when_local(node_refuses(&n), at));
	snprintf(done, sizeof(done), "node %s removed", name);
	return change_settle(a, seq, -1, done);
}

static const struct verb verbs[] = {
    {"list", "[-o A,B]", "List the servers on the store, and their state.",
	"LAG MS is for how long the oldest change that the node has not "
	"applied has been\n"
	"in the store, CHANGES the number of such changes.",
	0, 0, ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_VIEWER),
	run_list},
    {"drain", "NAME [--wait]",
	"Have a server take no new connections, and end when it is empty.",
	"Its devices connect to other nodes; jumps go on for drain-time.  "
	"--wait returns\n"
	"when it has ended; Ctrl-C leaves it draining.",
	1, 1, ARG_BIT(ARG_WAIT), VERB_STORE | VERB_BY(OPERATOR_ADMIN),
	run_drain},
    {"undrain", "NAME", "Have a server that drains take connections again.",
	NULL, 1, 1, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_undrain},
    {"remove", "NAME", "Forget a server that has ended.",
	"A server that is alive is refused: drain it, or stop it, first.", 1, 1,
	0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_remove},
    {.run = NULL},
};

const struct noun noun_node = {
    "node", "list, drain and remove the servers on the store", verbs};
