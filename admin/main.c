/*
 * et-admin: devices, their keys and forwards, and what the server does.  It
 * opens the store itself, so most of it works while the server is stopped.
 */
#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "command.h"

/* A store that root makes is for the server, which runs as this user. */
static enum admin_exit
give_store(struct admin *a)
{
	struct passwd *pw = geteuid() == 0 ? getpwnam(a->conf->user) : NULL;

	if (pw == NULL)
		return ADMIN_DONE;
	return admin_result(a, store_give(a->store, pw->pw_uid, pw->pw_gid));
}

static enum admin_exit
open_store(struct admin *a, const struct verb *verb)
{
	char error[STORE_ERROR];
	enum store_result result;
	bool made = false;

	if ((verb->flags & VERB_STORE) == 0)
		return ADMIN_DONE;
	result = store_open(&a->store, a->url, STORE_MIGRATE, error);
	if (result == STORE_DENIED && (verb->flags & VERB_CREATE)) {
		result = store_open(
		    &a->store, a->url, STORE_MIGRATE | STORE_CREATE, error);
		made = true;
	}
	if (result == STORE_DENIED && geteuid() != 0 &&
	    strstr(error, strerror(EACCES)) != NULL)
		return admin_fail(
		    "%s: run et-admin as root, or as %s", error, a->conf->user);
	if (result != STORE_OK)
		return admin_fail("%s", error);
	if (*store_notice(a->store) != '\0')
		admin_note("%s", store_notice(a->store));
	return made ? give_store(a) : ADMIN_DONE;
}

static enum admin_exit
run(struct admin *a, const struct args *args, const struct verb *verb)
{
	char error[CONF_ERROR];
	enum admin_exit result;

	a->conf = conf_read(args->value[ARG_CONF], error);
	if (a->conf == NULL)
		return admin_fail("%s", error);
	a->url = args->value[ARG_STORE] != NULL ? args->value[ARG_STORE]
						: a->conf->store;
	a->out = output_new(stdout, args->value[ARG_JSON] != NULL);
	if (a->out == NULL)
		return admin_fail("out of memory");
	if ((result = open_store(a, verb)) != ADMIN_DONE)
		return result;
	result = verb->run(a, args);
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
