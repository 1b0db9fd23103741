/*
 * What the keeper says ends what it must, and nothing else.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "learn.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"

#define VIRTUAL 7 /* a permit's id */

static void
hear(struct stage *s, struct msg *msg)
{
	assert_null(learn_role.hear(&s->keeper, msg));
}

static void
say_device(struct stage *s, int64_t id, const char *name)
{
	struct msg msg;

	msg_init(&msg, MSG_DEVICE, 0);
	msg.devices.n = 1;
	msg.devices.list[0] = (struct msg_device){.id = id, .enabled = 1};
	snprintf(msg.devices.list[0].name, sizeof(msg.devices.list[0].name),
	    "%s", name);
	hear(s, &msg);
}

static void
say_permit(struct stage *s, int64_t device, uint32_t first, uint32_t last)
{
	struct msg msg;

	msg_init(&msg, MSG_PERMIT, 0);
	msg.permit = (struct msg_permit){.id = VIRTUAL,
	    .device = device,
	    .first = first,
	    .last = last,
	    .virtual = 1};
	hear(s, &msg);
}

static void
say_loaded(struct stage *s, int64_t seq)
{
	struct msg msg;

	msg_init(&msg, MSG_LOADED, 0);
	msg.seq.seq = seq;
	hear(s, &msg);
}

static struct conn *
connect_as(struct stage *s, int64_t device)
{
	struct conn *c = stage_conn(s, directory_device(&s->m.dir, device));

	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	return c;
}

static void
leave(struct stage *s, struct conn *c)
{
	stage_turn(s);
	ev_timer_stop(s->m.loop, &c->timer);
	while (c->tunnels != NULL)
		tunnel_close(c->tunnels, "the end");
	conn_send_records(&s->m);
	HASH_DEL(s->m.conns, c);
	DL_DELETE2(c->device->conns, c, dprev, dnext);
	free(c);
}

/* A permit that was removed while no keeper was there closes its port. */
static void
test_load_without_a_permit(void **state)
{
	struct stage *s = *state;
	struct conn *c;
	const char *why;

	say_device(s, 1, "a");
	say_permit(s, 1, 22, 22);
	say_loaded(s, 1);
	c = connect_as(s, 1);
	assert_non_null(tunnel_open(c, 22, &why));
	/* The next keeper loads the same: it stays. */
	say_device(s, 1, "a");
	say_permit(s, 1, 22, 22);
	say_loaded(s, 2);
	assert_non_null(tunnel_find(c, 22));
	say_device(s, 1, "a");
	say_loaded(s, 3);
	assert_null(tunnel_find(c, 22));
	leave(s, c);
}

/* One session is killed by its number: neither an older nor a newer one. */
static void
test_kill_one_session(void **state)
{
	struct stage *s = *state;
	struct conn *c[3];
	struct msg msg;
	size_t i;

	say_device(s, 1, "a");
	for (i = 0; i < 3; i++)
		c[i] = connect_as(s, 1);
	msg_init(&msg, MSG_KILL, 0);
	msg.kill.device = 1;
	msg.kill.session = c[1]->number;
	hear(s, &msg);
	assert_int_equal(c[0]->state, CONN_OPEN);
	assert_int_equal(c[1]->state, CONN_ENDING);
	assert_int_equal(c[2]->state, CONN_OPEN);
	msg.kill.session = 0;
	hear(s, &msg);
	assert_int_equal(c[0]->state, CONN_ENDING);
	assert_int_equal(c[2]->state, CONN_ENDING);
	for (i = 0; i < 3; i++)
		leave(s, c[i]);
}

/* A connection may hold 64 tunnels; what it holds stays. */
static void
test_tunnels_of_a_connection(void **state)
{
	struct stage *s = *state;
	const char *why;
	struct conn *c;
	uint32_t port;

	say_device(s, 1, "a");
	say_permit(s, 1, 1, 65535);
	c = connect_as(s, 1);
	for (port = 1; port <= 64; port++)
		assert_non_null(tunnel_open(c, port, &why));
	for (port = 65; port < 1000; port++) {
		assert_null(tunnel_open(c, port, &why));
		assert_string_equal(why, "too many forwards");
	}
	for (port = 1; port <= 64; port++)
		assert_non_null(tunnel_find(c, port));
	/* One that it gives up makes room for one. */
	tunnel_close(tunnel_find(c, 1), "cancelled");
	assert_non_null(tunnel_open(c, 65, &why));
	assert_null(tunnel_open(c, 66, &why));
	leave(s, c);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_load_without_a_permit),
	    ON_STAGE(test_kill_one_session),
	    ON_STAGE(test_tunnels_of_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
