#include "config.h"

#include <stdio.h>

#include "hostile.h"

#define MANY 300 /* commands: more than one connection may have */

static void
command(uint64_t number, uint32_t id)
{
	struct msg m;

	msg_init(&m, MSG_COMMAND, number);
	m.command.id = id;
	snprintf(m.command.text, sizeof(m.command.text), "device list");
	say(&m);
}

static void
hung_up(uint64_t number, uint32_t id)
{
	struct msg m;

	msg_init(&m, MSG_HUNG_UP, number);
	m.hung_up.id = id;
	say(&m);
}

static uint64_t
open_operator(void)
{
	struct msg m;

	be_operator();
	return open_conn(0, &m);
}

static void
command_again(const struct plan *plan)
{
	uint64_t number = open_operator();

	(void)plan;
	command(number, 1);
	command(number, 1);
}

/* None of them is given back. */
static void
command_many(const struct plan *plan)
{
	uint64_t number = open_operator();
	uint32_t id;

	(void)plan;
	for (id = 1; id <= MANY; id++) {
		command(number, id);
		while (hear(MSG_FD) != 0)
			;
	}
}

static void
hung_up_early(const struct plan *plan)
{
	(void)plan;
	hung_up(open_operator(), 1);
}

/* What goes on when it is told is over once. */
static void
hung_up_twice(const struct plan *plan)
{
	uint64_t number = open_operator();

	(void)plan;
	command(number, 1);
	hung_up(number, 1);
	hung_up(number, 1);
}

const struct attack command_attacks[] = {
    {"command-again", command_again},
    {"command-many", command_many},
    {"hung-up-early", hung_up_early},
    {"hung-up-twice", hung_up_twice},
    {NULL, NULL},
};
