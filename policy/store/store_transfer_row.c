#include "config.h"

#include <openssl/sha.h>

#include <stdlib.h>
#include <string.h>

#include "store_transfer_row.h"

/* The length of the character of UTF-8 that s begins with; 0: it is none. */
static size_t
row_character(const unsigned char *s)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80		   ? 1
		   : (s[0] & 0xe0) == 0xc0 ? 2
		   : (s[0] & 0xf0) == 0xe0 ? 3
		   : (s[0] & 0xf8) == 0xf0 ? 4
					   : 0;
	uint32_t c = n <= 1 ? s[0] : s[0] & (0xffu >> (n + 1));
	size_t i;

	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0
									   : n;
}

static void
row_plain(unsigned char *text)
{
	unsigned char *p = text;
	size_t n;

	while (*p != '\0' && (n = row_character(p)) > 0)
		p += n;
	if (*p == '\0')
		return;
	for (p = text; *p != '\0'; p++)
		if (*p >= 0x80)
			*p = '?';
}

/* Room for so many bytes more, and a zero behind them. */
static int
row_room(struct row_batch *b, size_t len)
{
	size_t size = b->size > 0 ? b->size : 4096;
	unsigned char *bytes;

	while (size - b->used <= len)
		size *= 2;
	if (size == b->size)
		return 0;
	if ((bytes = realloc(b->bytes, size)) == NULL)
		return -1;
	b->bytes = bytes;
	b->size = size;
	return 0;
}

static int
row_bytes(struct row_batch *b, const void *from, size_t len, bool text)
{
	struct value *v = &b->value[b->n];

	if (row_room(b, len) == -1)
		return -1;
	b->at[b->n] = b->used;
	if (len > 0)
		memcpy(b->bytes + b->used, from, len);
	b->bytes[b->used + len] = '\0';
	if (text)
		row_plain(b->bytes + b->used);
	b->used += len + 1;
	v->kind = text ? VALUE_TEXT : VALUE_BLOB;
	v->len = len;
	return 0;
}

static int
row_cell(struct row_batch *b, struct query *q, int i, char kind)
{
	const char *text;
	const void *blob;
	size_t len;

	if (kind == 'i') {
		b->value[b->n] = (struct value)INT(query_int(q, i));
		return 0;
	}
	if (kind == 't') {
		text = query_text_at(q, i);
		return row_bytes(
		    b, text, text != NULL ? strlen(text) : 0, true);
	}
	blob = query_blob_at(q, i, &len);
	return row_bytes(b, blob, len, false);
}

/* Of the row whose cells are the last: kinds, lengths, numbers and bytes. */
static int
row_hash(struct row_batch *b, size_t columns, struct row_sum *sum)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	size_t i, first = b->n - columns, start = b->used;
	uint64_t part[4];
	struct value *v;

	for (i = first; i < b->n; i++) {
		v = &b->value[i];
		if (row_room(b, 16 + v->len) == -1)
			return -1;
		b->bytes[b->used++] = (unsigned char)v->kind;
		memcpy(b->bytes + b->used, &v->number, sizeof(v->number));
		b->used += sizeof(v->number);
		if (v->kind != VALUE_TEXT && v->kind != VALUE_BLOB)
			continue;
		memcpy(b->bytes + b->used, b->bytes + b->at[i], v->len + 1);
		b->used += v->len + 1;
	}
	SHA256(b->bytes + start, b->used - start, digest);
	b->used = start;
	memcpy(part, digest, sizeof(part));
	for (i = 0; i < 4; i++)
		sum->part[i] += part[i];
	sum->rows++;
	return 0;
}

int
row_take(struct row_batch *b, struct query *q, const struct row_column *column,
    size_t columns, struct row_sum *sum)
{
	int null = (int)columns;
	size_t i;

	for (i = 0; i < columns; i++, b->n++) {
		b->value[b->n] = (struct value){.kind = VALUE_NULL};
		if (column[i].nullable && query_int(q, null++) != 0)
			continue;
		if (row_cell(b, q, (int)i, column[i].kind) == -1)
			return -1;
		/* A blob's length tells it from one that goes on. */
		if (b->value[b->n].kind == VALUE_BLOB)
			b->value[b->n].number = (int64_t)b->value[b->n].len;
	}
	return row_hash(b, columns, sum);
}

const struct value *
row_values(struct row_batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->value[i].kind == VALUE_TEXT ||
		    b->value[i].kind == VALUE_BLOB)
			b->value[i].bytes = b->bytes + b->at[i];
	b->value[b->n] = (struct value){.kind = VALUE_END};
	return b->value;
}

void
row_clear(struct row_batch *b)
{
	b->n = 0;
	b->used = 0;
}

void
row_free(struct row_batch *b)
{
	free(b->bytes);
}

bool
row_same(const struct row_sum *a, const struct row_sum *b)
{
	return a->rows == b->rows &&
	       memcmp(a->part, b->part, sizeof(a->part)) == 0;
}
