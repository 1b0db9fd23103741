/*
 * A listening socket as et-sshd gives its workers for a forward; it is a unix
 * one here, with an address that the kernel chooses (unix(7), autobind).
 */
#ifndef PORT_H
#define PORT_H

#include <sys/socket.h>
#include <sys/un.h>

#include <stddef.h>
#include <stdint.h>

struct port {
	int fd; /* -1: closed */
	uint32_t number;
	struct sockaddr_un address;
	socklen_t len;
};

/* -1 without descriptors. */
int port_open(struct port *);

/* Nobody can connect any more, whoever else holds the socket. */
void port_close(struct port *);

/* A connection to it, non-blocking; -1: it is not taken. */
int port_connect(const struct port *);

/* Several, by their numbers; ports_init comes first. */
#define PORTS 64

struct ports {
	struct port list[PORTS];
};

void ports_init(struct ports *);
void ports_close(struct ports *);

/* NULL: it is not open. */
struct port *ports_find(struct ports *, uint32_t number);

/* The i-th that is open, or NULL. */
struct port *ports_at(struct ports *, size_t i);

/* NULL: there are too many. */
struct port *ports_open(struct ports *, uint32_t number);

#endif
