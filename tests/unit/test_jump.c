/*
 * A jump's life in the monitor: its device cancels, does not answer, is off;
 * what is left of it; and how many there may be.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "ahead.h"
#include "clock.h"
#include "jump.h"
#include "jump_check.h"
#include "jump_join.h"
#include "reach.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"
#include "wanted.h"

#define CHANNEL 5 /* of the operator's connection */
#define VIRTUALS 64 /* virtual forwards of a device */
#define ASKS 8192 /* of a connection in a row */
#define ASKS_RATE 512.0 /* a second after that */

struct scene {
	struct stage *stage;
	struct dir_device *dev;
	struct conn *device;
	struct conn *asker;
};

static struct scene
begin(void **state)
{
	struct scene sc = {.stage = *state};

	sc.stage->conf.reach_timeout = 180;
	sc.stage->conf.reach_idle = 300;
	/* Not as soon after the start of the machine. */
	ahead = 10000;
	sc.dev = stage_device(sc.stage, 1, "a");
	sc.device = stage_conn(sc.stage, sc.dev);
	sc.asker = stage_operator(sc.stage);
	return sc;
}

static void
end(struct scene *sc)
{
	jump_gone(sc->asker, "the end");
	while (sc->device->tunnels != NULL)
		tunnel_close(sc->device->tunnels, "the end");
	DL_DELETE2(sc->dev->conns, sc->device, dprev, dnext);
	DL_DELETE2(sc->asker->oper->conns, sc->asker, dprev, dnext);
	free(sc->device);
	free(sc->asker);
}

/* Drop what either was sent. */
static void
hear_all(struct scene *sc)
{
	const char *reason;
	struct msg msg;
	int fd;

	while (msg_recv(sc->stage->to_worker, &msg, &fd, &reason) == MSG_OK)
		;
	while (msg_recv(sc->stage->to_keeper, &msg, &fd, &reason) == MSG_OK)
		;
}

static void
ask(struct scene *sc, uint32_t port)
{
	struct msg msg;

	msg_init(&msg, MSG_REACH, sc->asker->number);
	msg.reach.id = CHANNEL;
	msg.reach.port = port;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	assert_null(reach_answer(sc->asker, &msg));
}

/* The operator's channel is refused, and that was logged so. */
static void
refused(struct scene *sc, const char *why)
{
	json_t *all, *last;
	struct msg msg;

	stage_heard(sc->stage->to_worker, &msg, MSG_REACHED);
	assert_int_equal(msg.conn, sc->asker->number);
	assert_int_equal(msg.reached.id, CHANNEL);
	assert_int_equal(msg.reached.ok, 0);
	assert_null(jump_find(sc->asker, CHANNEL));
	all = stage_events(sc->stage);
	last = json_array_get(all, json_array_size(all) - 1);
	assert_string_equal(
	    json_string_value(json_object_get(last, "event")), "jump.refused");
	assert_string_equal(
	    json_string_value(json_object_get(last, "reason")), why);
	json_decref(all);
}

/* The device opens what is wanted; the jump goes through it. */
static struct jump *
join(struct scene *sc, uint32_t port)
{
	struct jump *j = jump_find(sc->asker, CHANNEL);
	const char *why;
	struct tunnel *t;
	struct msg msg;

	assert_non_null(j);
	assert_int_equal(j->state, JUMP_WAITING);
	t = tunnel_open(sc->device, port, &why);
	assert_non_null(t);
	jump_tunnel_opened(t);
	assert_int_equal(j->state, JUMP_JOINING);
	stage_heard(sc->stage->to_worker, &msg, MSG_JOIN);
	assert_int_equal(msg.join.jump, j->ticket);
	return j;
}

/* The device cancels its forward, and confirms the channel all the same. */
static void
test_cancels_then_confirms(void **state)
{
	struct scene sc = begin(state);
	uint64_t ticket;
	struct jump *j;

	ask(&sc, 22);
	j = join(&sc, 22);
	ticket = j->ticket;
	tunnel_close(j->tunnel, "cancelled");
	assert_int_equal(j->state, JUMP_WAITING);
	assert_null(jump_joined(sc.device, ticket, JOIN_OPEN));
	assert_int_equal(j->state, JUMP_WAITING);
	hear_all(&sc);
	/* The next one's word counts. */
	assert_ptr_equal(join(&sc, 22), j);
	assert_null(jump_joined(sc.device, ticket, JOIN_REFUSED));
	assert_int_equal(j->state, JUMP_JOINING);
	assert_null(jump_joined(sc.device, j->ticket, JOIN_OPEN));
	assert_int_equal(j->state, JUMP_OPEN);
	end(&sc);
}

/* The device takes the channel's request, and says nothing. */
static void
test_does_not_answer(void **state)
{
	struct scene sc = begin(state);
	struct jump *j;

	ask(&sc, 22);
	j = join(&sc, 22);
	ahead += 179;
	jump_tick(&sc.stage->m);
	assert_int_equal(j->state, JUMP_JOINING);
	ahead += 2;
	jump_tick(&sc.stage->m);
	refused(&sc, "device did not answer on port 22 within 180 s");
	end(&sc);
}

static void
test_does_not_poll(void **state)
{
	struct scene sc = begin(state);

	ask(&sc, 22);
	ahead += 181;
	jump_tick(&sc.stage->m);
	refused(&sc, "device did not poll within 180 s");
	end(&sc);
}

/* A wanted tunnel is kept for a while after its last jump. */
static void
test_tunnel_is_kept(void **state)
{
	static const struct msg_bridge done;
	struct scene sc = begin(state);
	struct jump *j;

	ask(&sc, 22);
	j = join(&sc, 22);
	assert_null(jump_joined(sc.device, j->ticket, JOIN_OPEN));
	/* Used for longer than it is kept. */
	ahead += 1000;
	tunnel_tick(&sc.stage->m);
	jump_closed(j, &done);
	tunnel_tick(&sc.stage->m);
	assert_non_null(tunnel_find(sc.device, 22));
	ahead += 299;
	tunnel_tick(&sc.stage->m);
	assert_non_null(tunnel_find(sc.device, 22));
	ahead += 2;
	tunnel_tick(&sc.stage->m);
	assert_null(tunnel_find(sc.device, 22));
	end(&sc);
}

/*
 * A virtual forward that nobody uses any more is open, and another connection of
 * the device asks for its port.
 */
static void
test_taken_over_unused(void **state)
{
	static const struct msg_bridge done;
	struct scene sc = begin(state);
	struct dir_forward *f;
	const char *why;
	struct conn *other;
	struct jump *j;

	ask(&sc, 22);
	j = join(&sc, 22);
	assert_null(jump_joined(sc.device, j->ticket, JOIN_OPEN));
	jump_closed(j, &done);
	other = stage_conn(sc.stage, sc.dev);
	assert_non_null(tunnel_open(other, 22, &why));
	assert_null(tunnel_find(sc.device, 22));
	f = sc.dev->forwards;
	assert_non_null(f);
	assert_ptr_equal(other->tunnels->forward, f);
	assert_int_equal(f->state, FORWARD_OPEN);
	/* It is kept for as long as any. */
	ahead += 299;
	tunnel_tick(&sc.stage->m);
	assert_non_null(tunnel_find(other, 22));
	ahead += 2;
	tunnel_tick(&sc.stage->m);
	assert_null(tunnel_find(other, 22));
	assert_null(sc.dev->forwards);
	DL_DELETE2(sc.dev->conns, other, dprev, dnext);
	free(other);
	end(&sc);
}

/* Nobody waits for a device that may not log in. */
static void
test_device_disabled(void **state)
{
	struct scene sc = begin(state);

	sc.dev->enabled = false;
	ask(&sc, 22);
	refused(&sc, "device disabled");
	sc.dev->enabled = true;
	ask(&sc, 22);
	stage_heard_nothing(sc.stage->to_worker);
	assert_non_null(jump_find(sc.asker, CHANNEL));
	end(&sc);
}

/* As many virtual forwards as a device may have; one that ends makes room. */
static void
test_most_virtual_forwards(void **state)
{
	struct scene sc = begin(state);
	struct monitor *m = &sc.stage->m;
	const char *why;
	uint32_t port;

	for (port = 1; port <= VIRTUALS; port++)
		assert_non_null(wanted_add(m, sc.dev, port, &why));
	assert_null(wanted_add(m, sc.dev, port, &why));
	assert_string_equal(why, "too many virtual forwards of the device");
	wanted_end(m, sc.dev->forwards, FORWARD_CANCELLED, "the test");
	assert_non_null(wanted_add(m, sc.dev, port, &why));
	while (sc.dev->forwards != NULL)
		wanted_end(m, sc.dev->forwards, FORWARD_CANCELLED, "the test");
	end(&sc);
}

/* A connection that asks for jumps without waiting is ended. */
static void
test_most_asks(void **state)
{
	struct scene sc = begin(state);
	double begun = clock_now();
	int n = 0;

	sc.dev->enabled = false;
	while (sc.asker->state == CONN_OPERATOR) {
		ask(&sc, 22);
		hear_all(&sc);
		n++;
	}
	assert_string_equal(conn_reason(sc.asker), "too many requests");
	assert_in_range(
	    n, ASKS + 1, ASKS + 1 + ASKS_RATE * (clock_now() - begun));
	stage_turn(sc.stage);
	end(&sc);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_cancels_then_confirms),
	    ON_STAGE(test_does_not_answer),
	    ON_STAGE(test_does_not_poll),
	    ON_STAGE(test_tunnel_is_kept),
	    ON_STAGE(test_taken_over_unused),
	    ON_STAGE(test_device_disabled),
	    ON_STAGE(test_most_virtual_forwards),
	    ON_STAGE(test_most_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
