/*
 * libssh-client PORT USER KEY HOSTKEY exec COMMAND
 * libssh-client PORT USER KEY HOSTKEY forward DPORT SPORT REKEY_BYTES
 *
 * A device whose SSH client is libssh: a poll, or a reverse forward until the
 * connection ends, with one connection through it at a time.  HOSTKEY is the
 * base64 of the server's ed25519 key.  What libssh logs goes to stderr.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <libssh/libssh.h>
#include <libssh/server.h> /* ssh_send_keepalive */

#define TURN 1 /* ms */
#define CHUNK 32768

static bool
set_options(ssh_session s, const char *port, const char *user, uint64_t rekey)
{
	const struct {
		enum ssh_options_e option;
		const void *value;
	} options[] = {
	    {SSH_OPTIONS_PROCESS_CONFIG, &(bool){false}},
	    {SSH_OPTIONS_HOST, "127.0.0.1"},
	    {SSH_OPTIONS_PORT_STR, port},
	    {SSH_OPTIONS_USER, user},
	    {SSH_OPTIONS_TIMEOUT, &(long){15}},
	    {SSH_OPTIONS_HOSTKEYS, "ssh-ed25519"},
	    {SSH_OPTIONS_REKEY_DATA, &rekey},
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (ssh_options_set(s, options[i].option, options[i].value) < 0)
			return false;
	return true;
}

static bool
is_pinned(ssh_session s, const char *hostkey)
{
	ssh_key got = NULL, want = NULL;
	bool same;

	same = ssh_get_server_publickey(s, &got) == SSH_OK &&
	       ssh_pki_import_pubkey_base64(
		   hostkey, SSH_KEYTYPE_ED25519, &want) == SSH_OK &&
	       ssh_key_cmp(got, want, SSH_KEY_CMP_PUBLIC) == 0;
	ssh_key_free(got);
	ssh_key_free(want);
	return same;
}

/*
 * "none" is refused, and lets the server's EXT_INFO arrive: without its list
 * of signatures libssh would sign by an RSA key with SHA-1 only.
 */
static bool
log_in(ssh_session s, const char *keyfile, const char *hostkey)
{
	ssh_key key = NULL;
	bool in;

	in = ssh_connect(s) == SSH_OK && is_pinned(s, hostkey) &&
	     ssh_userauth_none(s, NULL) == SSH_AUTH_DENIED &&
	     ssh_pki_import_privkey_file(keyfile, NULL, NULL, NULL, &key) ==
		 SSH_OK &&
	     ssh_userauth_publickey(s, NULL, key) == SSH_AUTH_SUCCESS;
	ssh_key_free(key);
	return in;
}

/* It has another name since 0.11. */
static int
exit_status(ssh_channel channel)
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

static int
execute(ssh_session s, const char *command)
{
	ssh_channel channel = ssh_channel_new(s);
	char answer[256];
	int n, status = 1;

	if (channel == NULL || ssh_channel_open_session(channel) != SSH_OK ||
	    ssh_channel_request_exec(channel, command) != SSH_OK)
		goto out;
	while ((n = ssh_channel_read(channel, answer, sizeof(answer), 0)) > 0)
		fwrite(answer, 1, (size_t)n, stdout);
	if (n == 0)
		status = exit_status(channel);
out:
	ssh_channel_free(channel);
	return status;
}

static int
connect_device(uint16_t port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd != -1 &&
	    connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/*
 * One connection through the forward.  What libssh does not take at once, as
 * in a rekey, is kept: its connectors lose it.
 */
struct bridge {
	ssh_channel channel;
	int fd;
	bool ended; /* the device's port has nothing more to send */
	bool told; /* and is told that nothing more comes */
	char up[CHUNK]; /* read from fd */
	size_t up_len;
};

static bool
bridge_open(struct bridge *b, ssh_session s, uint16_t dport)
{
	b->channel = ssh_channel_open_forward_port(s, 0, NULL, NULL, NULL);
	if (b->channel == NULL)
		return true;
	return (b->fd = connect_device(dport)) != -1;
}

static void
bridge_close(struct bridge *b)
{
	ssh_channel_close(b->channel);
	ssh_channel_free(b->channel);
	close(b->fd);
	*b = (struct bridge){.fd = -1};
}

/* From the device's port to the channel. */
static bool
bridge_up(struct bridge *b)
{
	ssize_t n;
	int sent;

	if (b->up_len == 0 && !b->ended) {
		n = recv(b->fd, b->up, sizeof(b->up), MSG_DONTWAIT);
		if (n == -1 && errno != EAGAIN)
			return false;
		b->up_len = n > 0 ? (size_t)n : 0;
		b->ended = n == 0;
		if (b->ended)
			return ssh_channel_send_eof(b->channel) == SSH_OK;
	}
	if (b->up_len == 0)
		return true;
	sent = ssh_channel_write(b->channel, b->up, (uint32_t)b->up_len);
	if (sent < 0)
		return sent == SSH_AGAIN;
	b->up_len -= (size_t)sent;
	memmove(b->up, b->up + sent, b->up_len);
	return true;
}

/* From the channel to the device's port. */
static bool
bridge_down(struct bridge *b)
{
	char data[CHUNK];
	int n;

	n = ssh_channel_read_nonblocking(b->channel, data, sizeof(data), 0);
	if (n > 0)
		return send(b->fd, data, (size_t)n, MSG_NOSIGNAL) == n;
	if (n == SSH_EOF && !b->told) {
		shutdown(b->fd, SHUT_WR);
		b->told = true;
	}
	return n != SSH_ERROR;
}

/* Returns false when the session has to end. */
static bool
bridge_turn(struct bridge *b, ssh_session s, uint16_t dport)
{
	if (b->channel == NULL)
		return bridge_open(b, s, dport);
	if (!bridge_up(b) || !bridge_down(b))
		return false;
	if (b->ended && b->told)
		bridge_close(b);
	return true;
}

static int
forward(ssh_session s, uint16_t dport, int sport)
{
	ssh_event event = ssh_event_new();
	struct bridge b = {.fd = -1};
	time_t told = time(NULL);
	bool up = true;

	if (event == NULL || ssh_event_add_session(event, s) != SSH_OK ||
	    ssh_channel_listen_forward(s, "localhost", sport, NULL) != SSH_OK)
		return 1;
	ssh_set_blocking(s, 0);
	while (up && ssh_is_connected(s)) {
		up = bridge_turn(&b, s, dport) &&
		     ssh_event_dopoll(event, TURN) != SSH_ERROR;
		if (time(NULL) != told)
			ssh_send_keepalive(s);
		told = time(NULL);
	}
	return up ? 0 : 1;
}

int
main(int argc, char **argv)
{
	ssh_session s = ssh_new();
	bool forwards = argc == 9 && strcmp(argv[5], "forward") == 0;
	int status = 1;

	if (!forwards && (argc != 7 || strcmp(argv[5], "exec") != 0)) {
		fprintf(stderr, "usage: libssh-client PORT USER KEY HOSTKEY "
				"exec COMMAND | forward DPORT SPORT BYTES\n");
		return 2;
	}
	if (forwards)
		ssh_set_log_level(SSH_LOG_DEBUG);
	if (s == NULL ||
	    !set_options(s, argv[1], argv[2],
		forwards ? strtoull(argv[8], NULL, 10) : 0) ||
	    !log_in(s, argv[3], argv[4]))
		goto out;
	status = forwards ? forward(s, (uint16_t)strtoul(argv[6], NULL, 10),
				(int)strtoul(argv[7], NULL, 10))
			  : execute(s, argv[6]);
out:
	if (status != 0 && s != NULL)
		fprintf(stderr, "libssh-client: %s\n", ssh_get_error(s));
	ssh_disconnect(s);
	ssh_free(s);
	return status;
}
