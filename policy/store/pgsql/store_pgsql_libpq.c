#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define PGSQL_LIBPQ_LOADER
#include "store_pgsql_libpq.h"

#define LIBPQ "libpq.so.5"

struct pgsql_libpq pgsql_libpq;

bool
pgsql_libpq_load(char *why, size_t size)
{
#define PGSQL_NAME(name) {#name, offsetof(struct pgsql_libpq, name)},
	static const struct {
		const char *name;
		size_t at;
	} all[] = {PGSQL_LIBPQ(PGSQL_NAME)};
#undef PGSQL_NAME
	struct pgsql_libpq found;
	void *lib, *symbol;
	size_t i;

	if (pgsql_libpq.PQfinish != NULL)
		return true;
	if ((lib = dlopen(LIBPQ, RTLD_NOW | RTLD_LOCAL)) == NULL) {
		snprintf(
		    why, size, "no " LIBPQ " is installed (Debian: libpq5)");
		return false;
	}
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if ((symbol = dlsym(lib, all[i].name)) == NULL) {
			snprintf(why, size,
			    LIBPQ " has no %s: version 15 or later is needed",
			    all[i].name);
			dlclose(lib);
			return false;
		}
		/* A pointer to a function has the bytes of one to an object. */
		memcpy((char *)&found + all[i].at, &symbol, sizeof(symbol));
	}
	pgsql_libpq = found;
	return true;
}
