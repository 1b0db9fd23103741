#include "config.h"

#include <stdio.h>

#include "help.h"

void
help_program(const struct noun *const *nouns)
{
	printf("usage: et-admin [-c CONF] [-s STORE] [--json] NOUN VERB ...\n"
	       "\nThe nouns (et-admin NOUN --help says more):\n");
	for (; *nouns != NULL; nouns++)
		printf("  %-10s %s\n", (*nouns)->name, (*nouns)->help);
	printf("\nOptions, before or after the noun:\n");
	args_help(ARG_GLOBAL);
	printf("\nIt exits 0 when done, 1 when refused or failed, and 2 when\n"
	       "called wrongly.  See et-admin(8).\n");
}

static void
print_call(const struct noun *noun, const struct verb *verb)
{
	printf("et-admin %s%s%s%s%s", noun->name, verb->name == NULL ? "" : " ",
	    verb->name == NULL ? "" : verb->name,
	    *verb->words == '\0' ? "" : " ", verb->words);
}

void
help_noun(const struct noun *noun)
{
	const struct verb *verb;

	printf("%s: %s\n\n", noun->name, noun->help);
	for (verb = noun->verbs; verb->run != NULL; verb++) {
		printf("  ");
		print_call(noun, verb);
		printf("\n      %s\n", verb->help);
	}
	printf("\net-admin %s VERB --help says more.\n", noun->name);
}

void
help_verb(const struct noun *noun, const struct verb *verb)
{
	printf("usage: ");
	print_call(noun, verb);
	printf("\n\n%s\n", verb->help);
	if (verb->more != NULL)
		printf("%s\n", verb->more);
	printf("\nOptions:\n");
	args_help(verb->options | ARG_GLOBAL);
}
