/*
 * The link's sandbox, entered before the first connection comes: no path, no
 * socket of its own, no process.  It keeps its event loop, the monitor's socket
 * and what the monitor gives it.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdint.h>

/*
 * files is the RLIMIT_NOFILE, streams how many there may be.  Returns NULL, or
 * what could not be done (a static string).
 */
const char *seal_enter(uint32_t files, uint32_t streams);

#endif
