/*
 * SHA-256 (FIPS 180-4) of bytes that come in pieces.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>

#define DIGEST_HEX	65	/* in hexadecimal, with its end */

struct digest;

struct digest	*digest_new(void); /* NULL: out of memory */
void	digest_add(struct digest *, const void *bytes, size_t len);
/* Write it, and free the digest. */
void	digest_end(struct digest *, char hex[DIGEST_HEX]);

/* All at once.  -1: out of memory. */
int	digest_of(const void *bytes, size_t len, char hex[DIGEST_HEX]);

#endif
