#include "config.h"

#include <stddef.h>

#include "words.h"

/*
 * Take the quotes out of the word at *from, and advance *from past it.  NULL: a
 * quote does not end.
 */
static char *
take_word(char **from)
{
	char *in = *from, *out = *from, *word = *from;
	char quote = '\0';

	for (; *in != '\0' && (quote != '\0' || *in != ' '); in++) {
		if (quote == '\0' && (*in == '\'' || *in == '"'))
			quote = *in;
		else if (*in == quote)
			quote = '\0';
		else if (*in == '\\' && quote != '\'' && in[1] != '\0')
			*out++ = *++in;
		else
			*out++ = *in;
	}
	if (quote != '\0')
		return NULL;
	*from = *in == '\0' ? in : in + 1;
	*out = '\0';
	return word;
}

int
words_split(char *text, char *word[WORDS_MAX + 1], const char **why)
{
	const char *c;
	int n = 0;

	for (c = text; *c != '\0'; c++)
		if (*c < ' ' || *c > '~') {
			*why = "a command may contain printable ASCII only";
			return -1;
		}
	for (;;) {
		while (*text == ' ')
			text++;
		if (*text == '\0')
			break;
		if (n == WORDS_MAX) {
			*why = "too many arguments";
			return -1;
		}
		if ((word[n++] = take_word(&text)) == NULL) {
			*why = "unterminated quote";
			return -1;
		}
	}
	word[n] = NULL;
	return n;
}
