/*
 * What the exchange hash is made of, for the monitor to make it itself.
 *
 * libssh hashes it in one piece with EVP_DigestUpdate, and takes its KEXINIT's
 * cookie from RAND_bytes.  This module exports the first in libcrypto's place,
 * packets does the second.  The self-test of hostkey shows that both hold.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/* Find libcrypto's own.  0, or -1. */
int exchange_start(void);

/* The cookie for the KEXINIT that libssh makes next; NULL: it makes none. */
void exchange_cookie(const uint8_t cookie[MSG_COOKIE]);

/* Is this the random number that is to be the cookie?  Then it is now. */
bool exchange_random(uint8_t *bytes, size_t len);

/* Move the exchange that was hashed last.  False: there is none. */
bool exchange_take(struct msg_sign *);

#endif
