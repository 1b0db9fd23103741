#include "config.h"

#include "store_backend.h"

#define COLUMNS "id, device, type, blob, digest, comment, created FROM key "

static void
read_key(struct query *q, struct key *k)
{
	k->id = query_int(q, 0);
	k->device = query_int(q, 1);
	query_text(q, 2, k->type, sizeof(k->type));
	k->bloblen = query_blob(q, 3, k->blob, sizeof(k->blob));
	query_blob(q, 4, k->digest, sizeof(k->digest));
	query_text(q, 5, k->comment, sizeof(k->comment));
	k->created = query_int(q, 6);
}

static enum store_result
one(struct store *s, const char *sql, const struct value *args, struct key *k)
{
	struct query *q;
	enum store_result r;

	if ((q = store_select(s, sql, args)) == NULL)
		return s->result;
	if ((r = query_next(q)) == STORE_OK)
		read_key(q, k);
	query_end(q);
	return r;
}

/* Say whose it is already. */
static enum store_result
key_taken(struct store *s, const struct key *k)
{
	struct device d;
	struct key other = {.device = 0};

	if (store_key_find(s, k->digest, &other) != STORE_OK ||
	    store_device_get(s, other.device, &d) != STORE_OK)
		return store_fail(s, STORE_EXISTS, "the key is known already");
	return store_fail(
	    s, STORE_EXISTS, "device %s has that key already", d.name);
}

/* What logs in is either a device or an operator. */
static enum store_result
check_operators(struct store *s, const struct key *k)
{
	struct oper o;
	enum store_result r;

	if ((r = store_operator_of_key(s, k->digest, &o)) == STORE_OK)
		return store_fail(s, STORE_EXISTS,
		    "operator %s has that key: give the device one of its own",
		    o.name);
	return r == STORE_NONE ? STORE_OK : r;
}

static enum store_result
insert(struct store *s, struct key *k)
{
	static const char sql[] =
	    "INSERT INTO key (device, type, blob, digest, comment, created) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
	enum store_result r;

	r = store_one(s, sql,
	    STORE_ARGS(INT(k->device), TEXT(k->type), BLOB(k->blob, k->bloblen),
		BLOB(k->digest, sizeof(k->digest)), TEXT(k->comment),
		INT(k->created)),
	    &k->id);
	return r == STORE_EXISTS ? key_taken(s, k) : r;
}

enum store_result
store_key_add(struct store *s, struct key *k)
{
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = check_operators(s, k)) == STORE_OK)
		r = insert(s, k);
	return store_leave(s, mine, r);
}

enum store_result
store_key_find(struct store *s, const uint8_t digest[KEY_DIGEST], struct key *k)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE digest = ?1";

	return one(s, sql, STORE_ARGS(BLOB(digest, KEY_DIGEST)), k);
}

enum store_result
store_key_get(struct store *s, int64_t id, struct key *k)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE id = ?1";

	return one(s, sql, STORE_ARGS(INT(id)), k);
}

enum store_result
store_key_each(struct store *s, int64_t device,
    int (*each)(void *, const struct key *), void *arg)
{
	static const char all[] = "SELECT " COLUMNS "ORDER BY id";
	static const char its[] =
	    "SELECT " COLUMNS "WHERE device = ?1 ORDER BY id";
	struct key k;
	struct query *q;
	enum store_result r;

	q = device == 0 ? store_select(s, all, NULL)
			: store_select(s, its, STORE_ARGS(INT(device)));
	if (q == NULL)
		return s->result;
	while ((r = query_next(q)) == STORE_OK) {
		read_key(q, &k);
		if (each(arg, &k) != 0)
			break;
	}
	query_end(q);
	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
store_key_remove(struct store *s, int64_t id)
{
	static const char sql[] = "DELETE FROM key WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}
