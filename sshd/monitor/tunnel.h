/*
 * An open forward: a listening port that a connection holds, for a listed
 * forward or by a permit.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <stdint.h>

struct conn;
struct dir_forward;

struct tunnel {
	struct conn *conn;
	uint32_t port;
	int fd; /* a duplicate, to close it by force */
	struct dir_forward *forward; /* NULL: by a permit */
	double opened;
	struct tunnel *prev, *next; /* of the connection */
};

/*
 * Open port for conn if it may have it.  Returns the listening socket (the
 * tunnel's own; lend it to the worker), or -1 and the reason.
 */
int tunnel_open(struct conn *, uint32_t port, const char **reason);

/* The connection's tunnel on this port, or NULL. */
struct tunnel *tunnel_find(const struct conn *, uint32_t port);

/*
 * Close it: nothing is accepted any more; log it.  A listed forward that has
 * not ended goes back to the inbox.
 */
void tunnel_close(struct tunnel *, const char *reason);

/* Close it and have the worker end what runs through it. */
void tunnel_end(struct tunnel *, const char *reason);

#endif
