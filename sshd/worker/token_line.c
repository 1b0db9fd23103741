#include "config.h"

#include <string.h>

#include "token_line.h"

/*
 * dbclient reads a "y" at the beginning as the answer to its host key question.
 */
#define TOKEN_WORD "token "

void
token_line_add(struct token_line *l, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && !l->whole; i++)
		if (data[i] == '\n' || l->len == TOKEN_LINE - 1)
			l->whole = true;
		else
			l->text[l->len++] = data[i];
}

void
token_line_end(struct token_line *l)
{
	l->whole = true;
}

const char *
token_line_token(const struct token_line *l)
{
	const char *token = l->text + sizeof(TOKEN_WORD) - 1;

	if (strncmp(l->text, TOKEN_WORD, sizeof(TOKEN_WORD) - 1) == 0 &&
	    *token != '\0')
		return token;
	return "?";
}
