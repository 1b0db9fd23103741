/*
 * The line "token ID.SECRET" that the user enroll sends behind its command, on
 * the channel, after a login by a key.
 */
#ifndef TOKEN_LINE_H
#define TOKEN_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define TOKEN_LINE 64 /* with its newline, bytes */

struct token_line {
	char text[TOKEN_LINE + 1];
	size_t len;
	bool whole; /* no more of it is to come */
};

/* Add what came on the channel, up to the newline; the rest is forgotten. */
void token_line_add(struct token_line *, const char *data, size_t len);

/* The channel's data has ended. */
void token_line_end(struct token_line *);

/* The token, or "?", which is none, if the line does not say one. */
const char *token_line_token(const struct token_line *);

#endif
