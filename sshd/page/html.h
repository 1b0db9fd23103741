/*
 * Text of HTML pages.  Whatever comes from the store or from a request is put
 * with html_text or html_query, which escape it; html_put is for the program's
 * own text alone.  Out of memory is noted and told once, by html_take.
 */
#ifndef HTML_H
#define HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct html {
	char	*text;
	size_t	len, size;
	bool	failed;
};

void	html_put(struct html *, const char *markup);
void	html_bytes(struct html *, const char *markup, size_t n);
/* Text, as content or within an attribute's double quotes. */
void	html_text(struct html *, const char *text);
/* A value of a query or a word of a path, percent-encoded (RFC 3986). */
void	html_query(struct html *, const char *text);
void	html_number(struct html *, int64_t number);

/* The text, which the caller frees; NULL: out of memory. */
char	*html_take(struct html *);

#endif
