/*
 * Reading and writing the data types of SSH (RFC 4251, section 5).
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes left to read.  Nothing is copied: results point into them. */
struct wire {
	const uint8_t *at;
	size_t left;
};

/* A string's bytes and their number; NULL: the string does not end in time. */
const uint8_t *wire_string(struct wire *, size_t *len);

/* A byte; -1: none is left. */
int wire_byte(struct wire *);

/* Whether the next string is this text. */
bool wire_is(struct wire *, const char *text);

/*
 * Copy the next string as text of less than size bytes, NUL-terminated.  False:
 * there is no string, it is longer, or it contains a NUL.
 */
bool wire_text(struct wire *, char *out, size_t size);

/*
 * Append a string, or a byte, at *n of a buffer of size bytes, and advance *n.
 * Bytes that do not fit make *n greater than size and are left out.
 */
void wire_put(
    uint8_t *out, size_t size, size_t *n, const void *bytes, size_t len);
void wire_put_byte(uint8_t *out, size_t size, size_t *n, uint8_t);

#endif
