/*
 * et-admin: devices, their keys and forwards, and what the server does.  It
 * opens the store itself, so most of it works while the server is stopped.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "change.h"
#include "command.h"
#include "connect.h"
#include "member.h"
#include "name.h"
#include "restore_mark.h"
#include "store_url.h"

/* A store of PostgreSQL that is named: with the configuration's passwords. */
static enum admin_exit
main_store(struct admin *a)
{
	static char url[STORE_URL];
	const char *wrong;

	if (!store_url_several(a->url))
		return ADMIN_DONE;
	if ((wrong = store_url_check(a->url)) != NULL)
		return admin_usage("--store: %s", wrong);
	if (store_url_make(url, a->url, "", a->conf->store_passfile) == 0)
		a->url = url;
	return ADMIN_DONE;
}

/*
 * The configuration and the store's address, unless the verb is to make them.
 * While a restore is not complete they may be those of before.
 */
static enum admin_exit
read_conf(struct admin *a, const struct args *args, const struct verb *verb)
{
	char error[CONF_ERROR];

	a->conf_path = conf_path(args->value[ARG_CONF]);
	a->url = args->value[ARG_STORE];
	if ((verb->flags & VERB_BARE) != 0)
		return ADMIN_DONE;
	if (restore_mark_stands(a->conf_path))
		return admin_fail("a restore was interrupted: run et-admin "
				  "restore, without a file, to complete it");
	if ((a->conf = conf_read(args->value[ARG_CONF], error)) == NULL)
		return admin_fail("%s", error);
	if (a->url == NULL)
		a->url = a->conf->store;
	snprintf(a->node, sizeof(a->node), "%s", a->conf->node);
	if (a->node[0] == '\0')
		name_of_machine(a->node);
	if (a->url != a->conf->store)
		return main_store(a);
	return ADMIN_DONE;
}

/* True if the caller may not open the store, but may ask its owner to. */
static bool
main_asks_member(
    const struct admin *a, const struct args *args, const struct verb *verb)
{
	return !a->member && member_may(verb, args) && member_needed(a->url);
}

/* NULL, or why this caller may not. */
static const char *
main_refuse(
    const struct admin *a, const struct args *args, const struct verb *verb)
{
	if (!a->member && (verb->flags & VERB_ROOT) != 0 &&
	    args->value[ARG_CONF] == NULL && args->value[ARG_STORE] == NULL &&
	    member_needed(a->url))
		return "this command needs root: run it with sudo";
	return NULL;
}

static enum admin_exit
main_run(struct admin *a, const struct args *args, const struct verb *verb,
    char **argv)
{
	enum admin_exit result;
	struct look look;
	const char *why;

	/* Before a file that the words name is opened. */
	if (a->member && !member_may(verb, args))
		return admin_fail(
		    "this command is not available to members of the "
		    "group " MEMBER_GROUP ": run it with sudo");
	if ((result = read_conf(a, args, verb)) != ADMIN_DONE)
		return result;
	if ((why = main_refuse(a, args, verb)) != NULL)
		return admin_fail("%s", why);
	if (main_asks_member(a, args, verb))
		return (enum admin_exit)member_ask(argv);
	a->out = output_new(stdout, args->value[ARG_JSON] != NULL);
	if (a->out == NULL)
		return admin_fail("out of memory");
	look_here(&look, STDOUT_FILENO);
	output_look(a->out, &look);
	if (!a->member)
		change_login(a->login);
	if ((verb->flags & VERB_STORE) != 0 &&
	    (result = admin_enter(a, verb->flags)) != ADMIN_DONE)
		return result;
	result = command_run(a, args, verb);
	if (output_finish(a->out) == -1 && result == ADMIN_DONE)
		result =
		    admin_fail("cannot write the output: %s", strerror(errno));
	return result;
}

int
main(int argc, char **argv)
{
	struct args args = {.words = 0};
	struct admin a = {.store = NULL};
	const struct verb *verb;
	enum admin_exit result;

	if (argc == 3 && strcmp(argv[1], CONNECT_PROXY) == 0)
		return connect_proxy(argv[2]);
	if (argc == 2 && strcmp(argv[1], MEMBER_SERVE) == 0) {
		result = member_serve(&argc, &argv, a.login);
		if (result != ADMIN_DONE)
			return result;
		a.member = true;
	}
	args.word = calloc((size_t)argc + 1, sizeof(*args.word));
	if (args.word == NULL)
		return admin_fail("out of memory");
	result = command_parse(&args, argc, argv, 0, &verb);
	if (result == ADMIN_DONE && verb != NULL)
		result = main_run(&a, &args, verb, argv);
	store_close(a.store);
	output_free(a.out);
	conf_free(a.conf);
	free(args.word);
	return result;
}
