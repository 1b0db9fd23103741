/*
 * Connections through a forward, as its worker tells of them: the counterpart
 * of worker/bridge.  What they carried is the worker's word; that there can be
 * such a connection at all is checked here, and how often that is logged.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

struct conn;
struct msg_bridge;

/*
 * Each returns NULL, or what is wrong with the message, which ends the worker:
 * ids count up from 1, there are no more at once than channels, and only one
 * that was opened can close.
 */
const char *bridge_open(struct conn *, const struct msg_bridge *);
const char *bridge_close(struct conn *, const struct msg_bridge *);

/* The connection is gone: forget its bridges. */
void bridge_free_all(struct conn *);

#endif
