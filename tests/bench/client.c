#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "client.h"
#include "fleet.h"

/*
 * Leave 127.0.0.1 to the servers; spread the sources over whole networks, so
 * that a server which counts by prefix does not see one busy source either.
 */
static struct sockaddr_in
client_source(unsigned int source)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	uint32_t net = 1 + source % 250, host = 1 + source / 250 % 60000;

	sin.sin_addr.s_addr = htonl(127U << 24 | net << 16 | host);
	return sin;
}

int
client_socket(uint16_t port, unsigned int source, int nonblock)
{
	struct sockaddr_in from = client_source(source);
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd, on = 1;

	fd = socket(AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC | (nonblock ? SOCK_NONBLOCK : 0), 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0 &&
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ||
		errno == EINPROGRESS))
		return fd;
	close(fd);
	return -1;
}

static bool
client_options(
    ssh_session s, const struct client_target *t, const char *user, int fd)
{
	const struct {
		enum ssh_options_e option;
		const void *value;
	} options[] = {
	    {SSH_OPTIONS_PROCESS_CONFIG, &(bool){false}},
	    {SSH_OPTIONS_HOST, "127.0.0.1"},
	    {SSH_OPTIONS_FD, &fd},
	    {SSH_OPTIONS_USER, user},
	    {SSH_OPTIONS_TIMEOUT, &(long){30}},
	    {SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256"},
	    {SSH_OPTIONS_HOSTKEYS, "ssh-ed25519"},
	    {SSH_OPTIONS_CIPHERS_C_S, t->cipher},
	    {SSH_OPTIONS_CIPHERS_S_C, t->cipher},
	    {SSH_OPTIONS_HMAC_C_S, "hmac-sha2-256"},
	    {SSH_OPTIONS_HMAC_S_C, "hmac-sha2-256"},
	    {SSH_OPTIONS_COMPRESSION, "no"},
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (ssh_options_set(s, options[i].option, options[i].value) < 0)
			return false;
	return true;
}

ssh_session
client_session(const struct client_target *t, unsigned int device, int fd)
{
	ssh_session s;
	char name[FLEET_NAME];

	fleet_name(device, name);
	if ((s = ssh_new()) == NULL) {
		close(fd);
		return NULL;
	}
	if (client_options(s, t, t->user == NULL ? name : t->user, fd))
		return s;
	ssh_free(s);
	close(fd);
	return NULL;
}

ssh_session
client_login(const struct client_target *t, unsigned int device, ssh_key key,
    unsigned int source, char error[CLIENT_ERROR])
{
	ssh_session s;
	int fd;

	if ((fd = client_socket(t->port, source, 0)) == -1) {
		snprintf(error, CLIENT_ERROR, "connect: %s", strerror(errno));
		return NULL;
	}
	if ((s = client_session(t, device, fd)) == NULL) {
		snprintf(error, CLIENT_ERROR, "no session");
		return NULL;
	}
	if (ssh_connect(s) == SSH_OK &&
	    ssh_userauth_publickey(s, NULL, key) == SSH_AUTH_SUCCESS)
		return s;
	snprintf(error, CLIENT_ERROR, "login: %s", ssh_get_error(s));
	client_end(s);
	return NULL;
}

void
client_end(ssh_session s)
{
	int fd;

	if (s == NULL)
		return;
	/* libssh does not close a descriptor that it was given. */
	fd = ssh_get_fd(s);
	ssh_disconnect(s);
	ssh_free(s);
	if (fd != -1)
		close(fd);
}

/* It has another name since 0.11. */
int
client_exit_status(ssh_channel channel)
{
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 11, 0)
	uint32_t status;

	return ssh_channel_get_exit_state(channel, &status, NULL, NULL) ==
		       SSH_OK
		   ? (int)status
		   : -1;
#else
	return ssh_channel_get_exit_status(channel);
#endif
}

int
client_option(struct client_target *t, int option, const char *value)
{
	switch (option) {
	case 'p':
		t->port = (uint16_t)strtoul(value, NULL, 10);
		return t->port == 0 ? -1 : 0;
	case 'u':
		t->user = value;
		return 0;
	case 'c':
		t->cipher = value;
		return 0;
	default:
		return -1;
	}
}
