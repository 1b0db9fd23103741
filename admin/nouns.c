#include "config.h"

#include <string.h>

#include "nouns.h"

static const struct noun *const nouns[] = {&noun_device, &noun_key,
    &noun_forward, &noun_permit, &noun_operator, &noun_session, &noun_heartbeat,
    &noun_token, &noun_hostkey, &noun_status, &noun_connect, &noun_doctor,
    &noun_log, &noun_metrics, &noun_page, &noun_report, &noun_alert,
    &noun_penalty, &noun_event, &noun_store, &noun_node, &noun_setup,
    &noun_backup, &noun_restore, NULL};

unsigned int
nouns_role(const struct verb *verb)
{
	return verb->flags / VERB_BY(1) % 4;
}

bool
nouns_may(const struct verb *verb, unsigned int role)
{
	return role == 0 || (nouns_role(verb) != 0 && role >= nouns_role(verb));
}

static bool
nouns_any_verb(const struct noun *noun, unsigned int role)
{
	const struct verb *verb;

	for (verb = noun->verbs; verb->run != NULL; verb++)
		if (nouns_may(verb, role))
			return true;
	return false;
}

bool
nouns_at(size_t i, unsigned int role, const struct noun **noun)
{
	*noun = nouns[i] != NULL && nouns_any_verb(nouns[i], role) ? nouns[i]
								   : NULL;
	return nouns[i] != NULL;
}

const struct noun *
nouns_find(const char *name)
{
	size_t i;

	for (i = 0; nouns[i] != NULL; i++)
		if (strcmp(nouns[i]->name, name) == 0)
			return nouns[i];
	return NULL;
}

/* Names that people type for a verb of another name. */
static const struct {
	const char *verb, *other;
} others[] = {{"list", "ls"}, {"remove", "rm"}};

const char *
nouns_other(const struct verb *verb)
{
	size_t i;

	for (i = 0;
	     verb->name != NULL && i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].verb, verb->name) == 0)
			return others[i].other;
	return NULL;
}

const struct verb *
nouns_verb(const struct noun *noun, const char *name)
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
