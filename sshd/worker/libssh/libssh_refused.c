#include "config.h"

#include <stddef.h>
#include <stdio.h>

#include "libssh_refused.h"

/* The first release of a series that has the fixes, by its last number. */
static const struct series {
	unsigned int major, minor, patch;
} fixed[] = {
    {0, 10, 6},
    {0, 11, 5},
    {0, 12, 2},
};

const char *
libssh_refused(const char *version)
{
	const size_t n = sizeof(fixed) / sizeof(fixed[0]);
	unsigned int major, minor, patch;
	size_t i;

	if (version == NULL ||
	    sscanf(version, "%3u.%3u.%3u", &major, &minor, &patch) != 3)
		return "libssh does not say which version it is";
	for (i = 0; i < n; i++)
		if (fixed[i].major == major && fixed[i].minor == minor)
			return patch >= fixed[i].patch
				   ? NULL
				   : "this libssh lacks security fixes: "
				     "install 0.11.5, 0.12.2 or later, or "
				     "Debian 12's 0.10.6";
	if (major == 0 && minor < fixed[0].minor)
		return "this libssh is too old: install 0.11.5, 0.12.2 or "
		       "later, or Debian 12's 0.10.6";
	return NULL;
}
