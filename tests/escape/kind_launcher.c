/*
 * Steps from within the launcher's seal, which each of its children has on top
 * of its own.
 */
#include "config.h"

#include <sys/prctl.h>

#include <unistd.h>

#include "escape.h"
#include "filter.h"
#include "privilege.h"

static const char *
launcher_seal_for(enum store_reach reach)
{
	struct account account = {.root = false};
	int i;

	for (i = 0; i < ACCOUNTS; i++)
		account.of[i] = (struct account_id){getuid(), getgid()};
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "no-new-privs";
	return filter_launcher(&account, reach);
}

static const char *
launcher_seal(void)
{
	return launcher_seal_for(STORE_REACH_FILES);
}

static const char *
launcher_seal_network(void)
{
	return launcher_seal_for(STORE_REACH_TCP);
}

const struct kind kinds[] = {{"launcher", launcher_seal, false},
    {"launcher-pgsql", launcher_seal_network, false}};
const size_t nkinds = 2;
