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
	size_t at; /* up to here they were passed on */
	size_t len;
};

/* Keep these behind what is there.  False without memory. */
bool rest_add(struct rest *, const void *bytes, size_t len);

/* How many are left, and where they begin. */
size_t rest_size(const struct rest *);
const uint8_t *rest_bytes(const struct rest *);

/* So many were passed on; the last one frees it. */
void rest_took(struct rest *, size_t n);
void rest_free(struct rest *);

#endif
