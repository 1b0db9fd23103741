/*
 * The nodes of one store (PostgreSQL), of which this server is one.  What they
 * have to know of each other stands in the store and comes by the keepers; streams
 * alone go from node to node (relay.h).
 */
#ifndef NODE_H
#define NODE_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "bucket.h"
#include "msg.h"

struct bound;
struct child;
struct foreign;
struct late;
struct listen;
struct monitor;
struct relayed;
struct srclimit;
struct ticket;

struct node {
	char name[MSG_NAME];
	char addr[64]; /* of its relay; "": it has none */
	bool self;
	bool alive;
	bool drain; /* an admin drains it */
	unsigned int generation;
	UT_hash_handle hh;
};

/* What this server has of the nodes; each part is its module's own. */
struct nodes {
	struct node *all; /* by name */
	struct foreign *wishes; /* foreign.c */
	struct ticket *tickets; /* ticket.c: for this node, not used yet */
	struct relayed *streams; /* relayed.c: all, by id */
	struct relayed *asked; /* of these, those with a ticket of ours */
	unsigned int handshakes; /* of these, from peers without a ticket */
	struct bucket events; /* of streams */
	bool untold; /* "too many to log each" was logged */
	struct bound *bounds; /* bound.c */
	struct late *late; /* answer_listen.c: requests that wait */
	struct listen *listen; /* node-listen; NULL: none */
	struct srclimit *sources; /* of connections to it */
	struct child *link; /* NULL: none runs */
	double started; /* the link */
	double pinged; /* when PING was sent last */
	bool answered; /* it */
	double again; /* when it may be started again */
	unsigned int failures; /* of its starts, in a row */
};

/* False: no memory. */
bool nodes_start(struct monitor *);
void nodes_free(struct monitor *);

/* A node's record (NODE).  False: no memory. */
bool node_put(struct monitor *, const struct msg_node *);

/* The node, or NULL. */
struct node *node_find(const struct monitor *, const char *name);

/* Is it another node, and does it live? */
bool node_other_alive(const struct monitor *, const char *name);

/* Is this the address of another node's relay, without its port? */
bool node_is_at(const struct monitor *, const char *addr);

/*
 * After a load: call back for each node that it did not have, which is then
 * forgotten.
 */
void node_sweep(struct monitor *,
    void (*gone)(struct monitor *, const struct node *));

#endif
