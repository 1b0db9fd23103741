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
#include "change.h"
#include "help.h"

static const struct noun *const nouns[] = {&noun_device, &noun_key,
    &noun_forward, &noun_permit, &noun_operator, &noun_session, &noun_heartbeat,
    &noun_token, &noun_hostkey, &noun_status, NULL};

static const struct noun *
find_noun(const char *name)
{
	size_t i;

	for (i = 0; nouns[i] != NULL; i++)
		if (strcmp(nouns[i]->name, name) == 0)
			return nouns[i];
	return NULL;
}

static const struct verb *
find_verb(const struct noun *noun, const char *name)
{
	const struct verb *verb;

	for (verb = noun->verbs; verb->run != NULL; verb++)
		if (verb->name == NULL || strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

/* Options before a word: the global ones.  The words used, or -1. */
static int
parse_global(struct args *args, int argc, char **argv)
{
	return args_parse(args, argc, argv, ARG_GLOBAL, ARGS_FIRST);
}

/*
 * Find the noun and the verb among the words, and read all options.  Returns
 * ADMIN_DONE with *verb set, or with NULL when help or the version has been
 * printed.
 */
static enum admin_exit
parse(struct args *args, int argc, char **argv, const struct verb **verb)
{
	const struct noun *noun;
	enum args_order order;
	int used;

	*verb = NULL;
	if ((used = parse_global(args, argc, argv)) == -1)
		return ADMIN_USAGE;
	if (args->value[ARG_VERSION] != NULL) {
		printf("et-admin %s\n", PACKAGE_VERSION);
		return ADMIN_DONE;
	}
	argc -= used;
	argv += used;
	if (argc == 0 && args->value[ARG_HELP] != NULL) {
		help_program(nouns);
		return ADMIN_DONE;
	}
	if (argc == 0)
		return admin_usage("say what: et-admin --help lists it");
	if ((noun = find_noun(argv[0])) == NULL)
		return admin_usage(
		    "no such noun: %s; see et-admin --help", argv[0]);
	if (noun->verbs->name != NULL) {
		if ((used = parse_global(args, argc, argv)) == -1)
			return ADMIN_USAGE;
		argc -= used;
		argv += used;
		if (argc == 0 && args->value[ARG_HELP] != NULL) {
			help_noun(noun);
			return ADMIN_DONE;
		}
		if (argc == 0)
			return admin_usage("%s: say what to do; see "
					   "et-admin %s --help",
			    noun->name, noun->name);
	}
	if ((*verb = find_verb(noun, argv[0])) == NULL)
		return admin_usage("%s: no such verb: %s; see et-admin %s "
				   "--help",
		    noun->name, argv[0], noun->name);
	order = (*verb)->flags & VERB_PLAIN ? ARGS_PLAIN : ARGS_MIXED;
	if (args_parse(
		args, argc, argv, (*verb)->options | ARG_GLOBAL, order) == -1)
		return ADMIN_USAGE;
	if (args->value[ARG_HELP] != NULL) {
		help_verb(noun, *verb);
		*verb = NULL;
		return ADMIN_DONE;
	}
	if (args->words < (*verb)->min ||
	    ((*verb)->max != -1 && args->words > (*verb)->max))
		return admin_usage("usage: et-admin %s%s%s %s", noun->name,
		    (*verb)->name == NULL ? "" : " ",
		    (*verb)->name == NULL ? "" : (*verb)->name, (*verb)->words);
	return ADMIN_DONE;
}

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
	result = parse(&args, argc, argv, &verb);
	if (result == ADMIN_DONE && verb != NULL)
		result = run(&a, &args, verb);
	store_close(a.store);
	output_free(a.out);
	conf_free(a.conf);
	free(args.word);
	return result;
}
