/*
 * A key for one use: its private half is nowhere but in memory, where ssh(1)
 * reads it while this process lives.
 */
#ifndef PASSKEY_H
#define PASSKEY_H

#include "admin.h"

#define PASSKEY_PATH 64

/*
 * Make one.  path is what ssh is given for it; *fd, which the caller closes,
 * holds it.  A failure has been said.
 */
enum admin_exit	passkey_make(struct key *, char path[PASSKEY_PATH], int *fd);

/* Text that ssh is to read as a file, in the same way.  -1: it cannot be. */
int	passkey_file(const char *text, size_t len, char path[PASSKEY_PATH]);

#endif
