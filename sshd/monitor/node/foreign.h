/*
 * Wishes of other nodes: jumps there wait until a device opens a port, and any
 * node may tell the device.  Each wish keeps a forward of this node (wanted.h), so
 * that inbox and LISTEN do what they do for jumps of its own.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

struct dir_device;
struct monitor;
struct msg_wish;

#define FOREIGN_WISHES 65536 /* at most; further ones are passed over */

/* A wish has begun or ended.  False: no memory. */
bool foreign_put(struct monitor *, const struct msg_wish *);

/* A node is dead: its wishes end. */
void foreign_drop_node(struct monitor *, const char *node);

/* After a load: drop the wishes that it did not have. */
void foreign_sweep(struct monitor *);

/* At the end: forget all. */
void foreign_free_all(struct monitor *);

#endif
