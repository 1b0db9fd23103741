/*
 * Whom the monitor lets in: the key is a device's, and the login is for here.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "stage.h"
#include "unit.h"
#include "userauth.h"

/* It has a place, and its key of this type is device1's. */
static struct conn *
stranger(struct stage *s, const char *type)
{
	struct msg_key_of record = {.id = 1, .device = 1};
	struct conn *c = stage_stranger(s, 1);
	const uint8_t *blob;
	struct key key;
	size_t len;

	s->m.hostkeys = claim_keys;
	if (directory_device(&s->m.dir, 1) == NULL)
		stage_device(s, 1, CLAIM_USER);
	blob = hostkey_blob(claim_keys, claim_key(type), &len);
	assert_int_equal(key_parse_blob(&key, blob, len), KEY_OK);
	memcpy(record.digest, key.digest, sizeof(record.digest));
	assert_non_null(directory_put_key(&s->m.dir, &record));
	memcpy(c->session, claim_session, sizeof(claim_session));
	return c;
}

/* Is it let in?  It leaves again. */
static bool
logs_in(struct stage *s, struct conn *c, const struct claim *claim)
{
	struct msg ask, verdict;
	bool in;

	msg_init(&ask, MSG_LOGIN, c->number);
	ask.login.datalen = (uint32_t)claim->n;
	ask.login.siglen = (uint32_t)claim->siglen;
	memcpy(ask.login.data, claim->data, claim->n);
	memcpy(ask.login.sig, claim->sig, claim->siglen);
	assert_null(userauth_login(c, &ask));
	stage_heard(s->to_worker, &verdict, MSG_VERDICT);
	in = verdict.verdict.as == ROLE_DEVICE;
	assert_int_equal(in, c->state == CONN_OPEN);
	return in;
}

static void
reason_was(struct stage *s, const char *reason)
{
	json_t *all = stage_events(s), *last;

	last = json_array_get(all, json_array_size(all) - 1);
	assert_string_equal(
	    json_string_value(json_object_get(last, "reason")), reason);
	json_decref(all);
}

/* A login that was made for another server is none here. */
static void
test_bound_to_a_host_key(void **state)
{
	struct stage *s = *state;
	struct conn *c = stranger(s, "ssh-ed25519");
	uint8_t other[MSG_KEY];
	const uint8_t *blob;
	struct claim claim;
	size_t len;

	blob = hostkey_blob(claim_keys, claim_key("ssh-rsa"), &len);
	assert_true(len <= sizeof(other));
	memcpy(other, blob, len);
	other[len - 1] ^= 1;
	claim_make_bound(&claim, "ssh-ed25519", "ssh-ed25519", other, len);
	assert_false(logs_in(s, c, &claim));
	reason_was(s, "for another host key");
	claim_make_bound(&claim, "ssh-ed25519", "ssh-ed25519", blob, len - 1);
	assert_false(logs_in(s, c, &claim));
	claim_make_bound(&claim, "ssh-ed25519", "ssh-ed25519", blob, len);
	assert_true(logs_in(s, c, &claim));
	stage_leave(s, c);
}

/* SHA-1 is for those who were let have it; the rest of RSA is for all. */
static void
test_sha1_needs_compat(void **state)
{
	struct stage *s = *state;
	struct conn *c = stranger(s, "ssh-rsa");
	struct claim claim;

	claim_make(&claim, "ssh-rsa", "ssh-rsa");
	assert_false(logs_in(s, c, &claim));
	reason_was(s, "needs compat openwrt-15.05");
	s->conf.compat_openwrt_1505 = true;
	assert_true(logs_in(s, c, &claim));
	stage_leave(s, c);
	s->conf.compat_openwrt_1505 = false;
	c = stranger(s, "ssh-rsa");
	claim_make(&claim, "rsa-sha2-256", "ssh-rsa");
	assert_true(logs_in(s, c, &claim));
	stage_leave(s, c);
}

#define ON_STAGE(f)                      \
	cmocka_unit_test_setup_teardown( \
	    f, stage_make_lobbies, stage_remove_lobbies)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_bound_to_a_host_key),
	    ON_STAGE(test_sha1_needs_compat),
	};

	return cmocka_run_group_tests(tests, claim_load, claim_unload);
}
