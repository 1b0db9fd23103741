/* The nodes of a shared store: which there are, and which of them are alive. */
#ifndef NODES_H
#define NODES_H

#include "keeper.h"

/* Within the load: send all nodes. */
enum store_result nodes_load(struct keeper *);
/*
 * Send what has changed since the last look; of a node that has come back its
 * wishes and tunnels, too.
 */
enum store_result nodes_look(struct keeper *);
enum store_result nodes_change(struct keeper *, const struct change *);
void		 nodes_free(struct keeper *);

#endif
