#include "config.h"

#include <string.h>

#include "name.h"
#include "store_query.h"

/* A registration, in the caller's transaction. */
struct enrol {
	struct token token;
	const char *name;
	const struct key *key;
	int64_t now;
	enum enrol_result result;
};

/* STORE_OK: the token is valid, and one of its uses is taken. */
static enum store_result
enrol_take_use(struct store *s, const struct enrol *e)
{
	static const char sql[] =
	    "UPDATE token SET uses_left = uses_left - 1 "
	    "WHERE id = ?1 AND uses_left > 0 AND expires > ?2 RETURNING id";
	int64_t id;

	return store_one(
	    s, sql, STORE_ARGS(INT(e->token.id), INT(e->now)), &id);
}

/* STORE_OK: the key is a device's, this one's or another's. */
static enum store_result
enrol_again(struct store *s, struct enrol *e, int64_t device)
{
	enum store_result r;
	struct device d;

	if ((r = store_device_get(s, device, &d)) != STORE_OK)
		return r;
	e->result = strcmp(d.name, e->name) != 0 ? ENROL_KEY_IN_USE
		    : !d.enabled		 ? ENROL_DISABLED
						 : ENROL_AGAIN;
	return STORE_OK;
}

/* STORE_NONE: nobody has the key. */
static enum store_result
enrol_by_known_key(struct store *s, struct enrol *e)
{
	char holder[DEVICE_NAME];
	struct key known;
	bool is_device;
	enum store_result r;

	if ((r = store_key_find(s, e->key->digest, &known)) == STORE_OK)
		return enrol_again(s, e, known.device);
	if (r == STORE_NONE)
		r = store_key_holder(s, e->key->digest, holder, &is_device);
	if (r == STORE_OK)
		e->result = ENROL_KEY_IN_USE;
	return r;
}

static int
enrol_has_key(void *arg, const struct key *k)
{
	(void)k;
	*(bool *)arg = true;
	return 0;
}

static void
enrol_add_tags(struct device *d, const char *tags)
{
	char tag[DEVICE_NAME];
	size_t n;

	for (; *tags != '\0'; tags += tags[n] == ',' ? n + 1 : n) {
		n = strcspn(tags, ",");
		if (n >= sizeof(tag))
			continue;
		memcpy(tag, tags, n);
		tag[n] = '\0';
		device_tag_add(d->tags, tag); /* as many as fit */
	}
}

/*
 * Refuse an id that is taken, unless an operator has prepared the device for
 * this: it has no key yet, and the token is for it alone.
 */
static enum store_result
enrol_known_id(struct store *s, struct enrol *e, struct device *d)
{
	bool keyed = strcmp(d->name, e->token.device) != 0;
	enum store_result r = STORE_OK;
	struct key key = *e->key;

	if (!keyed)
		r = store_key_each(s, d->id, enrol_has_key, &keyed);
	if (r != STORE_OK)
		return r;
	e->result = keyed	  ? ENROL_ID_TAKEN
		    : !d->enabled ? ENROL_DISABLED
				  : ENROL_PREPARED;
	if (e->result != ENROL_PREPARED)
		return STORE_OK;
	enrol_add_tags(d, e->token.tags);
	key.device = d->id;
	if ((r = store_device_update(s, d)) == STORE_OK)
		r = store_key_add(s, &key);
	return r;
}

static enum store_result
enrol_new_device(struct store *s, struct enrol *e)
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
	enrol_add_tags(&d, e->token.tags);
	e->result = ENROL_NEW;
	return store_device_add(s, &d, e->key);
}

static enum store_result
enrol_check_token(struct store *s, struct enrol *e)
{
	enum store_result r;

	r = store_token_get(s, e->token.id, &e->token);
	if (r == STORE_NONE)
		e->result = ENROL_TOKEN_OVER;
	else if (r == STORE_OK && e->token.device[0] != '\0' &&
		 strcmp(e->token.device, e->name) != 0)
		e->result = ENROL_OTHER_DEVICE;
	return r == STORE_NONE ? STORE_OK : r;
}

static enum store_result
enrol_register(struct store *s, struct enrol *e)
{
	struct device d;
	enum store_result r;

	if ((r = store_lock_changes(s)) != STORE_OK)
		return r;
	r = enrol_check_token(s, e);
	if (r != STORE_OK || e->result != ENROL_NEW)
		return r;
	if ((r = enrol_by_known_key(s, e)) != STORE_NONE)
		return r;
	if ((r = enrol_take_use(s, e)) == STORE_NONE)
		e->result = ENROL_TOKEN_OVER;
	if (r != STORE_OK)
		return r == STORE_NONE ? STORE_OK : r;
	if ((r = store_device_find(s, e->name, &d)) == STORE_NONE)
		return enrol_new_device(s, e);
	return r == STORE_OK ? enrol_known_id(s, e, &d) : r;
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
	r = enrol_register(s, &e);
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
