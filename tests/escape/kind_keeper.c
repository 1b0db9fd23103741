/*
 * Steps from within the keeper's seal.
 */
#include "config.h"

#include <sys/prctl.h>

#include <stdio.h>

#include "escape.h"
#include "filter.h"

static const char *
keeper_seal(void)
{
	char url[sizeof(prey.file) + 8];
	const char *failure;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "no-new-privs";
	snprintf(url, sizeof(url), "sqlite:%s", prey.file);
	if ((failure = filter_enter(STORE_REACH_FILES)) != NULL)
		return failure;
	return filter_store(url);
}

/* The store is PostgreSQL's, at a port of its own. */
static const char *
keeper_seal_network(void)
{
	const char *failure;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "no-new-privs";
	if ((failure = filter_enter(STORE_REACH_TCP)) != NULL)
		return failure;
	return filter_store("postgresql://keeper@localhost:7/store");
}

const struct kind kinds[] = {{"keeper", keeper_seal, false},
    {"keeper-pgsql", keeper_seal_network, false}};
const size_t nkinds = 2;
