#include "config.h"

#include <string.h>

#include "store_query.h"

/* Tickets of a node that died before it read them. */
static enum store_result
ticket_prune(struct store *s, int64_t now)
{
	static const char sql[] = "DELETE FROM ticket WHERE until <= ?1";

	return store_run(s, sql, STORE_ARGS(INT(now)));
}

static enum store_result
ticket_insert(struct store *s, const struct node_ticket *t, int64_t now)
{
	static const char sql[] =
	    "INSERT INTO ticket (number, secret, device, dport, sport, jump, "
	    "from_port, addr, asker, node, until) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

	return store_run(s, sql,
	    STORE_ARGS(INT(t->number), BLOB(t->secret, sizeof(t->secret)),
		INT(t->device), INT(t->dport), INT(t->sport), INT(t->jump),
		INT(t->from), TEXT(t->addr), TEXT(t->asker), TEXT(t->node),
		INT(now + STORE_TICKET_TIME)));
}

enum store_result
store_ticket_put(struct store *s, const struct node_ticket *t)
{
	int64_t now = store_clock(s);
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = ticket_prune(s, now)) == STORE_OK)
		r = ticket_insert(s, t, now);
	return store_leave(s, mine, r);
}

static void
ticket_read(struct query *q, struct node_ticket *t)
{
	t->number = (uint64_t)query_int(q, 0);
	query_blob(q, 1, t->secret, sizeof(t->secret));
	t->device = query_int(q, 2);
	t->dport = (uint32_t)query_int(q, 3);
	t->sport = (uint32_t)query_int(q, 4);
	t->jump = query_int(q, 5) != 0;
	t->from = (uint32_t)query_int(q, 6);
	query_text(q, 7, t->addr, sizeof(t->addr));
	query_text(q, 8, t->asker, sizeof(t->asker));
	query_text(q, 9, t->node, sizeof(t->node));
}

enum store_result
store_ticket_take(struct store *s, const char *node,
    int (*each)(void *, const struct node_ticket *), void *arg)
{
	static const char sql[] =
	    "DELETE FROM ticket WHERE node = ?1 RETURNING number, secret, "
	    "device, dport, sport, jump, from_port, addr, asker, node, until";
	struct node_ticket t = {0};
	int64_t now = store_clock(s);
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(TEXT(node)));
	while (query_row(q)) {
		ticket_read(q, &t);
		if (query_int(q, 10) > now && each(arg, &t) != 0)
			break;
	}
	explicit_bzero(&t, sizeof(t));
	return query_end_list(s, q);
}
