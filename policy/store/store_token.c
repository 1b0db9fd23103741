#include "config.h"

#include <string.h>

#include "name.h"
#include "store_backend.h"

#define COLUMNS                                                               \
	"id, name, device, tags, uses, uses_left, created, expires, memory, " \
	"passes, lanes, salt, hash FROM token "

static void
read_token(struct query *q, struct token *t)
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
one(struct store *s, const char *sql, const struct value *args, struct token *t)
{
	struct query *q;
	enum store_result r;

	if ((q = store_select(s, sql, args)) == NULL)
		return s->result;
	if ((r = query_next(q)) == STORE_OK)
		read_token(q, t);
	query_end(q);
	return r;
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

	return one(s, sql, STORE_ARGS(TEXT(name)), t);
}

enum store_result
store_token_each(
    struct store *s, int (*each)(void *, const struct token *), void *arg)
{
	static const char sql[] = "SELECT " COLUMNS "ORDER BY id";
	struct token t;
	struct query *q;
	enum store_result r;

	if ((q = store_select(s, sql, NULL)) == NULL)
		return s->result;
	while ((r = query_next(q)) == STORE_OK) {
		read_token(q, &t);
		if (each(arg, &t) != 0)
			break;
	}
	query_end(q);
	return r == STORE_NONE ? STORE_OK : r;
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

/* --- enrolment -------------------------------------------------------- */

/* What one registration is about; the caller's transaction. */
struct enrol {
	struct token token;
	const char *name;
	const struct key *key;
	int64_t now;
	enum enrol_result result;
};

/* STORE_OK: it is good, and one use of it less. */
static enum store_result
take_use(struct store *s, const struct enrol *e)
{
	static const char sql[] =
	    "UPDATE token SET uses_left = uses_left - 1 "
	    "WHERE id = ?1 AND uses_left > 0 AND expires > ?2 RETURNING id";
	int64_t id;

	return store_one(
	    s, sql, STORE_ARGS(INT(e->token.id), INT(e->now)), &id);
}

/* The key is known: of this device, or of another one. */
static enum store_result
known_key(struct store *s, struct enrol *e, const struct key *known)
{
	enum store_result r;
	struct device d;

	if ((r = store_device_get(s, known->device, &d)) != STORE_OK)
		return r;
	e->result = strcmp(d.name, e->name) != 0 ? ENROL_KEY_IN_USE
		    : !d.enabled		 ? ENROL_DISABLED
						 : ENROL_AGAIN;
	return STORE_OK;
}

/* STORE_NONE: the key is nobody's. */
static enum store_result
find_key(struct store *s, struct enrol *e)
{
	struct key known;
	struct oper op;
	enum store_result r;

	if ((r = store_key_find(s, e->key->digest, &known)) == STORE_OK)
		return known_key(s, e, &known);
	if (r == STORE_NONE &&
	    (r = store_operator_of_key(s, e->key->digest, &op)) == STORE_OK)
		e->result = ENROL_KEY_IN_USE;
	return r;
}

static int
has_key(void *arg, const struct key *k)
{
	(void)k;
	*(bool *)arg = true;
	return 0;
}

static void
add_tags(struct device *d, const char *tags)
{
	char tag[DEVICE_NAME];
	size_t n;

	for (; *tags != '\0'; tags += tags[n] == ',' ? n + 1 : n) {
		n = strcspn(tags, ",");
		if (n >= sizeof(tag))
			continue;
		memcpy(tag, tags, n);
		tag[n] = '\0';
		device_tag_add(d->tags, tag); /* as many as there is room */
	}
}

/*
 * The id is taken, unless an operator has prepared the device for just this:
 * it has no key yet, and the token is for it alone.
 */
static enum store_result
known_id(struct store *s, struct enrol *e, struct device *d)
{
	bool keyed = strcmp(d->name, e->token.device) != 0;
	enum store_result r = STORE_OK;
	struct key key = *e->key;

	if (!keyed)
		r = store_key_each(s, d->id, has_key, &keyed);
	if (r != STORE_OK)
		return r;
	e->result = keyed	  ? ENROL_ID_TAKEN
		    : !d->enabled ? ENROL_DISABLED
				  : ENROL_PREPARED;
	if (e->result != ENROL_PREPARED)
		return STORE_OK;
	add_tags(d, e->token.tags);
	key.device = d->id;
	if ((r = store_device_update(s, d)) == STORE_OK)
		r = store_key_add(s, &key);
	return r;
}

static enum store_result
new_device(struct store *s, struct enrol *e)
{
	struct device d = {.enabled = true, .created = e->now};
	char why[NAME_WHY];
	struct oper op;
	enum store_result r;

	if (!name_allowed(e->name, why)) {
		e->result = ENROL_BAD_ID;
		return STORE_OK;
	}
	if ((r = store_operator_find(s, e->name, &op)) != STORE_NONE) {
		e->result = ENROL_ID_TAKEN;
		return r;
	}
	memcpy(d.name, e->name, strlen(e->name) + 1);
	add_tags(&d, e->token.tags);
	e->result = ENROL_NEW;
	return store_device_add(s, &d, e->key);
}

static enum store_result
enrol(struct store *s, struct enrol *e)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE id = ?1";
	struct device d;
	enum store_result r;

	r = one(s, sql, STORE_ARGS(INT(e->token.id)), &e->token);
	if (r == STORE_NONE)
		e->result = ENROL_TOKEN_OVER;
	else if (r == STORE_OK && e->token.device[0] != '\0' &&
		 strcmp(e->token.device, e->name) != 0)
		e->result = ENROL_OTHER_DEVICE;
	if (e->result != ENROL_NEW)
		return STORE_OK;
	if (r != STORE_OK)
		return r;
	if ((r = find_key(s, e)) != STORE_NONE)
		return r;
	if ((r = take_use(s, e)) == STORE_NONE)
		e->result = ENROL_TOKEN_OVER;
	if (r != STORE_OK)
		return r == STORE_NONE ? STORE_OK : r;
	if ((r = store_device_find(s, e->name, &d)) == STORE_NONE)
		return new_device(s, e);
	return r == STORE_OK ? known_id(s, e, &d) : r;
}

enum store_result
store_enrol(struct store *s, int64_t token, const char *name,
    const struct key *key, int64_t now, enum enrol_result *result)
{
	struct enrol e = {.name = name, .key = key, .now = now};
	enum store_result r;

	e.token.id = token;
	if ((r = store_begin(s)) != STORE_OK)
		return r;
	r = enrol(s, &e);
	*result = e.result;
	if (r == STORE_OK &&
	    (e.result == ENROL_NEW || e.result == ENROL_PREPARED))
		r = store_commit(s);
	else {
		store_rollback(s);
		return r;
	}
	if (r != STORE_OK)
		store_rollback(s);
	return r;
}
