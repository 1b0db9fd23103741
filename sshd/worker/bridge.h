/*
 * A bridge: one connection to a forward, joined with its forwarded-tcpip
 * channel (RFC 4254, section 7.2) by a relay.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stdint.h>

struct session;

/*
 * Open a channel for the accepted connection fd to the forward of this port;
 * address is as the peer asked for it.  False: not done, fd is the caller's.
 */
bool bridge_new(struct session *, uint32_t port, const char *address, int fd,
    const struct sockaddr_storage *from);

/* Move the data of all bridges; free what is over. */
void bridge_pump_all(struct session *);

/* Those of this port end. */
void bridge_end_of(struct session *, uint32_t port);

/* Is one open, or being opened? */
bool bridge_any(const struct session *);

/* All end, with this reason; nothing is sent to the peer. */
void bridge_free_all(struct session *, const char *reason);

#endif
