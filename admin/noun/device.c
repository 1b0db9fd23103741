#include "config.h"

#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "change.h"
#include "device_history.h"
#include "device_list.h"
#include "import.h"
#include "rename.h"
#include "show.h"
#include "when.h"

static enum admin_exit
check_tag(const char *tag)
{
	if (device_name_valid(tag))
		return ADMIN_DONE;
	return admin_fail("tag \"%s\" is not allowed: 1 to 64 of a-z 0-9 . _ "
			  "-, the first a letter or digit",
	    tag);
}

static enum admin_exit
add_tags(struct device *d, const struct args *args)
{
	int i;

	for (i = 0; i < args->tags; i++) {
		if (check_tag(args->tag[i]) != ADMIN_DONE)
			return ADMIN_FAILED;
		if (device_tag_add(d->tags, args->tag[i]) == -1)
			return admin_fail(
			    "too many tags: no room for %s", args->tag[i]);
	}
	return ADMIN_DONE;
}

/* Fill in d from the words and options. */
static enum admin_exit
device_describe(struct device *d, const struct args *args)
{
	const char *alias = args->value[ARG_ALIAS];

	if (admin_new_id(args->word[0], d->name) != ADMIN_DONE ||
	    (alias != NULL && admin_new_name("alias", alias) != ADMIN_DONE))
		return ADMIN_FAILED;
	d->enabled = true;
	d->created = when_now();
	snprintf(d->alias, sizeof(d->alias), "%s", alias ? alias : "");
	return add_tags(d, args);
}

static enum admin_exit
run_add(struct admin *a, const struct args *args)
{
	const char *file = args->value[ARG_KEY];
	struct device d = {.id = 0};
	enum store_result result;
	char fp[KEY_FINGERPRINT] = "";
	struct key key;
	int64_t seq;

	if (device_describe(&d, args) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (file != NULL && admin_key(a, file, &key) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (admin_enter(a, VERB_CREATE) != ADMIN_DONE ||
	    change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (file != NULL)
		key_fingerprint(key.digest, fp);
	result = store_device_add(a->store, &d, file == NULL ? NULL : &key);
	if (change_commit(a, result, &seq, "device add %s%s%s", d.name,
		file == NULL ? "" : " key ", fp) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (file == NULL)
		output_line(a->out,
		    "device %s added without a key; to let it log in: et-admin "
		    "key add %s FILE",
		    d.name, d.name);
	else
		output_line(a->out, "device %s added with key %s", d.name, fp);
	return ADMIN_DONE;
}

static enum admin_exit
run_show(struct admin *a, const struct args *args)
{
	struct device d;

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	return admin_result(a, show_whole_device(a, &d));
}

/* The record has been changed as args say: store it, and say done. */
static enum admin_exit
device_update(struct admin *a, const struct device *d, const char *verb,
    const struct args *args, const char *done)
{
	char words[DEVICE_TAGS] = "";
	size_t n = 0;
	int64_t seq;
	int i;

	for (i = 1; i < args->words && n < sizeof(words); i++)
		n += (size_t)snprintf(
		    words + n, sizeof(words) - n, " %s", args->word[i]);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_device_update(a->store, d), &seq,
		"device %s %s%s", verb, d->name, words) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "%s", done);
	return ADMIN_DONE;
}

static enum admin_exit
run_enable(struct admin *a, const struct args *args)
{
	struct device d;
	char done[128];

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	d.enabled = true;
	snprintf(done, sizeof(done), "device %s enabled", d.name);
	return device_update(a, &d, "enable", args, done);
}

static enum admin_exit
run_disable(struct admin *a, const struct args *args)
{
	struct device d;
	char done[128];
	int64_t seq;
	int ended;

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	d.enabled = false;
	ended = change_sessions(a, d.id, NULL);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_device_update(a->store, &d), &seq,
		"device disable %s", d.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "device %s disabled", d.name);
	return change_settle(a, seq, ended, done);
}

static enum admin_exit
run_remove(struct admin *a, const struct args *args)
{
	struct device d;
	char done[160];
	int64_t seq;
	int ended;

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	ended = change_sessions(a, d.id, NULL);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_device_remove(a->store, d.id), &seq,
		"device remove %s", d.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done),
	    "device %s removed with its keys, "
	    "forwards and heartbeats",
	    d.name);
	return change_settle(a, seq, ended, done);
}

static enum admin_exit
change_tag(struct device *d, const char *word)
{
	if (*word != '+' && *word != '-')
		return admin_usage(
		    "missing + or -: +%s adds the tag, -%s removes it", word,
		    word);
	if (check_tag(word + 1) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (*word == '+' && device_tag_add(d->tags, word + 1) == -1)
		return admin_fail("too many tags: no room for %s", word + 1);
	if (*word == '-' && !device_has_tag(d->tags, word + 1))
		return admin_fail("device %s has no tag %s", d->name, word + 1);
	if (*word == '-' && device_tag_remove(d->tags, word + 1) == -1)
		return admin_fail("cannot remove tag %s", word + 1);
	return ADMIN_DONE;
}

static enum admin_exit
run_tag(struct admin *a, const struct args *args)
{
	char done[DEVICE_TAGS + DEVICE_NAME + 32];
	enum admin_exit result;
	struct device d;
	int i;

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	for (i = 1; i < args->words; i++)
		if ((result = change_tag(&d, args->word[i])) != ADMIN_DONE)
			return result;
	snprintf(done, sizeof(done), "device %s has %s%s", d.name,
	    d.tags[0] == '\0' ? "no tags" : "the tags ", d.tags);
	return device_update(a, &d, "tag", args, done);
}

static enum admin_exit
run_alias(struct admin *a, const struct args *args)
{
	const char *alias = args->word[1];
	struct device d;
	char done[256];

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE ||
	    (*alias != '\0' && admin_new_name("alias", alias) != ADMIN_DONE))
		return ADMIN_FAILED;
	snprintf(d.alias, sizeof(d.alias), "%s", alias);
	snprintf(done, sizeof(done), "device %s has %s%s", d.name,
	    *alias == '\0' ? "no alias" : "the alias ", alias);
	return device_update(a, &d, "alias", args, done);
}

static const struct verb verbs[] = {
    {"add", "ID [--key FILE|-] [--alias NAME] [--tag T]...",
	"Add a device, and its public key with --key.",
	"ID is the name by which the device logs in: by custom its MAC in "
	"small letters\n"
	"without colons.  FILE is a .pub file or the output of\n"
	"\"dropbearkey -y -f KEY\".",
	1, 1, ARG_BIT(ARG_KEY) | ARG_BIT(ARG_ALIAS) | ARG_BIT(ARG_TAG),
	VERB_BY(OPERATOR_ADMIN), run_add},
    {"import", "FILE|-", "Add many devices from a file, all of them or none.",
	"Each line is one device: id, key, alias, tags, as CSV or as JSON "
	"Lines with\n"
	"these names.  The first line of CSV may name the columns.  Errors are "
	"printed\n"
	"with their line number; a device that exists with the same key is "
	"skipped.",
	1, 1, 0, VERB_BY(OPERATOR_ADMIN), import_run},
    {"list",
	"[--tag T]... [--state STATE] [--where EXPR]... [--sort FIELD] "
	"[--wide]",
	"List devices: state, last seen, address, client, poll interval.",
	"EXPR is FIELD=VALUE, or with != ~ (contains) < > <= >=: "
	"\"firmware~23.05\",\n\"memory<5%\", \"uptime<1h\"; all have to be "
	"true.  FIELD is id, alias, name,\ntag, state, addr, client, "
	"last_seen, "
	"interval, created, or what devices tell:\nmodel, firmware, version, "
	"uptime, load, memory, memory_total, temp, wan, signal,\ndenied, or "
	"another field's key.\n"
	"A device is late when two of its polls are due, and "
	"offline when five are.\nOf several tags a device must have "
	"all.  With --watch the list fills the\nterminal and is renewed "
	"whenever something changes, until q or Ctrl-C.",
	0, 0,
	ARG_BIT(ARG_TAG) | ARG_BIT(ARG_STATE) | ARG_BIT(ARG_COLUMNS) |
	    ARG_BIT(ARG_WATCH) | ARG_BIT(ARG_SORT) | ARG_BIT(ARG_WHERE) |
	    ARG_BIT(ARG_WIDE),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), device_list_run},
    {"show", "ID",
	"Show a device with its keys, forwards, sessions and heartbeats.", NULL,
	1, 1, 0, VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_show},
    {"history", "ID [--since TIME]",
	"Show when a device was there, what it told, and what changed.",
	"TIME is how far back, 12h or 30d (default 7d).", 1, 1,
	ARG_BIT(ARG_SINCE), VERB_STORE | VERB_BY(OPERATOR_VIEWER),
	device_history_run},
    {"disable", "ID", "Refuse a device's logins and end its sessions.",
	"Returns when the sessions have ended.", 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_disable},
    {"enable", "ID", "Accept logins of a disabled device again.", NULL, 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_enable},
    {"remove", "ID", "Remove a device and everything that belongs to it.",
	"Ends the device's sessions, and returns when they have ended.", 1, 1,
	0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_remove},
    {"tag", "ID +T|-T...", "Add tags to a device, or remove tags.",
	"Options must stand before the ID.", 2, -1, 0,
	VERB_STORE | VERB_PLAIN | VERB_BY(OPERATOR_ADMIN), run_tag},
    {"alias", "ID ALIAS", "Change a device's alias; \"\" removes it.", NULL, 2,
	2, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_alias},
    {"rename", "ID NEW-ID", "Change a device's id.",
	"The device must log in by NEW-ID, so set its id on the device as "
	"well.  To have\n"
	"no login refused meanwhile, first make NEW-ID its alias, then set the "
	"id on the\n"
	"device, then rename the device.",
	2, 2, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), rename_run},
    {.run = NULL},
};

const struct noun noun_device = {
    "device", "manage the devices that phone home", verbs};
