/*
 * Host keys that this process does not have.
 *
 * libssh will not serve without private host keys and signs each key exchange
 * with them, through EVP_DigestSign(3).  What it gets here are keys with the
 * true public half and a private half of zeroes; and the dynamic linker gives
 * it the EVP_DigestSign which this module exports, which asks the monitor.
 * The monitor signs for the connection that is named, once before its login.
 */
#ifndef HOSTKEY_H
#define HOSTKEY_H

#include <libssh/libssh.h>
#include <libssh/server.h>
#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

/* sock is the socket for SIGN.  Returns NULL, or why not. */
const char *hostkey_start(int sock);

/* A key of this public half, for the bind; NULL: not a good one. */
ssh_key hostkey_import(const struct msg_hostkey *);

/* What libssh signs from now on, it signs for this connection. */
void hostkey_sign_for(uint64_t conn);

/*
 * Has the monitor signed anything since this was asked last?  See
 * selftest_hostkey, which shows at every start that libssh takes this way.
 */
bool hostkey_asked(void);

#endif
