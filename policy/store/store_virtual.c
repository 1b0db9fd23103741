#include "config.h"

#include "store_query.h"

/* Of a device's ended virtual forwards only the last is kept. */
static enum store_result
virtual_prune(struct store *s, const struct forward *f)
{
	static const char sql[] = "DELETE FROM wish WHERE device = ?1 AND "
				  "dport <> ?2 AND state >= 3";

	if (!forward_ended(f->state))
		return STORE_OK;
	return store_run(s, sql, STORE_ARGS(INT(f->device), INT(f->dport)));
}

enum store_result
store_virtual_put(struct store *s, const char *node, const struct forward *f)
{
	/* The device may be gone by now. */
	static const char sql[] =
	    "INSERT INTO wish (device, dport, sport, node, created, "
	    "state, state_at, reason) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
	    "FROM device WHERE id = ?1 "
	    "ON CONFLICT (device, dport) DO UPDATE SET "
	    "sport = excluded.sport, node = excluded.node, "
	    "created = excluded.created, state = excluded.state, "
	    "state_at = excluded.state_at, reason = excluded.reason";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_run(s, sql,
	    STORE_ARGS(INT(f->device), INT(f->dport), INT(f->sport), TEXT(node),
		INT(f->created), INT(f->state), INT(f->state_at),
		TEXT(f->reason)));
	if (r == STORE_OK)
		r = virtual_prune(s, f);
	return store_leave(s, mine, r);
}

enum store_result
store_virtual_clear(struct store *s, const char *node, int64_t now)
{
	static const char sql[] =
	    "UPDATE wish SET state = ?2, state_at = ?3, reason = 'server "
	    "stopped' WHERE node = ?1 AND state < 3";

	return store_run(
	    s, sql, STORE_ARGS(TEXT(node), INT(FORWARD_CANCELLED), INT(now)));
}

enum store_result
store_virtual_each(
    struct store *s, int (*each)(void *, const struct forward *), void *arg)
{
	static const char sql[] =
	    "SELECT w.device, d.name, w.dport, w.sport, w.created, w.state, "
	    "w.state_at, w.reason FROM wish w JOIN device d ON d.id = w.device "
	    "ORDER BY w.created, w.device, w.dport";
	struct forward f = {.virtual = true};
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		f.device = query_int(q, 0);
		query_text(q, 1, f.name, sizeof(f.name));
		f.dport = (uint32_t)query_int(q, 2);
		f.sport = (uint32_t)query_int(q, 3);
		f.created = query_int(q, 4);
		f.state = (enum forward_state)query_int(q, 5);
		f.state_at = query_int(q, 6);
		query_text(q, 7, f.reason, sizeof(f.reason));
		if (each(arg, &f) != 0)
			break;
	}
	return query_end_list(s, q);
}
