/*
 * The line of an exec request and the health fields in it.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "heartbeat.h"
#include "verb.h"

/* What was kept is kept again, whole; returns the number of pairs. */
static unsigned int
check_health(const char *health)
{
	char again[HEARTBEAT_HEALTH];
	unsigned int pairs = 0;
	const char *p;

	MUST(strlen(health) < HEARTBEAT_HEALTH);
	MUST(fuzz_printable(health));
	MUST(heartbeat_parse_health(health, strlen(health), again) == 0);
	MUST(strcmp(health, again) == 0);
	for (p = health; (p = strchr(p, '=')) != NULL; p++)
		pairs++;
	MUST(pairs <= HEARTBEAT_PAIRS);
	return pairs;
}

/* What may be anything finds nothing but a number. */
static void
check_number(const char *health, const char *key)
{
	int64_t n = heartbeat_number(health, key);
	char field[HEARTBEAT_HEALTH];

	MUST(n >= -1 && n <= INT64_C(9007199254740991));
	snprintf(field, sizeof(field), "%s=", key);
	if (n != -1)
		MUST(strstr(health, field) != NULL);
}

static void
check_verb(
    const char *line, enum verb verb, const char *health, unsigned int dropped)
{
	MUST((verb == VERB_TOO_LONG) == (strlen(line) > VERB_LINE));
	if (verb != VERB_POLL && verb != VERB_WAIT) {
		MUST(*health == '\0' && dropped == 0);
		return;
	}
	MUST(strncmp(line, verb == VERB_POLL ? "poll 1" : "wait 1", 6) == 0);
	if (*health != '\0')
		MUST(strncmp(line + 7, health, strlen(health)) == 0);
	MUST(dropped <= 1);
	if (dropped == 0)
		MUST(strlen(line) <= 7 + strlen(health));
}

/* A line is a command of devices or of those who register, never both. */
static void
check_enrol(const char *line, enum verb verb)
{
	char name[MSG_NAME], key[MSG_KEY_LINE];

	if (verb_parse_enrol(line, name, key) == ENROL_VERB_NONE)
		MUST(*name == '\0' && *key == '\0');
	else
		MUST(verb == VERB_LEGACY);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[MSG_HEALTH], health[HEARTBEAT_HEALTH];
	char *line = fuzz_text(data, len);
	unsigned int dropped;
	enum verb verb;

	verb = verb_parse(line, text, &dropped);
	check_verb(line, verb, text, dropped);
	dropped = heartbeat_parse_health(text, strlen(text), health);
	check_health(health);
	/* As the whole input, without an end. */
	dropped = heartbeat_parse_health((const char *)data, len, health);
	MUST(dropped + check_health(health) <= len);
	check_number(health, "up");
	check_number(health, "n");
	check_enrol(line, verb);
	free(line);
	return 0;
}
