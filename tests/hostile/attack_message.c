#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

uint64_t
in_state(const char *state)
{
	struct msg m;

	conn(0); /* it has heard READY */
	if (strcmp(state, "none") == 0)
		return NOBODYS;
	if (strcmp(state, "other") == 0)
		return OTHERS;
	if (strcmp(state, "fresh") == 0)
		return conn(0);
	if (strcmp(state, "signed") == 0) {
		sign_conn(0);
		return conn(0);
	}
	if (strcmp(state, "operator") == 0)
		be_operator();
	if (strcmp(state, "token") == 0)
		return open_enrol(&m);
	open_conn(0, &m);
	if (strcmp(state, "gone") == 0)
		say_type(MSG_BYE, conn(0));
	return conn(0);
}

static void
sign_descriptors(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_SIGN, conn(0));
	send_bytes(it.sign, &m, msg_size(MSG_SIGN), plan->a);
}

static void
sign_length(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_SIGN, conn(0));
	m.sign.hash = (uint32_t)plan->a;
	send_bytes(it.sign, &m, msg_size(MSG_SIGN), 0);
}

/* One that says that it has a bytes more. */
static void
sign_garbage(const struct plan *plan)
{
	make_exchange(conn(0), it.cookies[0]);
	it.exchange.sign.len += (uint32_t)plan->a;
	sign_exchange();
}

/* The answers of SIGN are not taken. */
static void
sign_unread(const struct plan *plan)
{
	(void)plan;
	make_exchange(conn(0), it.cookies[0]);
	for (;;)
		send_bytes(it.sign, &it.exchange, msg_size(MSG_SIGN), 0);
}

static void
unread(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	(void)plan;
	for (;;)
		say_type(MSG_POLL, number);
}

static void
random_ask(uint64_t number)
{
	static const enum msg_type types[] = {
	    MSG_POLL, MSG_LISTEN, MSG_CANCEL, MSG_BRIDGE_CLOSE, MSG_PONG};
	struct msg m;
	enum msg_type type = types[random() % 5];

	msg_init(&m, type, number);
	RAND_bytes((uint8_t *)&m + 16, (int)msg_size(type) - 16);
	if (type == MSG_POLL)
		m.poll.health[MSG_HEALTH - 1] = '\0';
	else if (type == MSG_LISTEN)
		m.port.port %= 1 << 17;
	else if (type != MSG_CANCEL && type != MSG_PONG)
		m.bridge.reason[MSG_ALGO - 1] = '\0';
	say(&m);
}

/* What it may ask, with whatever in it. */
static void
random_asks(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	srandom((unsigned int)plan->a);
	for (;;) {
		random_ask(number);
		while (hear(MSG_FD) != 0)
			;
	}
}

const struct attack message_attacks[] = {
    {"sign-descriptors", sign_descriptors},
    {"sign-length", sign_length},
    {"sign-garbage", sign_garbage},
    {"sign-unread", sign_unread},
    {"unread", unread},
    {"random", random_asks},
    {NULL, NULL},
};
