/*
 * Requests of a client, as libssh's queue of messages hands them out: the table
 * of the modules that answer, by role.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <libssh/libssh.h>

struct session;

/* Hand a message to the module that answers it, which frees it. */
void request_take(struct session *, ssh_message);

#endif
