#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define REFUSALS 80 /* more than one connection may tell */

/* Connection i, logged in, with this port of its own. */
static uint64_t
open_forward(size_t i, unsigned long port)
{
	struct msg m;
	uint64_t number = open_conn(i, &m);

	msg_init(&m, MSG_LISTEN, number);
	m.port.port = (uint32_t)port;
	say(&m);
	wait_for(MSG_FD, MSG_LISTENING);
	if (it.got.listening.bound == 0)
		fail("port %lu is not permitted", port);
	return number;
}

/*
 * Somebody connects to it: the test, since this process could not if it tried,
 * and either leaves at once or stays.
 */
static void
visit(unsigned long port, const char *how)
{
	char path[PATH_MAX + 8], line[64];
	int fd, n;

	snprintf(path, sizeof(path), "%s/visits", it.folder);
	n = snprintf(line, sizeof(line), "%lu %s\n", port, how);
	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) == -1 ||
	    write(fd, line, (size_t)n) != n)
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

static uint32_t
visited(unsigned long port)
{
	visit(port, "leaves");
	wait_for(MSG_FD, MSG_ACCEPTED);
	return it.got.accepted.id;
}

static void
say_close(uint64_t number, unsigned long port, uint32_t id)
{
	struct msg m;

	msg_init(&m, MSG_BRIDGE_CLOSE, number);
	m.bridge.port = (uint32_t)port;
	m.bridge.id = id;
	snprintf(m.bridge.reason, sizeof(m.bridge.reason), "nobody");
	say(&m);
}

/* Connections to port b, a of them, one after the other. */
static void
bridges(const struct plan *plan)
{
	uint64_t number = open_forward(0, plan->b);
	unsigned long n;
	int i;

	for (n = 1; n <= plan->a; n++) {
		say_close(number, plan->b, visited(plan->b));
		if (heard_close())
			fail("%lu connections are too many", n);
	}
	for (i = 0; i < REFUSALS; i++)
		say_type(MSG_REFUSED, number);
}

/*
 * As many as channels (a), none of which it says to have ended: no more.  The
 * test sees that the last one is closed.
 */
static void
bridges_at_once(const struct plan *plan)
{
	struct pollfd p = {.fd = MSG_FD, .events = POLLIN};
	unsigned long n;

	open_forward(0, plan->b);
	for (n = 0; n < plan->a; n++)
		visited(plan->b);
	visit(plan->b, "is-closed");
	if (poll(&p, 1, PROMPT * 1000) == 1 && hear(MSG_FD) == MSG_ACCEPTED)
		fail("one more connection came");
	say_type(MSG_POLL, NOBODYS);
}

/* The end of one that it was never given. */
static void
bridge_never(const struct plan *plan)
{
	struct msg m;

	say_close(open_conn(0, &m), plan->b, 1);
}

static void
bridge_twice(const struct plan *plan)
{
	uint64_t number = open_forward(0, plan->b);
	uint32_t id = visited(plan->b);

	say_close(number, plan->b, id);
	say_close(number, plan->b, id);
}

static void
bridge_port(const struct plan *plan)
{
	uint64_t number = open_forward(0, plan->b);

	say_close(number, plan->b + 1, visited(plan->b));
}

/* Of another connection of this worker, and of the same device. */
static void
bridge_of_other(const struct plan *plan)
{
	uint32_t id;
	struct msg m;

	open_forward(0, plan->b);
	id = visited(plan->b);
	say_close(open_conn(1, &m), plan->b, id);
}

const struct attack forward_attacks[] = {
    {"bridges", bridges},
    {"bridges-at-once", bridges_at_once},
    {"bridge-never", bridge_never},
    {"bridge-twice", bridge_twice},
    {"bridge-port", bridge_port},
    {"bridge-of-other", bridge_of_other},
    {NULL, NULL},
};
