/*
 * bench-load -p port [-n connections] [-s sources] [-w ms] [-t s] kind
 *
 * Strangers that never log in, until SIGTERM or for t seconds:
 *
 * half-open	every other one says nothing, the others their version alone
 * dribble	a byte every w ms, of what looks like a key exchange
 *
 * They come from so many addresses in turn.  Whoever is ended comes again
 * within w ms, so that as many try to be there all the time.  Prints at the
 * end how often one connected, could not, and was ended.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#define TICK 10 /* ms: those whose turn it is */
#define NET 0x7f800000U /* 127.128.0.0/9: bench-poll has the other half */

struct stranger {
	int fd; /* -1: between two connections */
	bool there; /* the server has answered */
	unsigned int said; /* bytes */
};

struct load {
	uint16_t port;
	bool dribble;
	unsigned int connections;
	unsigned int sources;
	unsigned int every; /* ms */
	double seconds;
	int epoll;
	struct stranger *all;
	uint64_t connected;
	uint64_t failed;
	uint64_t ended;
};

static volatile sig_atomic_t stopped;

static const char version[] = "SSH-2.0-stranger\r\n";

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
leave(struct load *l, struct stranger *s, uint64_t *counter)
{
	if (s->there)
		counter = &l->ended;
	(*counter)++;
	close(s->fd);
	s->fd = -1;
}

/* From its address; the kernel chooses a port when it knows the other end. */
static int
connect_from(const struct load *l, unsigned int source)
{
	struct sockaddr_in from = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(NET + 256 + source),
	};
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(l->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd, on = 1;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0 &&
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ||
		errno == EINPROGRESS))
		return fd;
	close(fd);
	return -1;
}

static void
come(struct load *l, unsigned int i)
{
	struct stranger *s = &l->all[i];
	struct epoll_event e = {
	    .events = EPOLLIN | EPOLLOUT | EPOLLET,
	    .data.u32 = i,
	};

	s->there = false;
	s->said = 0;
	if ((s->fd = connect_from(l, i % l->sources)) == -1) {
		l->failed++;
		return;
	}
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, s->fd, &e) == -1)
		leave(l, s, &l->failed);
}

/* The next byte: the version string, then the length of a packet. */
static void
dribble(struct load *l, struct stranger *s)
{
	char byte = '\0';

	if (s->said < sizeof(version) - 1)
		byte = version[s->said];
	else if (s->said == sizeof(version) + 1)
		byte = 4; /* 0x00000400 bytes */
	if (send(s->fd, &byte, 1, MSG_NOSIGNAL) == 1)
		s->said++;
	else if (errno != EAGAIN)
		leave(l, s, &l->ended);
}

static void
heard(struct load *l, unsigned int i, uint32_t events)
{
	struct stranger *s = &l->all[i];
	char bytes[4096];
	ssize_t n;

	if (s->fd == -1)
		return;
	if ((events & EPOLLOUT) && !(events & (EPOLLERR | EPOLLHUP)) &&
	    !s->there) {
		s->there = true;
		l->connected++;
		if (!l->dribble && i % 2 == 1)
			(void)!send(
			    s->fd, version, sizeof(version) - 1, MSG_NOSIGNAL);
	}
	if (!(events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		return;
	while ((n = recv(s->fd, bytes, sizeof(bytes), 0)) > 0)
		continue;
	if (n == 0 || errno != EAGAIN)
		leave(l, s, &l->failed);
}

/* One share of all, each of whom has a turn every so many ms. */
static void
take_turn(struct load *l, unsigned int turn, unsigned int turns)
{
	unsigned int i;

	for (i = turn; i < l->connections; i += turns) {
		if (l->all[i].fd == -1)
			come(l, i);
		else if (l->dribble && l->all[i].there)
			dribble(l, &l->all[i]);
	}
}

static void
run(struct load *l)
{
	unsigned int turns = l->every < TICK ? 1 : l->every / TICK, turn = 0;
	double start = now(), next = start;
	struct epoll_event events[256];
	int i, n, wait;

	while (!stopped && now() - start < l->seconds) {
		if (now() >= next) {
			take_turn(l, turn++ % turns, turns);
			/* Late, it does not hurry: that would be a burst. */
			next += TICK / 1000.0;
			if (next < now())
				next = now();
		}
		wait = (int)((next - now()) * 1000) + 1;
		n = epoll_wait(l->epoll, events, 256, wait > 0 ? wait : 0);
		for (i = 0; i < n; i++)
			heard(l, events[i].data.u32, events[i].events);
	}
}

static void
on_term(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool
prepare(struct load *l)
{
	struct rlimit r;
	unsigned int i;

	signal(SIGTERM, on_term);
	signal(SIGINT, on_term);
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
		if (r.rlim_max < l->connections + 64) {
			fprintf(stderr,
			    "bench-load: %u connections need more "
			    "descriptors than ulimit -n allows\n",
			    l->connections);
			return false;
		}
	}
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->all = calloc(l->connections, sizeof(*l->all));
	if (l->epoll == -1 || l->all == NULL)
		return false;
	for (i = 0; i < l->connections; i++)
		l->all[i].fd = -1;
	return true;
}

static bool
parse(struct load *l, int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, "p:n:s:w:t:")) != -1) {
		unsigned long v =
		    strtoul(optarg != NULL ? optarg : "", NULL, 10);

		if (ch == 'p')
			l->port = (uint16_t)v;
		else if (ch == 'n')
			l->connections = (unsigned int)v;
		else if (ch == 's')
			l->sources = (unsigned int)v;
		else if (ch == 'w')
			l->every = (unsigned int)v;
		else if (ch == 't')
			l->seconds = (double)v;
		else
			return false;
	}
	if (optind + 1 != argc || l->port == 0 || l->sources == 0)
		return false;
	l->dribble = strcmp(argv[optind], "dribble") == 0;
	return l->dribble || strcmp(argv[optind], "half-open") == 0;
}

int
main(int argc, char **argv)
{
	struct load l = {
	    .connections = 100,
	    .sources = 1,
	    .every = 1000,
	    .seconds = 600,
	};

	if (!parse(&l, argc, argv)) {
		fprintf(stderr,
		    "usage: bench-load -p port [-n connections] [-s sources] "
		    "[-w ms] [-t s] half-open|dribble\n");
		return 2;
	}
	if (!prepare(&l))
		return 1;
	run(&l);
	free(l.all);
	printf("%llu %llu %llu\n", (unsigned long long)l.connected,
	    (unsigned long long)l.failed, (unsigned long long)l.ended);
	return 0;
}
