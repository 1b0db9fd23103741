#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

#define BIG 70000 /* bytes: more than any message has */

static uint64_t
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

/* Message a in that state, b: on the socket for SIGN. */
static void
ask(const struct plan *plan)
{
	uint64_t number = in_state(plan->state);
	size_t fds = plan->a == MSG_SETUP || plan->a == MSG_CONN ||
		     plan->a == MSG_ACCEPTED || plan->a == MSG_JOIN ||
		     plan->a == MSG_STREAM;
	struct msg m = {.type = (uint32_t)plan->a, .conn = number};
	size_t len = msg_size(m.type);

	if (len == 0)
		len = 16;
	else
		msg_init(&m, (enum msg_type)plan->a, number);
	if (m.type == MSG_SIGN)
		m.sign.hash = HASH;
	send_bytes(plan->b ? it.sign : MSG_FD, &m, len, fds);
}

/* Message a, b bytes too long, or (state) too short. */
static void
size(const struct plan *plan)
{
	static uint8_t bytes[BIG];
	struct msg m;
	size_t len = msg_size((uint32_t)plan->a);

	len = strcmp(plan->state, "less") == 0 ? len - plan->b : len + plan->b;
	msg_init(&m, (enum msg_type)plan->a, conn(0));
	memcpy(bytes, &m, sizeof(m));
	send_bytes(MSG_FD, bytes, len < BIG ? len : BIG, 0);
}

/* Text that does not end. */
static void
unterminated(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, (enum msg_type)plan->a, conn(0));
	memset((uint8_t *)&m + 16, 'x', msg_size((uint32_t)plan->a) - 16);
	say(&m);
}

/* Whatever comes; b: on the socket for SIGN. */
static void
noise(const struct plan *plan)
{
	static uint8_t bytes[BIG];
	uint32_t type;
	int i;

	srandom((unsigned int)plan->a);
	for (i = 0; i < 1000; i++) {
		size_t len = 1 + (size_t)random() % (i % 3 ? 3000 : BIG);

		RAND_bytes(bytes, (int)len);
		type = (uint32_t)random() % (MSG_TYPES + 2);
		memcpy(bytes, &type, len < 4 ? len : 4);
		if (i % 2 && msg_size(type) > 0)
			len = msg_size(type);
		send_bytes(plan->b ? it.sign : MSG_FD, bytes, len,
		    (size_t)random() % 4);
	}
	say_type(MSG_STATUS, 0);
}

static void
descriptors(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_PONG, 0);
	send_bytes(MSG_FD, &m, msg_size(MSG_PONG), plan->a);
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

static void
leave(const struct plan *plan)
{
	close(plan->a ? it.sign : MSG_FD);
}

static void
empty(const struct plan *plan)
{
	send_bytes(plan->a ? it.sign : MSG_FD, "", 0, 0);
}

/* Nothing is answered. */
static void
silent(const struct plan *plan)
{
	(void)plan;
	for (;;)
		pause();
}

const struct attack message_attacks[] = {
    {"ask", ask},
    {"size", size},
    {"unterminated", unterminated},
    {"noise", noise},
    {"descriptors", descriptors},
    {"sign-descriptors", sign_descriptors},
    {"sign-length", sign_length},
    {"sign-garbage", sign_garbage},
    {"sign-unread", sign_unread},
    {"unread", unread},
    {"random", random_asks},
    {"leave", leave},
    {"empty", empty},
    {"silent", silent},
    {NULL, NULL},
};
