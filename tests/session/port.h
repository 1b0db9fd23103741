/*
 * A listening socket as et-sshd gives its workers for a forward; it is a unix
 * one here, with an address that the kernel chooses (unix(7), autobind).
 */
#ifndef PORT_H
#define PORT_H

#include <sys/socket.h>
#include <sys/un.h>

struct port {
	int fd; /* -1: closed */
	struct sockaddr_un address;
	socklen_t len;
};

/* -1 without descriptors. */
int port_open(struct port *);

/* Nobody can connect any more, whoever else holds the socket. */
void port_close(struct port *);

/* A connection to it, non-blocking; -1: it is not taken. */
int port_connect(const struct port *);

#endif
