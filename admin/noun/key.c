#include "config.h"

#include <stdio.h>

#include "admin.h"
#include "change.h"
#include "show.h"

static enum admin_exit
run_add(struct admin *a, const struct args *args)
{
	char fp[KEY_FINGERPRINT];
	enum store_result result;
	struct device d;
	struct key key;
	int64_t seq;

	if (admin_key(a, args->word[1], &key) != ADMIN_DONE ||
	    admin_enter(a, 0) != ADMIN_DONE ||
	    admin_device(a, args->word[0], &d) != ADMIN_DONE ||
	    change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	key.device = d.id;
	key_fingerprint(key.digest, fp);
	result = store_key_add(a->store, &key);
	if (change_commit(a, result, &seq, "key add %s %s", d.name, fp) !=
	    ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "key %s added to device %s", fp, d.name);
	return ADMIN_DONE;
}

static int
list_one(void *arg, const struct key *key)
{
	struct admin *a = arg;
	struct device d;

	if (store_device_get(a->store, key->device, &d) != STORE_OK)
		d.name[0] = '\0';
	show_key(a->out, d.name, key);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	struct device d = {.id = 0};

	if (args->words > 0 && admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	show_table(a->out, SHOW_KEY);
	return admin_result(a, store_key_each(a->store, d.id, list_one, a));
}

static enum admin_exit
run_revoke(struct admin *a, const struct args *args)
{
	char done[KEY_FINGERPRINT + DEVICE_NAME + 32];
	uint8_t digest[KEY_DIGEST];
	enum store_result result;
	struct device d = {.id = 0};
	struct key key;
	int64_t seq;
	int ended;

	if (key_digest_parse(args->word[0], digest) == -1)
		return admin_fail("%s is not a fingerprint (SHA256:...); see "
				  "et-admin key list",
		    args->word[0]);
	result = store_key_find(a->store, digest, &key);
	if (result == STORE_NONE)
		return admin_fail(
		    "no device has the key %s; see et-admin key list",
		    args->word[0]);
	if (result == STORE_OK)
		result = store_device_get(a->store, key.device, &d);
	if (admin_result(a, result) != ADMIN_DONE)
		return ADMIN_FAILED;
	ended = change_sessions(a, d.id, digest);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_key_remove(a->store, key.id), &seq,
		"key revoke %s %s", d.name, args->word[0]) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "key %s of device %s revoked",
	    args->word[0], d.name);
	return change_settle(a, seq, ended, done);
}

static const struct verb verbs[] = {
    {"add", "ID FILE|-", "Add a public key to a device.",
	"FILE is a .pub file or the output of \"dropbearkey -y -f KEY\"; - "
	"reads stdin.",
	2, 2, 0, VERB_BY(OPERATOR_ADMIN), run_add},
    {"list", "[-o A,B] [ID]", "List the keys of one device or of all.", NULL, 0,
	1, ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_VIEWER),
	run_list},
    {"revoke", "FINGERPRINT",
	"Revoke a key and end the sessions that it opened.",
	"Returns when the sessions have ended.", 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_revoke},
    {.run = NULL},
};

const struct noun noun_key = {"key", "manage the devices' public keys", verbs};
