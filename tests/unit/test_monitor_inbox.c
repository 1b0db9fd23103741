/*
 * A forward's way through the inbox, and what the keeper hears of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "clock.h"
#include "inbox.h"
#include "learn.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"
#include "wanted.h"

/* Asked for just now, for an hour. */
static struct dir_forward *
put_forward(struct stage *s, int64_t id, struct dir_device *dev, uint32_t sport)
{
	int64_t now = clock_wall();
	struct msg_forward m = {.id = id,
	    .device = dev->id,
	    .dport = 22,
	    .sport = sport,
	    .expires = now + INT64_C(3600) * 1000000};
	struct dir_forward *f;

	f = directory_put_forward(&s->m.dir, &m, now, clock_now());
	assert_non_null(f);
	return f;
}

static void
heard_state(
    struct stage *s, int64_t id, enum forward_state state, const char *reason)
{
	struct msg msg;

	stage_heard(s->to_keeper, &msg, MSG_FORWARD_STATE);
	assert_int_equal(msg.forward_state.id, id);
	assert_int_equal(msg.forward_state.state, state);
	assert_string_equal(msg.forward_state.reason, reason);
	assert_true(msg.forward_state.at > 0);
}

static void
test_answer(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_device *b = stage_device(s, 2, "b");
	struct msg_inbox in = {.n = 0};
	struct dir_forward *f;

	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, 0);
	f = put_forward(s, 1, a, 1001);
	put_forward(s, 2, b, 1002);
	put_forward(s, 3, a, 65535);
	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, 2);
	assert_int_equal(in.forwards[0].dport, 22);
	assert_int_equal(in.forwards[0].sport, 1001);
	assert_int_equal(in.forwards[1].sport, 65535);
	heard_state(s, 1, FORWARD_DELIVERED, "");
	heard_state(s, 3, FORWARD_DELIVERED, "");
	assert_int_equal(f->state, FORWARD_DELIVERED);
	/* Once. */
	in.n = 0;
	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, 0);
	stage_heard_nothing(s->to_keeper);
}

/* An old client gets one at a time, in the order they were asked for. */
static void
test_answer_one(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct msg_inbox in;
	uint32_t i;

	put_forward(s, 1, a, 1001);
	put_forward(s, 2, a, 1002);
	for (i = 1; i <= 3; i++) {
		in.n = 0;
		inbox_answer(&s->m, a, 1, &in);
		assert_int_equal(in.n, i < 3 ? 1 : 0);
		if (i == 3)
			break;
		assert_int_equal(in.forwards[0].sport, 1000 + i);
		heard_state(s, i, FORWARD_DELIVERED, "");
	}
	stage_heard_nothing(s->to_keeper);
}

static void
test_more_than_an_answer_holds(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct msg_inbox in = {.n = 0};
	int i;

	for (i = 1; i <= MSG_PORTS + 3; i++)
		put_forward(s, i, a, 1000 + (uint32_t)i);
	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, MSG_PORTS);
	in.n = 0;
	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, 3);
}

static void
test_set(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_forward *f = put_forward(s, 1, a, 1001);

	wanted_set(&s->m, f, FORWARD_QUEUED, "as it is");
	stage_heard_nothing(s->to_keeper);
	assert_int_equal(f->state, FORWARD_QUEUED);
	wanted_set(&s->m, f, FORWARD_DELIVERED, "");
	wanted_set(&s->m, f, FORWARD_OPEN, "");
	/* What is open is not on its way. */
	wanted_set(&s->m, f, FORWARD_DELIVERED, "");
	wanted_set(&s->m, f, FORWARD_CLOSED, "ttl");
	heard_state(s, 1, FORWARD_DELIVERED, "");
	heard_state(s, 1, FORWARD_OPEN, "");
	heard_state(s, 1, FORWARD_CLOSED, "ttl");
	assert_null(directory_forward(&s->m.dir, 1));
	assert_null(a->forwards);
}

static const char not_opened[] = "did not open port 22 within 90 s of its poll";

static void
test_redelivered(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_forward *f = put_forward(s, 1, a, 1001);
	struct msg_inbox in = {.n = 0};

	inbox_answer(&s->m, a, MSG_PORTS, &in);
	heard_state(s, 1, FORWARD_DELIVERED, "");
	f->state_at = clock_now() - FORWARD_REDELIVER + 5;
	wanted_tick(&s->m);
	assert_int_equal(f->state, FORWARD_DELIVERED);
	stage_heard_nothing(s->to_keeper);
	f->state_at -= 5;
	wanted_tick(&s->m);
	heard_state(s, 1, FORWARD_QUEUED, not_opened);
	in.n = 0;
	inbox_answer(&s->m, a, MSG_PORTS, &in);
	assert_int_equal(in.n, 1);
}

static void
test_expires(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_forward *queued = put_forward(s, 1, a, 1001);
	struct dir_forward *later = put_forward(s, 2, a, 1002);

	wanted_tick(&s->m);
	stage_heard_nothing(s->to_keeper);
	queued->expires = clock_now();
	later->expires = queued->expires + 5;
	wanted_tick(&s->m);
	heard_state(s, 1, FORWARD_EXPIRED, "ttl");
	stage_heard_nothing(s->to_keeper);
	assert_null(directory_forward(&s->m.dir, 1));
	assert_ptr_equal(directory_forward(&s->m.dir, 2), later);
}

static void
test_withdrawn(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");

	wanted_withdraw(&s->m, put_forward(s, 1, a, 1001), "removed");
	heard_state(s, 1, FORWARD_CANCELLED, "removed");
	assert_null(directory_forward(&s->m.dir, 1));
	stage_heard_nothing(s->to_worker);
}

/* The forward, open through a tunnel of this connection. */
static struct tunnel *
open_forward(struct conn *c, struct dir_forward *f)
{
	struct tunnel *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->conn = c;
	t->port = f->sport;
	t->fd = listen_forward("127.0.0.1", 0);
	assert_int_not_equal(t->fd, -1);
	t->forward = f;
	DL_APPEND(c->tunnels, t);
	f->state = FORWARD_OPEN;
	return t;
}

/* Its tunnel ends with it, at the worker too, and it is not queued again. */
static void
test_open_one_expires(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_forward *f = put_forward(s, 1, a, 1001);
	struct conn *c = stage_conn(s, a);
	struct msg msg;
	json_t *all;

	open_forward(c, f);
	f->expires = clock_now() - 1;
	wanted_tick(&s->m);
	assert_null(c->tunnels);
	stage_heard(s->to_worker, &msg, MSG_UNLISTEN);
	assert_int_equal(msg.conn, c->number);
	assert_int_equal(msg.port.port, 1001);
	heard_state(s, 1, FORWARD_CLOSED, "ttl");
	conn_send_records(&s->m);
	stage_heard(s->to_keeper, &msg, MSG_SESSION);
	stage_heard_nothing(s->to_keeper);
	assert_null(directory_forward(&s->m.dir, 1));
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 1);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(all, 0), "event")),
	    "forward.close");
	json_decref(all);
	free(c);
}

/* A tunnel that is lost puts its forward back. */
static void
test_tunnel_lost(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct dir_forward *f = put_forward(s, 1, a, 1001);
	struct conn *c = stage_conn(s, a);
	struct msg msg;

	tunnel_close(open_forward(c, f), "connection lost");
	heard_state(s, 1, FORWARD_QUEUED, "connection lost");
	conn_send_records(&s->m);
	stage_heard(s->to_keeper, &msg, MSG_SESSION);
	stage_heard_nothing(s->to_worker);
	assert_int_equal(f->state, FORWARD_QUEUED);
	free(c);
}

static void
heard_wanted(
    struct stage *s, const struct conn *c, uint32_t dport, uint32_t sport)
{
	struct msg msg;

	stage_heard(s->to_worker, &msg, MSG_WANTED);
	assert_int_equal(msg.conn, c->number);
	assert_int_equal(msg.wanted.dport, dport);
	assert_int_equal(msg.wanted.sport, sport);
}

/* One that waits is told of what was queued, what comes, and what ends. */
static void
test_wait(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct conn *c = stage_conn(s, a);
	struct dir_forward *f = put_forward(s, 1, a, 1001), *g;

	wanted_announce(&s->m, f);
	stage_heard_nothing(s->to_worker);
	c->waits = true;
	inbox_tell(&s->m, a);
	heard_wanted(s, c, 22, 1001);
	heard_state(s, 1, FORWARD_DELIVERED, "");
	wanted_announce(&s->m, f);
	g = put_forward(s, 2, a, 1002);
	wanted_announce(&s->m, g);
	heard_wanted(s, c, 22, 1002);
	heard_state(s, 2, FORWARD_DELIVERED, "");
	wanted_withdraw(&s->m, g, "closed by an operator");
	heard_wanted(s, c, 0, 1002);
	heard_state(s, 2, FORWARD_CANCELLED, "closed by an operator");
	/* Not opened in time: told again. */
	f->state_at -= FORWARD_REDELIVER;
	wanted_tick(&s->m);
	heard_wanted(s, c, 22, 1001);
	heard_state(s, 1, FORWARD_QUEUED, not_opened);
	heard_state(s, 1, FORWARD_DELIVERED, "");
	wanted_tick(&s->m);
	stage_heard_nothing(s->to_worker);
	stage_heard_nothing(s->to_keeper);
	/* Told anew, it has its whole time again. */
	f->state_at -= FORWARD_REDELIVER;
	inbox_tell(&s->m, a);
	heard_wanted(s, c, 22, 1001);
	wanted_tick(&s->m);
	stage_heard_nothing(s->to_worker);
	stage_heard_nothing(s->to_keeper);
	free(c);
}

/* The newest one that waits and is not at its end. */
static void
test_waits(void **state)
{
	struct stage *s = *state;
	struct dir_device *a = stage_device(s, 1, "a");
	struct conn *old = stage_conn(s, a), *new = stage_conn(s, a);
	struct dir_forward *f = put_forward(s, 1, a, 1001);

	new->waits = old->waits = true;
	wanted_announce(&s->m, f);
	heard_wanted(s, new, 22, 1001);
	heard_state(s, 1, FORWARD_DELIVERED, "");
	/* The older one's end changes nothing, the newer one's does. */
	old->waits = false;
	inbox_wait_ended(old);
	stage_heard_nothing(s->to_worker);
	old->waits = true;
	new->waits = false;
	inbox_wait_ended(new);
	heard_wanted(s, old, 22, 1001);
	heard_state(s, 1, FORWARD_QUEUED, "the wait ended");
	heard_state(s, 1, FORWARD_DELIVERED, "");
	old->state = CONN_ENDING;
	inbox_wait_ended(new);
	heard_state(s, 1, FORWARD_QUEUED, "the wait ended");
	stage_heard_nothing(s->to_worker);
	free(old);
	free(new);
}

/* Events repeat a device's name: all of a message's records, or none. */
static void
test_name_of_a_record(void **state)
{
	struct stage *s = *state;
	struct msg msg;

	msg_init(&msg, MSG_DEVICE, 0);
	msg.devices.n = 2;
	msg.devices.list[0] =
	    (struct msg_device){.id = 1, .enabled = 1, .name = "a"};
	msg.devices.list[1] =
	    (struct msg_device){.id = 2, .enabled = 1, .name = "b\201"};
	assert_non_null(learn_role.hear(&s->keeper, &msg));
	assert_null(directory_device(&s->m.dir, 1));
	msg.devices.list[1].name[1] = '\0';
	assert_null(learn_role.hear(&s->keeper, &msg));
	assert_non_null(directory_device(&s->m.dir, 2));
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_answer),
	    ON_STAGE(test_answer_one),
	    ON_STAGE(test_more_than_an_answer_holds),
	    ON_STAGE(test_set),
	    ON_STAGE(test_redelivered),
	    ON_STAGE(test_expires),
	    ON_STAGE(test_withdrawn),
	    ON_STAGE(test_open_one_expires),
	    ON_STAGE(test_tunnel_lost),
	    ON_STAGE(test_wait),
	    ON_STAGE(test_waits),
	    ON_STAGE(test_name_of_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
