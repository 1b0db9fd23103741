#include "config.h"

#include <stdio.h>

#include "clean.h"

void
clean_text(char *out, size_t size, const char *in)
{
	size_t n = 0;
	unsigned char ch;

	for (; (ch = (unsigned char)*in) != '\0'; in++) {
		if (ch >= 0x20 && ch < 0x7f && ch != '\\') {
			if (n + 2 > size)
				break;
			out[n++] = (char)ch;
			continue;
		}
		if (n + 5 > size)
			break;
		snprintf(out + n, 5, "\\x%02x", ch);
		n += 4;
	}
	out[n] = '\0';
}
