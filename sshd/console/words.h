/*
 * Splits an operator's command into words, at blanks; '...', "..." and \ keep
 * one, as in sh(1).  Nothing is expanded, and only printable ASCII is accepted.
 */
#ifndef WORDS_H
#define WORDS_H

#define WORDS_MAX 128

/*
 * Split text in place.  Returns the number of words, which end with NULL; or -1
 * and the reason.
 */
int words_split(char *text, char *word[WORDS_MAX + 1], const char **why);

#endif
