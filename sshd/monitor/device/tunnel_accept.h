/*
 * Connections to the port of a forward.  The monitor accepts them and passes
 * each to the worker as a connected socket (ACCEPTED).  No worker has a
 * listening socket, as that could be shut down and connected to any address.
 */
#ifndef TUNNEL_ACCEPT_H
#define TUNNEL_ACCEPT_H

struct tunnel;

/* Accept in the loop, never within this call.  Virtual: do nothing. */
void tunnel_accept_start(struct tunnel *);
void tunnel_accept_stop(struct tunnel *);

#endif
