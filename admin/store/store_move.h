/*
 * A whole store, copied to another address.
 */
#ifndef STORE_MOVE_H
#define STORE_MOVE_H

#include "admin.h"

/*
 * Copy the store at from to the empty or new one at to, while no server runs
 * on either.  Prints what was copied.
 */
enum admin_exit store_move(struct admin *, const char *from, const char *to);

#endif
