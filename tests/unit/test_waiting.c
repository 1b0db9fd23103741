/*
 * Who gets a place in a worker, who waits for one, who loses it.
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "answer.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "monitor.h"
#include "srclimit.h"
#include "stage.h"
#include "turn_away.h"
#include "unit.h"
#include "waiting.h"

#define PLACES 8
#define OF_ONE 2
#define ALL 600

static const char version[] = "SSH-2.0-unit\r\n";

/*
 * The stage, whose worker is the one of "listen", the other pool's worker, and
 * the clients' ends of the connections.
 */
struct crowd {
	struct stage *s;
	struct child operators;
	int listener;
	enum pool pool; /* of those that come */
	int ends[4096];
	size_t n;
};

static int
listen_anywhere(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		       listen(fd, 16) == 0
		   ? fd
		   : -1;
}

static int
make(void **state)
{
	struct crowd *c;
	struct stage *s;
	void *stage;

	if ((c = calloc(1, sizeof(*c))) == NULL || stage_make(&stage) == -1)
		return -1;
	*state = c;
	c->s = s = stage;
	c->listener = listen_anywhere();
	s->conf.max_startups = PLACES;
	s->conf.per_source_max_startups = OF_ONE;
	s->conf.login_grace = 30;
	s->conf.worker_sessions = 10000;
	s->conf.worker_lifetime = 1000000;
	s->m.workers = &s->worker;
	s->worker.prev = &s->worker;
	s->worker.ready = true;
	s->worker.role = &answer_roles[POOL_LISTEN];
	c->operators.m = &s->m;
	c->operators.sock = c->operators.sign = c->operators.sign_peer = -1;
	c->operators.ready = true;
	c->operators.role = &answer_roles[POOL_OPERATORS];
	DL_APPEND(s->m.workers, &c->operators);
	s->conf.per_source_penalties = true;
	return lobby_open_all(&s->m) && c->listener != -1 ? 0 : -1;
}

static int
drop(void **state)
{
	struct crowd *c = *state;
	struct monitor *m = &c->s->m;
	struct conn *conn, *tmp;
	const struct lobby *l;
	void *stage = c->s;
	int i;

	lobby_empty_all(m);
	HASH_ITER(hh, m->conns, conn, tmp)
		conn_gone(conn, "the end", 0, 0);
	stage_turn(stage);
	for (i = 0; i < POOLS; i++) {
		l = &m->lobbies[i];
		assert_int_equal(srclimit_startups_all(l->sources), 0);
		assert_int_equal(srclimit_slots_all(l->sources), 0);
		assert_int_equal(l->slots, 0);
	}
	lobby_free_all(m);
	while (c->n > 0)
		close(c->ends[--c->n]);
	close(c->listener);
	free(c);
	return stage_remove(&stage);
}

static struct lobby *
lobby(const struct crowd *c)
{
	return &c->s->m.lobbies[c->pool];
}

/* A TCP connection that the monitor takes for one of this source. */
static void
come(struct crowd *c, uint32_t source, uint16_t port, const char *says)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct incoming incoming = {.pool = c->pool, .accepted = clock_now()};
	struct sockaddr_in *from = (void *)&incoming.addr;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    getsockname(c->listener, (struct sockaddr *)&ss, &len), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(
	    send(fd, says, strlen(says), 0), (ssize_t)strlen(says));
	incoming.fd =
	    accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_not_equal(incoming.fd, -1);
	from->sin_family = AF_INET;
	from->sin_addr.s_addr = htonl(0x0a000000 + source);
	from->sin_port = htons(port);
	c->ends[c->n++] = fd;
	waiting_add(&c->s->m, &incoming);
}

/* So many, each a source of its own from this one on. */
static void
come_many(struct crowd *c, uint32_t source, size_t count)
{
	while (count-- > 0)
		come(c, source++, 1, "");
}

/* The port of the connection that was given a place last. */
static unsigned int
last(const struct crowd *c)
{
	const struct conn *conn;
	uint64_t number = c->s->m.last_conn;

	HASH_FIND(hh, c->s->m.conns, &number, sizeof(number), conn);
	assert_non_null(conn);
	return conn->port;
}

static void
expect(const struct crowd *c, unsigned int places, unsigned int waiting)
{
	assert_int_equal(lobby(c)->slots, places);
	assert_int_equal(lobby(c)->nwaiting, waiting);
}

/* The oldest leaves; its place is free. */
static void
leave(struct crowd *c)
{
	conn_gone(lobby(c)->startups, "left", 0, 0);
	waiting_give_slots(&c->s->m);
}

static void
turn(struct crowd *c)
{
	ev_invoke(c->s->m.loop, &lobby(c)->turn, 0);
}

/* All that have a place have it for so long. */
static void
pass(struct crowd *c, double seconds)
{
	struct conn *conn;

	for (conn = lobby(c)->startups; conn != NULL; conn = conn->next)
		conn->given -= seconds;
}

static bool
closed(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

	return n == 0 || (n == -1 && errno == ECONNRESET);
}

/* max-startups, one more, and far beyond. */
static void
test_in_all(void **state)
{
	struct crowd *c = *state;

	come_many(c, 0, PLACES);
	expect(c, PLACES, 0);
	come_many(c, PLACES, 1);
	expect(c, PLACES, 1);
	come_many(c, PLACES + 1, 4 * PLACES - 1);
	expect(c, PLACES, 4 * PLACES);
	assert_false(closed(c->ends[PLACES]));
	come_many(c, 5 * PLACES, 1);
	expect(c, PLACES, 4 * PLACES);
	assert_true(closed(c->ends[PLACES]));
	assert_false(closed(c->ends[PLACES + 1]));
	come_many(c, 5 * PLACES + 1, ALL);
	expect(c, PLACES, 4 * PLACES);
}

static void
test_default(void **state)
{
	struct crowd *c = *state;

	c->s->conf.max_startups = 512;
	come_many(c, 0, 512);
	expect(c, 512, 0);
	come_many(c, 512, 1);
	expect(c, 512, 1);
}

/* per-source-max-startups, one more, and far beyond. */
static void
test_of_one_source(void **state)
{
	struct crowd *c = *state;
	uint16_t port;

	for (port = 0; port < OF_ONE; port++)
		come(c, 1, port, "");
	expect(c, OF_ONE, 0);
	come(c, 1, port++, "");
	expect(c, OF_ONE, 1);
	come(c, 1, port++, "");
	expect(c, OF_ONE, OF_ONE);
	come(c, 1, port++, "");
	expect(c, OF_ONE, OF_ONE);
	assert_true(closed(c->ends[OF_ONE]));
	while (port < ALL)
		come(c, 1, port++, "");
	expect(c, OF_ONE, OF_ONE);
	assert_false(closed(c->ends[ALL - 1]));
	/* Nobody else notices. */
	come(c, 2, 0, "");
	expect(c, OF_ONE + 1, OF_ONE);
}

/* A version line first, then a source with few places, then the newest. */
static void
test_order(void **state)
{
	struct crowd *c = *state;

	come_many(c, 10, PLACES - 1);
	come(c, 1, 1, "");
	come(c, 1, 11, version);
	come(c, 2, 12, version);
	come(c, 3, 13, version);
	come(c, 4, 14, "SSH-2.0-unit");
	come(c, 5, 15, "");
	come(c, 10 + PLACES - 2, 16, version);
	expect(c, PLACES, 6);
	leave(c);
	assert_int_equal(last(c), 13);
	leave(c);
	assert_int_equal(last(c), 12);
	/* Of these two sources each has a place. */
	leave(c);
	assert_int_equal(last(c), 16);
	leave(c);
	assert_int_equal(last(c), 11);
	leave(c);
	assert_int_equal(last(c), 15);
	leave(c);
	assert_int_equal(last(c), 14);
	expect(c, PLACES, 0);
}

/* A version line that comes later counts when it is there. */
static void
test_speaks_later(void **state)
{
	struct crowd *c = *state;

	come_many(c, 10, PLACES);
	come(c, 1, 21, "SSH-2.0-");
	come(c, 2, 22, "");
	come(c, 3, 23, "");
	assert_int_equal(send(c->ends[PLACES], "unit\n", 5, 0), 5);
	turn(c);
	leave(c);
	assert_int_equal(last(c), 21);
	leave(c);
	assert_int_equal(last(c), 23);
}

/* Within 1 s nobody loses a place; then the oldest, to as many as wait. */
static void
test_silent(void **state)
{
	struct crowd *c = *state;
	struct conn *first;

	come_many(c, 10, PLACES);
	first = lobby(c)->startups;
	turn(c);
	pass(c, 2);
	turn(c);
	assert_int_equal(first->state, CONN_KEX);
	come_many(c, 30, 2);
	turn(c);
	assert_int_equal(first->state, CONN_ENDING);
	/* It has its place until the worker has let go of it. */
	expect(c, PLACES, 2);
	turn(c);
	assert_true(closed(c->ends[0]));
	assert_true(closed(c->ends[1]));
	assert_false(closed(c->ends[2]));
	conn_gone(first, "", 0, 0);
	waiting_give_slots(&c->s->m);
	expect(c, PLACES, 1);
	/* Who has come since has a second of its own. */
	pass(c, -2);
	come_many(c, 40, 4);
	turn(c);
	assert_false(closed(c->ends[2]));
}

/* Half a key exchange has 10 s, a whole one all of login-grace. */
static void
test_slow(void **state)
{
	struct crowd *c = *state;
	struct conn *first, *second;
	char part[200];

	memset(part, 'x', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	come(c, 1, 1, part);
	come(c, 2, 2, part);
	first = lobby(c)->startups;
	second = first->next;
	first->sessionlen = 32;
	come_many(c, 10, PLACES - 2);
	come_many(c, 30, PLACES);
	pass(c, 9.5);
	turn(c);
	assert_int_equal(second->state, CONN_KEX);
	assert_true(closed(c->ends[2]));
	pass(c, 1);
	turn(c);
	assert_int_equal(first->state, CONN_KEX);
	assert_int_equal(second->state, CONN_ENDING);
}

/* A source's own lose their places to those of it that wait. */
static void
test_silent_of_one_source(void **state)
{
	struct crowd *c = *state;

	come(c, 2, 1, "");
	come(c, 1, 1, "");
	come(c, 1, 2, "");
	come(c, 1, 3, "");
	pass(c, 2);
	turn(c);
	assert_false(closed(c->ends[0]));
	assert_true(closed(c->ends[1]));
	assert_false(closed(c->ends[2]));
	turn(c);
	assert_false(closed(c->ends[2]));
}

/* A source without a place gets one from the source that has most. */
static void
test_greedy(void **state)
{
	struct crowd *c = *state;
	char part[200];

	c->s->conf.per_source_max_startups = 4;
	memset(part, 'x', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	come(c, 1, 1, part);
	come(c, 2, 2, part);
	come(c, 2, 3, part);
	come(c, 3, 4, part);
	come(c, 3, 5, part);
	come(c, 3, 6, part);
	come_many(c, 10, 2);
	expect(c, PLACES, 0);
	come(c, 20, 7, "");
	turn(c);
	expect(c, PLACES, 1);
	assert_false(closed(c->ends[3]));
	come(c, 21, 8, version);
	come(c, 3, 9, version);
	turn(c);
	assert_true(closed(c->ends[3]));
	assert_false(closed(c->ends[1]));
	assert_false(closed(c->ends[4]));
	/* One is on its way out: enough for the one that is hungry. */
	turn(c);
	assert_false(closed(c->ends[1]));
	assert_false(closed(c->ends[4]));
	/* Two have two each, then nobody has. */
	come(c, 22, 10, version);
	come(c, 23, 11, version);
	come(c, 24, 12, version);
	turn(c);
	assert_true(closed(c->ends[1]));
	assert_true(closed(c->ends[4]));
	assert_false(closed(c->ends[0]));
	assert_false(closed(c->ends[2]));
	assert_false(closed(c->ends[5]));
}

static void
know(struct crowd *c, uint32_t source)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(0x0a000000 + source)};
	struct source *s = srclimit_enter(
	    lobby(c)->sources, (struct sockaddr *)&a, clock_now());

	srclimit_login(s, clock_now());
	srclimit_leave(lobby(c)->sources, s);
}

/* Who has logged in of late goes before those who never did. */
static void
test_known(void **state)
{
	struct crowd *c = *state;
	struct conn *third;
	char part[200];
	uint32_t i;

	memset(part, 'x', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	know(c, 1);
	know(c, 20);
	for (i = 1; i <= PLACES; i++)
		come(c, i, (uint16_t)i, part);
	third = lobby(c)->startups->next->next;
	lobby(c)->startups->next->sessionlen = 32;
	come(c, 20, 20, version);
	turn(c);
	expect(c, PLACES, 1);
	pass(c, 1);
	come(c, 30, 30, version);
	turn(c);
	/* Not the known one's, nor whose key exchange is complete. */
	assert_false(closed(c->ends[0]));
	assert_false(closed(c->ends[1]));
	assert_true(closed(c->ends[2]));
	/* One is enough: nobody else goes first. */
	turn(c);
	assert_false(closed(c->ends[3]));
	conn_gone(third, "left", 0, 0);
	waiting_give_slots(&c->s->m);
	assert_int_equal(last(c), 20);
	/* It has a place; it is not hungry any more. */
	come(c, 20, 21, version);
	pass(c, 5);
	turn(c);
	assert_false(closed(c->ends[3]));
}

/* A flood of those who wait does not push it out. */
static void
test_known_in_a_flood(void **state)
{
	struct crowd *c = *state;
	char part[200];
	uint32_t i;

	memset(part, 'x', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	know(c, 20);
	for (i = 1; i <= PLACES; i++)
		come(c, i, 1, part);
	come(c, 20, 20, version);
	come_many(c, 100, (size_t)4 * PLACES - 1);
	expect(c, PLACES, 4 * PLACES);
	come_many(c, 300, 100);
	expect(c, PLACES, 4 * PLACES);
	assert_false(closed(c->ends[PLACES]));
	assert_true(closed(c->ends[PLACES + 1]));
	leave(c);
	assert_int_equal(last(c), 20);
	/* If all are known, the oldest goes. */
	lobby_empty_all(&c->s->m);
	for (i = 0; i < 4 * PLACES + 1; i++) {
		know(c, 1000 + i);
		come(c, 1000 + i, 1, version);
	}
	expect(c, PLACES, 4 * PLACES);
	assert_true(closed(c->ends[c->n - 4 * PLACES - 1]));
}

/* Those that wait may leave, and do not wait for ever. */
static void
test_end_of_waiting(void **state)
{
	struct crowd *c = *state;

	come_many(c, 10, PLACES);
	come_many(c, 30, 3);
	shutdown(c->ends[PLACES], SHUT_WR);
	turn(c);
	expect(c, PLACES, 2);
	c->s->conf.login_grace = 0;
	turn(c);
	expect(c, PLACES, 0);
	assert_true(closed(c->ends[PLACES + 2]));
}

/* No worker: they wait.  None that has room: they cannot. */
static void
test_workers(void **state)
{
	struct crowd *c = *state;

	c->s->worker.ready = false;
	come_many(c, 10, 2);
	expect(c, 0, 2);
	c->s->worker.ready = true;
	waiting_give_slots(&c->s->m);
	expect(c, 2, 0);
	c->s->conf.worker_sessions = 2;
	come_many(c, 20, 1);
	expect(c, 2, 0);
	assert_true(closed(c->ends[2]));
}

/* Who has logged in needs no place. */
static void
test_login(void **state)
{
	struct crowd *c = *state;
	struct dir_device *dev = stage_device(c->s, 1, "aa");

	come_many(c, 10, PLACES);
	come_many(c, 30, 1);
	conn_login(lobby(c)->startups, dev, (uint8_t[KEY_DIGEST]){0});
	expect(c, PLACES - 1, 1);
	waiting_give_slots(&c->s->m);
	expect(c, PLACES, 0);
	assert_int_equal(HASH_COUNT(c->s->m.conns), PLACES + 1);
}

/* Strangers fill one lobby; the other has all its places, for any source. */
static void
test_pools_apart(void **state)
{
	struct crowd *c = *state;
	uint16_t port;

	come_many(c, 0, ALL);
	expect(c, PLACES, 4 * PLACES);
	c->pool = POOL_OPERATORS;
	for (port = 0; port < OF_ONE; port++)
		come(c, ALL - 1, port, "");
	expect(c, OF_ONE, 0);
	come_many(c, 0, PLACES - OF_ONE);
	expect(c, PLACES, 0);
	assert_int_equal(c->operators.conns, PLACES);
	/* Its own limits hold there, too. */
	come_many(c, PLACES, 4 * PLACES + 1);
	expect(c, PLACES, 4 * PLACES);
	c->pool = POOL_LISTEN;
	expect(c, PLACES, 4 * PLACES);
	assert_int_equal(c->s->worker.conns, PLACES);
	assert_int_equal(lobby(c)->startups->pool, POOL_LISTEN);
	/* A place in one lobby is nobody's in the other. */
	conn_gone(c->s->m.lobbies[POOL_OPERATORS].startups, "left", 0, 0);
	waiting_give_slots(&c->s->m);
	assert_int_equal(c->operators.conns, PLACES);
	expect(c, PLACES, 4 * PLACES);
}

/* A pool without a worker waits for one of its own. */
static void
test_pools_workers(void **state)
{
	struct crowd *c = *state;

	c->operators.ready = false;
	c->pool = POOL_OPERATORS;
	come_many(c, 0, 2);
	expect(c, 0, 2);
	c->s->worker.ready = false;
	c->operators.ready = true;
	c->pool = POOL_LISTEN;
	come_many(c, 0, 3);
	expect(c, 0, 3);
	waiting_give_slots(&c->s->m);
	expect(c, 0, 3);
	c->pool = POOL_OPERATORS;
	expect(c, 2, 0);
	assert_int_equal(c->operators.conns, 2);
	assert_int_equal(c->s->worker.conns, 0);
}

/* A source that is refused in one lobby is not in the other. */
static void
test_pools_penalties(void **state)
{
	struct crowd *c = *state;
	struct monitor *m = &c->s->m;
	struct sockaddr_in *from;
	struct incoming incoming;
	int pool, end[2], i;

	come(c, 7, 1, "");
	for (i = 0; i < SRCLIMIT_ACT; i++)
		srclimit_penalise(lobby(c)->sources, lobby(c)->startups->source,
		    SRCLIMIT_REFUSED, clock_now());
	for (pool = 0; pool < POOLS; pool++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
		memset(&incoming, 0, sizeof(incoming));
		incoming.pool = (enum pool)pool;
		incoming.fd = end[0];
		from = (void *)&incoming.addr;
		from->sin_family = AF_INET;
		from->sin_addr.s_addr = htonl(0x0a000000 + 7);
		incoming.accepted = clock_now();
		waiting_add(m, &incoming);
		assert_int_equal(closed(end[1]), pool == POOL_LISTEN);
		close(end[1]);
	}
}

/* Who has served its time is replaced by one of its own pool. */
static void
test_pools_retire(void **state)
{
	struct crowd *c = *state;
	struct child *next;
	struct msg ready;

	c->s->m.launcher = -1; /* it is asked in vain, and later again */
	c->s->conf.worker_lifetime = 2;
	c->pool = POOL_OPERATORS;
	come(c, 1, 1, "");
	assert_false(c->operators.retiring);
	come(c, 2, 1, "");
	assert_true(c->operators.retiring);
	assert_false(c->s->worker.retiring);
	next = c->operators.next;
	assert_non_null(next);
	assert_int_equal(next->role->pool, POOL_OPERATORS);
	come(c, 3, 1, "");
	assert_null(next->next);
	/* For the other pool's worker the new one is no replacement. */
	c->s->m.ready = true;
	c->s->worker.retiring = true;
	msg_init(&ready, MSG_READY, 0);
	assert_null(next->role->hear(next, &ready));
	assert_false(c->s->worker.draining);
	assert_true(c->operators.draining);
	DL_DELETE(c->s->m.workers, next);
	child_free(next);
}

/* An operator's login makes the source known as a device's does, in that lobby. */
static void
test_pools_known(void **state)
{
	struct crowd *c = *state;
	struct monitor *m = &c->s->m;
	struct msg_operator record = {.id = 1, .name = "eve"};
	struct dir_operator *op =
	    directory_put_operator(&m->dir, &record, 0, clock_now());
	struct source *source;
	struct conn *conn;

	assert_non_null(op);
	come(c, 1, 1, "");
	c->pool = POOL_OPERATORS;
	come(c, 1, 1, "");
	conn = lobby(c)->startups;
	source = conn->source;
	assert_false(srclimit_known(source, clock_now()));
	conn_login_operator(conn, op);
	assert_true(srclimit_known(source, clock_now()));
	assert_false(srclimit_known(
	    m->lobbies[POOL_LISTEN].startups->source, clock_now()));
}

/* The counts that the log has of a limit, by its reason. */
static void
expect_logged(struct crowd *c, enum turn_away_reason reason, json_int_t first,
    json_int_t second, size_t count)
{
	json_t *all = stage_events(c->s), *e;
	json_int_t want = first;
	const char *why;
	size_t i, n = 0;

	json_array_foreach(all, i, e) {
		why = json_string_value(json_object_get(e, "reason"));
		if (why == NULL || strcmp(why, turn_away_text(reason)) != 0)
			continue;
		assert_int_equal(
		    json_integer_value(json_object_get(e, "count")), want);
		want = second;
		n++;
	}
	assert_int_equal(n, count);
	json_decref(all);
}

/* One reason's connections do not hide another's first, nor its 1,001st. */
static void
test_logged_by_reason(void **state)
{
	struct crowd *c = *state;
	uint16_t port;

	for (port = 0; port < 2 * OF_ONE + 3; port++)
		come(c, 1, port, "");
	expect_logged(c, TURN_AWAY_MANY_OF_SOURCE, 1, 0, 1);
	come_many(c, 10, PLACES - OF_ONE);
	come_many(c, 30, 4 * PLACES - OF_ONE + 2);
	expect_logged(c, TURN_AWAY_MANY, 1, 0, 1);
	assert_int_equal(c->s->m.counters.limits, 5);
	lobby_empty_all(&c->s->m);
	for (port = 0; port < OF_ONE + 997; port++)
		come(c, 1, port, "");
	expect_logged(c, TURN_AWAY_MANY_OF_SOURCE, 1, 1001, 1);
	come(c, 1, port, "");
	expect_logged(c, TURN_AWAY_MANY_OF_SOURCE, 1, 1001, 2);
}

/* A source that is refused from now on has met a limit. */
static void
test_penalty_counts(void **state)
{
	struct crowd *c = *state;
	struct counters *n = &c->s->m.counters;

	come(c, 1, 1, "");
	while (!srclimit_refused(lobby(c)->sources,
	    (struct sockaddr *)&(struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)},
	    clock_now())) {
		assert_int_equal(n->limits, 0);
		conn_fault(lobby(c)->startups, SRCLIMIT_CRASH);
	}
	assert_int_equal(n->limits, 1);
	come(c, 1, 2, "");
	assert_int_equal(n->limits, 2);
	expect_logged(c, TURN_AWAY_PENALTY, 1, 0, 1);
}

#define WITH_CROWD(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_CROWD(test_in_all),
	    WITH_CROWD(test_default),
	    WITH_CROWD(test_of_one_source),
	    WITH_CROWD(test_order),
	    WITH_CROWD(test_speaks_later),
	    WITH_CROWD(test_silent),
	    WITH_CROWD(test_slow),
	    WITH_CROWD(test_silent_of_one_source),
	    WITH_CROWD(test_greedy),
	    WITH_CROWD(test_known),
	    WITH_CROWD(test_known_in_a_flood),
	    WITH_CROWD(test_end_of_waiting),
	    WITH_CROWD(test_workers),
	    WITH_CROWD(test_login),
	    WITH_CROWD(test_pools_apart),
	    WITH_CROWD(test_pools_workers),
	    WITH_CROWD(test_pools_penalties),
	    WITH_CROWD(test_pools_retire),
	    WITH_CROWD(test_pools_known),
	    WITH_CROWD(test_logged_by_reason),
	    WITH_CROWD(test_penalty_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
