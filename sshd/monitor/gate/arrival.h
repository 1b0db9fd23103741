/*
 * Connections from the addresses of proxy-from, until their PROXY header has
 * been read, which names the client.  Until then all of them count as
 * unauthenticated connections of one source.
 */
#ifndef ARRIVAL_H
#define ARRIVAL_H

#define ARRIVAL_PATIENCE 5 /* s that the whole header may take */

struct arrival;
struct incoming;
struct lobby;
struct monitor;

/* Begin to read the header of incoming, whose descriptor is taken. */
void arrival_new(struct monitor *, const struct incoming *);

/* Close the connection, and log the reason. */
void arrival_refuse(struct arrival *, const char *reason);

/* At the end of the monitor: close all of a lobby, without an event. */
void arrival_free_all(struct lobby *);

#endif
