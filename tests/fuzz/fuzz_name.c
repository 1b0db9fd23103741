/*
 * What people type as a name: its canonical form, and whether it is allowed.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "name.h"

/* Typed in another way, an allowed name is the same. */
static void
type(const char *start, const char *name, const char *separator)
{
	char typed[4 * DEVICE_NAME], got[DEVICE_NAME];
	size_t n, i;

	n = (size_t)snprintf(typed, sizeof(typed), "%s", start);
	for (i = 0; name[i] != '\0'; i++)
		n += (size_t)snprintf(typed + n, sizeof(typed) - n, "%s%c",
		    i > 0 && i % 2 == 0 ? separator : "", name[i]);
	name_canonical(typed, got);
	MUST(strcmp(got, name) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char plain[DEVICE_NAME], low[DEVICE_NAME], again[DEVICE_NAME];
	char why[NAME_WHY], *typed = fuzz_text(data, len);

	name_canonical(typed, plain);
	name_lower(typed, low);
	name_lower(plain, again);
	MUST(strcmp(again, plain) == 0);
	name_lower(low, again);
	MUST(strcmp(again, low) == 0);
	if (!name_allowed(typed, why)) {
		MUST(why[0] != '\0' && fuzz_printable(why));
	} else {
		MUST(why[0] == '\0' && device_name_valid(typed));
		MUST(strcmp(plain, typed) == 0 && strcmp(low, typed) == 0);
		MUST(strncmp(typed, "device", 6) != 0);
		type("", typed, "");
		type("Device", typed, "");
		if (strlen(typed) == 12 &&
		    strspn(typed, "0123456789abcdef") == 12) {
			type("", typed, ":");
			type("device", typed, "-");
		}
	}
	/* What may be had as it is typed is what it means. */
	if (name_allowed(plain, why)) {
		name_canonical(plain, again);
		MUST(strcmp(again, plain) == 0);
	}
	free(typed);
	return 0;
}
