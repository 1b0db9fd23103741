#include "config.h"

#include <stdio.h>
#include <string.h>

#include "setup.h"

bool
setup_ask(const struct setup *s, const char *question, char text[SETUP_ANSWER])
{
	char line[SETUP_ANSWER];

	if (!s->asks)
		return false;
	printf("%s%s%s%s: ", question, *text != '\0' ? " [" : "", text,
	    *text != '\0' ? "]" : "");
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		putchar('\n');
		return false;
	}
	line[strcspn(line, "\r\n")] = '\0';
	if (*line != '\0')
		memcpy(text, line, sizeof(line));
	return true;
}

void
setup_option(const struct setup *s, enum arg arg, char text[SETUP_ANSWER])
{
	if (s->args->value[arg] != NULL)
		snprintf(text, SETUP_ANSWER, "%s", s->args->value[arg]);
}

const struct verb *
setup_verb(const struct noun *noun, const char *name)
{
	const struct verb *v = noun->verbs;

	while (strcmp(v->name, name) != 0)
		v++;
	return v;
}
