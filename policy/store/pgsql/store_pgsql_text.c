/*
 * Text: of statements, and of values.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"

char *
pgsql_text_numbered(const char *sql)
{
	char *copy = strdup(sql), *c;

	if (copy == NULL)
		return NULL;
	for (c = copy; *c != '\0'; c++)
		if (*c == '?' && c[1] >= '1' && c[1] <= '9')
			*c = '$';
	return copy;
}

/* The length of the UTF-8 character there; 0: it is none (RFC 3629). */
static size_t
text_character(const unsigned char *c)
{
	static const struct {
		unsigned char first, last;
		size_t len;
		unsigned char second, second_last;
	} ranges[] = {{0x01, 0x7f, 1, 0, 0}, {0xc2, 0xdf, 2, 0x80, 0xbf},
	    {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
	    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
	    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf},
	    {0xf4, 0xf4, 4, 0x80, 0x8f}};
	size_t i, k;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (*c >= ranges[i].first && *c <= ranges[i].last)
			break;
	if (i == sizeof(ranges) / sizeof(ranges[0]))
		return 0;
	if (ranges[i].len > 1 &&
	    (c[1] < ranges[i].second || c[1] > ranges[i].second_last))
		return 0;
	for (k = 2; k < ranges[i].len; k++)
		if (c[k] < 0x80 || c[k] > 0xbf)
			return 0;
	return ranges[i].len;
}

bool
pgsql_text_valid(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t n;

	for (; *c != '\0'; c += n)
		if ((n = text_character(c)) == 0)
			return false;
	return true;
}

char *
pgsql_text_plain(const char *text)
{
	char *copy = strdup(text), *c;

	if (copy == NULL)
		return NULL;
	for (c = copy; *c != '\0'; c++)
		if (*c & 0x80)
			*c = '?';
	return copy;
}

bool
pgsql_text_replace(char *text, size_t size, const char *a, const char *b)
{
	size_t from = strlen(a), to = strlen(b), len = strlen(text);
	char *at = text;

	while ((at = strstr(at, a)) != NULL) {
		if (len - from + to >= size)
			return false;
		memmove(at + to, at + from, strlen(at + from) + 1);
		memcpy(at, b, to);
		len = len - from + to;
		at += to;
	}
	return true;
}
