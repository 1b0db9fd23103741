/*
 * A pool: the connections accepted at the addresses of one option.  Each pool
 * has its own workers, which never have a connection of another pool, and its
 * own lobby (lobby.h).
 */
#ifndef POOL_H
#define POOL_H

enum pool {
	POOL_LISTEN, /* devices, strangers, and operators */
	POOL_OPERATORS, /* operator-listen: operators alone */
	POOLS
};

/* The option whose addresses these are: "operator-listen". */
const char *pool_option(enum pool);

/* The same for an event, in which it stands only if it is not "listen". */
const char *pool_event(enum pool);

#endif
