/*
 * What is given as a token, and the command of one that was.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "token.h"
#include "verb.h"

/* What was accepted says the same when it is written again. */
static void
check_token(const char *text)
{
	char name[TOKEN_NAME], secret[TOKEN_SECRET], again[TOKEN_TEXT + 1];

	if (!token_parse(text, name, secret))
		return;
	MUST(token_name_valid(name));
	MUST(fuzz_printable(secret));
	snprintf(again, sizeof(again), "%s.%s", name, secret);
	MUST(strcmp(text, again) == 0);
	MUST(strlen(text) == TOKEN_TEXT - 1);
}

static void
check_command(const char *line)
{
	char name[MSG_NAME], key[MSG_KEY_LINE];
	char again[VERB_LINE + 1];
	enum enrol_verb verb;

	verb = verb_parse_enrol(line, name, key);
	MUST(verb == ENROL_VERB_NONE || strlen(line) <= VERB_LINE);
	if (verb == ENROL_VERB_INSTALL)
		MUST(strcmp(line, "install 1") == 0);
	if (verb != ENROL_VERB_ENROLL) {
		MUST(*name == '\0' && *key == '\0');
		return;
	}
	MUST(*name != '\0' && strchr(name, ' ') == NULL);
	snprintf(again, sizeof(again), "enroll 1 %s %s", name, key);
	MUST(strcmp(line, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len);

	check_token(text);
	check_command(text);
	free(text);
	return 0;
}
