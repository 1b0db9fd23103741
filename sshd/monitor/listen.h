/*
 * Listening sockets: those of listen and operator-listen, and of forwards.
 */
#ifndef LISTEN_H
#define LISTEN_H

#include <sys/socket.h>

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "pool.h"

#define LISTEN_NAME 64 /* "[IPv6]:65535" and "192.0.2.1:22" fit */

struct listen {
	ev_io watch;
	ev_timer pause; /* while no descriptor can be had */
	int fd;
	char name[LISTEN_NAME]; /* as bound: port 0 resolved */
	uint32_t port;
	enum pool pool; /* of the connections to it */
	struct listen *next;
};

/*
 * Bind every "ADDRESS:PORT" of the configuration, ports below 1024 included:
 * those of listen, then those of operator-listen.  An address of listen whose
 * family the kernel lacks is skipped, with a line on standard error, if another
 * one can be bound.  Returns the list, or NULL, errno and one line in
 * error.
 */
struct listen *listen_open(const struct conf *, char error[CONF_ERROR]);

/*
 * Bind the one address of an option.  NULL, errno (EINVAL: no address), one line
 * in error.
 */
struct listen *listen_one(
    const char *option, const char *text, char error[CONF_ERROR]);
void listen_close(struct listen *);

/* Listen again after shutdown(2): the address is bound still.  0, or -1. */
int listen_again(const struct listen *);

/* Is text "ADDRESS:PORT" with a numeric address? */
int listen_valid(const char *text);

/*
 * Can others connect to it as it is: has it a port, and an address that is not
 * the unspecified one?
 */
bool listen_reachable(const char *text);

/*
 * Begin to connect to "ADDRESS:PORT" with this port alone.  Returns a socket that
 * is writable once connect(2) has ended (SO_ERROR says how), or -1 and errno:
 * EINVAL for another port.
 */
int listen_connect(const char *text, uint32_t port);

/*
 * Bind a forward's port on address.  Returns the listening socket, or -1 with
 * errno: EADDRINUSE, EACCES (below 1024), or what socket(2) says.
 */
int listen_forward(const char *address, uint32_t port);

/* Is address a numeric one that a forward can be bound to? */
int listen_address_valid(const char *address);

/* Did accept(2) fail for want of descriptors or memory? */
bool listen_no_room(int error);

/* "ADDRESS" of a peer, without scope; its port. */
void listen_peer(const struct sockaddr *, char addr[64], uint32_t *port);

#endif
