#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "hostile.h"

static void
reach(uint64_t number, uint32_t id, uint32_t port)
{
	struct msg m;

	msg_init(&m, MSG_REACH, number);
	m.reach.id = id;
	m.reach.port = port;
	snprintf(m.reach.name, sizeof(m.reach.name), "mallory");
	say(&m);
}

static void
parted(uint64_t number, uint32_t id)
{
	struct msg m;

	msg_init(&m, MSG_JUMP_CLOSED, number);
	m.bridge.id = id;
	say(&m);
}

static void
joined(uint64_t number, uint64_t jump, uint32_t result)
{
	struct msg m;

	msg_init(&m, MSG_JOINED, number);
	m.joined.jump = jump;
	m.joined.result = result;
	say(&m);
}

/* More than one connection may have, all to one port. */
static void
reach_many(const struct plan *plan)
{
	struct msg m;
	uint32_t id;
	uint64_t number;

	(void)plan;
	be_operator();
	number = open_conn(0, &m);
	for (id = 1; id <= 300; id++) {
		reach(number, id, 22);
		while (hear(MSG_FD) != 0)
			;
	}
}

static void
reach_again(const struct plan *plan)
{
	struct msg m;
	uint64_t number;

	(void)plan;
	be_operator();
	number = open_conn(0, &m);
	reach(number, 1, 22);
	reach(number, 1, 22);
}

/* a: of a jump that waits; else of none. */
static void
jump_closed_early(const struct plan *plan)
{
	struct msg m;
	uint64_t number;

	be_operator();
	number = open_conn(0, &m);
	if (plan->a)
		reach(number, 1, 22);
	parted(number, 1);
}

/*
 * An operator's connection and one of a device which holds the port: both in
 * this worker.  The device's JOIN, in got.
 */
static uint64_t
jump_to_own(uint64_t *oper)
{
	/* Others of its kind have the same device. */
	uint32_t port = 1024 + (uint32_t)getpid() % 64000;
	struct msg m;
	uint64_t device;

	device = open_conn(0, &m);
	be_operator();
	*oper = open_conn(1, &m);
	reach(*oper, 1, port);
	msg_init(&m, MSG_LISTEN, device);
	m.port.port = port;
	say(&m);
	wait_for(MSG_FD, MSG_LISTENING);
	if (it.got.listening.bound != port)
		fail("the port is not granted");
	wait_for(MSG_FD, MSG_JOIN);
	return device;
}

static void
joined_twice(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper), jump = it.got.join.jump;

	(void)plan;
	joined(device, jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	joined(device, jump, JOIN_REFUSED);
}

static void
joined_how(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);

	joined(device, it.got.join.jump, (uint32_t)plan->a);
}

static void
joined_by_operator(const struct plan *plan)
{
	uint64_t oper;

	(void)plan;
	jump_to_own(&oper);
	joined(oper, it.got.join.jump, JOIN_OPEN);
}

/* JUMP_CLOSED while it is open is fine, and then it is gone. */
static void
jump_closed_twice(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);

	(void)plan;
	joined(device, it.got.join.jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	parted(oper, 1);
	parted(oper, 1);
}

/* Told that the jump is over, it keeps the channels that it joined. */
static void
keep_jump(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);
	struct msg m;

	(void)plan;
	joined(device, it.got.join.jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	msg_init(&m, MSG_CANCEL, device);
	m.port.port = 1024 + (uint32_t)getpid() % 64000;
	say(&m);
	wait_for(MSG_FD, MSG_JUMP_CLOSE);
	wait_for(MSG_FD, MSG_CLOSE);
	if (it.got.conn != oper)
		fail("another connection is closed");
}

const struct attack jump_attacks[] = {
    {"reach-many", reach_many},
    {"reach-again", reach_again},
    {"jump-closed-early", jump_closed_early},
    {"joined-twice", joined_twice},
    {"joined-how", joined_how},
    {"joined-by-operator", joined_by_operator},
    {"jump-closed-twice", jump_closed_twice},
    {"keep-jump", keep_jump},
    {NULL, NULL},
};
