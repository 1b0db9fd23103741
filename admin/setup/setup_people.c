/*
 * The people of et-admin setup: the first operator, and who pastes the command
 * on the first device.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "keygen.h"
#include "operator_add.h"
#include "setup.h"

/* Exit status of the child, by what it found in the store. */
#define FOUND 16
#define FOUND_DEVICES 1
#define FOUND_OPERATORS 2

/* ---- what works on the store ---- */

/*
 * In a process of its own, since root becomes the store's owner for good
 * (admin_enter).  Returns its exit status.
 */
static int
setup_apart(struct setup *s, int (*step)(struct setup *))
{
	struct apart apart;
	int status;

	fflush(NULL);
	switch (apart_fork(&apart)) {
	case -1:
		return admin_fail("cannot start a process");
	case 0:
		status = step(s);
		if (output_finish(s->admin->out) == -1 && status == ADMIN_DONE)
			status = ADMIN_FAILED;
		fflush(NULL);
		_exit(status);
	default:
		return apart_wait(&apart);
	}
}

static int
setup_count_device(void *arg, const struct device *d)
{
	(void)d;
	*(int *)arg |= FOUND_DEVICES;
	return 0;
}

static int
setup_count_operator(void *arg, const struct oper *o)
{
	(void)o;
	*(int *)arg |= FOUND_OPERATORS;
	return 0;
}

static int
setup_look(struct setup *s)
{
	struct admin *a = s->admin;
	int found = FOUND;

	if (admin_enter(a, VERB_CREATE) != ADMIN_DONE ||
	    admin_result(a, store_device_each(a->store, setup_count_device,
				&found)) != ADMIN_DONE ||
	    admin_result(a, store_operator_each(a->store, setup_count_operator,
				&found)) != ADMIN_DONE)
		return ADMIN_FAILED;
	return found;
}

static int
setup_token(struct setup *s)
{
	struct args none = {.words = 0};

	output_line(s->admin->out, "%s", "");
	return setup_verb(&noun_token, "new")->run(s->admin, &none);
}

static int
setup_add_operator(struct setup *s)
{
	char *words[] = {s->oper, NULL};
	struct args args = *s->args;

	args.word = words;
	args.words = 1;
	args.value[ARG_KEY] = s->key;
	args.value[ARG_SERVER] = NULL;
	if (args.value[ARG_ROLE] == NULL)
		args.value[ARG_ROLE] = args.tags > 0 ? "operator" : "admin";
	return operator_add(s->admin, &args, true);
}

/* ---- the first operator ---- */

/* A key of OpenSSH's for the operator to take away.  One that is there stays. */
static enum admin_exit
setup_make_key(struct setup *s)
{
	char error[KEYGEN_ERROR];

	if (snprintf(s->key, SETUP_ANSWER, "%s.pub", s->new_key) >=
	    SETUP_ANSWER)
		return admin_usage("--new-key: the path is too long");
	if (access(s->new_key, F_OK) == 0 && access(s->key, F_OK) == 0)
		return ADMIN_DONE;
	if (access(s->new_key, F_OK) == 0)
		return admin_fail("%s exists, but %s does not: use --key FILE "
				  "for an existing key",
		    s->new_key, s->key);
	if (keygen_make("ed25519", s->new_key, error) == -1)
		return admin_fail("%s: %s", s->new_key, error);
	output_line(s->admin->out,
	    "%s made, without a passphrase: give it to the operator, then "
	    "delete it here",
	    s->new_key);
	return ADMIN_DONE;
}

enum admin_exit
setup_operator_options(struct setup *s)
{
	const char *const *value = s->args->value;
	enum operator_role role;
	bool key = value[ARG_KEY] != NULL, made = value[ARG_NEW_KEY] != NULL;

	setup_option(s, ARG_OPERATOR, s->oper);
	setup_option(s, ARG_KEY, s->key);
	setup_option(s, ARG_NEW_KEY, s->new_key);
	if (key && made)
		return admin_usage("--key and --new-key exclude each other");
	if (*s->oper == '\0' &&
	    (key || made || value[ARG_ROLE] != NULL || s->args->tags > 0))
		return admin_usage("missing --operator NAME, which --key, "
				   "--new-key, --role and --tag belong to");
	if (value[ARG_ROLE] != NULL &&
	    operator_role_parse(value[ARG_ROLE], &role) == -1)
		return admin_usage(
		    "no such role: %s; must be viewer, operator or admin",
		    value[ARG_ROLE]);
	if (*s->oper != '\0' &&
	    admin_new_name("operator's name", s->oper) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (key && strcmp(s->key, "-") != 0 && access(s->key, R_OK) == -1)
		return admin_fail("%s: %s", s->key, strerror(errno));
	if (*s->oper != '\0' && !key && !made && !s->asks)
		return admin_usage(
		    "--operator %s requires --key FILE or --new-key FILE",
		    s->oper);
	return ADMIN_DONE;
}

static void
setup_ask_name(struct setup *s)
{
	while (
	    setup_ask(s, "Name of the first operator (Enter: none)", s->oper) &&
	    *s->oper != '\0' &&
	    admin_new_name("operator's name", s->oper) != ADMIN_DONE)
		*s->oper = '\0';
}

/* false: there is no more to read. */
static bool
setup_ask_key(struct setup *s)
{
	while (setup_ask(s,
	    "File of the operator's public key (Enter: make a key)", s->key)) {
		if (*s->key == '\0' || access(s->key, R_OK) == 0)
			return true;
		admin_fail("%s: %s", s->key, strerror(errno));
		*s->key = '\0';
	}
	return false;
}

static void
setup_ask_operator(struct setup *s, int found)
{
	if (*s->oper == '\0' && (found & FOUND_OPERATORS) == 0)
		setup_ask_name(s);
	if (*s->oper == '\0' || *s->key != '\0' || *s->new_key != '\0')
		return;
	if (!setup_ask_key(s)) {
		*s->oper = '\0';
		return;
	}
	if (*s->key != '\0')
		return;
	snprintf(s->new_key, SETUP_ANSWER, "/root/%.64s.key", s->oper);
	if (!setup_ask(s, "File for the new private key", s->new_key))
		*s->oper = '\0';
}

static enum admin_exit
setup_operator(struct setup *s, int found)
{
	enum admin_exit result;

	setup_ask_operator(s, found);
	if (*s->oper == '\0') {
		if ((found & FOUND_OPERATORS) == 0)
			output_line(s->admin->out,
			    "No operator yet; to add one: "
			    "et-admin operator add");
		return ADMIN_DONE;
	}
	if (*s->new_key != '\0' && (result = setup_make_key(s)) != ADMIN_DONE)
		return result;
	return (enum admin_exit)setup_apart(s, setup_add_operator);
}

enum admin_exit
setup_people(struct setup *s)
{
	int found = setup_apart(s, setup_look);
	enum admin_exit result;

	if ((found & FOUND) == 0)
		return ADMIN_FAILED;
	if ((result = setup_operator(s, found)) != ADMIN_DONE)
		return result;
	if ((found & FOUND_DEVICES) == 0)
		return (enum admin_exit)setup_apart(s, setup_token);
	output_line(
	    s->admin->out, "To add the next device: et-admin token new");
	return ADMIN_DONE;
}
