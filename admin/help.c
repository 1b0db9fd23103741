#include "config.h"

#include <stdio.h>

#include "help.h"
#include "nouns.h"

/* By SSH a command has no "et-admin" before it. */
static const char *
help_prefix(unsigned int role)
{
	return role == 0 ? "et-admin " : "";
}

static uint64_t
help_global(unsigned int role)
{
	return role == 0 ? ARG_GLOBAL : ARG_BIT(ARG_JSON) | ARG_BIT(ARG_HELP);
}

void
help_program(unsigned int role)
{
	const struct noun *noun;
	size_t i;

	printf("usage: %s%s[--json] NOUN VERB ...\n"
	       "\n"
	       "The nouns (see %shelp NOUN):\n",
	    help_prefix(role), role == 0 ? "[-c CONF] [-s STORE] " : "",
	    help_prefix(role));
	for (i = 0; nouns_at(i, role, &noun); i++)
		if (noun != NULL)
			printf("  %-10s %s\n", noun->name, noun->help);
	printf("\nOptions, before or after the noun:\n");
	args_help(help_global(role));
	printf(
	    "\n"
	    "Exit status: 0 on success, 1 when refused or failed, 2 on wrong\n"
	    "usage.%s\n",
	    role == 0 ? "  See et-admin(8)." : "");
}

static void
help_print_call(
    const struct noun *noun, const struct verb *verb, unsigned int role)
{
	printf("%s%s%s%s%s%s", help_prefix(role), noun->name,
	    verb->name == NULL ? "" : " ", verb->name == NULL ? "" : verb->name,
	    *verb->words == '\0' ? "" : " ", verb->words);
}

void
help_noun(const struct noun *noun, unsigned int role)
{
	const struct verb *verb;

	printf("%s: %s\n\n", noun->name, noun->help);
	for (verb = noun->verbs; verb->run != NULL; verb++) {
		if (!nouns_may(verb, role))
			continue;
		printf("  ");
		help_print_call(noun, verb, role);
		printf("\n      %s", verb->help);
		if (nouns_other(verb) != NULL)
			printf("  Also: %s.", nouns_other(verb));
		printf("\n");
	}
	printf("\n"
	       "See also %shelp %s VERB.\n",
	    help_prefix(role), noun->name);
}

void
help_verb(const struct noun *noun, const struct verb *verb, unsigned int role)
{
	printf("usage: ");
	help_print_call(noun, verb, role);
	printf("\n\n%s\n", verb->help);
	if (nouns_other(verb) != NULL)
		printf("Alias: %s.\n", nouns_other(verb));
	if (verb->more != NULL)
		printf("%s\n", verb->more);
	printf("\nOptions:\n");
	args_help(verb->options | help_global(role));
}
