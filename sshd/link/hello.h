/*
 * The ticket that a client names: the identity of the one external PSK in its
 * ClientHello (RFC 8446, 4.1.2 and 4.2.11), 16 hexadecimal digits.
 *
 * It is read here, before libssl sees a byte, so that a client that names no
 * ticket of this store costs a small buffer, and never reaches libssl.
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HELLO_MAX 2048 /* bytes of a first record, with its header */
#define HELLO_NUMBER 16 /* digits of an identity */

/*
 * The size of the record that begins with these n bytes; 0: it takes more bytes
 * to know; -1: no record of a ClientHello begins like that, or it is too large.
 */
ssize_t hello_size(const uint8_t *bytes, size_t n);

/*
 * Read the number out of a whole record.  False: it holds anything but one
 * ClientHello that offers one such identity, and no early data.
 */
bool hello_number(const uint8_t *record, size_t size, uint64_t *number);

#endif
