/*
 * An open forward that a connection holds, for a listed forward or by a permit:
 * a listening port, or a virtual one, which only jumps lead to.  Virtual and by
 * a permit, it stands for the device's own port of the same number.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <ev.h>
#include <stdint.h>

struct conn;
struct dir_device;
struct dir_forward;
struct monitor;

struct tunnel {
	struct conn *conn;
	uint32_t port;
	int fd; /* the listener; -1: virtual */
	ev_io watch; /* of it: tunnel_accept.c */
	ev_timer pause; /* there was no room for another connection */
	struct dir_forward *forward; /* NULL: by a permit */
	double opened;
	struct tunnel *prev, *next; /* of the connection */
};

/*
 * Open port for conn if it may have it, and accept connections there.  Returns
 * the tunnel, or NULL and the reason.
 */
struct tunnel *tunnel_open(struct conn *, uint32_t port, const char **reason);

/* The tunnel that this forward is open in, or NULL. */
struct tunnel *tunnel_of(const struct dir_forward *);

/* The device's own port that is open by a permit, or NULL. */
struct tunnel *tunnel_standing(const struct dir_device *, uint32_t dport);

/* The connection's tunnel on this port, or NULL. */
struct tunnel *tunnel_find(const struct conn *, uint32_t port);

/*
 * Close it: nothing is accepted any more; log it, and have jumps through it
 * hear of it.  A forward of it that is open is lost (wanted_lost).
 */
void tunnel_close(struct tunnel *, const char *reason);

/* All of a connection, which is at its end. */
void tunnel_close_all(struct conn *, const char *reason);

/* Close it and have the worker end what runs through it. */
void tunnel_end(struct tunnel *, const char *reason);

/*
 * Have the workers end what runs through this port of the device's, where no
 * tunnel is any more: one that the device cancels leaves its connections (RFC
 * 4254, section 7.1).
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
