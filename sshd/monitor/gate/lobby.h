/*
 * A lobby: the unauthenticated connections of a pool, which wait for a slot or
 * log in.  The limits and penalties of et-sshd.conf(5) count per lobby.
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
	struct waiter *waiting; /* for a slot, newest first */
	unsigned int nwaiting;
	unsigned int slots; /* taken, until login or BYE */
	struct conn *startups; /* not logged in, oldest first */
	ev_timer turn; /* while connections wait */
	enum pool pool;
	struct monitor *m;
};

/* Both lobbies, empty.  Returns false: no memory. */
bool lobby_open_all(struct monitor *);

/* Close all connections that have no slot yet, without an event. */
void lobby_empty_all(struct monitor *);

/* When the last connection is gone. */
void lobby_free_all(struct monitor *);

/* May an operator of this role log in by this pool?  NULL, or why not. */
const char *lobby_admits(const struct conf *, enum pool, enum operator_role);

/*
 * After a change of role or admin-by-ssh: end connections of this operator, or
 * of all, that would not be admitted now.
 */
void lobby_recheck(struct dir_operator *);
void lobby_recheck_all(struct monitor *);

/* per-source-penalties has changed. */
void lobby_set_penalties(struct monitor *, bool);

#endif
