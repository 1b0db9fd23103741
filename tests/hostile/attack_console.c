#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

#define FLOOD 5000 /* ORDERs, more than are taken */
#define WAL_WRITE_LOCK 120 /* its byte in SQLite's file STORE-shm */

/* An FORWARD_REQUEST, and its answer for the operator to read. */
static void
order(const struct plan *plan)
{
	struct msg m;

	in_state(plan->state);
	make_said(&m, plan);
	say(&m);
	wait_for(MSG_FD, MSG_FORWARD_RESULT);
	dprintf(it.streams[0], "%d %u %s\n", it.got.forward_result.forward != 0,
	    it.got.forward_result.ttl, it.got.forward_result.refused);
	_exit(EXIT_SUCCESS);
}

/* ORDERs that are refused; b: their answers are read. */
static void
flood_requests(const struct plan *plan)
{
	struct msg m;
	int i;

	in_state("fresh");
	make_good(&m, MSG_FORWARD_REQUEST);
	m.forward_request.device = NOBODYS;
	for (i = 0; i < FLOOD; i++) {
		say(&m);
		if (plan->b)
			wait_for(MSG_FD, MSG_FORWARD_RESULT);
	}
	if (plan->b) /* else it may be too fast to have been killed yet */
		fail("%d ORDERs are taken", FLOOD);
}

/* A descriptor of some kind with READY. */
static void
attach(const struct plan *plan)
{
	static char path[] = "/dev/zero";
	int pair[2];
	struct msg m;

	if (strcmp(plan->state, "zero") == 0)
		it.attached = open(path, O_RDWR);
	else if (strcmp(plan->state, "itself") == 0)
		it.attached = MSG_FD;
	else if (strcmp(plan->state, "stream") == 0)
		it.attached = it.streams[0];
	else { /* any other socket the launcher's filter forbids */
		socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
		it.attached = pair[0];
	}
	msg_init(&m, MSG_READY, 0);
	send_bytes(MSG_FD, &m, msg_size(MSG_READY), plan->a);
}

static void
die(const struct plan *plan)
{
	in_state(plan->state);
	die_by((int)plan->a);
}

static void
leave_with(const struct plan *plan)
{
	in_state(plan->state);
	_exit((int)plan->a);
}

static void
hold(const struct plan *plan)
{
	in_state(plan->state);
}

/* As hold, and says so to the operator. */
static void
tell(const struct plan *plan)
{
	(void)plan;
	in_state("fresh");
	dprintf(it.streams[0], "ready\n");
}

/* Megabytes of output, or as many as are taken. */
static void
gush(const struct plan *plan)
{
	static uint8_t bytes[65536];
	unsigned long left = plan->a << 20;
	ssize_t n;

	in_state("fresh");
	while (left > 0) {
		n = write(it.streams[plan->b], bytes,
		    left < sizeof(bytes) ? left : sizeof(bytes));
		if (n <= 0)
			return; /* the operator has closed the channel */
		left -= (unsigned long)n;
	}
	_exit(EXIT_SUCCESS);
}

/* The lock of a store's writer, as long as this process lives. */
static void
lock_store(const struct plan *plan)
{
	struct flock l = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = WAL_WRITE_LOCK,
	    .l_len = 1};
	char path[PATH_MAX + 16];
	int fd;

	(void)plan;
	snprintf(path, sizeof(path), "%s/store-shm", it.folder);
	if ((fd = open(path, O_RDWR)) == -1 || fcntl(fd, F_SETLK, &l) == -1)
		fail("%s: %s", path, strerror(errno));
	in_state("fresh");
	dprintf(it.streams[0], "locked\n");
}

/* ORDERs with whatever in them, until one is too many. */
static void
random_orders(const struct plan *plan)
{
	struct msg m;
	int i;

	in_state("fresh");
	srandom((unsigned int)plan->a);
	for (i = 0; i < FLOOD; i++) {
		make_good(&m, MSG_FORWARD_REQUEST);
		RAND_bytes((uint8_t *)&m.forward_request + 4,
		    sizeof(m.forward_request) - 4);
		m.forward_request.what = 1 + (uint32_t)random() % 2;
		m.forward_request.dport = 1 + (uint32_t)random() % 65535;
		m.forward_request.sport = 1 + (uint32_t)random() % 65535;
		m.forward_request.ttl = (uint32_t)random() % 100000;
		m.forward_request.who[MSG_NAME - 1] = '\0';
		say(&m);
		wait_for(MSG_FD, MSG_FORWARD_RESULT);
	}
}

const struct attack console_attacks[] = {
    {"order", order},
    {"flood-requests", flood_requests},
    {"attach", attach},
    {"die", die},
    {"exit", leave_with},
    {"hold", hold},
    {"tell", tell},
    {"gush", gush},
    {"lock", lock_store},
    {"random", random_orders},
    {NULL, NULL},
};
