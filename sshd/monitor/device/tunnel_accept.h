/*
 * Connections to the port of a forward.  They are accepted here, and each is
 * handed to the worker as a connected socket (ACCEPTED): a listening one that is
 * shut down could be connected anywhere with, so no worker ever has one.
 */
#ifndef TUNNEL_ACCEPT_H
#define TUNNEL_ACCEPT_H

struct tunnel;

/* Accept from now on, in the loop, never within this call.  Virtual: nothing. */
void tunnel_accept_start(struct tunnel *);
void tunnel_accept_stop(struct tunnel *);

#endif
