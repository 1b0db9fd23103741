/*
 * An operator's command as words.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "words.h"

#define TEXT 1025 /* MSG_COMMAND_TEXT */

/* Each byte by itself, so that nothing means anything. */
static bool
quote(char out[4 * TEXT], char *const word[], int n)
{
	size_t at = 0;
	const char *c;
	int i;

	for (i = 0; i < n; i++) {
		at += (size_t)snprintf(out + at, 4 * TEXT - at, " ''");
		for (c = word[i]; *c != '\0'; c++)
			at += (size_t)snprintf(
			    out + at, 4 * TEXT - at, "\\%c", *c);
	}
	return at < 4 * TEXT;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT], again[4 * TEXT] = "", *word[WORDS_MAX + 1],
				   *same[WORDS_MAX + 1];
	const char *why = NULL;
	int i, n;

	if (len >= TEXT)
		len = TEXT - 1;
	memcpy(text, data, len);
	text[len] = '\0';
	n = words_split(text, word, &why);
	if (n == -1) {
		MUST(why != NULL && fuzz_printable(why));
		return 0;
	}
	MUST(n >= 0 && n <= WORDS_MAX && word[n] == NULL);
	for (i = 0; i < n; i++) {
		MUST(word[i] >= text && word[i] <= text + len);
		MUST(fuzz_printable(word[i]));
	}
	/* The same words, said in another way, are the same. */
	MUST(quote(again, word, n));
	MUST(words_split(again, same, &why) == n);
	for (i = 0; i < n; i++)
		MUST(strcmp(word[i], same[i]) == 0);
	return 0;
}
