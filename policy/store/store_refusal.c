#include "config.h"

#include "store_query.h"

enum store_result
store_refusal_put(struct store *s, const struct refusal *r)
{
	/* The device may be gone by now. */
	static const char sql[] =
	    "INSERT INTO refusal (device, own, at, addr, reason) "
	    "SELECT id, ?2, ?3, ?4, ?5 FROM device WHERE id = ?1 "
	    "ON CONFLICT (device, own) DO UPDATE SET at = excluded.at, "
	    "addr = excluded.addr, reason = excluded.reason";

	return store_run(s, sql,
	    STORE_ARGS(INT(r->device), INT(r->own), INT(r->at), TEXT(r->addr),
		TEXT(r->reason)));
}

enum store_result
store_refusal_get(struct store *s, int64_t device, bool own, struct refusal *r)
{
	static const char sql[] = "SELECT at, addr, reason FROM refusal "
				  "WHERE device = ?1 AND own = ?2";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(device), INT(own)));
	if (query_row(q)) {
		r->device = device;
		r->own = own;
		r->at = query_int(q, 0);
		query_text(q, 1, r->addr, sizeof(r->addr));
		query_text(q, 2, r->reason, sizeof(r->reason));
	}
	return query_end(s, q);
}
