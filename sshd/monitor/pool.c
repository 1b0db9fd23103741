#include "config.h"

#include <stddef.h>

#include "pool.h"

static const char *const options[POOLS] = {
    [POOL_LISTEN] = "listen",
    [POOL_OPERATORS] = "operator-listen",
};

const char *
pool_option(enum pool pool)
{
	return options[pool];
}

const char *
pool_event(enum pool pool)
{
	return pool == POOL_LISTEN ? NULL : options[pool];
}
