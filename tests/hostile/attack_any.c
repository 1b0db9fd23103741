#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

#define BIG 70000 /* bytes: more than any message has */

/* Message a in that state, b: on the socket for SIGN. */
static void
ask(const struct plan *plan)
{
	uint64_t number = in_state(plan->state);
	size_t fds = plan->a == MSG_SETUP || plan->a == MSG_CONN ||
		     plan->a == MSG_ACCEPTED || plan->a == MSG_JOIN ||
		     plan->a == MSG_STREAM || plan->a == MSG_VISITOR ||
		     plan->a == MSG_LINK_DIAL || plan->a == MSG_LINK_ACCEPT ||
		     plan->a == MSG_LINK_STREAM;
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
	msg_init(&m, (enum msg_type)plan->a, in_state("fresh"));
	memcpy(bytes, &m, sizeof(m));
	send_bytes(MSG_FD, bytes, len < BIG ? len : BIG, 0);
}

/* Text that does not end. */
static void
unterminated(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, (enum msg_type)plan->a, in_state("fresh"));
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

/* a of them with a PONG, or with message b. */
static void
descriptors(const struct plan *plan)
{
	enum msg_type type = plan->b ? (enum msg_type)plan->b : MSG_PONG;
	struct msg m;

	msg_init(&m, type, in_state("fresh"));
	send_bytes(MSG_FD, &m, msg_size(type), plan->a);
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

const struct attack any_attacks[] = {
    {"ask", ask},
    {"size", size},
    {"unterminated", unterminated},
    {"noise", noise},
    {"descriptors", descriptors},
    {"leave", leave},
    {"empty", empty},
    {"silent", silent},
    {NULL, NULL},
};
