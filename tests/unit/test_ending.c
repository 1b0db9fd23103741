/*
 * The end of connections: nothing is torn down within conn_end or conn_gone,
 * all of it in the loop's turn; and in whatever order a device, an operator and
 * a jump between them end.
 */
#include "config.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "ahead.h"
#include "jump.h"
#include "jump_check.h"
#include "jump_join.h"
#include "learn.h"
#include "reach.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"
#include "wanted.h"

#define CHANNEL 5 /* of the operator's connection */
#define PORT 22

struct scene {
	struct stage *stage;
	struct dir_device *dev;
	struct conn *device; /* NULL: gone */
	struct conn *asker; /* the same */
	uint64_t jump; /* number */
};

/* Drop what either was sent. */
static void
hear_all(struct stage *s)
{
	const char *reason;
	struct msg msg;
	int fd;

	while (msg_recv(s->to_worker, &msg, &fd, &reason) == MSG_OK)
		if (fd >= 0)
			close(fd);
	while (msg_recv(s->to_keeper, &msg, &fd, &reason) == MSG_OK)
		;
}

static struct conn *
known(struct conn *c)
{
	struct monitor *m = c->m;

	HASH_ADD(hh, m->conns, number, sizeof(c->number), c);
	c->worker->conns++;
	return c;
}

static void
permit_port(struct stage *s)
{
	struct msg_permit p = {
	    .id = 7, .device = 1, .first = PORT, .last = PORT, .virtual = 1};

	assert_non_null(directory_put_permit(&s->m.dir, &p));
}

static void
listen_on(struct scene *sc)
{
	struct tunnel *t;
	const char *why;

	t = tunnel_open(sc->device, PORT, &why);
	if (t != NULL)
		jump_tunnel_opened(t);
}

static struct jump *
jump_of(const struct scene *sc)
{
	struct jump *j;

	HASH_FIND(hh, sc->stage->m.jumps, &sc->jump, sizeof(sc->jump), j);
	return j;
}

/* A jump whose channel the device has not confirmed: joining. */
static struct scene
begin(struct stage *s, bool by_permit)
{
	struct scene sc = {.stage = s};
	struct msg msg;

	s->conf.reach_timeout = 180;
	s->conf.reach_idle = 300;
	ahead += 10000;
	sc.dev = stage_device(s, 1, "a");
	sc.device = known(stage_conn(s, sc.dev));
	sc.asker = known(stage_operator(s));
	if (by_permit) {
		permit_port(s);
		listen_on(&sc);
	}
	msg_init(&msg, MSG_REACH, sc.asker->number);
	msg.reach.id = CHANNEL;
	msg.reach.port = PORT;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	assert_null(reach_answer(sc.asker, &msg));
	sc.jump = s->m.last_jump;
	if (!by_permit)
		listen_on(&sc);
	assert_int_equal(jump_of(&sc)->state, JUMP_JOINING);
	return sc;
}

/* --- what happens, in any order ---------------------------------------- */

static void
device_removed(struct scene *sc)
{
	struct msg msg;

	msg_init(&msg, MSG_GONE, 0);
	msg.gone.noun = NOUN_DEVICE;
	msg.gone.id = 1;
	assert_null(learn_role.hear(&sc->stage->keeper, &msg));
}

static void
device_gone(struct scene *sc)
{
	conn_gone(sc->device, "left", 0, 0);
	sc->device = NULL;
}

static void
asker_gone(struct scene *sc)
{
	conn_gone(sc->asker, "left", 0, 0);
	sc->asker = NULL;
}

static void
device_joined(struct scene *sc)
{
	const struct jump *j = jump_of(sc);

	if (sc->device != NULL && sc->device->state == CONN_OPEN && j != NULL &&
	    j->ticket != 0)
		assert_null(jump_joined(sc->device, j->ticket, JOIN_OPEN));
}

static void
listens_again(struct scene *sc)
{
	if (sc->device != NULL && sc->device->state == CONN_OPEN)
		listen_on(sc);
}

static void
changed(struct scene *sc)
{
	struct msg msg;

	msg_init(&msg, MSG_CHANGED, 0);
	msg.seq.seq = sc->stage->m.learnt + 1;
	assert_null(learn_role.hear(&sc->stage->keeper, &msg));
}

static void
time_passes(struct scene *sc)
{
	ahead += 1000;
	wanted_tick(&sc->stage->m);
	tunnel_tick(&sc->stage->m);
	jump_tick(&sc->stage->m);
}

static void (*const happenings[])(struct scene *) = {
    device_removed,
    device_gone,
    asker_gone,
    device_joined,
    listens_again,
    changed,
    time_passes,
};
#define HAPPENINGS (sizeof(happenings) / sizeof(happenings[0]))

/* All that was there is gone, and nothing was done twice. */
static void
check_end(struct scene *sc)
{
	struct monitor *m = &sc->stage->m;

	stage_turn(sc->stage);
	assert_null(m->ends);
	assert_null(m->conns);
	assert_null(m->jumps);
	assert_null(m->dir.forwards);
	assert_null(directory_device(&m->dir, 1));
	assert_int_equal(m->ending, 0);
	assert_int_equal(m->applying, 0);
	assert_int_equal(sc->stage->worker.conns, 0);
}

static void
play(struct stage *s, const size_t order[], bool by_permit, bool turns)
{
	struct scene sc = begin(s, by_permit);
	size_t i;

	for (i = 0; i < HAPPENINGS; i++) {
		happenings[order[i]](&sc);
		if (turns)
			stage_turn(s);
	}
	check_end(&sc);
	hear_all(s);
}

static void
play_all(struct stage *s, size_t order[], size_t n)
{
	size_t i, swap;

	if (n == HAPPENINGS)
		for (i = 0; i < 4; i++)
			play(s, order, i & 1, i & 2);
	for (i = n; i < HAPPENINGS; i++) {
		swap = order[n];
		order[n] = order[i];
		order[i] = swap;
		play_all(s, order, n + 1);
		order[i] = order[n];
		order[n] = swap;
	}
}

static void
test_any_order(void **state)
{
	size_t order[HAPPENINGS], i;

	for (i = 0; i < HAPPENINGS; i++)
		order[i] = i;
	play_all(*state, order, 0);
}

/* --- one end ------------------------------------------------------------ */

static void
heard_event(const json_t *all, size_t i, const char *name, const char *reason)
{
	const json_t *e = json_array_get(all, i);

	assert_string_equal(
	    json_string_value(json_object_get(e, "event")), name);
	assert_string_equal(
	    json_string_value(json_object_get(e, "reason")), reason);
}

/* Marked within the call, told in the turn, in its order. */
static void
test_told_in_the_turn(void **state)
{
	struct stage *s = *state;
	struct scene sc = begin(s, true);
	struct msg msg;
	json_t *all;

	hear_all(s);
	conn_end(sc.device, "killed");
	assert_int_equal(sc.device->state, CONN_ENDING);
	assert_non_null(sc.device->tunnels);
	assert_int_equal(jump_of(&sc)->state, JUMP_JOINING);
	stage_heard_nothing(s->to_worker);
	stage_heard_nothing(s->to_keeper);
	stage_turn(s);
	assert_null(sc.device->tunnels);
	assert_int_equal(jump_of(&sc)->state, JUMP_WAITING);
	stage_heard(s->to_worker, &msg, MSG_JUMP_CLOSE);
	stage_heard(s->to_worker, &msg, MSG_CLOSE);
	assert_string_equal(msg.close.reason, "killed");
	stage_heard_nothing(s->to_worker);
	/* It is told once, and leaves for the monitor's reason. */
	conn_end(sc.device, "again");
	conn_gone(sc.device, "left", 0, 0);
	assert_null(conn_of(&s->m, sc.device->number));
	hear_all(s);
	stage_heard_nothing(s->to_keeper);
	stage_turn(s);
	stage_heard(s->to_keeper, &msg, MSG_SESSION_END);
	stage_heard_nothing(s->to_worker);
	conn_gone(sc.asker, "left", 0, 0);
	stage_turn(s);
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 5);
	heard_event(all, 1, "forward.close", "killed");
	heard_event(all, 2, "session.close", "killed");
	heard_event(all, 3, "jump.refused", "canceled by the operator");
	heard_event(all, 4, "session.close", "left");
	json_decref(all);
}

/* By BYE and CLOSE in one turn both are told, and no CLOSE is sent. */
static void
test_ended_and_gone_in_one_turn(void **state)
{
	struct stage *s = *state;
	struct scene sc = begin(s, true);
	struct msg msg;
	json_t *all;

	hear_all(s);
	conn_end(sc.asker, "too many requests");
	/* What the device says in between is too late. */
	device_joined(&sc);
	assert_int_equal(jump_of(&sc)->state, JUMP_JOINING);
	conn_gone(sc.asker, "left", 0, 0);
	assert_null(sc.asker->worker);
	stage_turn(s);
	stage_heard_nothing(s->to_worker);
	stage_heard(s->to_keeper, &msg, MSG_SESSION_END);
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 3);
	heard_event(all, 1, "jump.refused", "too many requests");
	heard_event(all, 2, "session.close", "too many requests");
	json_decref(all);
	conn_gone(sc.device, "left", 0, 0);
	stage_turn(s);
}

static uint32_t
free_port(void)
{
	struct sockaddr_in in;
	socklen_t len = sizeof(in);
	int fd = listen_forward("127.0.0.1", 0);

	assert_int_not_equal(fd, -1);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

/* A port of a connection at its end is free for another device at once. */
static void
test_port_is_free(void **state)
{
	static char address[] = "127.0.0.1";
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_device *b = stage_device(s, 2, "b");
	struct conn *c = known(stage_conn(s, a)), *d = known(stage_conn(s, b));
	struct msg_permit p = {.id = 7, .first = 1, .last = 65535};
	uint32_t port = free_port();
	const char *why;

	s->conf.forward_address = address;
	p.device = 1;
	assert_non_null(directory_put_permit(&s->m.dir, &p));
	p.id = 8;
	p.device = 2;
	assert_non_null(directory_put_permit(&s->m.dir, &p));
	assert_non_null(tunnel_open(c, port, &why));
	assert_null(tunnel_open(d, port, &why));
	assert_string_equal(why, "port in use");
	conn_gone(c, "left", 0, 0);
	assert_non_null(tunnel_open(d, port, &why));
	conn_gone(d, "left", 0, 0);
	stage_turn(s);
	assert_null(s->m.conns);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_told_in_the_turn),
	    ON_STAGE(test_ended_and_gone_in_one_turn),
	    ON_STAGE(test_port_is_free),
	    ON_STAGE(test_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
