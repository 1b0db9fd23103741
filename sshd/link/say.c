#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "link.h"
#include "say.h"

static void
say_send(struct link *l)
{
	if (msgq_send(l->out, &l->scratch, -1) != MSG_OK)
		link_stop(l, EXIT_FAILURE);
	else if (msgq_pending(l->out) > 0)
		ev_io_start(l->loop, &l->writable);
}

void
say_ready(struct link *l)
{
	msg_init(&l->scratch, MSG_READY, 0);
	say_send(l);
}

void
say_pong(struct link *l)
{
	msg_init(&l->scratch, MSG_PONG, 0);
	say_send(l);
}

void
say_ask(struct link *l, uint64_t id, uint64_t number)
{
	msg_init(&l->scratch, MSG_LINK_ASK, 0);
	l->scratch.link.id = id;
	l->scratch.link.number = number;
	say_send(l);
}

void
say_open(struct link *l, uint64_t id)
{
	msg_init(&l->scratch, MSG_LINK_OPEN, 0);
	l->scratch.link.id = id;
	say_send(l);
}

void
say_answer(struct link *l, uint64_t id, enum msg_link_result answer)
{
	msg_init(&l->scratch, MSG_LINK_ANSWER, 0);
	l->scratch.link_answer.id = id;
	l->scratch.link_answer.answer = answer;
	say_send(l);
}

void
say_closed(struct link *l, uint64_t id, uint64_t bytes_in, uint64_t bytes_out,
    bool stranger, const char *reason)
{
	struct msg_link_closed *c = &l->scratch.link_closed;

	msg_init(&l->scratch, MSG_LINK_CLOSED, 0);
	c->id = id;
	c->bytes_in = bytes_in;
	c->bytes_out = bytes_out;
	c->stranger = stranger;
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	say_send(l);
}
