/*
 * Tests of libssh that a worker runs before it serves, and before its sandbox:
 * both ends of an SSH connection in this process, over a socketpair.  No byte
 * of anybody else is in it.  The tests return NULL, or why et-sshd must not
 * start (a static string).  The cookie is for the server's KEXINIT; until READY
 * the monitor signs for connection 0 (sshd/PROTOCOL, section 3.1).
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <libssh/server.h>
#include <stdint.h>

#include "msg.h"

/* Find libcrypto's EVP_EncryptUpdate.  Returns 0, or -1: there is none. */
int selftest_start(void);

/*
 * Whether the monitor signs a handshake by the host key of this type.  kex gets
 * the key exchange: the first in bind.h that this libssh has.
 */
const char *selftest_hostkey(ssh_bind, const char *type,
    const uint8_t cookie[MSG_COOKIE], char kex[MSG_ALGO]);

/*
 * Whether libssh refuses an AES-GCM packet with a bad tag (RFC 5647;
 * CVE-2026-59847) and a channel with a maximum packet size of 0 (RFC 4254,
 * section 5.1; CVE-2026-59843).  Each is sent in a session by the host key of
 * this type, after a channel open that libssh must take.
 */
const char *selftest_patched(
    ssh_bind, const char *type, const uint8_t cookie[MSG_COOKIE]);

#endif
