/*
 * Acts: the commands that an operator may give on the page of the fleet.  They
 * are et-admin's, and its rules for the role hold for them as by SSH.
 */
#ifndef ACT_H
#define ACT_H

#include <stdbool.h>
#include <stddef.h>

#include "operator.h"

#define ACT_KEY 33 /* the key of a connection's acts: 32 digits, and NUL */

struct act {
	const char *command; /* noun and verb */
	enum operator_role least; /* the role that may give it */
};

/* The i-th act, from 0; NULL: there are no more. */
const struct act *act_at(size_t i);

/* Whether text is one of the commands, alone or with words behind it. */
bool act_is(const char *text);

#endif
