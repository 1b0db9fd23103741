#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define FLOOD 4096

/* The visitor has its channel once it has sent something. */
static void
leave_visitor(void)
{
	struct pollfd p = {.fd = it.streams[0], .events = POLLIN};

	poll(&p, 1, -1);
	_exit(EXIT_SUCCESS);
}

/* ACT with these fields; the visitor is told the answer. */
static void
act(const struct plan *plan)
{
	struct msg m;

	in_state("fresh");
	make_said(&m, plan);
	say(&m);
	wait_for(MSG_FD, MSG_COMMANDED);
	dprintf(it.streams[0], "%u %s\n", it.got.commanded.status,
	    it.got.commanded.refused);
	leave_visitor();
}

/* The lines that EVENTS is answered with: the visitor gets them. */
static void
events(const struct plan *plan)
{
	(void)plan;
	in_state("fresh");
	say_type(MSG_EVENTS, 0);
	do {
		wait_for(MSG_FD, MSG_EVENT);
		if (it.got.event.line[0] != '\0')
			dprintf(it.streams[0], "%s\n", it.got.event.line);
	} while (it.got.event.more);
	leave_visitor();
}

/* REACH with these fields; the visitor is told the answer. */
static void
reach(const struct plan *plan)
{
	struct msg m;

	in_state("fresh");
	make_said(&m, plan);
	say(&m);
	wait_for(MSG_FD, MSG_REACHED);
	dprintf(it.streams[0], "%u %s\n", it.got.reached.ok,
	    it.got.reached.refused);
	leave_visitor();
}

/* The same twice, for one visitor. */
static void
reach_twice(const struct plan *plan)
{
	struct msg m;

	in_state("fresh");
	make_said(&m, plan);
	say(&m);
	say(&m);
	wait_for(MSG_FD, MSG_REACHED);
}

/* Messages of type a, each with a number of its own, all answers taken. */
static void
flood(const struct plan *plan)
{
	struct pollfd p = {.fd = MSG_FD, .events = POLLIN};
	struct msg m;
	uint32_t i;

	in_state("fresh");
	make_good(&m, (enum msg_type)plan->a);
	for (i = 1; i <= FLOOD; i++) {
		if (m.type == MSG_ACT)
			m.act.id = i;
		say(&m);
		while (poll(&p, 1, 0) == 1 && hear(MSG_FD) != 0)
			;
	}
}

/* Messages of type a; no answer is taken. */
static void
gorge(const struct plan *plan)
{
	struct msg m;
	int i;

	in_state("fresh");
	make_good(&m, (enum msg_type)plan->a);
	for (i = 0; i < FLOOD; i++)
		say(&m);
}

/* Nothing more is taken or said: no PONG. */
static void
hold(const struct plan *plan)
{
	in_state(plan->state);
	for (;;)
		pause();
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

const struct attack page_attacks[] = {
    {"act", act},
    {"events", events},
    {"reach", reach},
    {"reach-twice", reach_twice},
    {"flood", flood},
    {"gorge", gorge},
    {"hold", hold},
    {"die", die},
    {"exit", leave_with},
    {NULL, NULL},
};
