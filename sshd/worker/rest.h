/*
 * Bytes that could not be passed on at once.
 */
#ifndef REST_H
#define REST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rest {
	uint8_t *bytes;
	size_t at; /* bytes before this were passed on */
	size_t len;
};

/* Keep bytes behind those that are there.  False without memory. */
bool rest_add(struct rest *, const void *bytes, size_t len);

/* The number of bytes left, and the first of them. */
size_t rest_size(const struct rest *);
const uint8_t *rest_bytes(const struct rest *);

/* Drop n bytes that were passed on; the last frees the memory. */
void rest_took(struct rest *, size_t n);
void rest_free(struct rest *);

#endif
