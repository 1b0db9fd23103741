/* The tunnels that other nodes have. */
#ifndef TUNNELS_H
#define TUNNELS_H

#include "keeper.h"

/* Send those of this node, NULL: of each, but this one's own. */
enum store_result tunnels_send(struct keeper *, const char *node);
enum store_result tunnels_change(struct keeper *, const struct change *);

/*
 * What the monitor said of a tunnel is written (group_written, arg: the keeper): it
 * is sent back with this node's name, and then whose the tunnel is, if another
 * node's: it opened it later.
 */
void tunnels_written(
    void *arg, const struct msg_tunnel *, const struct node_tunnel *);

#endif
