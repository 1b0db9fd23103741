/*
 * The line "token ID.SECRET" that the user enroll sends behind its command, on
 * the channel, after a login by a key.
 */
#ifndef TOKEN_LINE_H
#define TOKEN_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define TOKEN_LINE 64 /* bytes, with its newline */

struct token_line {
	char text[TOKEN_LINE + 1];
	size_t len;
	bool whole; /* the line is complete */
};

/* Add data of the channel, up to the newline; the rest is discarded. */
void token_line_add(struct token_line *, const char *data, size_t len);

/* Note the end of the channel's data. */
void token_line_end(struct token_line *);

/* The token; or "?", which is none, if the line has no token. */
const char *token_line_token(const struct token_line *);

#endif
