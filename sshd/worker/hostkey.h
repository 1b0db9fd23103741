/*
 * Host keys that this process does not have.
 *
 * libssh will not serve without private host keys and signs each key exchange
 * with them, through EVP_DigestSign(3).  What it gets here are keys with the
 * true public half and a private half of zeroes; and the dynamic linker gives
 * it the EVP_DigestSign which this module exports, which asks the monitor.
 * The monitor signs for the connection that is named, once before its login.
 *
 * hostkey_test shows at every start that this way is taken.
 */
#ifndef HOSTKEY_H
#define HOSTKEY_H

#include <libssh/libssh.h>
#include <libssh/server.h>
#include <stdint.h>

#include "msg.h"

/* sock is the socket for SIGN.  Returns NULL, or why not. */
const char *hostkey_start(int sock);

/* A key of this public half, for the bind; NULL: not a good one. */
ssh_key hostkey_import(const struct msg_hostkey *);

/* What libssh signs from now on, it signs for this connection. */
void hostkey_sign_for(uint64_t conn);

/*
 * Complete a handshake with this process itself by the host key of this type
 * (0: each must be tried), with this cookie.  Returns NULL, or why it failed.
 */
const char *hostkey_test(
    ssh_bind, const char *type, const uint8_t cookie[MSG_COOKIE]);

#endif
