#include "config.h"

#include "store_query.h"

#define COLUMNS "id, device, type, blob, digest, comment, created FROM key "

static void
key_read(struct query *q, struct key *k)
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
key_select(
    struct store *s, const char *sql, const struct value *args, struct key *k)
{
	struct query *q;

	q = store_select(s, sql, args);
	if (query_row(q))
		key_read(q, k);
	return query_end(s, q);
}

/* A key belongs to one device or to one operator. */
static enum store_result
key_check_free(struct store *s, const struct key *k)
{
	char name[DEVICE_NAME];
	bool is_device;
	enum store_result r;

	if ((r = store_lock_changes(s)) != STORE_OK)
		return r;
	if ((r = store_key_holder(s, k->digest, name, &is_device)) ==
	    STORE_NONE)
		return STORE_OK;
	if (r != STORE_OK)
		return r;
	if (is_device)
		return store_fail(
		    s, STORE_EXISTS, "device %s has that key already", name);
	return store_fail(s, STORE_EXISTS,
	    "operator %s has that key: give the device one of its own", name);
}

static enum store_result
key_insert(struct store *s, struct key *k)
{
	static const char sql[] =
	    "INSERT INTO key (device, type, blob, digest, comment, created) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";

	return store_one(s, sql,
	    STORE_ARGS(INT(k->device), TEXT(k->type), BLOB(k->blob, k->bloblen),
		BLOB(k->digest, sizeof(k->digest)), TEXT(k->comment),
		INT(k->created)),
	    &k->id);
}

enum store_result
store_key_add(struct store *s, struct key *k)
{
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = key_check_free(s, k)) == STORE_OK)
		r = key_insert(s, k);
	return store_leave(s, mine, r);
}

enum store_result
store_key_find(struct store *s, const uint8_t digest[KEY_DIGEST], struct key *k)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE digest = ?1";

	return key_select(s, sql, STORE_ARGS(BLOB(digest, KEY_DIGEST)), k);
}

enum store_result
store_key_get(struct store *s, int64_t id, struct key *k)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE id = ?1";

	return key_select(s, sql, STORE_ARGS(INT(id)), k);
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

	q = device == 0 ? store_select(s, all, NULL)
			: store_select(s, its, STORE_ARGS(INT(device)));
	while (query_row(q)) {
		key_read(q, &k);
		if (each(arg, &k) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_key_remove(struct store *s, int64_t id)
{
	static const char sql[] = "DELETE FROM key WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}
