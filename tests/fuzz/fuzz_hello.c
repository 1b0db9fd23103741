/*
 * The first record of a node's client, as it comes: in any pieces.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hello.h"

/* In memory of just that size, so that one byte too far is seen. */
static uint8_t *
copy_of(const uint8_t *data, size_t len)
{
	uint8_t *bytes = malloc(len > 0 ? len : 1);

	MUST(bytes != NULL);
	memcpy(bytes, data, len);
	return bytes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint64_t number = 0;
	uint8_t *bytes;
	ssize_t size, before = 0;
	bool named;
	size_t n;

	for (n = 0; n <= len && n < 16; n++) {
		bytes = copy_of(data, n);
		size = hello_size(bytes, n);
		free(bytes);
		MUST(size <= HELLO_MAX);
		MUST(n < 5 || size != 0);
		/* What is known stays, but may turn out to be wrong. */
		MUST(before == 0 || size == before || size == -1);
		before = size;
	}
	bytes = copy_of(data, len);
	named = hello_number(bytes, len, &number);
	MUST(!named || hello_size(bytes, len) == (ssize_t)len);
	MUST(!named || len >= 5 + 4 + 2 + 32 + 16);
	free(bytes);
	return 0;
}
