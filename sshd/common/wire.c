#include "config.h"

#include <string.h>

#include "wire.h"

const uint8_t *
wire_string(struct wire *w, size_t *len)
{
	const uint8_t *s;
	uint32_t n;

	if (w->left < 4)
		return NULL;
	n = (uint32_t)w->at[0] << 24 | (uint32_t)w->at[1] << 16 |
	    (uint32_t)w->at[2] << 8 | w->at[3];
	if (n > w->left - 4)
		return NULL;
	s = w->at + 4;
	w->at += 4 + n;
	w->left -= 4 + n;
	*len = n;
	return s;
}

int
wire_byte(struct wire *w)
{
	if (w->left == 0)
		return -1;
	w->left--;
	return *w->at++;
}

bool
wire_is(struct wire *w, const char *text)
{
	size_t len;
	const uint8_t *s = wire_string(w, &len);

	return s != NULL && len == strlen(text) && memcmp(s, text, len) == 0;
}

bool
wire_text(struct wire *w, char *out, size_t size)
{
	size_t len;
	const uint8_t *s = wire_string(w, &len);

	if (s == NULL || len >= size || memchr(s, '\0', len) != NULL)
		return false;
	memcpy(out, s, len);
	out[len] = '\0';
	return true;
}

void
wire_put_byte(uint8_t *out, size_t size, size_t *n, uint8_t byte)
{
	if (*n < size)
		out[(*n)++] = byte;
	else
		*n = size + 1;
}

void
wire_put(uint8_t *out, size_t size, size_t *n, const void *bytes, size_t len)
{
	if (*n > size || len > UINT32_MAX || size - *n < 4 ||
	    size - *n - 4 < len) {
		*n = size + 1;
		return;
	}
	out[*n] = (uint8_t)(len >> 24);
	out[*n + 1] = (uint8_t)(len >> 16);
	out[*n + 2] = (uint8_t)(len >> 8);
	out[*n + 3] = (uint8_t)len;
	memcpy(out + *n + 4, bytes, len);
	*n += 4 + len;
}
