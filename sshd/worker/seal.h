/* The worker's sandbox: an event loop over descriptors that it was given. */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Enter the sandbox with room for n descriptors.  Returns NULL, or what could
 * not be done (a static string).
 */
const char	*seal_worker(bool empty_root, uint32_t files);

#endif
