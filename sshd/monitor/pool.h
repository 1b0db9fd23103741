/*
 * Connections are kept apart by the option that names the address at which
 * they were accepted.  Each pool has workers of its own, which never carry a
 * connection of the other, and a lobby (lobby.h).
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
