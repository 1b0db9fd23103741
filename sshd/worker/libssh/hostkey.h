/*
 * Host keys without their private half: the monitor signs.
 *
 * libssh serves with private host keys alone, and signs the hash of each key
 * exchange (RFC 4253, section 8) with EVP_DigestSign(3).  Here it has keys of
 * the true public half and a private half that is none, zeroes or ones, and the
 * dynamic linker gives it the EVP_DigestSign of this module, which asks the
 * monitor.  The worker stands still until the answer.  How often the monitor
 * signs: sshd/PROTOCOL, section 3.1.
 */
#ifndef HOSTKEY_H
#define HOSTKEY_H

#include <libssh/libssh.h>
#include <libssh/server.h>
#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

/*
 * Ask for signatures on sock, which stays the caller's.  Returns NULL, or why
 * not (a static string).
 */
const char *hostkey_start(int sock);

/*
 * A key of this public half, for ssh_bind.  NULL: its type is not served, or it
 * is malformed.  Free with ssh_key_free.
 */
ssh_key hostkey_import(const struct msg_hostkey *);

/* Signatures that libssh makes from now on are for this connection. */
void hostkey_sign_for(uint64_t conn);

/*
 * Whether the monitor has signed since the last call: selftest_hostkey shows by
 * it, at each start, that libssh signs with EVP_DigestSign.
 */
bool hostkey_asked(void);

#endif
