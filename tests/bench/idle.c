/*
 * bench-idle -p port [-u user] [-c cipher] [-j clients] [-n connections]
 *     [-w port] command [argument ...]
 *
 * Holds authenticated connections, each with one session channel open and
 * nothing said on it, runs the command while all are held, ends them.  With
 * -w each is that of an always-on device: it has said "wait 1", a forward of
 * that port stands in it, and keepalives are answered.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client.h"
#include "fleet.h"

#define ANSWER_EVERY 64 /* logins of a client */

struct plan {
	struct client_target target;
	unsigned int clients;
	unsigned int connections;
	unsigned int devices; /* that the server knows */
	int standing; /* the port that stands, or 0 */
	int done[2]; /* clients -> main: one byte, all held */
	int stay[2]; /* closed by main: end them */
};

/* "wait 1" is heard, and the forward is granted. */
static bool
stand(ssh_session s, ssh_channel channel, int port)
{
	char line[2];

	return ssh_channel_request_exec(channel, "wait 1") == SSH_OK &&
	       ssh_channel_read(channel, line, sizeof(line), 0) == 2 &&
	       ssh_channel_listen_forward(s, NULL, port, NULL) == SSH_OK;
}

/* Returns the channel that is held, or NULL. */
static ssh_channel
hold(const struct client_target *t, unsigned int device, unsigned int source,
    int standing)
{
	char error[CLIENT_ERROR] = "no key";
	ssh_key key = fleet_key(device);
	ssh_session s = NULL;
	ssh_channel channel;

	if (key != NULL)
		s = client_login(t, device, key, source, error);
	ssh_key_free(key);
	if (s == NULL) {
		fprintf(stderr, "bench-idle: %s\n", error);
		return NULL;
	}
	/* Neither is freed: the process's end closes them. */
	channel = ssh_channel_new(s);
	if (channel == NULL || ssh_channel_open_session(channel) != SSH_OK ||
	    (standing != 0 && !stand(s, channel, standing))) {
		fprintf(stderr, "bench-idle: %s\n", ssh_get_error(s));
		return NULL;
	}
	return channel;
}

/* Take what has come: libssh answers keepalives by itself. */
static void
answer(ssh_channel *held, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (ssh_channel_poll(held[i], 0) == SSH_ERROR ||
		    ssh_channel_is_closed(held[i])) {
			fprintf(stderr, "bench-idle: a connection was lost\n");
			_exit(1);
		}
}

/* Until main has closed its end. */
static void
stay(const struct plan *p, ssh_channel *held, unsigned int n)
{
	struct pollfd end = {.fd = p->stay[0], .events = POLLIN};

	while (poll(&end, 1, p->standing != 0 ? 1000 : -1) == 0)
		answer(held, n);
}

static void
client(struct plan *p, unsigned int self)
{
	ssh_channel *held = calloc(p->connections, sizeof(*held));
	unsigned int i, n = 0;
	char c = 1;

	if (held == NULL)
		_exit(1);
	close(p->stay[1]);
	for (i = self; i < p->connections; i += p->clients) {
		held[n] = hold(&p->target, i % p->devices, i, p->standing);
		if (held[n++] == NULL)
			_exit(1);
		if (p->standing != 0 && n % ANSWER_EVERY == 0)
			answer(held, n);
	}
	if (write(p->done[1], &c, 1) != 1)
		_exit(1);
	close(p->done[1]);
	stay(p, held, n);
	_exit(0);
}

/* Returns 0 when every client holds its share. */
static int
start(struct plan *p)
{
	unsigned int i, held = 0;
	char c;

	if (pipe(p->done) == -1 || pipe(p->stay) == -1)
		return -1;
	for (i = 0; i < p->clients; i++) {
		switch (fork()) {
		case -1:
			return -1;
		case 0:
			client(p, i);
		}
	}
	close(p->done[1]);
	while (read(p->done[0], &c, 1) == 1)
		held++;
	return held == p->clients ? 0 : -1;
}

static int
run(char **argv, int stay)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(stay);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

int
main(int argc, char **argv)
{
	struct plan p = {
	    .target.cipher = "chacha20-poly1305@openssh.com",
	    .clients = 4,
	    .connections = 100,
	};
	int ch, ended, status = 1;

	while ((ch = getopt(argc, argv, "+" CLIENT_OPTIONS "j:n:w:")) != -1) {
		if (ch == 'j')
			p.clients = (unsigned int)strtoul(optarg, NULL, 10);
		else if (ch == 'n')
			p.connections = (unsigned int)strtoul(optarg, NULL, 10);
		else if (ch == 'w')
			p.standing = atoi(optarg);
		else if (client_option(&p.target, ch, optarg) == -1)
			return 2;
	}
	if (optind == argc || p.clients == 0)
		return 2;
	p.devices = p.target.user == NULL ? p.connections : CLIENT_DEVICES;
	raise_descriptors();
	if (start(&p) == 0)
		status = run(argv + optind, p.stay[1]);
	close(p.stay[1]);
	/* One that lost a connection says so. */
	while (wait(&ended) > 0)
		if (ended != 0)
			status = 1;
	return status;
}
