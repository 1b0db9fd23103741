/*
 * A TLS ClientHello (RFC 8446, section 4.1.2), in one record or in several, for
 * the name of the server that it asks for (RFC 6066, section 3).
 */
#ifndef FIRST_HELLO_H
#define FIRST_HELLO_H

#include <stddef.h>
#include <stdint.h>

struct first_bytes;

/* Read the len bytes that there are into *f. */
void first_hello_read(const uint8_t *, size_t len, struct first_bytes *);

/* Make the record with which a visitor is refused, by a fatal alert. */
#define FIRST_ALERT 7 /* bytes */
void first_hello_alert(uint8_t record[FIRST_ALERT], uint8_t alert);

#endif
