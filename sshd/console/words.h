/*
 * An operator's command as words, as a shell would split it that knows no more
 * than blanks, '...', "..." and \.  Nothing is expanded, and nothing but
 * printable ASCII is taken.
 */
#ifndef WORDS_H
#define WORDS_H

#define WORDS_MAX 128

/*
 * Split text in place.  Returns how many words there are, which end with NULL,
 * or -1 and why.
 */
int words_split(char *text, char *word[WORDS_MAX + 1], const char **why);

#endif
