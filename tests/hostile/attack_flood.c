#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define REFUSALS 80 /* more than one connection may tell */
#define FLOOD_MOST 20000 /* asks until a connection is ended for them */

static bool
heard_close(void)
{
	uint32_t type;

	while ((type = hear(MSG_FD)) != 0)
		if (type == MSG_CLOSE)
			return true;
	return false;
}

/* One ask (a: its type, b: its port) until that ends the connection. */
static void
flood(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	unsigned long i;

	msg_init(&m, (enum msg_type)plan->a, number);
	if (plan->b > 0)
		m.port.port = (uint32_t)plan->b;
	for (i = 0; !heard_close(); i++) {
		if (i == FLOOD_MOST)
			fail("%lu of %s are taken", i, msg_name(m.type));
		say(&m);
	}
	say_type(MSG_BYE, number);
	say(&m);
}

static void
say_bridge(enum msg_type type, uint64_t number, unsigned long port, uint32_t id)
{
	struct msg m;

	msg_init(&m, type, number);
	m.bridge.port = (uint32_t)port;
	m.bridge.id = id;
	snprintf(m.bridge.reason, sizeof(m.bridge.reason), "nobody");
	say(&m);
}

/* Connections that are not there: a of them, through the open port b. */
static void
bridges(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	uint32_t id;
	int i;

	msg_init(&m, MSG_LISTEN, number);
	m.port.port = (uint32_t)plan->b;
	say(&m);
	wait_for(MSG_FD, MSG_LISTENING);
	if (it.got.listening.bound == 0)
		fail("port %lu is not permitted", plan->b);
	for (id = 1; id <= plan->a; id++) {
		say_bridge(MSG_BRIDGE_OPEN, number, plan->b, id);
		say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, id);
		if (heard_close())
			fail("%u connections are too many", id);
	}
	for (i = 0; i < REFUSALS; i++)
		say_type(MSG_REFUSED, number);
}

/* More at once than channels. */
static void
bridges_at_once(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	uint32_t id;

	for (id = 1; id <= plan->a; id++)
		say_bridge(MSG_BRIDGE_OPEN, number, plan->b, id);
}

/* One of port b, which this connection has not: with no event, till its end. */
static void
bridge_of_other(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	say_bridge(MSG_BRIDGE_OPEN, number, plan->b, 1);
	say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, 1);
	say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, 1);
}

static void
bridge_id(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	say_bridge(MSG_BRIDGE_OPEN, number, plan->b, 2);
}

/* One may be asked for just now, a third is a lie. */
static void
pong(const struct plan *plan)
{
	int i;

	(void)plan;
	for (i = 0; i < 3; i++)
		say_type(MSG_PONG, 0);
}

/* et-sshd's close(2) of the connection is to wait for its peer. */
static void
linger(const struct plan *plan)
{
	static const uint8_t bytes[65536];
	struct linger l = {.l_onoff = 1, .l_linger = 600};

	(void)plan;
	conn(1);
	while (send(it.sockets[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	setsockopt(it.sockets[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(it.sockets[0]);
	say_type(MSG_BYE, conn(0));
	usleep(100000); /* it has heard BYE before SIGN */
	alarm(PROMPT);
	sign_conn(1);
	say_type(MSG_POLL, NOBODYS);
}

const struct attack flood_attacks[] = {
    {"flood", flood},
    {"bridges", bridges},
    {"bridges-at-once", bridges_at_once},
    {"bridge-of-other", bridge_of_other},
    {"bridge-id", bridge_id},
    {"pong", pong},
    {"linger", linger},
    {NULL, NULL},
};
