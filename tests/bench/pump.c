/*
 * bench-pump serve port		the device's service, until killed
 * bench-pump get|put port bytes	through the forward; prints seconds
 * bench-pump port			prints a TCP port that is free
 *
 * get: the service sends, so the device uploads.  put: the service takes, so
 * the device downloads, and says one byte when it has everything.  All is on
 * 127.0.0.1.  get and put try for 10 s to connect and be served, for that a
 * forward needs time to open.
 */
#include "config.h"

#include <sys/socket.h>

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

#define BLOCK (256 * 1024)

struct order {
	uint64_t bytes;
	char verb; /* 'g' or 'p' */
};

static bool
send_bytes(int fd, char *block, uint64_t bytes)
{
	ssize_t n;

	for (; bytes > 0; bytes -= (uint64_t)n) {
		n = write(fd, block, bytes < BLOCK ? bytes : BLOCK);
		if (n <= 0)
			return false;
	}
	return true;
}

static bool
take_bytes(int fd, char *block, uint64_t bytes)
{
	ssize_t n;

	for (; bytes > 0; bytes -= (uint64_t)n) {
		n = read(fd, block, bytes < BLOCK ? bytes : BLOCK);
		if (n <= 0)
			return false;
	}
	return true;
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
listen_on(const char *port)
{
	struct sockaddr_in sin = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(fd, 16) == -1) {
		perror("bench-pump");
		return -1;
	}
	return fd;
}

static int
serve(const char *port)
{
	char *block = malloc(BLOCK);
	struct order o;
	int fd, listener = listen_on(port);

	if (listener == -1 || block == NULL)
		return 1;
	memset(block, 'e', BLOCK);
	for (; (fd = accept(listener, NULL, NULL)) != -1; close(fd)) {
		if (!take_bytes(fd, (char *)&o, sizeof(o)))
			continue;
		if (o.verb == 'g')
			(void)send_bytes(fd, block, o.bytes);
		else if (take_bytes(fd, block, o.bytes))
			(void)send_bytes(fd, block, 1);
	}
	return 1;
}

static bool
pump(const char *port, char *block, struct order *o)
{
	struct sockaddr_in sin = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	ok = fd != -1 &&
	     connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0 &&
	     send_bytes(fd, (char *)o, sizeof(*o)) &&
	     (o->verb == 'g' ? take_bytes(fd, block, o->bytes)
			     : send_bytes(fd, block, o->bytes) &&
				   take_bytes(fd, block, 1));
	if (fd != -1)
		close(fd);
	return ok;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int
measure(const char *port, struct order *o)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	double start, limit = now() + 10;
	char *block = malloc(BLOCK);
	bool ok;

	if (block == NULL)
		return 1;
	memset(block, 'h', BLOCK);
	for (;;) {
		start = now();
		ok = pump(port, block, o);
		if (ok || now() > limit)
			break;
		nanosleep(&pause, NULL);
	}
	free(block);
	if (!ok) {
		fprintf(
		    stderr, "bench-pump: not carried through port %s\n", port);
		return 1;
	}
	printf("%.6f\n", now() - start);
	return 0;
}

static int
free_port(void)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int fd = listen_on("0");

	if (fd == -1 || getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		return 1;
	printf("%u\n", ntohs(sin.sin_port));
	return 0;
}

int
main(int argc, char **argv)
{
	struct order o = {0};

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && strcmp(argv[1], "port") == 0)
		return free_port();
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		return serve(argv[2]);
	if (argc != 4 ||
	    (strcmp(argv[1], "get") != 0 && strcmp(argv[1], "put") != 0)) {
		fprintf(stderr, "usage: bench-pump serve|get|put|port\n");
		return 2;
	}
	o.verb = argv[1][0];
	o.bytes = strtoull(argv[3], NULL, 10);
	return measure(argv[2], &o);
}
