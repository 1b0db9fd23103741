#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "verb.h"

/*
 * Copy the health text after the verb, cut at a space so that no field is
 * halved.
 */
static unsigned int
cut_health(const char *text, char health[MSG_HEALTH])
{
	size_t len = strlen(text);
	unsigned int dropped = 0;

	if (len >= MSG_HEALTH) {
		len = MSG_HEALTH - 1;
		while (len > 0 && text[len] != ' ')
			len--;
		dropped = 1;
	}
	memcpy(health, text, len);
	health[len] = '\0';
	return dropped;
}

enum verb
verb_parse(const char *command, char health[MSG_HEALTH], unsigned int *dropped)
{
	static const char verbs[][7] = {"poll 1", "wait 1"};
	const char *rest;
	size_t i;

	health[0] = '\0';
	*dropped = 0;
	if (command == NULL)
		return VERB_LEGACY;
	if (strlen(command) > VERB_LINE)
		return VERB_TOO_LONG;
	for (i = 0; i < 2; i++) {
		if (strncmp(command, verbs[i], 6) != 0)
			continue;
		rest = command + 6;
		if (*rest != '\0' && *rest != ' ')
			continue;
		*dropped = cut_health(*rest == ' ' ? rest + 1 : rest, health);
		return i == 0 ? VERB_POLL : VERB_WAIT;
	}
	return VERB_LEGACY;
}

/* The id: the next word, if the line goes on behind it with end. */
static bool
take_name(const char **command, char end, char name[MSG_NAME])
{
	size_t len = strcspn(*command, " ");

	if (len == 0 || len >= MSG_NAME || (*command)[len] != end)
		return false;
	memcpy(name, *command, len);
	name[len] = '\0';
	*command += len + (end != '\0');
	return true;
}

enum enrol_verb
verb_parse_enrol(
    const char *command, char name[MSG_NAME], char key[MSG_KEY_LINE])
{
	static const char enroll[] = "enroll 1 ", keyed[] = "enroll 2 ";

	name[0] = key[0] = '\0';
	if (command == NULL || strlen(command) > VERB_LINE)
		return ENROL_VERB_NONE;
	if (strcmp(command, "install 1") == 0)
		return ENROL_VERB_INSTALL;
	if (strcmp(command, "install 2") == 0)
		return ENROL_VERB_INSTALL_2;
	if (strncmp(command, keyed, sizeof(keyed) - 1) == 0) {
		command += sizeof(keyed) - 1;
		return take_name(&command, '\0', name) ? ENROL_VERB_ENROLL_2
						       : ENROL_VERB_NONE;
	}
	if (strncmp(command, enroll, sizeof(enroll) - 1) != 0)
		return ENROL_VERB_NONE;
	command += sizeof(enroll) - 1;
	if (!take_name(&command, ' ', name))
		return ENROL_VERB_NONE;
	if (strlen(command) >= MSG_KEY_LINE) {
		name[0] = '\0';
		return ENROL_VERB_NONE;
	}
	memcpy(key, command, strlen(command) + 1);
	return ENROL_VERB_ENROLL;
}
