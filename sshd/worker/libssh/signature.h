/*
 * The signature of a login, which the monitor verifies.
 *
 * libssh verifies it with EVP_DigestVerify(3), whose input is the session id
 * and the request (RFC 4252, section 7).  The dynamic linker gives libssh the
 * EVP_DigestVerify of this module, which keeps a login's input and signature
 * for the monitor and calls the signature good.  Any other input goes to
 * libcrypto.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <libssh/libssh.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/*
 * Find libcrypto's EVP_DigestVerify.  Called before the sandbox.  Returns 0, or
 * -1: there is none.
 */
int signature_start(void);

/* Claim the logins that libssh verifies from now on for this connection. */
void signature_claim_for(uint64_t conn);

/*
 * Move the input and the signature of the login that was verified last into the
 * message, if the login is this connection's.  Returns 0, or -1: there is none,
 * it was longer than MSG_SIGNED_DATA or MSG_SIG, or it is another connection's,
 * whose login is left.
 */
int signature_take(struct msg_login *, uint64_t conn);

/*
 * The signature algorithm of a key of this type; for RSA rsa-sha2-512 (RFC
 * 8332).
 */
const char *signature_algorithm(ssh_key);

#endif
