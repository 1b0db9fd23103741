#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clean.h"

char *
clean_text(const char *text)
{
	char *copy, *p;

	if ((copy = p = malloc(strlen(text) * 4 + 1)) == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (*text >= ' ' && *text <= '~')
			*p++ = *text;
		else
			p += snprintf(p, 5, "\\x%02x", (unsigned char)*text);
	}
	*p = '\0';
	return copy;
}

void
clean_print(FILE *fp, const char *text)
{
	char *copy = clean_text(text);

	if (copy != NULL)
		fputs(copy, fp);
	free(copy);
}

json_t *
clean_json(const char *text)
{
	json_t *value = json_string(text);
	char *copy;

	if (value != NULL || (copy = clean_text(text)) == NULL)
		return value;
	value = json_string(copy);
	free(copy);
	return value;
}
