/* The texts of --help: for the program, a noun, a verb. */
#ifndef HELP_H
#define HELP_H

#include "admin.h"

/* role as in command.h. */
void	help_program(unsigned int role);
void	help_noun(const struct noun *, unsigned int role);
void	help_verb(const struct noun *, const struct verb *, unsigned int role);

#endif
