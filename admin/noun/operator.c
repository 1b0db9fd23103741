#include "config.h"

#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "change.h"
#include "operator_add.h"
#include "public.h"
#include "show.h"
#include "when.h"

#define SECOND INT64_C(1000000)

static enum admin_exit
add_tags(struct oper *o, const struct args *args)
{
	const char *tag;
	int i, r;

	for (i = 0; i < args->tags; i++) {
		tag = args->tag[i];
		r = strchr(tag, '=') != NULL ? -1
					     : operator_grant(o->grants, tag);
		if (r == -1)
			return admin_usage(
			    "--tag %s: not a tag, or a tag and ports of the "
			    "device, such as lab or lab:22,8000-8100",
			    tag);
		if (r != 0)
			return admin_fail("too many tags: no room for %s", tag);
	}
	return ADMIN_DONE;
}

/*
 * "ID[:PORTS]".  What is a device's name as it stands, as a MAC with its
 * colons, is one.
 */
static enum admin_exit
add_device(struct admin *a, struct oper *o, const char *text)
{
	char grant[OPERATOR_GRANTS], name[DEVICE_NAME];
	const char *colon = strrchr(text, ':'), *ports = "";
	struct device d;
	int r;

	snprintf(name, sizeof(name), "%s", text);
	if (colon != NULL &&
	    (strlen(text) >= sizeof(name) ||
		admin_device_find(a, name, &d) == STORE_NONE)) {
		snprintf(name, sizeof(name), "%.*s", (int)(colon - text), text);
		ports = colon;
	}
	if (admin_device(a, name, &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(grant, sizeof(grant), OPERATOR_DEVICE "%s%s", d.name, ports);
	if ((r = operator_grant(o->grants, grant)) == 0)
		return ADMIN_DONE;
	return r == -1
		   ? admin_usage("--device %s: not a device, or a device and "
				 "its ports, such as roof or roof:22,8000-8100",
			 text)
		   : admin_fail("too many devices: no room for %s", text);
}

static enum admin_exit
add_devices(struct admin *a, struct oper *o, const struct args *args)
{
	enum admin_exit result = ADMIN_DONE;
	int i;

	for (i = 0; i < args->devices && result == ADMIN_DONE; i++)
		result = add_device(a, o, args->device[i]);
	return result;
}

/* Fill in o from the words and options. */
static enum admin_exit
operator_describe(struct admin *a, struct oper *o, const struct args *args)
{
	const char *role = args->value[ARG_ROLE], *name = args->word[0];
	const char *ttl = args->value[ARG_TTL];
	enum admin_exit result;
	uint32_t seconds = 0;

	if (args->value[ARG_KEY] == NULL || role == NULL)
		return admin_usage("operator add requires --key FILE and "
				   "--role viewer, operator or admin");
	if (admin_new_name("operator's name", name) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (operator_role_parse(role, &o->role) == -1)
		return admin_usage(
		    "no such role: %s; must be viewer, operator or admin",
		    role);
	if (o->role == OPERATOR_ADMIN && args->tags + args->devices > 0)
		return admin_usage("an admin may reach every device: --role "
				   "admin excludes --tag and --device");
	if (o->role == OPERATOR_OPERATOR && args->tags + args->devices == 0)
		return admin_usage(
		    "an operator without --tag or --device could reach no "
		    "device: add one of them, or use --role admin");
	if ((result = add_tags(o, args)) != ADMIN_DONE)
		return result;
	snprintf(o->name, sizeof(o->name), "%s", name);
	o->created = when_now();
	if (ttl != NULL && (seconds = forward_parse_ttl(ttl)) == 0)
		return admin_usage(
		    "--ttl %s: not a time, such as 90, 15m, 1h or 7d", ttl);
	o->expires = ttl != NULL ? o->created + seconds * SECOND : 0;
	return admin_key(a, args->value[ARG_KEY], &o->key);
}

/* Is it there?  A key that is another one has been refused (*result). */
static bool
is_there(struct admin *a, const struct oper *o, enum admin_exit *result)
{
	struct oper there;

	if (store_operator_find(a->store, o->name, &there) != STORE_OK)
		return false;
	if (memcmp(there.key.digest, o->key.digest, KEY_DIGEST) != 0)
		*result = admin_fail("operator %s exists with another key: run "
				     "et-admin operator remove %s first",
		    o->name, o->name);
	else
		output_line(a->out, "operator %s exists, not changed", o->name);
	return true;
}

static enum admin_exit
add_to_store(
    struct admin *a, struct oper *o, const struct args *args, bool again)
{
	char fp[KEY_FINGERPRINT];
	enum store_result result;
	enum admin_exit ready;
	int64_t seq;

	if ((ready = admin_enter(a, VERB_CREATE)) != ADMIN_DONE ||
	    (again && is_there(a, o, &ready)) ||
	    (ready = add_devices(a, o, args)) != ADMIN_DONE)
		return ready;
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	key_fingerprint(o->key.digest, fp);
	result = store_operator_add(a->store, o);
	if (change_commit(a, result, &seq, "operator add %s %s %s%s%.100s",
		o->name, operator_role_name(o->role), fp,
		*o->grants != '\0' ? " " : "", o->grants) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "%s %s added with key %s",
	    operator_role_name(o->role), o->name, fp);
	return ADMIN_DONE;
}

enum admin_exit
operator_add(struct admin *a, const struct args *args, bool again)
{
	struct paste p = {.keys = 0};
	struct oper o = {.id = 0};
	enum admin_exit result;

	if ((result = operator_describe(a, &o, args)) != ADMIN_DONE)
		return result;
	public_find(a, &p, args->value[ARG_SERVER]);
	if ((result = add_to_store(a, &o, args, again)) == ADMIN_DONE)
		public_print(a, &p, o.name);
	public_free(&p);
	return result;
}

static enum admin_exit
run_add(struct admin *a, const struct args *args)
{
	return operator_add(a, args, false);
}

static int
list_one(void *arg, const struct oper *o)
{
	show_operator(arg, o);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	(void)args;
	show_table(a->out, SHOW_OPERATOR);
	return admin_result(a, store_operator_each(a->store, list_one, a->out));
}

static enum admin_exit
run_remove(struct admin *a, const struct args *args)
{
	char done[DEVICE_NAME + 32];
	enum store_result result;
	struct oper o;
	int64_t seq;
	int ended;

	result = store_operator_find(a->store, args->word[0], &o);
	if (result == STORE_NONE)
		return admin_fail(
		    "no such operator: %s; see et-admin operator list",
		    args->word[0]);
	if (admin_result(a, result) != ADMIN_DONE)
		return ADMIN_FAILED;
	ended = change_sessions(a, 0, o.key.digest);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_operator_remove(a->store, o.id), &seq,
		"operator remove %s", o.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "operator %s removed", o.name);
	return change_settle(a, seq, ended, done);
}

static const struct verb verbs[] = {
    {"add",
	"NAME --key FILE|- --role ROLE [--tag T[:PORT[-PORT],...]]... "
	"[--device ID[:PORT[-PORT],...]]... [--ttl TIME] "
	"[--server HOST[:PORT]]",
	"Add an operator, a person or program that may reach devices over SSH.",
	"A viewer may list devices; an operator may also reach those with one "
	"of the\ntags and those of --device, on the ports of the device that "
	"follow (by default\n22 and 80); an admin may reach all.  The key must "
	"not be that of a device.\n--ttl limits the operator to that time.  "
	"Prints the lines for the operator's\nknown_hosts and ssh_config, with "
	"the server's name from --server.",
	1, 1,
	ARG_BIT(ARG_KEY) | ARG_BIT(ARG_ROLE) | ARG_BIT(ARG_TAG) |
	    ARG_BIT(ARG_DEVICE) | ARG_BIT(ARG_TTL) | ARG_BIT(ARG_SERVER),
	VERB_BY(OPERATOR_ADMIN), run_add},
    {"list", "[-o A,B]", "List operators.", NULL, 0, 0, ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_list},
    {"remove", "NAME", "Remove an operator and end what the operator has open.",
	"Returns when that has ended.", 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_remove},
    {.run = NULL},
};

const struct noun noun_operator = {
    "operator", "manage who may see and reach devices", verbs};
