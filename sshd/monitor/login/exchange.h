/*
 * The exchange hash of a key exchange (RFC 4253, section 8), which the monitor
 * computes itself.  The cookie in the server's KEXINIT is one that the monitor
 * made for that connection and no other, so a login that a device has signed
 * never fits another session id.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "msg.h"

/*
 * The hash, of sign->hash bytes; *len is 0 when there is no memory for it.
 * cookie (NULL: any) must be the server's.  Returns NULL, or what is wrong,
 * which ends the worker.
 */
const char *exchange_hash(const struct msg_sign *sign, const uint8_t *cookie,
    uint8_t hash[MSG_HASH], size_t *len);

#endif
