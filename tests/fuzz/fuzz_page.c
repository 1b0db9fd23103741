/*
 * What a visitor of the page sends: a request's target, and an act's words, each
 * on a line, whose text the console takes apart again.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "command_text.h"
#include "fuzz.h"
#include "target.h"
#include "words.h"

/* A path that is decoded, and whose parts are looked at one by one. */
static void
check_target(const char *target)
{
	char *path = strdup(target), *part, *rest;
	unsigned int byte;
	size_t n = 0;
	const char *c;

	for (c = target; *c != '\0' && *c != '?' && *c != '#'; c++) {
		byte = (unsigned char)*c;
		if (*c == '%') {
			MUST(sscanf(c + 1, "%2x", &byte) == 1);
			c += 2;
		}
		MUST(byte >= ' ' && byte != 127);
		path[n++] = byte == '\\' ? '/' : (char)byte;
	}
	path[n] = '\0';
	MUST(path[0] == '/');
	for (rest = path; (part = strsep(&rest, "/")) != NULL;)
		MUST(strcmp(part, ".") != 0 && strcmp(part, "..") != 0);
	free(path);
}

/* The words of a text are those that it was made of. */
static void
check_text(const struct command_text *made, char *const part[], int parts)
{
	char text[MSG_COMMAND_TEXT], first[MSG_COMMAND_TEXT];
	char *word[WORDS_MAX + 1], *begin[WORDS_MAX + 1];
	const char *why;
	int i, n, k;

	MUST(made->len < sizeof(text) && strlen(made->text) == made->len);
	MUST(fuzz_printable(made->text));
	memcpy(text, made->text, made->len + 1);
	snprintf(first, sizeof(first), "%s", part[0]);
	if ((n = words_split(text, word, &why)) == -1) {
		MUST(strcmp(why, "too many arguments") == 0);
		return;
	}
	k = words_split(first, begin, &why);
	MUST(k >= 0 && n == k + parts - 1);
	for (i = 0; i < n; i++)
		MUST(strcmp(word[i], i < k ? begin[i] : part[i - k + 1]) == 0);
	/* Words behind an act never make another one of it. */
	if (act_is(part[0]))
		MUST(act_is(made->text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len), *rest = text, *part[WORDS_MAX];
	struct command_text made = {.len = 0};
	bool good = true;
	int i, n = 0;

	if (target_valid(text))
		check_target(text);
	while (n < WORDS_MAX && (part[n] = strsep(&rest, "\n")) != NULL)
		n++;
	good = n > 0 && command_text_begin(&made, part[0]);
	for (i = 1; good && i < n; i++)
		good = command_text_word(&made, part[i]);
	if (good)
		check_text(&made, part, n);
	free(text);
	return 0;
}
