#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define FLOOD_MOST 20000 /* asks until a connection is ended for them */

bool
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
    {"pong", pong},
    {"linger", linger},
    {NULL, NULL},
};
