/*
 * The signature of a login, which the monitor verifies.
 *
 * libssh verifies it through EVP_DigestVerify(3), whose input is the session
 * id and the request (RFC 4252, section 7).  The dynamic linker gives libssh
 * the function of that name which this module exports: it keeps what a login
 * claims, for the monitor, and calls it good.  Whatever is no login's goes to
 * libcrypto's own function.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <libssh/libssh.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/*
 * Find libcrypto's own.  Before the sandbox.  Returns 0, or -1: there is none.
 */
int signature_start(void);

/* What libssh verifies from now on, this connection claims. */
void signature_claim_for(uint64_t conn);

/*
 * Put the last claimed login's signed data and signature into the message,
 * and forget them.  Returns 0, or -1: there was none, or too long a one, or
 * it is another connection's, which is left.
 */
int signature_take(struct msg_login *, uint64_t conn);

/* What a key of this type signs with; RSA's strongest. */
const char *signature_of(ssh_key);

#endif
