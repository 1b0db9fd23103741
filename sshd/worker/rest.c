#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "rest.h"

bool
rest_add(struct rest *r, const void *bytes, size_t len)
{
	size_t left = rest_size(r);
	uint8_t *all;

	if ((all = malloc(left + len)) == NULL)
		return false;
	if (left > 0)
		memcpy(all, r->bytes + r->at, left);
	memcpy(all + left, bytes, len);
	free(r->bytes);
	r->bytes = all;
	r->at = 0;
	r->len = left + len;
	return true;
}

size_t
rest_size(const struct rest *r)
{
	return r->len - r->at;
}

const uint8_t *
rest_bytes(const struct rest *r)
{
	return r->bytes + r->at;
}

void
rest_took(struct rest *r, size_t n)
{
	r->at += n;
	if (r->at >= r->len)
		rest_free(r);
}

void
rest_free(struct rest *r)
{
	free(r->bytes);
	memset(r, 0, sizeof(*r));
}
