/*
 * The console's cage, entered before it hears a word of the operator's: no
 * file can be opened, no program started, no socket made, no process seen.
 * What is left is the store that it has open, which a role that does not write
 * has open for reading alone, its streams, and the monitor.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>

/* NULL, or what could not be done (a static string). */
const char *seal(bool writes);

#endif
