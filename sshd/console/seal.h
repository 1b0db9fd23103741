/*
 * The console's sandbox, entered before the operator's command is received: no
 * file can be opened, no program started, no socket made, no process seen.  The
 * console keeps the store that it has open, read-only for a role that does not
 * write, its streams, and the monitor.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>

/*
 * Enter the sandbox; writes: the role may write the store.  Returns NULL, or
 * what could not be done (a static string).
 */
const char *seal_enter(bool writes);

#endif
