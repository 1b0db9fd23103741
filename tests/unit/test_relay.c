/*
 * Streams between nodes, as keeper, link, worker and device see them; the link is
 * the stage's page, and the other node a socket that the test listens on.
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "ahead.h"
#include "bridge.h"
#include "clock.h"
#include "foreign.h"
#include "jump.h"
#include "jump_join.h"
#include "learn.h"
#include "listen.h"
#include "node.h"
#include "reach.h"
#include "relay.h"
#include "relay_in.h"
#include "relayed.h"
#include "srclimit.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"

#define CHANNEL 5

struct scene {
	struct stage *stage;
	struct monitor *m;
	struct dir_device *dev;
	struct conn *device;
	struct conn *asker;
	int other; /* the node n2 */
};

static int
listens_somewhere(uint32_t *port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	*port = ntohs(sin.sin_port);
	return fd;
}

static void
say(struct scene *sc, struct msg *msg)
{
	const char *wrong = learn_role.hear(&sc->stage->keeper, msg);

	if (wrong != NULL)
		fail_msg("%s: %s", msg_name(msg->type), wrong);
}

static void
say_tunnel(struct scene *sc, uint32_t dport, uint32_t sport, uint32_t open)
{
	struct msg msg;

	msg_init(&msg, MSG_TUNNEL, 0);
	msg.tunnel = (struct msg_tunnel){.device = 1,
	    .dport = dport,
	    .sport = sport,
	    .open = open,
	    .virtual = dport == sport,
	    .node = "n2"};
	say(sc, &msg);
}

static void
say_node(struct scene *sc, uint32_t port)
{
	struct msg msg;

	msg_init(&msg, MSG_NODE, 0);
	snprintf(msg.node.name, sizeof(msg.node.name), "n2");
	snprintf(msg.node.addr, sizeof(msg.node.addr), "127.0.0.1:%u", port);
	msg.node.alive = 1;
	say(sc, &msg);
}

static struct scene
begin(void **state)
{
	struct scene sc = {.stage = *state};
	static char node[] = "n1", address[] = "127.0.0.1";
	struct stage *s = sc.stage;
	uint32_t port;

	sc.m = &s->m;
	s->conf.several = true;
	s->conf.node = node;
	s->conf.forward_address = address;
	s->conf.reach_timeout = 180;
	s->worker.channels = 8;
	assert_true(nodes_start(sc.m));
	sc.other = listens_somewhere(&port);
	sc.m->nodes->listen = calloc(1, sizeof(struct listen));
	sc.m->nodes->listen->fd = -1;
	sc.m->nodes->listen->port = port;
	sc.m->nodes->sources = srclimit_new(true);
	sc.m->nodes->link = &s->page;
	sc.m->nodes->answered = true;
	sc.m->nodes->pinged = clock_now();
	s->page.role = &relay_role;
	s->page.ready = true;
	sc.dev = stage_device(s, 1, "a");
	sc.device = stage_conn(s, sc.dev);
	sc.asker = stage_operator(s);
	say_node(&sc, port);
	return sc;
}

static void
end(struct scene *sc)
{
	jump_gone(sc->asker, "the end");
	while (sc->device->tunnels != NULL)
		tunnel_close(sc->device->tunnels, "the end");
	conn_send_records(sc->m);
	sc->m->nodes->link = NULL;
	relay_free(sc->m);
	foreign_free_all(sc->m);
	DL_DELETE2(sc->dev->conns, sc->device, dprev, dnext);
	DL_DELETE2(sc->asker->oper->conns, sc->asker, dprev, dnext);
	directory_free(&sc->m->dir);
	memset(&sc->m->dir, 0, sizeof(sc->m->dir));
	nodes_free(sc->m);
	close(sc->other);
	bridge_free_all(sc->device);
	free(sc->device);
	free(sc->asker);
}

/* What was sent with a descriptor, which is returned. */
static int
heard_with(int sock, struct msg *msg, enum msg_type type)
{
	const char *reason;
	int fd;

	assert_int_equal(msg_recv(sock, msg, &fd, &reason), MSG_OK);
	assert_string_equal(msg_name(msg->type), msg_name(type));
	assert_true(fd >= 0);
	return fd;
}

static const char *
link_says(struct scene *sc, enum msg_type type, uint64_t id, uint64_t number)
{
	struct msg msg;

	msg_init(&msg, type, 0);
	msg.link.id = id;
	msg.link.number = number;
	return relay_role.hear(&sc->stage->page, &msg);
}

static const char *
link_answers(struct scene *sc, uint64_t id, uint32_t answer)
{
	struct msg msg;

	msg_init(&msg, MSG_LINK_ANSWER, 0);
	msg.link_answer.id = id;
	msg.link_answer.answer = answer;
	return relay_role.hear(&sc->stage->page, &msg);
}

static const char *
link_closes(struct scene *sc, uint64_t id, uint32_t stranger)
{
	struct msg msg;

	msg_init(&msg, MSG_LINK_CLOSED, 0);
	msg.link_closed = (struct msg_link_closed){.id = id,
	    .bytes_in = 3,
	    .bytes_out = 4,
	    .stranger = stranger,
	    .reason = "closed"};
	return relay_role.hear(&sc->stage->page, &msg);
}

static void
event_is(struct scene *sc, const char *event, const char *reason)
{
	json_t *all = stage_events(sc->stage);
	json_t *last = json_array_get(all, json_array_size(all) - 1);

	assert_string_equal(
	    json_string_value(json_object_get(last, "event")), event);
	if (reason != NULL)
		assert_string_equal(
		    json_string_value(json_object_get(last, "reason")), reason);
	json_decref(all);
}

/* The two descriptors are the ends of one stream. */
static void
are_joined(int a, int b)
{
	char byte = 0;

	assert_int_equal(write(a, "x", 1), 1);
	assert_int_equal(read(b, &byte, 1), 1);
	assert_int_equal(byte, 'x');
}

/* --- to another node ------------------------------------------------------ */

static struct jump *
ask(struct scene *sc)
{
	const struct jump_asker a = {.conn = sc->asker, .id = CHANNEL};
	struct msg msg;

	msg_init(&msg, MSG_REACH, sc->asker->number);
	msg.reach.id = CHANNEL;
	msg.reach.port = 22;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	assert_null(reach_answer(sc->asker, &msg));
	return jump_find(&a);
}

/* The ticket is written, the node connected to: the link dials.  Its id. */
static uint64_t
dial(struct scene *sc)
{
	struct msg ticket, msg;
	int got;

	stage_heard(sc->stage->to_keeper, &ticket, MSG_TICKET);
	assert_int_equal(ticket.ticket.device, 1);
	assert_string_equal(ticket.ticket.node, "n2");
	assert_string_equal(ticket.ticket.asker, "n1");
	msg_init(&msg, MSG_TICKETED, 0);
	msg.ticketed.number = ticket.ticket.number;
	msg.ticketed.ok = 1;
	say(sc, &msg);
	while (relayed_of_ticket(sc->m, ticket.ticket.number)->state ==
	       RELAYED_CONNECT)
		ev_run(sc->m->loop, EVRUN_ONCE);
	close(heard_with(sc->stage->to_page, &msg, MSG_LINK_DIAL));
	assert_int_equal(msg.link_key.number, ticket.ticket.number);
	assert_memory_equal(msg.link_key.secret, ticket.ticket.secret,
	    sizeof(msg.link_key.secret));
	got = accept(sc->other, NULL, NULL);
	assert_true(got >= 0);
	close(got);
	return msg.link_key.id;
}

/* The operator hears that the channel is refused, for this reason. */
static void
refused(struct scene *sc, const char *why)
{
	struct msg msg;

	stage_heard(sc->stage->to_worker, &msg, MSG_REACHED);
	assert_int_equal(msg.reached.ok, 0);
	assert_string_equal(msg.reached.refused, why);
}

static void
test_out_joined(void **state)
{
	struct scene sc = begin(state);
	struct jump *j;
	struct msg msg;
	int theirs, mine;
	uint64_t id;

	/* It waits, as its wish is recorded, until the tunnel is there. */
	j = ask(&sc);
	stage_heard(sc.stage->to_keeper, &msg, MSG_VIRTUAL_FORWARD);
	say_tunnel(&sc, 22, 22, 1);
	assert_int_equal(j->state, JUMP_JOINING);
	id = dial(&sc);
	assert_null(link_answers(&sc, id, LINK_JOINED));
	theirs = heard_with(sc.stage->to_page, &msg, MSG_LINK_STREAM);
	assert_int_equal(msg.link.id, id);
	mine = heard_with(sc.stage->to_worker, &msg, MSG_REACHED);
	assert_int_equal(msg.reached.ok, 1);
	are_joined(theirs, mine);
	assert_int_equal(j->state, JUMP_OPEN);
	/* The wish is granted. */
	stage_heard(sc.stage->to_keeper, &msg, MSG_VIRTUAL_FORWARD);
	assert_true(forward_ended(msg.virtual_forward.state));
	assert_null(sc.dev->forwards);
	/* Answered once. */
	assert_non_null(link_answers(&sc, id, LINK_JOINED));
	assert_null(link_closes(&sc, id, 0));
	event_is(&sc, "relay.close", "closed");
	assert_null(relayed_find(sc.m, id));
	close(theirs);
	close(mine);
	end(&sc);
}

static void
test_out_refused(void **state)
{
	struct scene sc = begin(state);
	uint64_t id;

	say_tunnel(&sc, 22, 22, 1);
	ask(&sc);
	id = dial(&sc);
	assert_null(link_answers(&sc, id, LINK_REFUSED));
	refused(&sc, "refused by the device");
	assert_null(link_closes(&sc, id, 0));
	end(&sc);
}

/*
 * The tunnel is lost meanwhile, then the link is: the jump tries again, and its
 * wish is held from then on.
 */
static void
test_out_lost(void **state)
{
	struct scene sc = begin(state);
	struct jump *j;
	struct msg msg;
	uint64_t id;

	say_tunnel(&sc, 22, 22, 1);
	j = ask(&sc);
	id = dial(&sc);
	assert_null(link_answers(&sc, id, LINK_LOST));
	assert_int_equal(j->state, JUMP_WAITING);
	stage_heard(sc.stage->to_keeper, &msg, MSG_VIRTUAL_FORWARD);
	assert_false(forward_ended(msg.virtual_forward.state));
	assert_non_null(sc.dev->remotes);
	assert_null(link_closes(&sc, id, 0));
	jump_retry_all(sc.m);
	assert_int_equal(j->state, JUMP_JOINING);
	id = dial(&sc);
	assert_null(link_closes(&sc, id, 0));
	assert_int_equal(j->state, JUMP_WAITING);
	jump_retry_all(sc.m);
	dial(&sc);
	sc.m->launcher = -1;
	relay_role.lost(&sc.stage->page);
	ev_timer_stop(sc.m->loop, &sc.stage->page.doom);
	assert_int_equal(j->state, JUMP_WAITING);
	assert_int_equal(HASH_COUNT(sc.m->nodes->streams), 0);
	stage_heard_nothing(sc.stage->to_worker);
	end(&sc);
}

static void
test_out_given_up(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;
	uint64_t id;

	say_tunnel(&sc, 22, 22, 1);
	ask(&sc);
	id = dial(&sc);
	jump_gone(sc.asker, "left");
	stage_heard(sc.stage->to_page, &msg, MSG_LINK_END);
	assert_int_equal(msg.link_answer.id, id);
	stage_heard(sc.stage->to_worker, &msg, MSG_REACHED);
	/* The link may have said so just before. */
	assert_null(link_answers(&sc, id, LINK_JOINED));
	assert_null(link_closes(&sc, id, 0));
	stage_heard_nothing(sc.stage->to_worker);
	end(&sc);
}

/* A removed device takes the jumps through other nodes with it. */
static void
test_out_device_removed(void **state)
{
	static const struct msg_bridge done;
	struct scene sc = begin(state);
	struct msg msg;
	struct jump *j;
	uint64_t id;

	/* One is open, no connection of the device holds it; one is dialled. */
	say_tunnel(&sc, 22, 22, 1);
	j = ask(&sc);
	id = dial(&sc);
	assert_null(link_answers(&sc, id, LINK_JOINED));
	close(heard_with(sc.stage->to_page, &msg, MSG_LINK_STREAM));
	close(heard_with(sc.stage->to_worker, &msg, MSG_REACHED));
	DL_DELETE2(sc.dev->conns, sc.device, dprev, dnext);
	msg_init(&msg, MSG_REACH, sc.asker->number);
	msg.reach.id = CHANNEL + 1;
	msg.reach.port = 22;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "a");
	assert_null(reach_answer(sc.asker, &msg));
	id = dial(&sc);
	msg_init(&msg, MSG_GONE, 0);
	msg.gone = (struct msg_gone){NOUN_DEVICE, 1};
	say(&sc, &msg);
	assert_null(directory_device(&sc.m->dir, 1));
	refused(&sc, "device removed");
	stage_heard(sc.stage->to_page, &msg, MSG_LINK_END);
	assert_int_equal(msg.link_answer.id, id);
	assert_int_equal(j->state, JUMP_ENDING);
	jump_closed(j, &done);
	event_is(&sc, "jump.close", "device removed");
	sc.dev = stage_device(sc.stage, 1, "a");
	DL_APPEND2(sc.dev->conns, sc.device, dprev, dnext);
	sc.device->device = sc.dev;
	end(&sc);
}

/* A node that has lost the store begins nothing; nor does one that is drained. */
static void
test_out_fenced(void **state)
{
	struct scene sc = begin(state);

	say_tunnel(&sc, 22, 22, 1);
	sc.m->fenced = true;
	assert_null(ask(&sc));
	refused(&sc, "this node has lost the store");
	sc.m->fenced = false;
	sc.m->draining = true;
	assert_null(ask(&sc));
	refused(&sc, "this server is being drained: log in again");
	stage_heard_nothing(sc.stage->to_keeper);
	end(&sc);
}

/* --- a port of a listed forward ------------------------------------------- */

static void
say_forward(struct scene *sc, uint32_t sport, const char *node)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD, 0);
	msg.forward = (struct msg_forward){.id = 7,
	    .device = 1,
	    .dport = 80,
	    .sport = sport,
	    .expires = INT64_MAX / 2};
	snprintf(msg.forward.node, sizeof(msg.forward.node), "%s", node);
	say(sc, &msg);
}

static int
connects_to(uint32_t port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
test_bound(void **state)
{
	struct scene sc = begin(state);
	int client, theirs, spare;
	struct msg msg;
	uint32_t port;
	uint64_t id;

	spare = listens_somewhere(&port);
	close(spare);
	say_forward(&sc, port, "n1");
	assert_int_equal(connects_to(port), -1);
	say_tunnel(&sc, 80, port, 1);
	client = connects_to(port);
	assert_true(client >= 0);
	while (sc.m->nodes->streams == NULL)
		ev_run(sc.m->loop, EVRUN_ONCE);
	assert_string_equal(sc.m->nodes->streams->ticket.addr, "127.0.0.1");
	assert_int_equal(sc.m->nodes->streams->ticket.jump, 0);
	id = dial(&sc);
	assert_null(link_answers(&sc, id, LINK_JOINED));
	theirs = heard_with(sc.stage->to_page, &msg, MSG_LINK_STREAM);
	are_joined(client, theirs);
	/* Closed there: the port is free. */
	say_tunnel(&sc, 80, port, 0);
	assert_int_equal(connects_to(port), -1);
	close(theirs);
	close(client);
	end(&sc);
}

/* --- of another node ------------------------------------------------------ */

static void
say_ticket(struct scene *sc, uint64_t number, uint32_t sport, uint32_t jump)
{
	struct msg msg;

	msg_init(&msg, MSG_TICKET, 0);
	msg.ticket = (struct msg_ticket){.number = number,
	    .secret = {1, 2, 3},
	    .device = 1,
	    .sport = sport,
	    .jump = jump,
	    .from = 1234,
	    .addr = "192.0.2.7",
	    .asker = "n2",
	    .node = "n1"};
	say(sc, &msg);
}

/* A connection to node-listen.  Its id. */
static uint64_t
arrive(struct scene *sc)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201)};
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct msg msg;

	assert_true(relay_in_new(sc->m, fd,
	    srclimit_enter(
		sc->m->nodes->sources, (struct sockaddr *)&sin, clock_now())));
	close(fd);
	close(heard_with(sc->stage->to_page, &msg, MSG_LINK_ACCEPT));
	return msg.link.id;
}

static void
keyed(struct scene *sc, uint64_t id, uint32_t ok)
{
	struct msg msg;

	stage_heard(sc->stage->to_page, &msg, MSG_LINK_KEY);
	assert_int_equal(msg.link_key.id, id);
	assert_int_equal(msg.link_key.ok, ok);
	assert_int_equal(msg.link_key.secret[1], ok ? 2 : 0);
}

static void
ended(struct scene *sc, uint64_t id, uint32_t answer)
{
	struct msg msg;

	stage_heard(sc->stage->to_page, &msg, MSG_LINK_END);
	assert_int_equal(msg.link_answer.id, id);
	assert_int_equal(msg.link_answer.answer, answer);
}

/* A tunnel here, by a wish of n2. */
static void
wish(struct scene *sc)
{
	const char *why;
	struct msg msg;

	msg_init(&msg, MSG_WISH, 0);
	msg.wish = (struct msg_wish){1, 22, 22, 1, "n2"};
	say(sc, &msg);
	assert_non_null(tunnel_open(sc->device, 22, &why));
	stage_heard(sc->stage->to_keeper, &msg, MSG_TUNNEL);
}

static int
joins(struct scene *sc, uint64_t id)
{
	struct msg msg;
	int fd;

	assert_null(link_says(sc, MSG_LINK_OPEN, id, 0));
	fd = heard_with(sc->stage->to_worker, &msg, MSG_JOIN);
	assert_int_equal(msg.join.jump, id);
	assert_int_equal(msg.join.asker, 0);
	assert_int_equal(msg.join.port, 22);
	return fd;
}

static const char *
device_says(struct scene *sc, uint64_t id, uint32_t result)
{
	struct msg msg;

	msg_init(&msg, MSG_JOINED, sc->device->number);
	msg.joined.jump = id;
	msg.joined.result = result;
	return reach_joined(sc->device, &msg);
}

/* The peer is faster than the store's word of its ticket. */
static void
test_in_joined(void **state)
{
	struct scene sc = begin(state);
	int device, theirs;
	struct msg msg;
	uint64_t id;

	wish(&sc);
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	stage_heard_nothing(sc.stage->to_page);
	say_ticket(&sc, 99, 22, 1);
	keyed(&sc, id, 1);
	device = joins(&sc, id);
	assert_null(device_says(&sc, id, JOIN_OPEN));
	theirs = heard_with(sc.stage->to_page, &msg, MSG_LINK_STREAM);
	are_joined(device, theirs);
	event_is(&sc, "relay.open", NULL);
	/* It keeps the forward, though no jump of this node does. */
	msg_init(&msg, MSG_WISH, 0);
	msg.wish = (struct msg_wish){1, 22, 22, 0, "n2"};
	say(&sc, &msg);
	assert_int_equal(sc.dev->forwards->jumps, 1);
	assert_non_null(device_says(&sc, id, JOIN_OPEN));
	assert_null(link_closes(&sc, id, 0));
	assert_int_equal(sc.dev->forwards->jumps, 0);
	event_is(&sc, "relay.close", "closed");
	close(device);
	close(theirs);
	end(&sc);
}

/* A ticket is good once: also where two have named it. */
static void
test_in_used_once(void **state)
{
	struct scene sc = begin(state);
	uint64_t id, other;

	wish(&sc);
	say_ticket(&sc, 99, 22, 1);
	id = arrive(&sc);
	other = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	keyed(&sc, id, 1);
	assert_null(link_says(&sc, MSG_LINK_ASK, other, 99));
	keyed(&sc, other, 1);
	close(joins(&sc, id));
	assert_null(link_says(&sc, MSG_LINK_OPEN, other, 0));
	ended(&sc, other, LINK_LOST);
	/* A third is told of none, once it has waited. */
	other = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, other, 99));
	stage_heard_nothing(sc.stage->to_page);
	ahead += 2;
	relay_tick(sc.m);
	keyed(&sc, other, 0);
	end(&sc);
}

/* A ticket is good for TICKET_LIFE seconds. */
static void
test_in_late(void **state)
{
	struct scene sc = begin(state);
	uint64_t id;

	wish(&sc);
	say_ticket(&sc, 99, 22, 1);
	ahead += 31;
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	stage_heard_nothing(sc.stage->to_page);
	end(&sc);
}

static void
test_in_refused(void **state)
{
	struct scene sc = begin(state);
	uint64_t id;

	wish(&sc);
	say_ticket(&sc, 99, 22, 1);
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	keyed(&sc, id, 1);
	close(joins(&sc, id));
	assert_null(device_says(&sc, id, JOIN_REFUSED));
	ended(&sc, id, LINK_REFUSED);
	assert_null(link_closes(&sc, id, 0));
	/* The device's answer to what is gone. */
	assert_null(device_says(&sc, id, JOIN_OPEN));
	end(&sc);
}

/* The tunnel closes under a jump; then there is none for the next one. */
static void
test_in_tunnel_closed(void **state)
{
	struct scene sc = begin(state);
	uint64_t id;
	int device;
	char byte;

	wish(&sc);
	say_ticket(&sc, 99, 22, 1);
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	keyed(&sc, id, 1);
	device = joins(&sc, id);
	tunnel_close(sc.device->tunnels, "cancelled");
	ended(&sc, id, LINK_LOST);
	assert_int_equal(read(device, &byte, 1), 0);
	assert_null(device_says(&sc, id, JOIN_OPEN));
	close(device);
	say_ticket(&sc, 100, 22, 1);
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 100));
	keyed(&sc, id, 1);
	assert_null(link_says(&sc, MSG_LINK_OPEN, id, 0));
	ended(&sc, id, LINK_LOST);
	end(&sc);
}

/* A connection to a forward that n2 binds. */
static void
test_in_connection(void **state)
{
	struct scene sc = begin(state);
	int device, theirs;
	const char *why;
	struct msg msg;
	uint64_t id;

	say_forward(&sc, 8080, "n2");
	assert_non_null(tunnel_open(sc.device, 8080, &why));
	say_ticket(&sc, 99, 8080, 0);
	id = arrive(&sc);
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 99));
	keyed(&sc, id, 1);
	assert_null(link_says(&sc, MSG_LINK_OPEN, id, 0));
	device = heard_with(sc.stage->to_worker, &msg, MSG_ACCEPTED);
	assert_int_equal(msg.accepted.port, 8080);
	assert_int_equal(msg.accepted.from, 1234);
	assert_string_equal(msg.accepted.addr, "192.0.2.7");
	theirs = heard_with(sc.stage->to_page, &msg, MSG_LINK_STREAM);
	are_joined(device, theirs);
	close(device);
	close(theirs);
	end(&sc);
}

/* A link that lies is ended, and ends nothing else. */
static void
test_link_lies(void **state)
{
	struct scene sc = begin(state);
	uint64_t id = arrive(&sc), out;

	assert_non_null(link_says(&sc, MSG_LINK_OPEN, id, 0));
	assert_non_null(link_says(&sc, MSG_LINK_ASK, id + 100, 1));
	assert_non_null(link_answers(&sc, id, LINK_JOINED));
	assert_non_null(link_closes(&sc, id + 100, 0));
	assert_non_null(link_says(&sc, MSG_READY, 0, 0));
	assert_non_null(link_says(&sc, MSG_LINK_KEY, id, 0));
	assert_null(link_says(&sc, MSG_LINK_ASK, id, 1));
	assert_non_null(link_says(&sc, MSG_LINK_ASK, id, 1));
	say_tunnel(&sc, 22, 22, 1);
	ask(&sc);
	/* The link has not been given it yet. */
	out = sc.m->last_ticket;
	assert_non_null(link_answers(&sc, out, LINK_JOINED));
	assert_non_null(link_closes(&sc, out, 0));
	assert_int_equal(dial(&sc), out);
	assert_non_null(link_answers(&sc, out, 0));
	assert_non_null(link_answers(&sc, out, LINK_LOST + 1));
	assert_non_null(link_says(&sc, MSG_LINK_ASK, out, 1));
	end(&sc);
}

/* A link that does not answer is ended. */
static void
test_link_stalls(void **state)
{
	struct scene sc = begin(state);
	struct msg msg;

	ahead += 9;
	relay_tick(sc.m);
	stage_heard_nothing(sc.stage->to_page);
	ahead += 2;
	relay_tick(sc.m);
	stage_heard(sc.stage->to_page, &msg, MSG_PING);
	assert_null(link_says(&sc, MSG_PONG, 0, 0));
	assert_non_null(link_says(&sc, MSG_PONG, 0, 0));
	ahead += 11;
	relay_tick(sc.m);
	stage_heard(sc.stage->to_page, &msg, MSG_PING);
	assert_false(sc.stage->page.doomed);
	ahead += 11;
	relay_tick(sc.m);
	assert_true(sc.stage->page.doomed);
	ev_timer_stop(sc.m->loop, &sc.stage->page.doom);
	end(&sc);
}

/* Strangers are counted against their source, which is refused for a while. */
static void
test_strangers(void **state)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201)};
	struct scene sc = begin(state);
	int i;

	for (i = 0; i < 4; i++)
		assert_null(link_closes(&sc, arrive(&sc), 1));
	assert_in_range(srclimit_refused(sc.m->nodes->sources,
			    (struct sockaddr *)&sin, clock_now()),
	    1, 600);
	assert_int_equal(sc.m->nodes->handshakes, 0);
	end(&sc);
}

static int
make(void **state)
{
	ahead = 10000;
	return stage_make(state);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, stage_remove)
	const struct CMUnitTest tests[] = {
	    TEST(test_out_joined),
	    TEST(test_out_refused),
	    TEST(test_out_lost),
	    TEST(test_out_given_up),
	    TEST(test_out_device_removed),
	    TEST(test_out_fenced),
	    TEST(test_bound),
	    TEST(test_in_joined),
	    TEST(test_in_used_once),
	    TEST(test_in_late),
	    TEST(test_in_refused),
	    TEST(test_in_tunnel_closed),
	    TEST(test_in_connection),
	    TEST(test_link_lies),
	    TEST(test_link_stalls),
	    TEST(test_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
