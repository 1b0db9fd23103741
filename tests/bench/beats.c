/*
 * bench-beats URL KEEPER KEEPERS RATE SECONDS: heartbeats of all devices of the
 * store, RATE a second in all, each device in its turn, through so many real
 * keepers.  The last line of standard output is the number sent, the most
 * seconds that a keeper was behind, and the keepers' CPU seconds.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "msg.h"
#include "store.h"

#define KEEPERS 16
#define TURNS 10 /* a second */

struct fleet {
	int64_t *id;
	size_t n, room;
};

struct keeper {
	pid_t pid;
	int sock;
};

static int
fleet_add(void *arg, const struct device *d)
{
	struct fleet *f = arg;

	if (f->n == f->room) {
		f->room = f->room * 2 + 1024;
		if ((f->id = reallocarray(f->id, f->room, sizeof(*f->id))) ==
		    NULL)
			err(1, NULL);
	}
	f->id[f->n++] = d->id;
	return 0;
}

static void
fleet_read(struct fleet *f, const char *url)
{
	char error[STORE_ERROR];
	struct store *s;

	if (store_open(&s, url, STORE_MIGRATE, error) != STORE_OK)
		errx(1, "%s", error);
	if (store_device_each(s, fleet_add, f) != STORE_OK)
		errx(1, "%s", store_error(s));
	store_close(s);
	if (f->n == 0)
		errx(1, "the store has no devices");
}

static void
keeper_start(struct keeper *k, const char *program, const char *url, int number)
{
	struct msg m;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (k->pid = fork()) == -1)
		err(1, NULL);
	if (k->pid == 0) {
		if (pair[1] != MSG_FD && dup2(pair[1], MSG_FD) == -1)
			_exit(126);
		execl(program, program,
		    strncmp(url, "postgresql:", 11) == 0 ? "tcp" : NULL,
		    (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	k->sock = pair[0];
	msg_init(&m, MSG_STORE_OPEN, 0);
	snprintf(m.store_open.url, sizeof(m.store_open.url), "%s", url);
	snprintf(m.store_open.node, sizeof(m.store_open.node), "n%d", number);
	m.store_open.pid = (uint32_t)getpid();
	if (send(k->sock, &m, msg_size(m.type), MSG_NOSIGNAL) == -1)
		err(1, "keeper %d", number);
}

/* Read what the keeper says; true: it is loaded. */
static bool
keeper_hear(struct keeper *k)
{
	struct pollfd p = {.fd = k->sock, .events = POLLIN};
	const char *reason;
	bool loaded = false;
	struct msg m;
	int fd;

	while (poll(&p, 1, 0) == 1) {
		if (msg_recv(k->sock, &m, &fd, &reason) != MSG_OK)
			errx(1, "a keeper is gone: %s", reason);
		if (m.type == MSG_STORE_STATE &&
		    m.store_state.reason[0] != '\0')
			warnx("keeper: %s", m.store_state.reason);
		loaded = loaded || m.type == MSG_LOADED;
	}
	return loaded;
}

/* Neither waits for the other: what it says is read meanwhile. */
static void
keeper_send(struct keeper *k, const struct msg *m)
{
	struct pollfd p = {.fd = k->sock, .events = POLLIN | POLLOUT};

	while (send(k->sock, m, msg_size(m->type),
		   MSG_NOSIGNAL | MSG_DONTWAIT) == -1) {
		if (errno != EAGAIN)
			err(1, "heartbeat");
		keeper_hear(k);
		poll(&p, 1, 100);
	}
}

static void
keeper_beat(struct keeper *k, int64_t device, unsigned int round)
{
	struct msg m;

	msg_init(&m, MSG_HEARTBEAT, 0);
	m.heartbeat.device = device;
	m.heartbeat.at = clock_wall();
	m.heartbeat.interval = 60;
	snprintf(m.heartbeat.addr, sizeof(m.heartbeat.addr), "198.51.%d.%d",
	    (int)(device / 250 % 250), (int)(device % 250));
	snprintf(
	    m.heartbeat.client, sizeof(m.heartbeat.client), "dropbear_2022.83");
	snprintf(m.heartbeat.health, sizeof(m.heartbeat.health),
	    "up=%u load=0.%02d mem=%d v=1.3 memt=123 model=GL-MT300N-V2 "
	    "fw=OpenWrt-23.05.2 wan=10.4.%d.%d",
	    86400 + round * 60, (int)((device * 7 + round) % 90),
	    (int)(40 + (device + round) % 9), (int)(device / 250 % 250),
	    (int)(device % 250));
	keeper_send(k, &m);
}

static void
turn_wait(double until)
{
	double left = until - clock_now();
	struct timespec ts;

	if (left <= 0)
		return;
	ts.tv_sec = (time_t)left;
	ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
	nanosleep(&ts, NULL);
}

/* Returns how far it fell behind, s. */
static double
beats_send(
    struct keeper *k, int n, const struct fleet *f, long rate, long seconds)
{
	double start = clock_now(), behind = 0, late;
	long long sent = 0, all = (long long)rate * seconds;
	long turn;

	for (turn = 0; turn < seconds * TURNS; turn++) {
		for (; sent < all * (turn + 1) / (seconds * TURNS); sent++)
			keeper_beat(&k[sent % n],
			    f->id[(size_t)sent * 7919 % f->n],
			    (unsigned int)((size_t)sent / f->n));
		for (int i = 0; i < n; i++)
			keeper_hear(&k[i]);
		late = clock_now() - start - (double)(turn + 1) / TURNS;
		behind = late > behind ? late : behind;
		turn_wait(start + (double)(turn + 1) / TURNS);
	}
	return behind;
}

int
main(int argc, char *argv[])
{
	struct keeper k[KEEPERS];
	struct fleet f = {.id = NULL};
	struct rusage used;
	double behind, start;
	int n, i, loaded = 0;

	if (argc != 6 || (n = atoi(argv[3])) < 1 || n > KEEPERS)
		errx(2, "usage: bench-beats URL KEEPER KEEPERS RATE SECONDS");
	fleet_read(&f, argv[1]);
	for (i = 0; i < n; i++)
		keeper_start(&k[i], argv[2], argv[1], i + 1);
	start = clock_now();
	while (loaded < n) {
		for (i = 0; i < n; i++)
			loaded += keeper_hear(&k[i]);
		turn_wait(clock_now() + 0.001);
	}
	fprintf(stderr, "%d keepers loaded %zu devices in %.1f s\n", n, f.n,
	    clock_now() - start);
	puts("ready");
	fflush(stdout);
	behind = beats_send(k, n, &f, atol(argv[4]), atol(argv[5]));
	for (i = 0; i < n; i++) {
		close(k[i].sock);
		waitpid(k[i].pid, NULL, 0);
	}
	getrusage(RUSAGE_CHILDREN, &used);
	printf("%ld %.2f %.2f\n", atol(argv[4]) * atol(argv[5]), behind,
	    (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	free(f.id);
	return 0;
}
