/*
 * Connections from the addresses of proxy-from, until their PROXY header has
 * been read: whose they are is not known before.  They count as connections
 * that have not logged in, all as one source.
 */
#ifndef ARRIVAL_H
#define ARRIVAL_H

#define ARRIVAL_PATIENCE 5 /* s that the whole header may take */

struct arrival;
struct incoming;
struct lobby;
struct monitor;

/* Accepted from such an address: takes incoming's descriptor. */
void arrival_new(struct monitor *, const struct incoming *);

/* End it; the event gives the reason. */
void arrival_refuse(struct arrival *, const char *reason);

/* At the end of the monitor: all of a lobby, without an event. */
void arrival_free_all(struct lobby *);

#endif
