/*
 * bench-flow serve port		the device's service: an echo
 * bench-flow run port seconds rate	through the forward, so many bytes/s
 *
 * Sends numbers that count up and checks each that comes back, until the time
 * is over or SIGTERM; then everything that was sent must have come back.
 * Prints the bytes that did and the longest time in ms from one arrival to
 * the next; fails with the byte where it was cut off or another.  All is on
 * 127.0.0.1.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

#define BLOCK 65536
#define TICK 20 /* ms between two sends */
#define PATIENCE 30.0 /* s without a byte */

struct flow {
	int fd;
	uint64_t sent; /* bytes */
	uint64_t back;
	double worst; /* s */
	double heard;
	bool ending;
};

static volatile sig_atomic_t stopped;

static void
on_term(int sig)
{
	(void)sig;
	stopped = 1;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct sockaddr_in
loopback(const char *port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)atoi(port)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return sin;
}

static int
serve(const char *port)
{
	struct sockaddr_in sin = loopback(port);
	int fd, on = 1, listener;
	static char block[BLOCK];
	ssize_t n, at, m;

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener == -1 ||
	    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
		-1 ||
	    bind(listener, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(listener, 16) == -1) {
		perror("bench-flow");
		return 1;
	}
	for (; (fd = accept(listener, NULL, NULL)) != -1; close(fd))
		while ((n = read(fd, block, sizeof(block))) > 0)
			for (at = 0; at < n; at += m)
				if ((m = write(fd, block + at,
					 (size_t)(n - at))) <= 0)
					return 1;
	return 1;
}

/* The byte at this place of the stream: numbers of 8 bytes, counted up. */
static uint8_t
byte_at(uint64_t place)
{
	return (uint8_t)(place / 8 >> (place % 8 * 8));
}

static bool
send_some(struct flow *f, uint64_t until)
{
	static uint8_t block[BLOCK];
	size_t i, n = until - f->sent < BLOCK ? until - f->sent : BLOCK;
	ssize_t m;

	for (i = 0; i < n; i++)
		block[i] = byte_at(f->sent + i);
	m = send(f->fd, block, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (m == -1)
		return errno == EAGAIN;
	f->sent += (uint64_t)m;
	return true;
}

static bool
take_some(struct flow *f)
{
	static uint8_t block[BLOCK];
	ssize_t i, n = recv(f->fd, block, sizeof(block), MSG_DONTWAIT);
	double t = now();

	if (n == -1)
		return errno == EAGAIN;
	if (n == 0)
		return false;
	for (i = 0; i < n; i++)
		if (block[i] != byte_at(f->back + (uint64_t)i))
			return false;
	f->back += (uint64_t)n;
	if (t - f->heard > f->worst)
		f->worst = t - f->heard;
	f->heard = t;
	return true;
}

static int
run(const char *port, double seconds, double rate)
{
	struct sockaddr_in sin = loopback(port);
	struct flow f = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	struct pollfd p = {.fd = f.fd, .events = POLLIN};
	double start;
	bool ok;

	ok = f.fd != -1 &&
	     connect(f.fd, (struct sockaddr *)&sin, sizeof(sin)) == 0;
	signal(SIGTERM, on_term);
	start = f.heard = now();
	while (ok && (!f.ending || f.back < f.sent)) {
		f.ending |= stopped || now() - start >= seconds;
		if (!f.ending)
			ok = send_some(&f, (uint64_t)((now() - start) * rate));
		poll(&p, 1, TICK);
		ok = ok && take_some(&f) && now() - f.heard < PATIENCE;
	}
	printf("%llu %.0f\n", (unsigned long long)f.back, f.worst * 1000);
	if (!ok)
		fprintf(stderr,
		    "bench-flow: cut off or changed after %llu bytes of "
		    "%llu\n",
		    (unsigned long long)f.back, (unsigned long long)f.sent);
	return ok ? 0 : 1;
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		return serve(argv[2]);
	if (argc == 5 && strcmp(argv[1], "run") == 0)
		return run(argv[2], atof(argv[3]), atof(argv[4]));
	fprintf(stderr, "usage: bench-flow serve|run ...\n");
	return 2;
}
