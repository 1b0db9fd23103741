#include "config.h"

#include <stddef.h>
#include <string.h>

#include "target.h"

#define ENDS "?#" /* of a path */

static int
target_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * Decode the character at *at and advance past it; -1: it is none, or a control
 * character.
 */
static int
target_take(const char **at)
{
	const char *s = *at;
	int high, low, c = (unsigned char)*s;

	*at = s + 1;
	if (c == '%') {
		if ((high = target_digit(s[1])) == -1 ||
		    (low = target_digit(s[2])) == -1)
			return -1;
		*at = s + 3;
		c = 16 * high + low;
		return c >= ' ' && c != 127 ? c : -1;
	}
	return c > ' ' && c <= '~' ? c : -1;
}

bool
target_valid(const char *target)
{
	const char *at = target;
	size_t part = 0, dots = 0; /* of the path's present part */
	bool path = true;
	int c;

	if (*at != '/')
		return false;
	while (*at != '\0') {
		path = path && strchr(ENDS, *at) == NULL;
		if ((c = target_take(&at)) == -1)
			return false;
		if (!path)
			continue;
		if (c == '/' || c == '\\') {
			if (part > 0 && part == dots && dots <= 2)
				return false;
			part = dots = 0;
		} else {
			part++;
			dots += c == '.';
		}
	}
	return part == 0 || part != dots || dots > 2;
}
