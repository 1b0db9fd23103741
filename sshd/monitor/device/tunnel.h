/*
 * A tunnel: an open forward within a device's connection, for a forward of the
 * directory or by a permit.  It has a listening port, or is virtual: then only
 * jumps lead to it.  By a virtual permit, its port is the device's own port.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

struct conn;
struct dir_device;
struct dir_forward;
struct monitor;

struct tunnel {
	struct conn *conn;
	uint32_t port;
	int fd; /* the listener; -1: none, or another node has it */
	ev_io watch; /* of it: tunnel_accept.c */
	ev_timer pause; /* while no connection can be accepted */
	struct dir_forward *forward; /* NULL: by a permit */
	double opened;
	int64_t told; /* the keeper: opened, us since the epoch */
	bool written; /* to the store, for the other nodes */
	struct tunnel *prev, *next; /* of the connection */
};

#define TUNNEL_NOT_LISTED "not listed" /* no forward, no permit */

/*
 * Open port for the connection if a forward or permit allows it, and accept
 * connections there.  Returns the tunnel, which its connection owns, or NULL
 * and the reason.
 */
struct tunnel *tunnel_open(struct conn *, uint32_t port, const char **reason);

/* The tunnel of this forward, or NULL: not open. */
struct tunnel *tunnel_of(const struct dir_forward *);

/* The tunnel to this port of the device by a virtual permit, or NULL. */
struct tunnel *tunnel_standing(const struct dir_device *, uint32_t dport);

/* The connection's tunnel on this port, or NULL. */
struct tunnel *tunnel_find(const struct conn *, uint32_t port);

/* Do jumps alone lead there? */
bool tunnel_virtual(const struct tunnel *);

/* Tell a new keeper of all tunnels, in a store of several nodes. */
void tunnel_record_all(struct monitor *);

/*
 * The keeper has written the device's tunnel on this port, which it was told as
 * opened then: what it says of another node's from now on is newer.
 */
void tunnel_written(const struct dir_device *, uint32_t port, int64_t opened);

/* Does the device have a tunnel on this port that is not written yet? */
bool tunnel_unwritten(const struct dir_device *, uint32_t port);

/* A load begins, of a store that may have lost what was written. */
void tunnel_doubt_all(struct monitor *);

/*
 * Close the tunnel and free it: stop accepting, log it, and call the watch for
 * its jumps.  Its forward, if open, is lost (wanted_lost).
 */
void tunnel_close(struct tunnel *, const char *reason);

/* Close all tunnels of a connection that ends. */
void tunnel_close_all(struct conn *, const char *reason);

/* Close the tunnel and have the worker end its channels. */
void tunnel_end(struct tunnel *, const char *reason);

/*
 * Have workers end the channels of this port of the device, whose tunnel is
 * closed: cancel-tcpip-forward leaves channels open (RFC 4254, section 7.1).
 */
void tunnel_cut(const struct dir_device *, uint32_t port);

/* A forward ends (struct wanted_watch): end its tunnel. */
void tunnel_forward_ended(struct dir_forward *, const char *reason);

/*
 * Once a second: virtual forwards that no jump has used for reach-idle are
 * closed.  A tunnel stays if a permit allows it, too.
 */
void tunnel_tick(struct monitor *);

#endif
