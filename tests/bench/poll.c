/*
 * bench-poll -p port [-u user] [-c cipher] [-j clients] [-n polls]
 *
 * Polls a server as the original's devices do: a login and one command, whose
 * answer must be "0" with exit status 0.  Prints polls and seconds.
 */
#include "config.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "fleet.h"

#define COMMAND "/home/ubuntu/et-phone-home/et-home/et-home-ping.sh"

/* Shared by the clients: what is left to do, and how it went. */
struct work {
	atomic_uint next;
	atomic_uint failed;
	unsigned int polls;
};

static bool
answer_is_nothing(ssh_channel channel, char error[CLIENT_ERROR])
{
	char answer[64];
	int n, len = 0, status;

	while ((n = ssh_channel_read(channel, answer + len,
		    (uint32_t)((int)sizeof(answer) - len), 0)) > 0)
		len += n;
	status = client_exit_status(channel);
	if (n == 0 && len == 2 && memcmp(answer, "0\n", 2) == 0 && status == 0)
		return true;
	snprintf(error, CLIENT_ERROR, "answered %d bytes, exit status %d", len,
	    status);
	return false;
}

static bool
ask(ssh_session s, char error[CLIENT_ERROR])
{
	ssh_channel channel = ssh_channel_new(s);
	bool ok = false;

	if (channel == NULL)
		return false;
	if (ssh_channel_open_session(channel) != SSH_OK ||
	    ssh_channel_request_exec(channel, COMMAND) != SSH_OK)
		snprintf(error, CLIENT_ERROR, "exec: %s", ssh_get_error(s));
	else
		ok = answer_is_nothing(channel, error);
	ssh_channel_free(channel);
	return ok;
}

static bool
poll_once(const struct client_target *t, unsigned int device, ssh_key key,
    unsigned int n, char error[CLIENT_ERROR])
{
	ssh_session s = client_login(t, device, key, n, error);
	bool ok = s != NULL && ask(s, error);

	client_end(s);
	return ok;
}

static void
client(const struct client_target *t, unsigned int device, struct work *w)
{
	ssh_key key = fleet_key(device);
	char error[CLIENT_ERROR] = "no key";
	unsigned int n;

	while ((n = atomic_fetch_add(&w->next, 1)) < w->polls) {
		if (key != NULL && poll_once(t, device, key, n, error))
			continue;
		if (atomic_fetch_add(&w->failed, 1) == 0)
			fprintf(stderr, "bench-poll: %s\n", error);
	}
	ssh_key_free(key);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
run(const struct client_target *t, unsigned int clients, struct work *w)
{
	unsigned int i;

	for (i = 0; i < clients; i++) {
		switch (fork()) {
		case -1:
			atomic_fetch_add(&w->failed, 1);
			break;
		case 0:
			client(t, i % CLIENT_DEVICES, w);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
}

int
main(int argc, char **argv)
{
	struct client_target t = {.cipher = "chacha20-poly1305@openssh.com"};
	unsigned int clients = 8;
	struct work *w;
	double start;
	int ch;

	w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w == MAP_FAILED)
		return 1;
	w->polls = 100;
	while ((ch = getopt(argc, argv, CLIENT_OPTIONS "j:n:")) != -1) {
		if (ch == 'j')
			clients = (unsigned int)strtoul(optarg, NULL, 10);
		else if (ch == 'n')
			w->polls = (unsigned int)strtoul(optarg, NULL, 10);
		else if (client_option(&t, ch, optarg) == -1)
			return 2;
	}
	start = now();
	run(&t, clients, w);
	printf("%u %.6f\n", w->polls - w->failed, now() - start);
	return w->failed == 0 ? 0 : 1;
}
