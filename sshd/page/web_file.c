#include "config.h"

#include <string.h>

#include "web_file.h"

const struct web_file *
web_file_find(const char *name)
{
	const struct web_file *f;

	for (f = web_files; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}
