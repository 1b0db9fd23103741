/*
 * Connections through a connection's forwards: the monitor accepts and numbers
 * them, their worker opens a channel for each (worker/bridge) and says what it
 * carried.  How often they are logged is bounded here.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct msg_accepted;
struct msg_bridge;

/*
 * A connection was accepted: give it its id, and log it.  False: it is refused,
 * since the connection has as many as channels, or for want of memory; the
 * first refusal is logged.
 */
bool bridge_open(struct conn *, struct msg_accepted *);

/*
 * The worker says that the bridge has ended: log it.  Returns NULL, or what is
 * wrong with the message, which ends the worker: it is none that was given to
 * it.
 */
const char *bridge_close(struct conn *, const struct msg_bridge *);

/* Is there one that came through this port? */
bool bridge_through(const struct conn *, uint32_t port);

/* The connection is gone: forget its bridges. */
void bridge_free_all(struct conn *);

#endif
