#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "help.h"
#include "nouns.h"

/* By SSH no option names a file or starts a program. */
static uint64_t
command_options(uint64_t options, unsigned int role)
{
	uint64_t not_by_ssh =
	    ARG_BIT(ARG_CONF) | ARG_BIT(ARG_STORE) | ARG_BIT(ARG_SSH);

	return role == 0 ? options : options & ~not_by_ssh;
}

/*
 * "help [NOUN [VERB]]" is "[NOUN [VERB]] --help", which ssh(1) takes for its own
 * option behind a host's name.  The first word is the program's name.
 */
static void
command_help_word(struct args *args, int *argc, char ***argv)
{
	if (*argc < 1 || strcmp((*argv)[0], "help") != 0)
		return;
	args->value[ARG_HELP] = "";
	--*argc;
	++*argv;
}

static enum admin_exit
command_refuse(
    const struct noun *noun, const struct verb *verb, unsigned int role)
{
	const char *name = verb->name == NULL ? "" : verb->name;
	const char *blank = verb->name == NULL ? "" : " ";

	if (nouns_role(verb) == 0)
		return admin_fail(
		    "%s%s%s: not available by SSH: run it on the server itself",
		    noun->name, blank, name);
	return admin_fail("%s%s%s: not permitted to the role %s", noun->name,
	    blank, name, operator_role_name((enum operator_role)role));
}

/* The words that are still to be read. */
struct command {
	struct args *args;
	int argc;
	char **argv;
	unsigned int role;
	const struct noun *noun;
	const struct verb *verb; /* NULL: help has been printed */
};

/* Read the global options.  False: that has been said. */
static bool
command_skip(struct command *c)
{
	int used = args_parse(c->args, c->argc, c->argv,
	    command_options(ARG_GLOBAL, c->role), ARGS_FIRST);

	if (used == -1)
		return false;
	c->argc -= used;
	c->argv += used;
	return true;
}

static bool
command_wants_help(const struct command *c)
{
	return c->argc == 0 && c->args->value[ARG_HELP] != NULL;
}

/* noun stays NULL when help or the version has been printed. */
static enum admin_exit
command_noun(struct command *c)
{
	if (!command_skip(c))
		return ADMIN_USAGE;
	if (c->args->value[ARG_VERSION] != NULL) {
		printf("et-admin %s\n", PACKAGE_VERSION);
		return ADMIN_DONE;
	}
	command_help_word(c->args, &c->argc, &c->argv);
	if (command_wants_help(c)) {
		help_program(c->role);
		return ADMIN_DONE;
	}
	if (c->argc == 0)
		return admin_usage("missing command; see et-admin help");
	if ((c->noun = nouns_find(c->argv[0])) == NULL)
		return admin_usage(
		    "no such noun: %s; see et-admin help", c->argv[0]);
	return ADMIN_DONE;
}

static enum admin_exit
command_verb(struct command *c)
{
	const char *noun = c->noun->name;

	if (c->noun->verbs->name != NULL) {
		if (!command_skip(c))
			return ADMIN_USAGE;
		if (command_wants_help(c)) {
			help_noun(c->noun, c->role);
			return ADMIN_DONE;
		}
		if (c->argc == 0)
			return admin_usage(
			    "%s: missing verb; see et-admin help %s", noun,
			    noun);
	}
	if ((c->verb = nouns_verb(c->noun, c->argv[0])) == NULL)
		return admin_usage("%s: no such verb: %s; see et-admin help %s",
		    noun, c->argv[0], noun);
	return ADMIN_DONE;
}

/* The verb's own options and words. */
static enum admin_exit
command_words(struct command *c)
{
	const struct verb *v = c->verb;
	struct args *args = c->args;

	if (!nouns_may(v, c->role))
		return command_refuse(c->noun, v, c->role);
	if (args_parse(args, c->argc, c->argv,
		command_options(v->options | ARG_GLOBAL, c->role),
		v->flags & VERB_PLAIN ? ARGS_PLAIN : ARGS_MIXED) == -1)
		return ADMIN_USAGE;
	if (args->value[ARG_HELP] != NULL) {
		help_verb(c->noun, v, c->role);
		c->verb = NULL;
		return ADMIN_DONE;
	}
	if (args->words < v->min || (v->max != -1 && args->words > v->max))
		return admin_usage("usage: et-admin %s%s%s %s", c->noun->name,
		    v->name == NULL ? "" : " ", v->name == NULL ? "" : v->name,
		    v->words);
	return ADMIN_DONE;
}

enum admin_exit
command_parse(struct args *args, int argc, char **argv, unsigned int role,
    const struct verb **verb)
{
	struct command c = {
	    .args = args, .argc = argc, .argv = argv, .role = role};
	enum admin_exit result = command_noun(&c);

	if (result == ADMIN_DONE && c.noun != NULL)
		result = command_verb(&c);
	if (result == ADMIN_DONE && c.verb != NULL)
		result = command_words(&c);
	*verb = c.verb;
	return result;
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
