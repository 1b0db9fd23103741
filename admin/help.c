#include "config.h"

#include <stdio.h>

#include "command.h"
#include "help.h"

/* Who comes by SSH says no et-admin, and names no file. */
static const char *
program(unsigned int role)
{
	return role == 0 ? "et-admin " : "";
}

static unsigned int
global(unsigned int role)
{
	return role == 0 ? ARG_GLOBAL : ARG_BIT(ARG_JSON) | ARG_BIT(ARG_HELP);
}

void
help_program(unsigned int role)
{
	const struct noun *noun;
	size_t i;

	printf("usage: %s%s[--json] NOUN VERB ...\n"
	       "\nThe nouns (%shelp NOUN says more):\n",
	    program(role), role == 0 ? "[-c CONF] [-s STORE] " : "",
	    program(role));
	for (i = 0; command_noun(i, role, &noun); i++)
		if (noun != NULL)
			printf("  %-10s %s\n", noun->name, noun->help);
	printf("\nOptions, before or after the noun:\n");
	args_help(global(role));
	printf("\nIt exits 0 when done, 1 when refused or failed, and 2 when\n"
	       "called wrongly.%s\n",
	    role == 0 ? "  See et-admin(8)." : "");
}

static void
print_call(const struct noun *noun, const struct verb *verb, unsigned int role)
{
	printf("%s%s%s%s%s%s", program(role), noun->name,
	    verb->name == NULL ? "" : " ", verb->name == NULL ? "" : verb->name,
	    *verb->words == '\0' ? "" : " ", verb->words);
}

void
help_noun(const struct noun *noun, unsigned int role)
{
	const struct verb *verb;

	printf("%s: %s\n\n", noun->name, noun->help);
	for (verb = noun->verbs; verb->run != NULL; verb++) {
		if (!command_may(verb, role))
			continue;
		printf("  ");
		print_call(noun, verb, role);
		printf("\n      %s", verb->help);
		if (command_other(verb) != NULL)
			printf("  Also: %s.", command_other(verb));
		printf("\n");
	}
	printf("\n%shelp %s VERB says more.\n", program(role), noun->name);
}

void
help_verb(const struct noun *noun, const struct verb *verb, unsigned int role)
{
	printf("usage: ");
	print_call(noun, verb, role);
	printf("\n\n%s\n", verb->help);
	if (command_other(verb) != NULL)
		printf("It may be called %s, too.\n", command_other(verb));
	if (verb->more != NULL)
		printf("%s\n", verb->more);
	printf("\nOptions:\n");
	args_help(verb->options | global(role));
}
