/*
 * Secrets: each is the first line of a file that not everybody may read.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>

#define SECRET_MOST	4096	/* bytes */

/*
 * Read one.  NULL: *wrong says why (a static string).  A file that everybody may
 * read, an empty first line and one with control characters are refused.
 */
char	*secret_read(const char *path, const char **wrong);

/* Wipe and free it; NULL is taken. */
void	 secret_free(char *);

/* Replace each place in text where the secret stands by as many '*'. */
void	 secret_hide(char *text, const char *secret);

#endif
