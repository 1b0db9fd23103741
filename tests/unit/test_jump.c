/*
 * A jump's life in the monitor: its device cancels, does not answer, is off;
 * what is left of it; and how many there may be.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
#include "visit.h"
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

static struct jump *
jump_of(const struct scene *sc)
{
	const struct jump_asker a = {.conn = sc->asker, .id = CHANNEL};

	return jump_find(&a);
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
	assert_null(jump_of(sc));
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
	struct jump *j = jump_of(sc);
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
	assert_non_null(jump_of(&sc));
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

/* --- visitors of the page -------------------------------------------------- */

/* A page asks for the same number as a channel has: these are two jumps. */
static void
ask_page(struct scene *sc, struct child *page, const char *name, uint32_t port)
{
	struct msg msg;

	msg_init(&msg, MSG_REACH, 0);
	msg.reach.id = CHANNEL;
	msg.reach.port = port;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "%s", name);
	assert_null(visit_reach(sc->asker, page, &msg));
}

static struct jump *
jump_of_page(const struct scene *sc, struct child *page)
{
	const struct jump_asker a = {
	    .conn = sc->asker, .page = page, .id = CHANNEL};

	return jump_find(&a);
}

static void
close_visit(struct scene *sc, struct child *page)
{
	struct msg msg;

	msg_init(&msg, MSG_JUMP_CLOSED, 0);
	msg.bridge.id = CHANNEL;
	msg.bridge.bytes_in = 7;
	snprintf(msg.bridge.reason, sizeof(msg.bridge.reason), "closed");
	visit_closed(sc->asker, page, &msg);
}

/* What the page hears: an end with ok, none with a refusal. */
static int
page_heard(struct stage *s, struct msg *msg)
{
	const char *reason;
	int fd;

	assert_int_equal(msg_recv(s->to_page, msg, &fd, &reason), MSG_OK);
	assert_int_equal(msg->type, MSG_REACHED);
	assert_int_equal(msg->conn, 0);
	assert_int_equal(msg->reached.id, CHANNEL);
	assert_int_equal(msg->reached.ok, fd != -1);
	return fd;
}

static void
event_is(struct stage *s, const char *event, const char *reason)
{
	json_t *all = stage_events(s), *last;

	last = json_array_get(all, json_array_size(all) - 1);
	assert_string_equal(
	    json_string_value(json_object_get(last, "event")), event);
	assert_string_equal(
	    json_string_value(json_object_get(last, "operator")), "alice");
	assert_string_equal(
	    json_string_value(json_object_get(last, "reason")), reason);
	json_decref(all);
}

/*
 * A visitor's jump is no channel's of the same number; it is never joined within
 * the worker, and is answered to the page alone.
 */
static void
test_visitor(void **state)
{
	struct scene sc = begin(state);
	struct child *page = &sc.stage->page;
	struct jump *j, *other;
	const char *reason;
	struct tunnel *t;
	struct msg msg;
	int mine, device;

	ask_page(&sc, page, "a", 22);
	ask(&sc, 22);
	j = jump_of_page(&sc, page);
	other = jump_of(&sc);
	assert_non_null(j);
	assert_ptr_not_equal(j, other);
	t = tunnel_open(sc.device, 22, &reason);
	assert_non_null(t);
	jump_tunnel_opened(t);
	assert_false(j->inside);
	assert_true(other->inside);
	/* The device's worker gets one end, and the page the other. */
	assert_int_equal(
	    msg_recv(sc.stage->to_worker, &msg, &device, &reason), MSG_OK);
	assert_int_equal(msg.type, MSG_JOIN);
	assert_int_equal(msg.join.asker, 0);
	assert_true(device >= 0);
	assert_null(jump_joined(sc.device, j->ticket, JOIN_OPEN));
	assert_int_equal(j->state, JUMP_OPEN);
	mine = page_heard(sc.stage, &msg);
	assert_int_equal(write(mine, "x", 1), 1);
	assert_int_equal(read(device, &msg, 8), 1);
	close_visit(&sc, page);
	event_is(sc.stage, "jump.close", "closed");
	assert_null(jump_of_page(&sc, page));
	assert_ptr_equal(jump_of(&sc), other);
	close(mine);
	close(device);
	end(&sc);
}

/* The monitor ends a visitor's jump by its duplicate, without the page. */
static void
test_visitor_revoked(void **state)
{
	struct scene sc = begin(state);
	struct child *page = &sc.stage->page;
	struct msg msg;
	const char *reason;
	char byte;
	int mine, device;

	ask_page(&sc, page, "a", 22);
	jump_tunnel_opened(tunnel_open(sc.device, 22, &reason));
	assert_int_equal(
	    msg_recv(sc.stage->to_worker, &msg, &device, &reason), MSG_OK);
	assert_null(
	    jump_joined(sc.device, jump_of_page(&sc, page)->ticket, JOIN_OPEN));
	mine = page_heard(sc.stage, &msg);
	sc.dev->enabled = false;
	jump_check(&sc.stage->m);
	assert_int_equal(read(mine, &byte, 1), 0);
	assert_int_equal(read(device, &byte, 1), 0);
	close_visit(&sc, page);
	event_is(sc.stage, "jump.close", "no longer granted");
	close(mine);
	close(device);
	end(&sc);
}

/* The texts are those of a channel; the server itself is no target. */
static void
test_visitor_refused(void **state)
{
	struct scene sc = begin(state);
	struct child *page = &sc.stage->page;
	struct msg msg;

	ask_page(&sc, page, "b", 80);
	page_heard(sc.stage, &msg);
	assert_non_null(strstr(msg.reached.refused, "no such device"));
	event_is(sc.stage, "jump.refused", "no such device");
	ask_page(&sc, page, "localhost", 22);
	page_heard(sc.stage, &msg);
	event_is(sc.stage, "jump.refused", "no such device");
	sc.asker->oper->role = OPERATOR_VIEWER;
	ask_page(&sc, page, "a", 80);
	page_heard(sc.stage, &msg);
	assert_non_null(strstr(msg.reached.refused, "not granted"));
	event_is(sc.stage, "jump.refused", "not granted");
	sc.asker->oper->role = OPERATOR_ADMIN;
	sc.dev->enabled = false;
	ask_page(&sc, page, "a", 80);
	page_heard(sc.stage, &msg);
	assert_string_equal(msg.reached.refused, "device disabled");
	stage_heard_nothing(sc.stage->to_worker);
	end(&sc);
}

/* A visitor that leaves, and a page that ends, leave no forward behind. */
static void
test_visitor_leaves(void **state)
{
	struct scene sc = begin(state);
	struct child *page = &sc.stage->page;
	struct msg msg;

	ask_page(&sc, page, "a", 80);
	assert_non_null(sc.dev->forwards);
	close_visit(&sc, page);
	event_is(sc.stage, "jump.refused", "canceled by the operator");
	assert_null(sc.dev->forwards);
	page_heard(sc.stage, &msg);
	/* The page has not read that yet, and says it again. */
	close_visit(&sc, page);
	ask_page(&sc, page, "a", 80);
	ask(&sc, 81);
	jump_page_gone(sc.asker, page, "page ended");
	assert_null(jump_of_page(&sc, page));
	assert_non_null(jump_of(&sc));
	end(&sc);
}

/* As many as a page may have are none of the worker's, and one more ends it. */
static void
test_most_visits(void **state)
{
	struct scene sc = begin(state);
	struct child *page = &sc.stage->page;
	struct msg msg;

	msg_init(&msg, MSG_REACH, 0);
	msg.reach.port = 80;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	for (msg.reach.id = 1; msg.reach.id <= JUMPS; msg.reach.id++)
		assert_null(visit_reach(sc.asker, page, &msg));
	ask(&sc, 22);
	assert_non_null(jump_of(&sc));
	assert_string_equal(visit_reach(sc.asker, page, &msg),
	    "too many jumps on one connection");
	close_visit(&sc, page);
	msg.reach.id = 1;
	assert_string_equal(
	    visit_reach(sc.asker, page, &msg), "a second jump of one visitor");
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
	    ON_STAGE(test_visitor),
	    ON_STAGE(test_visitor_revoked),
	    ON_STAGE(test_visitor_refused),
	    ON_STAGE(test_visitor_leaves),
	    ON_STAGE(test_most_visits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
