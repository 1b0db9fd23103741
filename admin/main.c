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
#include "restore_mark.h"

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
		return admin_fail(
		    "a restore was interrupted: et-admin restore, "
		    "without a file, completes it");
	if ((a->conf = conf_read(args->value[ARG_CONF], error)) == NULL)
		return admin_fail("%s", error);
	if (a->url == NULL)
		a->url = a->conf->store;
	return ADMIN_DONE;
}

static enum admin_exit
run(struct admin *a, const struct args *args, const struct verb *verb)
{
	enum admin_exit result;
	struct look look;

	if ((result = read_conf(a, args, verb)) != ADMIN_DONE)
		return result;
	a->out = output_new(stdout, args->value[ARG_JSON] != NULL);
	if (a->out == NULL)
		return admin_fail("out of memory");
	look_here(&look, STDOUT_FILENO);
	output_look(a->out, &look);
	change_login(a->login);
	if ((verb->flags & VERB_STORE) != 0 &&
	    (result = admin_enter(a, verb->flags)) != ADMIN_DONE)
		return result;
	result = command_run(a, args, verb);
	if (output_finish(a->out) == -1 && result == ADMIN_DONE)
		result = admin_fail(
		    "the output could not be written: %s", strerror(errno));
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
	args.word = calloc((size_t)argc + 1, sizeof(*args.word));
	if (args.word == NULL)
		return admin_fail("out of memory");
	result = command_parse(&args, argc, argv, 0, &verb);
	if (result == ADMIN_DONE && verb != NULL)
		result = run(&a, &args, verb);
	store_close(a.store);
	output_free(a.out);
	conf_free(a.conf);
	free(args.word);
	return result;
}
