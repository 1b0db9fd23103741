#include "config.h"

#include <string.h>

#include "verb.h"

/* The health text after the verb, cut at a space so that no field is halved. */
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

enum enrol_verb
verb_parse_enrol(
    const char *command, char name[MSG_NAME], char key[MSG_KEY_LINE])
{
	static const char enroll[] = "enroll 1 ";
	const char *line;
	size_t len;

	name[0] = key[0] = '\0';
	if (command == NULL || strlen(command) > VERB_LINE)
		return ENROL_VERB_NONE;
	if (strcmp(command, "install 1") == 0)
		return ENROL_VERB_INSTALL;
	if (strncmp(command, enroll, sizeof(enroll) - 1) != 0)
		return ENROL_VERB_NONE;
	command += sizeof(enroll) - 1;
	len = strcspn(command, " ");
	line = command + len;
	if (len == 0 || len >= MSG_NAME || *line++ != ' ' ||
	    strlen(line) >= MSG_KEY_LINE)
		return ENROL_VERB_NONE;
	memcpy(name, command, len);
	name[len] = '\0';
	memcpy(key, line, strlen(line) + 1);
	return ENROL_VERB_ENROLL;
}
