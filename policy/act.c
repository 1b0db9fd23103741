#include "config.h"

#include <string.h>

#include "act.h"

static const struct act acts[] = {
    {"forward open", OPERATOR_OPERATOR},
    {"forward close", OPERATOR_OPERATOR},
    {"session kill", OPERATOR_ADMIN},
    {"device disable", OPERATOR_ADMIN},
    {"device enable", OPERATOR_ADMIN},
    {"device tag", OPERATOR_ADMIN},
    {"device alias", OPERATOR_ADMIN},
    {"device rename", OPERATOR_ADMIN},
    {"token new", OPERATOR_ADMIN},
};

const struct act *
act_at(size_t i)
{
	return i < sizeof(acts) / sizeof(acts[0]) ? &acts[i] : NULL;
}

bool
act_is(const char *text)
{
	const struct act *a;
	size_t i, len;

	for (i = 0; (a = act_at(i)) != NULL; i++) {
		len = strlen(a->command);
		if (strncmp(text, a->command, len) == 0 &&
		    (text[len] == '\0' || text[len] == ' '))
			return true;
	}
	return false;
}
