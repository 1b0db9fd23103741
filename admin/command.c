#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "help.h"

static const struct noun *const nouns[] = {&noun_device, &noun_key,
    &noun_forward, &noun_permit, &noun_operator, &noun_session, &noun_heartbeat,
    &noun_token, &noun_hostkey, &noun_status, &noun_connect, &noun_doctor,
    &noun_log, &noun_penalty, &noun_event, &noun_setup, &noun_backup,
    &noun_restore, NULL};

static unsigned int
role_of(const struct verb *verb)
{
	return verb->flags / VERB_BY(1) % 4;
}

bool
command_may(const struct verb *verb, unsigned int role)
{
	return role == 0 || (role_of(verb) != 0 && role >= role_of(verb));
}

static bool
noun_may(const struct noun *noun, unsigned int role)
{
	const struct verb *verb;

	for (verb = noun->verbs; verb->run != NULL; verb++)
		if (command_may(verb, role))
			return true;
	return false;
}

bool
command_noun(size_t i, unsigned int role, const struct noun **noun)
{
	*noun = nouns[i] != NULL && noun_may(nouns[i], role) ? nouns[i] : NULL;
	return nouns[i] != NULL;
}

static const struct noun *
find_noun(const char *name)
{
	size_t i;

	for (i = 0; nouns[i] != NULL; i++)
		if (strcmp(nouns[i]->name, name) == 0)
			return nouns[i];
	return NULL;
}

/* What else people type. */
static const struct {
	const char *verb, *other;
} others[] = {{"list", "ls"}, {"remove", "rm"}};

const char *
command_other(const struct verb *verb)
{
	size_t i;

	for (i = 0;
	     verb->name != NULL && i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].verb, verb->name) == 0)
			return others[i].other;
	return NULL;
}

static const struct verb *
find_verb(const struct noun *noun, const char *name)
{
	const struct verb *verb;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].other, name) == 0)
			name = others[i].verb;
	for (verb = noun->verbs; verb->run != NULL; verb++)
		if (verb->name == NULL || strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

/* An operator's words name no file and start no program. */
static unsigned int
allowed(unsigned int options, unsigned int role)
{
	unsigned int not_by_ssh =
	    ARG_BIT(ARG_CONF) | ARG_BIT(ARG_STORE) | ARG_BIT(ARG_SSH);

	return role == 0 ? options : options & ~not_by_ssh;
}

/*
 * "help [NOUN [VERB]]" is "[NOUN [VERB]] --help", which ssh(1) takes for its own
 * option behind a host's name.  The first word is the program's name.
 */
static void
take_help(struct args *args, int *argc, char ***argv)
{
	if (*argc < 1 || strcmp((*argv)[0], "help") != 0)
		return;
	args->value[ARG_HELP] = "";
	--*argc;
	++*argv;
}

/* Options before a word: the global ones.  The words used, or -1. */
static int
parse_global(struct args *args, int argc, char **argv, unsigned int role)
{
	return args_parse(
	    args, argc, argv, allowed(ARG_GLOBAL, role), ARGS_FIRST);
}

static enum admin_exit
refuse(const struct noun *noun, const struct verb *verb, unsigned int role)
{
	const char *name = verb->name == NULL ? "" : verb->name;
	const char *blank = verb->name == NULL ? "" : " ";

	if (role_of(verb) == 0)
		return admin_fail("%s%s%s: only on the server itself, not by "
				  "SSH",
		    noun->name, blank, name);
	return admin_fail("%s%s%s: not for the role %s", noun->name, blank,
	    name, operator_role_name((enum operator_role)role));
}

enum admin_exit
command_parse(struct args *args, int argc, char **argv, unsigned int role,
    const struct verb **verb)
{
	const struct noun *noun;
	enum args_order order;
	int used;

	*verb = NULL;
	if ((used = parse_global(args, argc, argv, role)) == -1)
		return ADMIN_USAGE;
	if (args->value[ARG_VERSION] != NULL) {
		printf("et-admin %s\n", PACKAGE_VERSION);
		return ADMIN_DONE;
	}
	argc -= used;
	argv += used;
	take_help(args, &argc, &argv);
	if (argc == 0 && args->value[ARG_HELP] != NULL) {
		help_program(role);
		return ADMIN_DONE;
	}
	if (argc == 0)
		return admin_usage("missing command; see et-admin help");
	if ((noun = find_noun(argv[0])) == NULL)
		return admin_usage(
		    "no such noun: %s; see et-admin help", argv[0]);
	if (noun->verbs->name != NULL) {
		if ((used = parse_global(args, argc, argv, role)) == -1)
			return ADMIN_USAGE;
		argc -= used;
		argv += used;
		if (argc == 0 && args->value[ARG_HELP] != NULL) {
			help_noun(noun, role);
			return ADMIN_DONE;
		}
		if (argc == 0)
			return admin_usage(
			    "%s: missing verb; see et-admin help %s",
			    noun->name, noun->name);
	}
	if ((*verb = find_verb(noun, argv[0])) == NULL)
		return admin_usage("%s: no such verb: %s; see et-admin help %s",
		    noun->name, argv[0], noun->name);
	if (!command_may(*verb, role))
		return refuse(noun, *verb, role);
	order = (*verb)->flags & VERB_PLAIN ? ARGS_PLAIN : ARGS_MIXED;
	if (args_parse(args, argc, argv,
		allowed((*verb)->options | ARG_GLOBAL, role), order) == -1)
		return ADMIN_USAGE;
	if (args->value[ARG_HELP] != NULL) {
		help_verb(noun, *verb, role);
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

enum admin_exit
command_run(struct admin *a, const struct args *args, const struct verb *verb)
{
	enum admin_exit result;

	output_choose(a->out, args->value[ARG_COLUMNS]);
	result = verb->run(a, args);
	if (output_wrong(a->out) != NULL)
		result = admin_usage("%s", output_wrong(a->out));
	return result;
}
