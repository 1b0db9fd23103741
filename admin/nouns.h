/*
 * The nouns and their verbs, by name, and who may run them.  role as in
 * command.h.
 */
#ifndef NOUNS_H
#define NOUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "admin.h"

const struct noun	*nouns_find(const char *name);
const struct verb	*nouns_verb(const struct noun *, const char *name);

/* The role that a verb is for, and those above it; 0: none. */
unsigned int	nouns_role(const struct verb *);
bool	nouns_may(const struct verb *, unsigned int role);

/* The noun at i, or NULL if none of its verbs may be run; false: the end. */
bool	nouns_at(size_t i, unsigned int role, const struct noun **);

/* The other name of a verb, as "ls" of "list"; NULL: it has none. */
const char	*nouns_other(const struct verb *);

#endif
