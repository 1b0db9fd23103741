/*
 * Tunnels of devices on other nodes.  A device's tunnel to a port is on one node:
 * the newest wins, and the node that has the older one closes it.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stdbool.h>
#include <stdint.h>

struct dir_device;
struct dir_remote;
struct monitor;
struct msg_tunnel;

/*
 * The device's tunnel was opened on another node: a tunnel of this node on the
 * same port is closed.  While that is not written to the store, what the keeper
 * says may be of before, and is ignored.  False: no memory.
 */
bool remote_opened(
    struct monitor *, struct dir_device *, const struct msg_tunnel *);

/*
 * It was closed there, or its node is dead: a forward that is still wanted is
 * queued again, and a device that waits here closes a port that is not.
 */
void remote_closed(struct monitor *, struct dir_device *, uint32_t sport,
    const char *node);

/* The tunnel that leads to this port of the device, on another node, or NULL. */
struct dir_remote *remote_to(const struct dir_device *, uint32_t dport);

/* A node is dead (NULL: those that the last load did not have). */
void remote_drop_node(struct monitor *, const char *node);

#endif
