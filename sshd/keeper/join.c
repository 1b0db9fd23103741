#include "config.h"

#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "join.h"
#include "lead.h"
#include "report.h"

/* This node's row, if there is one. */
struct join_row {
	const char *name;
	uint32_t pid;
	int64_t started, alive;
};

static int
join_find(void *arg, const struct node *n)
{
	struct join_row *row = arg;

	if (strcmp(n->name, row->name) != 0)
		return 0;
	row->pid = n->pid;
	row->started = n->started;
	row->alive = n->alive;
	return 1;
}

static enum store_result
join_look(struct keeper *k, struct join_row *row)
{
	*row = (struct join_row){.name = k->node.name};
	return store_node_look(k->store, join_find, row);
}

/* Note which connection it is, and to which store. */
static void
join_note(struct keeper *k, int64_t lineage)
{
	k->connects = store_connects(k->store);
	k->lineage = lineage;
}

enum store_result
join_begin(struct keeper *k, char error[STORE_ERROR])
{
	struct join_row row;
	enum store_result r;

	if (!store_shared(k->store))
		return STORE_OK;
	if ((r = join_look(k, &row)) != STORE_OK) {
		snprintf(error, STORE_ERROR, "%s", store_error(k->store));
		return r;
	}
	/* The keeper before this one was the same server's. */
	if (k->where.since != 0 && row.pid == k->node.pid)
		k->node.started = row.started;
	k->node.alive = 0;
	r = store_node_begin(k->store, &k->node, error);
	if (r == STORE_TAKEN && k->rival != 0 && row.alive > k->rival)
		r = STORE_DENIED;
	k->rival = row.alive;
	if (r == STORE_OK)
		join_note(k, store_lineage(k->store));
	return r;
}

enum store_result
join_resume(struct keeper *k)
{
	char error[STORE_ERROR];
	struct join_row row;
	enum store_result r;
	int64_t lineage;

	if (!store_shared(k->store))
		return STORE_OK;
	if (store_connects(k->store) == k->connects)
		return k->reload ? changes_reload(k) : STORE_OK;
	/* The lock went with the connection. */
	lead_lost(k);
	if ((r = join_look(k, &row)) != STORE_OK)
		return r;
	lineage = store_lineage(k->store);
	if (row.pid != k->node.pid || row.started != k->node.started ||
	    lineage != k->lineage)
		k->reload = true;
	r = store_node_begin(k->store, &k->node, error);
	if (r == STORE_TAKEN || r == STORE_DENIED)
		report_refusal(k, error);
	if (r != STORE_OK)
		return r;
	join_note(k, lineage);
	return k->reload ? changes_reload(k) : STORE_OK;
}
