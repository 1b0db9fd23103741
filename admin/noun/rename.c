#include "config.h"

#include <stdio.h>
#include <string.h>

#include "change.h"
#include "rename.h"
#include "when.h"

struct rename_token {
	const char *device;
	char name[TOKEN_NAME]; /* of one that is good for it, or "" */
};

static int
rename_see_token(void *arg, const struct token *t)
{
	struct rename_token *want = arg;

	if (strcmp(t->device, want->device) == 0 &&
	    token_state(t, when_now()) == TOKEN_GOOD)
		memcpy(want->name, t->name, sizeof(want->name));
	return want->name[0] != '\0';
}

/* A token of the old id would make another device of that. */
static enum admin_exit
rename_check_tokens(struct admin *a, const char *id)
{
	struct rename_token want = {.device = id};
	enum store_result result;

	result = store_token_each(a->store, rename_see_token, &want);
	if (result != STORE_OK)
		return admin_result(a, result);
	if (want.name[0] == '\0')
		return ADMIN_DONE;
	return admin_fail("device %s not renamed: token %s is for that id; run "
			  "et-admin token revoke %s first",
	    id, want.name, want.name);
}

struct rename_grant {
	const char *device;
	char name[DEVICE_NAME]; /* of an operator who has one, or "" */
};

static int
rename_is_for(void *arg, const struct grant *g)
{
	return g->device != NULL && strcmp(g->device, arg) == 0;
}

static int
rename_see_operator(void *arg, const struct oper *o)
{
	struct rename_grant *want = arg;
	char id[DEVICE_NAME];

	memcpy(id, want->device, strlen(want->device) + 1);
	if ((o->expires == 0 || o->expires > when_now()) &&
	    operator_each_grant(o->grants, rename_is_for, id) != 0)
		memcpy(want->name, o->name, sizeof(want->name));
	return want->name[0] != '\0';
}

/* An operator granted the old id could reach the device that has it next. */
static enum admin_exit
rename_check_operators(struct admin *a, const char *id)
{
	struct rename_grant want = {.device = id};
	enum store_result result;

	result = store_operator_each(a->store, rename_see_operator, &want);
	if (result != STORE_OK)
		return admin_result(a, result);
	if (want.name[0] == '\0')
		return ADMIN_DONE;
	return admin_fail("device %s not renamed: operator %s is granted that "
			  "id (--device); run et-admin operator remove %s "
			  "first, and add the operator again afterwards",
	    id, want.name, want.name);
}

enum admin_exit
rename_run(struct admin *a, const struct args *args)
{
	char old[DEVICE_NAME];
	struct device d;
	int64_t seq;
	bool told;

	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	memcpy(old, d.name, sizeof(old));
	if (admin_new_id(args->word[1], d.name) != ADMIN_DONE ||
	    rename_check_tokens(a, old) != ADMIN_DONE ||
	    rename_check_operators(a, old) != ADMIN_DONE)
		return ADMIN_FAILED;
	told = strcmp(d.alias, d.name) == 0;
	if (told)
		d.alias[0] = '\0';
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_device_update(a->store, &d), &seq,
		"device rename %s %s", old, d.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "device %s renamed to %s%s", old, d.name,
	    told ? ""
		 : "; set this id on the device as well: it must log in by it");
	return ADMIN_DONE;
}
