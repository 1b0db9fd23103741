/*
 * The wait of "forward open --wait": until the port answers.
 */
#ifndef AWAIT_H
#define AWAIT_H

#include "admin.h"

/*
 * Wait until the forward is open and its port takes a connection: tell what
 * is waited for, and why when it fails.  At most timeout seconds, 0: as long
 * as the forward lives.  Ctrl-C and the timeout leave the forward as it is.
 */
enum admin_exit	await_forward(struct admin *, const struct device *,
    const struct forward *, uint32_t timeout);

#endif
