#include "config.h"

#include "store_query.h"

static enum store_result
change_add(struct store *s, enum store_noun noun, int64_t id, int64_t ref,
    const char *who, const char *what)
{
	static const char sql[] =
	    "INSERT INTO change (noun, id, ref, who, what) "
	    "VALUES (?1, ?2, ?3, ?4, ?5)";

	return store_run(s, sql,
	    STORE_ARGS(INT(noun), INT(id), INT(ref), TEXT(who), TEXT(what)));
}

enum store_result
store_kill(struct store *s, const char *node, uint64_t session, int64_t device)
{
	return change_add(s, STORE_KILL, (int64_t)session, device, "", node);
}

enum store_result
store_penalty_clear(struct store *s, const char *addr)
{
	return change_add(s, STORE_PENALTY, 0, 0, "", addr);
}

enum store_result
store_alert_test(struct store *s)
{
	return change_add(s, STORE_ALERT_TEST, 1, 0, "", "");
}

enum store_result
store_admin(struct store *s, const char *who, const char *what)
{
	return change_add(s, STORE_ADMIN, 0, 0, who, what);
}

enum store_result
store_seq(struct store *s, int64_t *seq)
{
	/* Changes may all be gone; the count never goes back. */
	static const char sql[] =
	    "SELECT coalesce((SELECT max(seq) FROM change), 0)";

	return store_one(s, sql, NULL, seq);
}

/* Is all after seq still kept?  A store put back from a copy is behind it. */
static enum store_result
check_kept(struct store *s, int64_t after)
{
	static const char sql[] =
	    "SELECT CASE WHEN "
	    "?1 >= coalesce((SELECT min(seq) FROM change), 1) - 1 AND "
	    "?1 <= coalesce((SELECT max(seq) FROM change), 0) "
	    "THEN 1 ELSE 0 END";
	enum store_result r;
	int64_t kept;

	if ((r = store_one(s, sql, STORE_ARGS(INT(after)), &kept)) != STORE_OK)
		return r;
	return kept ? STORE_OK : STORE_NONE;
}

static void
change_read(struct query *q, struct change *c)
{
	c->seq = query_int(q, 0);
	c->noun = (enum store_noun)query_int(q, 1);
	c->id = query_int(q, 2);
	c->ref = query_int(q, 3);
	query_text(q, 4, c->who, sizeof(c->who));
	query_text(q, 5, c->what, sizeof(c->what));
}

enum store_result
store_change_each(struct store *s, int64_t after,
    int (*each)(void *, const struct change *), void *arg)
{
	static const char sql[] =
	    "SELECT seq, noun, id, ref, who, what FROM change "
	    "WHERE seq > ?1 ORDER BY seq";
	struct change c;
	struct query *q;
	enum store_result r;

	if ((r = check_kept(s, after)) != STORE_OK)
		return r;
	q = store_select(s, sql, STORE_ARGS(INT(after)));
	while (query_row(q)) {
		change_read(q, &c);
		if (each(arg, &c) != 0)
			break;
	}
	return query_end_list(s, q);
}
