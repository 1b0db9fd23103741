/*
 * Tokens: their text, their hash, and what comes of a registration.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "place.h"
#include "unit.h"

#define NOW 1000
#define LATER 2000

static void
texts(void **unused)
{
	static const char good[] = "abcdefgh.abcdefghijklmnopqrstuvwxyz";
	static const char *const bad[] = {"", ".", "abcdefgh", "abcdefgh.",
	    "abcdefgh.abcdefghijklmnopqrstuvwxy",
	    "abcdefgh.abcdefghijklmnopqrstuvwxyza",
	    "abcdefgh-abcdefghijklmnopqrstuvwxyz",
	    "abcdefg.abcdefghijklmnopqrstuvwxyz",
	    "abcdefgh.abcdefghijklmnopqrstuvwxy1",
	    "Abcdefgh.abcdefghijklmnopqrstuvwxyz",
	    "abcdefg8.abcdefghijklmnopqrstuvwxyz",
	    "abcdefgh.abcdefghijklmnopqrstuvwxyz\n",
	    " abcdefgh.abcdefghijklmnopqrstuvwxyz"};
	char name[TOKEN_NAME] = "unread", secret[TOKEN_SECRET] = "unread";
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(token_parse(bad[i], name, secret));
	assert_string_equal(name, "unread");
	assert_string_equal(secret, "unread");
	assert_true(token_parse(good, name, secret));
	assert_string_equal(name, "abcdefgh");
	assert_string_equal(secret, "abcdefghijklmnopqrstuvwxyz");
	assert_int_equal(sizeof(good), TOKEN_TEXT);
	assert_true(token_name_valid("abcdefgh"));
	assert_false(token_name_valid("abcdefgh.abc"));
}

static void
hashes(void **unused)
{
	char text[TOKEN_TEXT], other[TOKEN_TEXT];
	char name[TOKEN_NAME], secret[TOKEN_SECRET];
	struct token t = {.id = 0}, u = {.id = 0};
	struct token_hash h;

	(void)unused;
	assert_int_equal(token_make(&t, text), 0);
	assert_int_equal(token_make(&u, other), 0);
	assert_string_not_equal(text, other);
	assert_memory_not_equal(t.hash.salt, u.hash.salt, TOKEN_SALT);
	assert_true(token_parse(text, name, secret));
	assert_string_equal(name, t.name);
	assert_true(token_verify(secret, &t.hash));
	assert_false(token_verify(secret, &u.hash));
	assert_false(token_verify(secret, &token_nobodys));
	assert_int_equal(t.hash.memory, 19456);
	assert_int_equal(t.hash.passes, 2);
	assert_int_equal(t.hash.lanes, 1);
	secret[0] = secret[0] == 'a' ? 'b' : 'a';
	assert_false(token_verify(secret, &t.hash));
	secret[0] = '\0';
	assert_false(token_verify(secret, &t.hash));
	/* What somebody wrote into the store costs no more than so much. */
	assert_true(token_parse(text, name, secret));
	h = t.hash;
	h.memory = 65537;
	assert_false(token_verify(secret, &h));
	h = t.hash;
	h.passes = 9;
	assert_false(token_verify(secret, &h));
	h = t.hash;
	h.lanes = 5;
	assert_false(token_verify(secret, &h));
	h.lanes = 0;
	assert_false(token_verify(secret, &h));
}

/* What argon2id_hash_raw(3) makes of it: Argon2id, version 1.3. */
static void
known_answer(void **unused)
{
	static const uint8_t hash[TOKEN_HASH] = {0x60, 0x75, 0x82, 0x29, 0x6b,
	    0x79, 0x4a, 0xce, 0x12, 0x6f, 0x90, 0xeb, 0x87, 0xb5, 0xd4, 0xb4,
	    0x96, 0x3b, 0x58, 0xc4, 0xb3, 0x18, 0x4f, 0xdf, 0x83, 0xeb, 0xd1,
	    0xe4, 0xfb, 0x50, 0xb1, 0xfd};
	struct token_hash h = token_nobodys;

	(void)unused;
	memcpy(h.salt, "0123456789abcdef", TOKEN_SALT);
	memcpy(h.hash, hash, sizeof(hash));
	assert_true(token_verify("abcdefghijklmnopqrstuvwxyz", &h));
}

/* A token in the store, whose hash matters to nobody here. */
static int64_t
put(struct store *s, const char *name, uint32_t uses, const char *device)
{
	struct token t = {.uses = uses, .uses_left = uses, .expires = LATER};

	snprintf(t.name, sizeof(t.name), "%s", name);
	snprintf(t.device, sizeof(t.device), "%s", device);
	snprintf(t.tags, sizeof(t.tags), "lab,new");
	assert_int_equal(store_token_add(s, &t), STORE_OK);
	return t.id;
}

static uint32_t
left(struct store *s, const char *name)
{
	struct token t;

	assert_int_equal(store_token_find(s, name, &t), STORE_OK);
	return t.uses_left;
}

static enum enrol_result
enrol(struct store *s, int64_t token, const char *name, unsigned int key)
{
	enum enrol_result result;
	struct key k;

	place_key(&k, key);
	assert_int_equal(
	    store_enrol(s, token, name, &k, NOW, &result), STORE_OK);
	return result;
}

static int
note_token(void *arg, const struct token *t)
{
	*(struct token *)arg = *t;
	return 0;
}

static void
records(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct token t, got = {.id = 0};
	char text[TOKEN_TEXT];
	int64_t until, seq, before;

	assert_int_equal(store_token_until(s, &until), STORE_OK);
	assert_int_equal(until, 0);
	memset(&t, 0, sizeof(t));
	assert_int_equal(token_make(&t, text), 0);
	t.uses = 3;
	t.uses_left = 2;
	t.created = NOW;
	t.expires = LATER;
	snprintf(t.device, sizeof(t.device), "d1");
	snprintf(t.tags, sizeof(t.tags), "a,b");
	store_seq(s, &before);
	assert_int_equal(store_token_add(s, &t), STORE_OK);
	store_seq(s, &seq);
	assert_int_equal(seq, before + 1);
	assert_int_equal(store_token_find(s, t.name, &got), STORE_OK);
	assert_memory_equal(&got, &t, sizeof(t));
	memset(&got, 0, sizeof(got));
	assert_int_equal(store_token_each(s, note_token, &got), STORE_OK);
	assert_memory_equal(&got, &t, sizeof(t));
	assert_int_equal(token_state(&t, NOW), TOKEN_GOOD);
	assert_int_equal(token_state(&t, LATER), TOKEN_EXPIRED);
	got = t;
	got.uses_left = 0;
	assert_int_equal(token_state(&got, NOW), TOKEN_USED_UP);
	assert_int_equal(token_state(&got, LATER), TOKEN_USED_UP);
	assert_int_equal(store_token_until(s, &until), STORE_OK);
	assert_int_equal(until, LATER);
	assert_int_equal(store_token_add(s, &t), STORE_EXISTS);
	assert_int_equal(store_token_remove(s, got.id), STORE_OK);
	assert_int_equal(store_token_remove(s, got.id), STORE_NONE);
	assert_int_equal(store_token_find(s, t.name, &got), STORE_NONE);
	/* A new one has those forgotten that ended long ago. */
	put(s, "aaaaaaaa", 1, "");
	t.created = LATER + TOKEN_KEEP;
	t.expires = t.created + 1;
	assert_int_equal(store_token_add(s, &t), STORE_OK);
	assert_int_equal(left(s, "aaaaaaaa"), 1);
	t.created++;
	t.name[0] = t.name[0] == 'a' ? 'b' : 'a';
	assert_int_equal(store_token_add(s, &t), STORE_OK);
	assert_int_equal(store_token_find(s, "aaaaaaaa", &got), STORE_NONE);
	store_close(s);
}

static void
registrations(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t token = put(s, "aaaaaaaa", 2, "");
	struct device d;

	assert_int_equal(enrol(s, token, "d1", 1), ENROL_NEW);
	assert_int_equal(store_device_find(s, "d1", &d), STORE_OK);
	assert_string_equal(d.tags, "lab,new");
	assert_true(d.enabled);
	assert_int_equal(left(s, "aaaaaaaa"), 1);
	/* The same again uses nothing up, and refusals do not. */
	assert_int_equal(enrol(s, token, "d1", 1), ENROL_AGAIN);
	assert_int_equal(enrol(s, token, "d1", 2), ENROL_ID_TAKEN);
	assert_int_equal(enrol(s, token, "d2", 1), ENROL_KEY_IN_USE);
	assert_int_equal(left(s, "aaaaaaaa"), 1);
	/* Nor by its second name. */
	snprintf(d.alias, sizeof(d.alias), "roof");
	assert_int_equal(store_device_update(s, &d), STORE_OK);
	assert_int_equal(enrol(s, token, "roof", 2), ENROL_ID_TAKEN);
	assert_int_equal(store_device_find(s, "d2", &d), STORE_NONE);
	assert_int_equal(enrol(s, token, "d2", 2), ENROL_NEW);
	assert_int_equal(enrol(s, token, "d3", 3), ENROL_TOKEN_OVER);
	assert_int_equal(enrol(s, token, "d2", 2), ENROL_AGAIN);
	assert_int_equal(enrol(s, 99, "d3", 3), ENROL_TOKEN_OVER);
	assert_int_equal(store_device_find(s, "d3", &d), STORE_NONE);
	store_device_find(s, "d1", &d);
	d.enabled = false;
	assert_int_equal(store_device_update(s, &d), STORE_OK);
	assert_int_equal(enrol(s, token, "d1", 1), ENROL_DISABLED);
	store_close(s);
}

/* The id comes as it is to be kept, and means nothing else. */
static void
registers_no_other_name(void **state)
{
	static const char *const names[] = {"device6466b34bde54",
	    "64-66-b3-4b-de-54", "6466.b34b.de54", "device-7", "enroll",
	    "localhost", "192.0.2.7"};
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct oper o = {.name = "alice", .role = OPERATOR_ADMIN, .created = 5};
	int64_t token = put(s, "aaaaaaaa", 2, "");
	struct device d;
	size_t i;

	place_key(&o.key, 9);
	assert_int_equal(store_operator_add(s, &o), STORE_OK);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(enrol(s, token, names[i], 1), ENROL_BAD_ID);
	assert_int_equal(enrol(s, token, "alice", 1), ENROL_ID_TAKEN);
	assert_int_equal(store_device_find(s, "alice", &d), STORE_NONE);
	assert_int_equal(left(s, "aaaaaaaa"), 2);
	assert_int_equal(enrol(s, token, "6466b34bde54", 1), ENROL_NEW);
	store_close(s);
}

/* A device that was added without a key, for a token that is for it alone. */
static void
prepared(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct device d = {.enabled = true, .name = "d1", .tags = "own"};
	int64_t any = put(s, "aaaaaaaa", 1, ""), its;
	struct key k;

	its = put(s, "bbbbbbbb", 2, "d1");
	assert_int_equal(store_device_add(s, &d, NULL), STORE_OK);
	assert_int_equal(enrol(s, any, "d1", 1), ENROL_ID_TAKEN);
	assert_int_equal(enrol(s, its, "d2", 1), ENROL_OTHER_DEVICE);
	assert_int_equal(left(s, "bbbbbbbb"), 2);
	assert_int_equal(enrol(s, its, "d1", 1), ENROL_PREPARED);
	assert_int_equal(left(s, "bbbbbbbb"), 1);
	assert_int_equal(store_device_find(s, "d1", &d), STORE_OK);
	assert_string_equal(d.tags, "lab,new,own");
	place_key(&k, 1);
	assert_int_equal(store_key_find(s, k.digest, &k), STORE_OK);
	assert_int_equal(k.device, d.id);
	/* It has one now: another key is another device. */
	assert_int_equal(enrol(s, its, "d1", 2), ENROL_ID_TAKEN);
	assert_int_equal(enrol(s, its, "d1", 1), ENROL_AGAIN);
	assert_int_equal(left(s, "bbbbbbbb"), 1);
	store_close(s);
}

static void
expired(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t token = put(s, "aaaaaaaa", 1, "");
	enum enrol_result result;
	struct key k;

	place_key(&k, 1);
	assert_int_equal(
	    store_enrol(s, token, "d1", &k, LATER, &result), STORE_OK);
	assert_int_equal(result, ENROL_TOKEN_OVER);
	assert_int_equal(
	    store_enrol(s, token, "d1", &k, LATER - 1, &result), STORE_OK);
	assert_int_equal(result, ENROL_NEW);
	store_close(s);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts),
	    cmocka_unit_test(hashes),
	    cmocka_unit_test(known_answer),
	    IN_PLACE(records),
	    IN_PLACE(registrations),
	    IN_PLACE(registers_no_other_name),
	    IN_PLACE(prepared),
	    IN_PLACE(expired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
