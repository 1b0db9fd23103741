/*
 * What was marked is acted on once a turn, in its order.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "learn.h"
#include "loop.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"

static void
hear(struct stage *s, const struct msg *msg)
{
	struct msg m = *msg;

	assert_null(learn_role.hear(&s->keeper, &m));
}

/* A device that may hold its own ports 22 and 80, and its connection. */
static struct conn *
connect_device(struct stage *s)
{
	struct dir_device *dev = stage_device(s, 1, "a");
	struct conn *c;
	struct msg msg;

	msg_init(&msg, MSG_PERMIT, 0);
	msg.permit = (struct msg_permit){
	    .id = 1, .device = 1, .first = 1, .last = 100, .virtual = 1};
	hear(s, &msg);
	c = stage_conn(s, dev);
	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	return c;
}

static void
heard_ports(struct stage *s, const char *ports)
{
	struct msg msg;

	stage_heard(s->to_keeper, &msg, MSG_SESSION);
	assert_string_equal(msg.session.standing, ports);
}

/* Two ports at once, one record; and none in a turn without a change. */
static void
test_one_record_a_turn(void **state)
{
	struct stage *s = *state;
	struct conn *c = connect_device(s);
	const char *why;

	assert_non_null(tunnel_open(c, 22, &why));
	assert_non_null(tunnel_open(c, 80, &why));
	stage_heard_nothing(s->to_keeper);
	loop_turn(&s->m);
	heard_ports(s, "22,80");
	loop_turn(&s->m);
	stage_heard_nothing(s->to_keeper);
	conn_gone(c, "it left", 0, 0);
	loop_turn(&s->m);
}

/* One that is gone within the turn has been there first. */
static void
test_record_before_its_end(void **state)
{
	struct stage *s = *state;
	struct conn *c = connect_device(s);
	uint64_t number = c->number;
	struct msg msg;

	conn_record(c);
	conn_gone(c, "it left", 0, 0);
	loop_turn(&s->m);
	heard_ports(s, "");
	stage_heard(s->to_keeper, &msg, MSG_SESSION_END);
	assert_true(msg.conn == number);
	stage_heard_nothing(s->to_keeper);
}

/* A change is applied when what it ended is gone, and the keeper knows. */
static void
test_applied_after_the_ends(void **state)
{
	struct stage *s = *state;
	struct conn *c = connect_device(s);
	struct msg msg;

	conn_record(c);
	conn_end_awaited(c, "killed by an operator");
	msg_init(&msg, MSG_CHANGED, 0);
	msg.seq.seq = 7;
	hear(s, &msg);
	loop_turn(&s->m);
	heard_ports(s, "");
	stage_heard_nothing(s->to_keeper);
	conn_gone(c, "it left", 0, 0);
	loop_turn(&s->m);
	stage_heard(s->to_keeper, &msg, MSG_SESSION_END);
	stage_heard(s->to_keeper, &msg, MSG_APPLIED);
	assert_int_equal(msg.seq.seq, 7);
	loop_turn(&s->m);
	stage_heard_nothing(s->to_keeper);
}

/* What et-admin shows is written before the change is said to be applied. */
static void
test_status_before_applied(void **state)
{
	struct stage *s = *state;
	struct msg msg;

	msg_init(&msg, MSG_PENALTY, 0);
	snprintf(msg.penalty.addr, sizeof(msg.penalty.addr), "192.0.2.1");
	hear(s, &msg);
	msg_init(&msg, MSG_CHANGED, 0);
	msg.seq.seq = 8;
	hear(s, &msg);
	stage_heard_nothing(s->to_keeper);
	loop_turn(&s->m);
	stage_heard(s->to_keeper, &msg, MSG_STATUS);
	stage_heard(s->to_keeper, &msg, MSG_APPLIED);
	loop_turn(&s->m);
	stage_heard_nothing(s->to_keeper);
}

static void
on_prepare(struct ev_loop *loop, ev_prepare *w, int revents)
{
	(void)loop;
	(void)revents;
	loop_turn(w->data);
}

/* The loop does not sleep on a failure: nothing else would wake it here. */
static void
test_failure_ends_the_loop(void **state)
{
	struct stage *s = *state;
	ev_prepare turn;

	alarm(30); /* should it sleep all the same */
	monitor_fail(&s->m, "as a test");
	ev_prepare_init(&turn, on_prepare);
	turn.data = &s->m;
	ev_prepare_start(s->m.loop, &turn);
	ev_ref(s->m.loop);
	ev_run(s->m.loop, 0);
	ev_unref(s->m.loop);
	ev_prepare_stop(s->m.loop, &turn);
	alarm(0);
	assert_true(s->m.failed);
}

#define WITH_STAGE(f)                    \
	cmocka_unit_test_setup_teardown( \
	    f, stage_make_lobbies, stage_remove_lobbies)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STAGE(test_one_record_a_turn),
	    WITH_STAGE(test_record_before_its_end),
	    WITH_STAGE(test_applied_after_the_ends),
	    WITH_STAGE(test_status_before_applied),
	    WITH_STAGE(test_failure_ends_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
