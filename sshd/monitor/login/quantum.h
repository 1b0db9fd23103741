/*
 * Is key exchange post-quantum: hybrid, and so safe from one who records it now
 * and has a quantum computer later?  libssh decides, in the workers: each says
 * which key exchange its handshakes with itself came to.
 */
#ifndef QUANTUM_H
#define QUANTUM_H

#include <stdbool.h>

#include <jansson.h>

#include "msg.h"

/* The command that installs a libssh with post-quantum key exchange. */
#define QUANTUM_COMMAND "sudo " ETPH_DATADIR "/libssh.sh"

/* A worker's report on its libssh, cleaned. */
struct quantum {
	char libssh[4 * MSG_ALGO];
	char kex[4 * MSG_ALGO];
};

/* Keep a worker's report on its libssh. */
void quantum_learn(struct quantum *, const struct msg_ready *);

/* Is key exchange post-quantum in the last worker?  false before the first. */
bool quantum_safe(const struct quantum *);

/*
 * libssh, kex, post_quantum; and unless it is, post_quantum_command.  NULL
 * without memory; the caller owns it.
 */
json_t *quantum_state(const struct quantum *);

#endif
