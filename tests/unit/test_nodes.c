/*
 * What the keeper says of the other nodes of a store: wishes, tunnels, deaths.
 */
#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "accept.h"
#include "ahead.h"
#include "answer_listen.h"
#include "clock.h"
#include "drain.h"
#include "foreign.h"
#include "jump.h"
#include "learn.h"
#include "listen.h"
#include "node.h"
#include "presence.h"
#include "reach.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"

#define CHANNEL 5

static void
hear(struct stage *s, struct msg *msg)
{
	const char *wrong = learn_role.hear(&s->keeper, msg);

	if (wrong != NULL)
		fail_msg("%s: %s", msg_name(msg->type), wrong);
}

static void
say_node(struct stage *s, const char *name, uint32_t alive)
{
	struct msg msg;

	msg_init(&msg, MSG_NODE, 0);
	snprintf(msg.node.name, sizeof(msg.node.name), "%s", name);
	snprintf(msg.node.addr, sizeof(msg.node.addr), "127.0.0.9:2223");
	msg.node.alive = alive;
	hear(s, &msg);
}

static void
say_wish(struct stage *s, const char *node, uint32_t dport, uint32_t on)
{
	struct msg msg;

	msg_init(&msg, MSG_WISH, 0);
	msg.wish =
	    (struct msg_wish){.device = 1, .dport = dport, .sport = dport};
	msg.wish.on = on;
	snprintf(msg.wish.node, sizeof(msg.wish.node), "%s", node);
	hear(s, &msg);
}

static void
say_tunnel(struct stage *s, const char *node, uint32_t port, uint32_t open)
{
	struct msg msg;

	msg_init(&msg, MSG_TUNNEL, 0);
	msg.tunnel = (struct msg_tunnel){
	    .device = 1, .dport = port, .sport = port, .virtual = 1};
	msg.tunnel.open = open;
	snprintf(msg.tunnel.node, sizeof(msg.tunnel.node), "%s", node);
	hear(s, &msg);
}

static void
say_forward(struct stage *s, int64_t id, uint32_t sport, const char *node)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD, 0);
	msg.forward = (struct msg_forward){.id = id,
	    .device = 1,
	    .dport = 80,
	    .sport = sport,
	    .expires = INT64_MAX / 2};
	snprintf(msg.forward.node, sizeof(msg.forward.node), "%s", node);
	hear(s, &msg);
}

/* A store of several nodes, of which this is n1; device 1 waits. */
struct scene {
	struct stage *stage;
	struct dir_device *dev;
	struct conn *waits;
};

static struct scene
begin(void **state)
{
	struct scene sc = {.stage = *state};
	static char node[] = "n1";

	sc.stage->conf.several = true;
	sc.stage->conf.node = node;
	assert_true(nodes_start(&sc.stage->m));
	sc.dev = stage_device(sc.stage, 1, "a");
	sc.waits = stage_conn(sc.stage, sc.dev);
	sc.waits->waits = true;
	say_node(sc.stage, "n2", 1);
	say_node(sc.stage, "n3", 1);
	return sc;
}

static void
end(struct scene *sc)
{
	struct monitor *m = &sc->stage->m;

	while (sc->waits->tunnels != NULL)
		tunnel_close(sc->waits->tunnels, "the end");
	conn_send_records(m);
	foreign_free_all(m);
	nodes_free(m);
	DL_DELETE2(sc->dev->conns, sc->waits, dprev, dnext);
	free(sc->waits);
}

static void
told(struct scene *sc, uint32_t dport, uint32_t sport)
{
	struct msg msg;

	stage_heard(sc->stage->to_worker, &msg, MSG_WANTED);
	assert_int_equal(msg.conn, sc->waits->number);
	assert_int_equal(msg.wanted.dport, dport);
	assert_int_equal(msg.wanted.sport, sport);
}

static void
quiet(struct scene *sc)
{
	stage_heard_nothing(sc->stage->to_worker);
	stage_heard_nothing(sc->stage->to_keeper);
}

/* The device opens the port here. */
static struct tunnel *
open_here(struct scene *sc, uint32_t port, int64_t *opened)
{
	const char *why;
	struct tunnel *t = tunnel_open(sc->waits, port, &why);
	struct msg msg;

	if (t == NULL)
		fail_msg("%s", why);
	stage_heard(sc->stage->to_keeper, &msg, MSG_TUNNEL);
	assert_int_equal(msg.tunnel.sport, port);
	assert_int_equal(msg.tunnel.open, 1);
	*opened = msg.tunnel.opened;
	assert_in_range(clock_wall() - *opened, 0, 60000000);
	return t;
}

/* The keeper has written what it was told of this node's tunnel. */
static void
say_written(struct scene *sc, uint32_t port, int64_t opened)
{
	struct msg msg;

	msg_init(&msg, MSG_TUNNEL, 0);
	msg.tunnel = (struct msg_tunnel){.device = 1,
	    .dport = port,
	    .sport = port,
	    .open = 1,
	    .virtual = 1,
	    .opened = opened,
	    .node = "n1"};
	hear(sc->stage, &msg);
}

/* Its jumps are another node's: the store is told nothing of it by this one. */
static void
test_wish_is_told_to_the_device(void **state)
{
	struct scene sc = begin(state);

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	/* Once, whoever else wishes the same. */
	say_wish(sc.stage, "n3", 22, 1);
	say_wish(sc.stage, "n2", 22, 1);
	quiet(&sc);
	say_wish(sc.stage, "n2", 22, 0);
	quiet(&sc);
	assert_non_null(sc.dev->forwards);
	/* Nobody wishes it any more: the device closes it. */
	say_wish(sc.stage, "n3", 22, 0);
	told(&sc, 0, 22);
	assert_null(sc.dev->forwards);
	quiet(&sc);
	end(&sc);
}

/* The wish was granted elsewhere, and ends: the device keeps what it opened. */
static void
test_wish_granted_elsewhere(void **state)
{
	struct scene sc = begin(state);

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	say_tunnel(sc.stage, "n3", 22, 1);
	say_wish(sc.stage, "n2", 22, 0);
	assert_null(sc.dev->forwards);
	quiet(&sc);
	/* Closed there, as nobody used it: the device is told here. */
	say_tunnel(sc.stage, "n3", 22, 0);
	told(&sc, 0, 22);
	assert_null(sc.dev->remotes);
	quiet(&sc);
	end(&sc);
}

/* The tunnel is lost before the jump is through: the device is told again. */
static void
test_wish_outlives_a_tunnel(void **state)
{
	struct scene sc = begin(state);

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	say_tunnel(sc.stage, "n3", 22, 1);
	/* Of another node, which has it no longer. */
	say_tunnel(sc.stage, "n2", 22, 0);
	quiet(&sc);
	say_tunnel(sc.stage, "n3", 22, 0);
	told(&sc, 22, 22);
	quiet(&sc);
	end(&sc);
}

/* What is said of another node's tunnel, before this one's is written, is older. */
static void
test_tunnel_not_written_stays(void **state)
{
	struct scene sc = begin(state);
	int64_t opened;

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	open_here(&sc, 22, &opened);
	say_tunnel(sc.stage, "n3", 22, 1);
	assert_non_null(sc.waits->tunnels);
	assert_null(sc.dev->remotes);
	assert_false(sc.dev->forwards->elsewhere);
	/* What is written is an earlier one of this node. */
	say_written(&sc, 22, opened - 1);
	say_tunnel(sc.stage, "n3", 22, 1);
	assert_non_null(sc.waits->tunnels);
	quiet(&sc);
	end(&sc);
}

/* A wish of a tunnel that is known: the device need not be told. */
static void
test_wish_of_a_known_tunnel(void **state)
{
	struct scene sc = begin(state);

	say_tunnel(sc.stage, "n3", 22, 1);
	say_wish(sc.stage, "n2", 22, 1);
	quiet(&sc);
	say_tunnel(sc.stage, "n3", 22, 0);
	told(&sc, 22, 22);
	quiet(&sc);
	end(&sc);
}

/* The device has a newer tunnel elsewhere; and then here again. */
static void
test_tunnel_taken_over(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;
	int64_t opened;

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	open_here(&sc, 22, &opened);
	say_written(&sc, 22, opened);
	assert_non_null(sc.waits->tunnels);
	say_tunnel(sc.stage, "n3", 22, 1);
	assert_null(sc.waits->tunnels);
	stage_heard(sc.stage->to_worker, &msg, MSG_UNLISTEN);
	stage_heard(sc.stage->to_keeper, &msg, MSG_TUNNEL);
	assert_int_equal(msg.tunnel.open, 0);
	/* It is open, and not asked for again. */
	quiet(&sc);
	open_here(&sc, 22, &opened);
	assert_null(sc.dev->remotes);
	assert_false(sc.dev->forwards->elsewhere);
	say_tunnel(sc.stage, "n3", 22, 0);
	assert_non_null(sc.waits->tunnels);
	quiet(&sc);
	end(&sc);
}

/* What a dead node had is gone. */
static void
test_node_dies(void **state)
{
	struct scene sc = begin(state);

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	say_tunnel(sc.stage, "n3", 22, 1);
	say_node(sc.stage, "n3", 0);
	told(&sc, 22, 22);
	say_node(sc.stage, "n2", 0);
	told(&sc, 0, 22);
	quiet(&sc);
	end(&sc);
}

/* The store knows a wish of this node for as long as its own jumps wait. */
static void
test_own_wish_is_recorded(void **state)
{
	struct scene sc = begin(state);
	struct conn *oper = stage_operator(sc.stage);
	struct msg msg;

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	msg_init(&msg, MSG_REACH, oper->number);
	msg.reach.id = CHANNEL;
	msg.reach.port = 22;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	assert_null(reach_answer(oper, &msg));
	stage_heard(sc.stage->to_keeper, &msg, MSG_VIRTUAL_FORWARD);
	assert_int_equal(msg.virtual_forward.dport, 22);
	assert_false(forward_ended(msg.virtual_forward.state));
	jump_gone(oper, "left");
	stage_heard(sc.stage->to_keeper, &msg, MSG_VIRTUAL_FORWARD);
	assert_true(forward_ended(msg.virtual_forward.state));
	stage_heard(sc.stage->to_worker, &msg, MSG_REACHED);
	/* The other node's jump still waits. */
	assert_non_null(sc.dev->forwards);
	quiet(&sc);
	DL_DELETE2(oper->oper->conns, oper, dprev, dnext);
	free(oper);
	end(&sc);
}

/* A listed forward is bound by the node that it names, wherever its tunnel is. */
static void
test_forward_of_another_node(void **state)
{
	struct scene sc = begin(state);
	struct tunnel *t;

	say_forward(sc.stage, 7, 65533, "n2");
	told(&sc, 80, 65533);
	stage_heard(sc.stage->to_keeper, &(struct msg){0}, MSG_FORWARD_STATE);
	t = tunnel_open(sc.waits, 65533, &(const char *){NULL});
	assert_non_null(t);
	assert_int_equal(t->fd, -1);
	assert_false(tunnel_virtual(t));
	end(&sc);
}

/* A load has none of what ended while there was no keeper. */
static void
test_load_without(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;

	say_wish(sc.stage, "n2", 22, 1);
	told(&sc, 22, 22);
	say_wish(sc.stage, "n3", 23, 1);
	told(&sc, 23, 23);
	say_tunnel(sc.stage, "n3", 23, 1);
	msg_init(&msg, MSG_LOADING, 0);
	hear(sc.stage, &msg);
	msg_init(&msg, MSG_DEVICE, 0);
	msg.devices.n = 1;
	msg.devices.list[0] = (struct msg_device){.id = 1, .enabled = 1};
	snprintf(msg.devices.list[0].name, MSG_NAME, "a");
	hear(sc.stage, &msg);
	say_node(sc.stage, "n3", 1);
	say_wish(sc.stage, "n3", 23, 1);
	msg_init(&msg, MSG_LOADED, 0);
	hear(sc.stage, &msg);
	assert_null(node_find(&sc.stage->m, "n2"));
	assert_non_null(node_find(&sc.stage->m, "n3"));
	/* n2's wish is gone; n3's stands, and its tunnel is not open. */
	told(&sc, 0, 22);
	told(&sc, 23, 23);
	assert_null(sc.dev->remotes);
	stage_heard_nothing(sc.stage->to_worker);
	end(&sc);
}

/* A device may ask for its port before the node hears that it is wished. */
static void
test_listen_before_the_wish(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;

	HASH_ADD(
	    hh, sc.stage->m.conns, number, sizeof(sc.waits->number), sc.waits);
	sc.waits->waits = false;
	msg_init(&msg, MSG_LISTEN, sc.waits->number);
	msg.port.port = 22;
	assert_null(answer_listen(sc.waits, &msg));
	msg.port.port = 23;
	assert_null(answer_listen(sc.waits, &msg));
	quiet(&sc);
	say_wish(sc.stage, "n2", 22, 1);
	stage_heard(sc.stage->to_worker, &msg, MSG_LISTENING);
	assert_int_equal(msg.listening.port, 22);
	assert_int_equal(msg.listening.bound, 22);
	stage_heard(sc.stage->to_keeper, &msg, MSG_TUNNEL);
	answer_listen_again(&sc.stage->m);
	quiet(&sc);
	/* Nobody has wished the other. */
	ahead += LISTEN_LATE + 1;
	answer_listen_again(&sc.stage->m);
	stage_heard(sc.stage->to_worker, &msg, MSG_LISTENING);
	assert_int_equal(msg.listening.port, 23);
	assert_int_equal(msg.listening.bound, 0);
	assert_null(sc.stage->m.nodes->late);
	HASH_DEL(sc.stage->m.conns, sc.waits);
	end(&sc);
}

static void
say_drain(struct stage *s, uint32_t on)
{
	struct msg msg;

	msg_init(&msg, MSG_NODE, 0);
	snprintf(msg.node.name, sizeof(msg.node.name), "n1");
	msg.node.alive = 1;
	msg.node.drain = on;
	hear(s, &msg);
}

static bool
answers(uint32_t port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = connect(fd, (struct sockaddr *)&sin, sizeof(sin));

	close(fd);
	return r == 0;
}

/* A drained node's address refuses, and its idle devices come again elsewhere. */
static void
test_drained(void **state)
{
	struct scene sc = begin(state);
	struct monitor *m = &sc.stage->m;
	char error[CONF_ERROR];

	HASH_ADD(hh, m->conns, number, sizeof(sc.waits->number), sc.waits);
	sc.stage->conf.drain_time = 300;
	m->ready = true;
	m->listens = listen_one("listen", "127.0.0.1:0", error);
	assert_non_null(m->listens);
	accept_start(m);
	assert_true(answers(m->listens->port));
	say_drain(sc.stage, 1);
	assert_false(answers(m->listens->port));
	say_drain(sc.stage, 0);
	assert_true(answers(m->listens->port));
	assert_false(drain_tick(m));
	assert_int_equal(sc.waits->state, CONN_OPEN);
	say_drain(sc.stage, 1);
	assert_false(drain_tick(m));
	assert_string_equal(
	    conn_reason(sc.waits), "the server is being drained: come again");
	/* It is awaited, but not for ever. */
	assert_false(drain_tick(m));
	ahead += 301;
	assert_true(drain_tick(m));
	accept_stop(m);
	listen_close(m->listens);
	m->ready = false;
	stage_turn(sc.stage);
	ev_timer_stop(m->loop, &sc.waits->timer);
	HASH_DEL(m->conns, sc.waits);
	end(&sc);
}

static void
say_lead(struct stage *s, uint32_t on)
{
	struct msg msg;

	msg_init(&msg, MSG_LEAD, 0);
	msg.lead.on = on;
	hear(s, &msg);
}

/* Another node saw device 2 now. */
static void
say_seen(struct stage *s)
{
	struct msg msg;

	msg_init(&msg, MSG_SEEN, 0);
	msg.seen.n = 1;
	msg.seen.list[0].device = 2;
	msg.seen.list[0].at = clock_wall();
	hear(s, &msg);
}

static size_t
count_events(struct stage *s, const char *event)
{
	json_t *all = stage_events(s);
	size_t i, n = 0;

	for (i = 0; i < json_array_size(all); i++)
		n += strcmp(json_string_value(json_object_get(
				json_array_get(all, i), "event")),
			 event) == 0;
	json_decref(all);
	return n;
}

/* As if it had polled last some time ago, every minute. */
static void
missed(struct dir_device *dev)
{
	memset(dev->gaps, 0, sizeof(dev->gaps));
	dev->interval = 60;
	dev->last_seen -= 1000;
}

/* One node tells presence: what it saw itself, and what the others saw. */
static void
test_one_leads(void **state)
{
	struct scene sc = begin(state);
	struct stage *s = sc.stage;
	struct monitor *m = &s->m;
	struct dir_device *b = stage_device(s, 2, "b");

	m->leads = false;
	say_seen(s);
	presence_sweep(m);
	assert_int_equal(count_events(s, "device.online"), 0);
	say_lead(s, 1);
	b->presence = DEVICE_OFFLINE;
	missed(b);
	say_seen(s);
	assert_int_equal(count_events(s, "device.online"), 1);
	/* Nobody is late before it has heard what others saw. */
	missed(b);
	presence_sweep(m);
	ahead += PRESENCE_SETTLES + 1;
	presence_sweep(m);
	assert_int_equal(b->presence, DEVICE_OFFLINE);
	assert_int_equal(count_events(s, "device.offline"), 0);
	say_seen(s);
	assert_int_equal(count_events(s, "device.online"), 2);
	missed(b);
	presence_sweep(m);
	assert_int_equal(count_events(s, "device.offline"), 1);
	/* It leads again before another could tell: it goes on at once. */
	say_seen(s);
	say_lead(s, 0);
	say_lead(s, 1);
	missed(b);
	presence_sweep(m);
	assert_int_equal(count_events(s, "device.offline"), 2);
	say_lead(s, 0);
	say_seen(s);
	missed(b);
	presence_sweep(m);
	assert_int_equal(count_events(s, "device.offline"), 2);
	end(&sc);
}

/* A store of one node has no others. */
static void
test_alone(void **state)
{
	static const enum msg_type types[] = {
	    MSG_NODE, MSG_WISH, MSG_TUNNEL, MSG_LEAD, MSG_SEEN};
	struct stage *s = *state;
	struct msg msg;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		msg_init(&msg, types[i], 0);
		if (types[i] == MSG_NODE)
			snprintf(msg.node.name, MSG_NAME, "n2");
		if (types[i] == MSG_WISH)
			msg.wish = (struct msg_wish){1, 22, 22, 1, "n2"};
		if (types[i] == MSG_TUNNEL)
			msg.tunnel =
			    (struct msg_tunnel){1, 22, 22, 1, 1, 0, "n2"};
		assert_string_equal(learn_role.hear(&s->keeper, &msg),
		    "the store has one node alone");
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)
	const struct CMUnitTest tests[] = {
	    TEST(test_wish_is_told_to_the_device),
	    TEST(test_wish_granted_elsewhere),
	    TEST(test_wish_outlives_a_tunnel),
	    TEST(test_tunnel_not_written_stays),
	    TEST(test_wish_of_a_known_tunnel),
	    TEST(test_tunnel_taken_over),
	    TEST(test_node_dies),
	    TEST(test_own_wish_is_recorded),
	    TEST(test_forward_of_another_node),
	    TEST(test_load_without),
	    TEST(test_listen_before_the_wish),
	    TEST(test_drained),
	    TEST(test_one_leads),
	    TEST(test_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
