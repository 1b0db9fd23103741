#include "config.h"

#include "store_query.h"

#define COLUMNS                                                          \
	"id, name, role, grants, type, blob, digest, comment, created, " \
	"expires FROM operator "

static void
operator_read(struct query *q, struct oper *o)
{
	o->id = query_int(q, 0);
	query_text(q, 1, o->name, sizeof(o->name));
	o->role = (enum operator_role)query_int(q, 2);
	query_text(q, 3, o->grants, sizeof(o->grants));
	o->key.id = 0;
	o->key.device = 0;
	query_text(q, 4, o->key.type, sizeof(o->key.type));
	o->key.bloblen = query_blob(q, 5, o->key.blob, sizeof(o->key.blob));
	query_blob(q, 6, o->key.digest, sizeof(o->key.digest));
	query_text(q, 7, o->key.comment, sizeof(o->key.comment));
	o->created = o->key.created = query_int(q, 8);
	o->expires = query_int(q, 9);
}

static enum store_result
operator_select(
    struct store *s, const char *sql, const struct value *args, struct oper *o)
{
	struct query *q;

	q = store_select(s, sql, args);
	if (query_row(q))
		operator_read(q, o);
	return query_end(s, q);
}

enum store_result
store_operator_find(struct store *s, const char *name, struct oper *o)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE name = ?1";

	return operator_select(s, sql, STORE_ARGS(TEXT(name)), o);
}

enum store_result
store_operator_get(struct store *s, int64_t id, struct oper *o)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE id = ?1";

	return operator_select(s, sql, STORE_ARGS(INT(id)), o);
}

static enum store_result
operator_check_name(struct store *s, const struct oper *o)
{
	struct oper other;
	enum store_result r;

	if ((r = store_operator_find(s, o->name, &other)) == STORE_OK)
		return store_fail(
		    s, STORE_EXISTS, "operator %s exists already", o->name);
	if (r != STORE_NONE)
		return r;
	return store_name_free(s, 0, "operator's name", o->name);
}

static enum store_result
operator_check_key(struct store *s, const struct key *k)
{
	char name[DEVICE_NAME];
	bool is_device;
	enum store_result r;

	if ((r = store_key_holder(s, k->digest, name, &is_device)) ==
	    STORE_NONE)
		return STORE_OK;
	if (r != STORE_OK)
		return r;
	if (!is_device)
		return store_fail(
		    s, STORE_EXISTS, "operator %s has that key already", name);
	return store_fail(s, STORE_EXISTS,
	    "device %s has that key: give the operator one of their own", name);
}

static enum store_result
operator_forget_expired(struct store *s, int64_t now)
{
	static const char sql[] =
	    "DELETE FROM operator WHERE expires <> 0 AND expires < ?1";

	return store_run(s, sql, STORE_ARGS(INT(now - OPERATOR_KEEP)));
}

enum store_result
store_operator_add(struct store *s, struct oper *o)
{
	static const char sql[] =
	    "INSERT INTO operator (name, role, grants, type, blob, digest, "
	    "comment, created, expires) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
	const struct key *k = &o->key;
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = operator_forget_expired(s, o->created)) == STORE_OK &&
	    (r = operator_check_name(s, o)) == STORE_OK)
		r = operator_check_key(s, k);
	if (r == STORE_OK)
		r = store_one(s, sql,
		    STORE_ARGS(TEXT(o->name), INT(o->role), TEXT(o->grants),
			TEXT(k->type), BLOB(k->blob, k->bloblen),
			BLOB(k->digest, sizeof(k->digest)), TEXT(k->comment),
			INT(o->created), INT(o->expires)),
		    &o->id);
	return store_leave(s, mine, r);
}

enum store_result
store_operator_each(
    struct store *s, int (*each)(void *, const struct oper *), void *arg)
{
	static const char sql[] = "SELECT " COLUMNS "ORDER BY name";
	struct oper o;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		operator_read(q, &o);
		if (each(arg, &o) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_operator_remove(struct store *s, int64_t id)
{
	static const char sql[] =
	    "DELETE FROM operator WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}

enum store_result
store_operator_extend(struct store *s, int64_t id, int64_t expires)
{
	static const char sql[] =
	    "UPDATE operator SET expires = ?2 WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id), INT(expires)), &id);
}
