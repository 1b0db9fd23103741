/*
 * Adding an operator, for et-admin operator add and et-admin setup.
 */
#ifndef OPERATOR_ADD_H
#define OPERATOR_ADD_H

#include "admin.h"

/*
 * As operator add does it with the same words and options.  again: an operator
 * of that name and key stays as it is, and its lines are printed all the same.
 */
enum admin_exit	operator_add(struct admin *, const struct args *, bool again);

#endif
