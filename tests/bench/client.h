/*
 * One login of a device, by libssh, as each poll does it: curve25519-sha256,
 * an ed25519 host key, an ed25519 device key, one cipher both ways.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>

#include <libssh/libssh.h>

#define CLIENT_ERROR	256
#define CLIENT_DEVICES	8	/* whose keys the peers know */

struct client_target {
	uint16_t	 port;		/* on 127.0.0.1 */
	const char	*user;		/* NULL: the device's own name */
	const char	*cipher;
};

/*
 * The two halves of a connection, for who does not want to wait: a socket from
 * the source'th address of 127.0.0.0/8, which may be still connecting (-1:
 * errno), and a session that takes it over (NULL: it is closed).
 */
int	client_socket(uint16_t port, unsigned int source, int nonblock);
ssh_session client_session(
    const struct client_target *, unsigned int device, int fd);

/*
 * Connect from the source'th address of 127.0.0.0/8 and log in as a device.
 * Blocks for 30 s at most.  Returns the session, to be ended by client_end,
 * or NULL: error says why.
 */
ssh_session client_login(const struct client_target *, unsigned int device,
    ssh_key key, unsigned int source, char error[CLIENT_ERROR]);
void	client_end(ssh_session);

/* Of a command that has ended; -1: not known, or not yet. */
int	client_exit_status(ssh_channel);

/* Read the options -p port, -u user, -c cipher.  Returns 0, or -1. */
int	client_option(struct client_target *, int option, const char *value);
#define CLIENT_OPTIONS	"p:u:c:"

#endif
