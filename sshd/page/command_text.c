#include "config.h"

#include <string.h>

#include "command_text.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz "
#define QUOTED " '\"\\" /* what a backslash stands before */

static bool
text_put(struct command_text *t, char c)
{
	if (t->len + 1 >= sizeof(t->text))
		return false;
	t->text[t->len++] = c;
	t->text[t->len] = '\0';
	return true;
}

bool
command_text_begin(struct command_text *t, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len >= sizeof(t->text) ||
	    text[strspn(text, LETTERS)] != '\0')
		return false;
	memcpy(t->text, text, len + 1);
	t->len = len;
	return true;
}

bool
command_text_word(struct command_text *t, const char *word)
{
	if (!text_put(t, ' '))
		return false;
	if (*word == '\0')
		return text_put(t, '\'') && text_put(t, '\'');
	for (; *word != '\0'; word++) {
		if (*word < ' ' || *word > '~')
			return false;
		if (strchr(QUOTED, *word) != NULL && !text_put(t, '\\'))
			return false;
		if (!text_put(t, *word))
			return false;
	}
	return true;
}
