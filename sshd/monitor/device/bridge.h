/*
 * Bridges: connections to the forwards of a device's connection.  The monitor
 * accepts and numbers them; the worker opens a channel for each (worker/bridge)
 * and reports the bytes it carried.  Their events are rate-limited.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct msg_accepted;
struct msg_bridge;

/*
 * Number and log an accepted connection.  False: it is refused, as the device's
 * connection has max-sessions of them or memory is short; the first refusal is
 * logged.
 */
bool bridge_open(struct conn *, struct msg_accepted *);

/*
 * The worker reports the end of a bridge: log it.  Returns NULL, or what is
 * wrong, which ends the worker: a bridge that the worker was not given.
 */
const char *bridge_close(struct conn *, const struct msg_bridge *);

/* Does the connection have a bridge through this port? */
bool bridge_through(const struct conn *, uint32_t port);

/* The connection is gone: forget its bridges. */
void bridge_free_all(struct conn *);

#endif
