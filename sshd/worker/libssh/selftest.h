/*
 * What a worker tries with itself before it serves: both ends of an SSH
 * connection in this process, over a socketpair, with nobody else's bytes.
 *
 * Each returns NULL, or why et-sshd must not start (a static string).  cookie
 * is for the server's KEXINIT; the monitor signs for connection 0 until the
 * worker is ready.
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <libssh/server.h>
#include <stdint.h>

#include "msg.h"

/* Finds libcrypto's EVP_EncryptUpdate.  Returns 0, or -1: there is none. */
int selftest_start(void);

/*
 * A handshake by the host key of this type: does the monitor sign it?  kex gets
 * the key exchange: the first of bind.h that this libssh has.
 */
const char *selftest_hostkey(ssh_bind, const char *type,
    const uint8_t cookie[MSG_COOKIE], char kex[MSG_ALGO]);

/*
 * Does libssh refuse an AES-GCM packet with a bad tag (RFC 5647;
 * CVE-2026-59847), and a channel with a maximum packet size of 0 (RFC 4254,
 * section 5.1; CVE-2026-59843)?  Both are sent in a session by the host key of
 * this type, after a channel that it must take.
 */
const char *selftest_patched(
    ssh_bind, const char *type, const uint8_t cookie[MSG_COOKIE]);

#endif
