/*
 * The input of a key exchange's hash (RFC 4253, section 8), V_C to K, which the
 * monitor hashes itself before it signs.
 *
 * libssh hands it to EVP_DigestUpdate(3) in one piece, and takes the cookie of
 * its KEXINIT (RFC 4253, section 7.1) from RAND_bytes(3).  The dynamic linker
 * gives libssh the EVP_DigestUpdate of this module and the RAND_bytes of
 * packets.c.  selftest_hostkey shows at each start that libssh calls both: the
 * monitor signs nothing else.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/*
 * Find libcrypto's EVP_DigestUpdate.  Called before the sandbox.  Returns 0, or
 * -1: there is none.
 */
int exchange_start(void);

/*
 * Set the cookie of the KEXINIT that libssh makes next.  The bytes stay the
 * caller's and must live until they are used or NULL, no cookie, is set.
 */
void exchange_cookie(const uint8_t cookie[MSG_COOKIE]);

/*
 * Called for each random number that libssh asks for.  If a cookie is set and
 * the number has a cookie's length, copy the cookie there, once, and return
 * true; otherwise return false and leave bytes unchanged.
 */
bool exchange_give_cookie(uint8_t *bytes, size_t len);

/*
 * Move the input that was hashed last into the message, and erase it here.
 * False: there is none, or the input was longer than MSG_EXCHANGE.
 */
bool exchange_take(struct msg_sign *);

#endif
