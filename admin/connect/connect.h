/*
 * et-admin connect, which is three processes: the one that was called, which
 * stays who called and has the operator's key (connect.c); one that has the
 * store and is its owner (connect_store.c); and ssh(1), whose ProxyCommand is
 * et-admin again (connect_ssh.c).
 */
#ifndef CONNECT_H
#define CONNECT_H

#include <netdb.h>
#include <sys/socket.h>

#include "admin.h"

/* The request to the process that has the store. */
struct connect_ask {
	const char	*device;	/* as it was typed */
	uint32_t	 dport;
	struct oper	 oper;		/* its name and key, to be added */
};

/* The answer of that process, once the operator is in the store. */
struct connect_way {
	char		 device[DEVICE_NAME];	/* the id */
	struct sockaddr_storage server;
};

/* The same, when it has been checked: words for ssh. */
struct connect_ssh {
	pid_t		 et_admin;	/* whose descriptors the paths name */
	char		 device[DEVICE_NAME];
	uint32_t	 dport;
	const char	*oper;
	const char	*key, *known;	/* paths */
	char		 host[NI_MAXHOST], port[NI_MAXSERV];
};

/*
 * Add the operator, say the way on sock, tell on stderr how it goes, and keep
 * the operator there until sock is closed at the other end, which the end of
 * that process does, too.  Then the operator is removed.
 */
enum admin_exit	connect_store(struct admin *, struct connect_ask *, int sock);

/* Become ssh to the device's port by way of the server. */
void	connect_ssh_port(const struct connect_ssh *) __attribute__((noreturn));

/*
 * Become ssh to the device, with the words more that are the user's.  proxy is
 * what connect_ssh_proxy made.
 */
void	connect_ssh_device(const struct connect_ssh *, int proxy, char **more)
    __attribute__((noreturn));

/* A descriptor for what connect_proxy reads; -1 and errno. */
int	connect_ssh_proxy(const struct connect_ssh *);

/* The word by which et-admin is its own ProxyCommand, and what it then does. */
#define CONNECT_PROXY "connect-proxy"
int	connect_proxy(const char *path);

#endif
