/*
 * The seals of et-notify's processes: what each may still do once it hears what
 * others have written (sshd/common/calls.h and fence.h).
 */
#ifndef SEAL_H
#define SEAL_H

#include "conf.h"

/*
 * The process that reads the stream and keeps the queue: it reads the stream's
 * folder and writes its own, and has no network, no program and no signal.
 * Returns NULL, or what could not be done (a static string).
 */
const char	*seal_queue(const struct conf *);

/*
 * An attempt that speaks with the network: it reads what names and certificates
 * need, writes no file, and runs no program.  ca_file may be NULL.  The same.
 */
const char	*seal_network(const char *ca_file);

#endif
