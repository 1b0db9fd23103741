#include "config.h"

#include <string.h>

#include "store_query.h"

#define COLUMNS                                                               \
	"id, name, device, tags, uses, uses_left, created, expires, memory, " \
	"passes, lanes, salt, hash FROM token "

static void
token_read(struct query *q, struct token *t)
{
	memset(t, 0, sizeof(*t));
	t->id = query_int(q, 0);
	query_text(q, 1, t->name, sizeof(t->name));
	query_text(q, 2, t->device, sizeof(t->device));
	query_text(q, 3, t->tags, sizeof(t->tags));
	t->uses = (uint32_t)query_int(q, 4);
	t->uses_left = (uint32_t)query_int(q, 5);
	t->created = query_int(q, 6);
	t->expires = query_int(q, 7);
	t->hash.memory = (uint32_t)query_int(q, 8);
	t->hash.passes = (uint32_t)query_int(q, 9);
	t->hash.lanes = (uint32_t)query_int(q, 10);
	query_blob(q, 11, t->hash.salt, sizeof(t->hash.salt));
	query_blob(q, 12, t->hash.hash, sizeof(t->hash.hash));
}

static enum store_result
token_select(
    struct store *s, const char *sql, const struct value *args, struct token *t)
{
	struct query *q;

	q = store_select(s, sql, args);
	if (query_row(q))
		token_read(q, t);
	return query_end(s, q);
}

enum store_result
store_token_add(struct store *s, struct token *t)
{
	static const char tidy[] = "DELETE FROM token WHERE expires < ?1";
	static const char sql[] =
	    "INSERT INTO token (name, device, tags, uses, uses_left, created, "
	    "expires, memory, passes, lanes, salt, hash) VALUES (?1, ?2, ?3, "
	    "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id";
	const struct token_hash *h = &t->hash;
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	r = store_run(s, tidy, STORE_ARGS(INT(t->created - TOKEN_KEEP)));
	if (r == STORE_OK)
		r = store_one(s, sql,
		    STORE_ARGS(TEXT(t->name), TEXT(t->device), TEXT(t->tags),
			INT(t->uses), INT(t->uses_left), INT(t->created),
			INT(t->expires), INT(h->memory), INT(h->passes),
			INT(h->lanes), BLOB(h->salt, sizeof(h->salt)),
			BLOB(h->hash, sizeof(h->hash))),
		    &t->id);
	return store_leave(s, mine, r);
}

enum store_result
store_token_find(struct store *s, const char *name, struct token *t)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE name = ?1";

	return token_select(s, sql, STORE_ARGS(TEXT(name)), t);
}

enum store_result
store_token_get(struct store *s, int64_t id, struct token *t)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE id = ?1";

	return token_select(s, sql, STORE_ARGS(INT(id)), t);
}

enum store_result
store_token_each(
    struct store *s, int (*each)(void *, const struct token *), void *arg)
{
	static const char sql[] = "SELECT " COLUMNS "ORDER BY id";
	struct token t;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		token_read(q, &t);
		if (each(arg, &t) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_token_remove(struct store *s, int64_t id)
{
	static const char sql[] =
	    "DELETE FROM token WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}

enum store_result
store_token_until(struct store *s, int64_t *until)
{
	static const char sql[] =
	    "SELECT coalesce(max(expires), 0) FROM token WHERE uses_left > 0";

	return store_one(s, sql, NULL, until);
}

enum store_result
store_token_last(struct store *s, int64_t *expires)
{
	static const char sql[] = "SELECT coalesce(max(expires), 0) FROM token";

	return store_one(s, sql, NULL, expires);
}
