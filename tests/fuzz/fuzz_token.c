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

/* It is the enum of a message, and so may be anything. */
static void
check_words(const uint8_t *data, size_t len)
{
	static const int64_t now = 1000;
	struct token t = {.expires = now};
	enum token_state state;
	uint32_t n = 0;

	memcpy(&n, data, len < sizeof(n) ? len : sizeof(n));
	MUST(fuzz_printable(enrol_result_text((enum enrol_result)n)));
	MUST(fuzz_printable(token_state_name((enum token_state)n)));
	t.uses_left = n & 1;
	t.expires += n & 2;
	state = token_state(&t, now);
	MUST((state == TOKEN_GOOD) == ((n & 3) == 3));
	MUST(state == TOKEN_USED_UP || (n & 1));
}

static void
check_command(const char *line)
{
	char name[MSG_NAME], key[MSG_KEY_LINE], health[MSG_HEALTH];
	char again[VERB_LINE + 1];
	enum enrol_verb verb;
	unsigned int dropped;

	verb = verb_parse_enrol(line, name, key);
	/* For a device it is nothing but a poll of the first version. */
	if (verb_parse(line, health, &dropped) != VERB_LEGACY)
		MUST(verb == ENROL_VERB_NONE);
	MUST(verb == ENROL_VERB_NONE || strlen(line) <= VERB_LINE);
	if (verb == ENROL_VERB_INSTALL)
		MUST(strcmp(line, "install 1") == 0);
	if (verb == ENROL_VERB_INSTALL_2)
		MUST(strcmp(line, "install 2") == 0);
	if (verb == ENROL_VERB_ENROLL_2) {
		MUST(
		    *name != '\0' && strchr(name, ' ') == NULL && *key == '\0');
		snprintf(again, sizeof(again), "enroll 2 %s", name);
		MUST(strcmp(line, again) == 0);
		return;
	}
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
	check_words(data, len);
	check_command(text);
	free(text);
	return 0;
}
