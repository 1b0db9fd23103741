/* The tunnels that other nodes have. */
#ifndef TUNNELS_H
#define TUNNELS_H

#include "keeper.h"

/* Send those of this node, NULL: of each, but this one's own. */
enum store_result tunnels_send(struct keeper *, const char *node);
enum store_result tunnels_change(struct keeper *, const struct change *);

#endif
