/*
 * The start before the first connection, while the worker may still do more
 * than serve: take the monitor's settings and host keys, and seal.
 */
#ifndef SETUP_H
#define SETUP_H

struct worker;

/*
 * Receive SETUP and the host keys (blocks), start everything that opens files
 * or asks the system, enter the sandbox.  Returns NULL when the worker is
 * sealed and may say READY; otherwise why not (a static string or one of
 * seal.h).
 */
const char *setup_worker(struct worker *);

#endif
