/*
 * Each pool has a lobby, in which its connections wait and log in: the limits
 * and penalties of et-sshd.conf(5) count each lobby by itself.
 */
#ifndef LOBBY_H
#define LOBBY_H

#include <ev.h>
#include <stdbool.h>

#include "operator.h"
#include "pool.h"

struct arrival;
struct conf;
struct conn;
struct dir_operator;
struct monitor;
struct srclimit;
struct waiter;

struct lobby {
	struct srclimit *sources;
	struct arrival *arrivals; /* no header yet, oldest first */
	struct waiter *waiting; /* for a place, newest first */
	unsigned int nwaiting;
	unsigned int held; /* by workers, never logged in */
	struct conn *startups; /* not logged in, oldest first */
	ev_timer turn; /* of those that wait */
	enum pool pool;
	struct monitor *m;
};

/* Both lobbies, empty.  Returns false: no memory. */
bool lobby_open_all(struct monitor *);

/* Whoever has no place in a worker yet is closed, without an event. */
void lobby_empty_all(struct monitor *);

/* When the last connection is gone. */
void lobby_free_all(struct monitor *);

/* May an operator of this role log in by this pool?  NULL, or why not. */
const char *lobby_admits(const struct conf *, enum pool, enum operator_role);

/*
 * The role, or admin-by-ssh, may have changed: end an operator's connections
 * that would not be admitted now, or those of all.
 */
void lobby_recheck(struct dir_operator *);
void lobby_recheck_all(struct monitor *);

/* per-source-penalties has changed. */
void lobby_set_penalties(struct monitor *, bool);

#endif
