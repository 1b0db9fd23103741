/*
 * Text made fit for a terminal and for JSON, wherever it came from.
 */
#ifndef CLEAN_H
#define CLEAN_H

#include <jansson.h>
#include <stdio.h>

/*
 * A copy with every byte that is not printable ASCII as \xNN.  Free it.
 * NULL: no memory.
 */
char	*clean_text(const char *);

/* Print such a copy. */
void	 clean_print(FILE *, const char *);

/*
 * A JSON string; of text that is not UTF-8, of its clean copy.  NULL: no
 * memory.
 */
json_t	*clean_json(const char *);

#endif
