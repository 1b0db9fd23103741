/*
 * A command's words: its noun, its verb, its options.  role is 0 at the
 * keyboard, and an operator's role (enum operator_role) for one that comes by
 * SSH, who may run what the verb's VERB_BY says and name no file.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "admin.h"

/*
 * Find the noun and the verb among the words, and read all options.  Returns
 * ADMIN_DONE with *verb set, or with NULL when help or the version has been
 * printed; else what is wrong has been said.  args->word must have room for
 * argc + 1.
 */
enum admin_exit	command_parse(struct args *, int argc, char **argv,
    unsigned int role, const struct verb **verb);

/* Run it, with the output that a has. */
enum admin_exit	command_run(struct admin *, const struct args *,
    const struct verb *);

#endif
