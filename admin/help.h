/*
 * What --help prints: for the program, a noun, a verb.
 */
#ifndef HELP_H
#define HELP_H

#include "admin.h"

void	help_program(const struct noun *const *nouns);
void	help_noun(const struct noun *);
void	help_verb(const struct noun *, const struct verb *);

#endif
