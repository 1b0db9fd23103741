/*
 * What the monitor accepts on the port of a forward, and what it hands to the
 * worker: connected sockets, a bounded number, and never the listener.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "bridge.h"
#include "listen.h"
#include "stage.h"
#include "tunnel.h"
#include "tunnel_accept.h"
#include "unit.h"

#define PORT 9876
#define CHANNELS 64
#define BATCH 16 /* of one turn of the loop */
#define WAITS 600 /* descriptors, more than a socket has room for */

struct scene {
	struct stage *s;
	struct conn *c;
	struct tunnel t;
	struct sockaddr_in at;
};

static void
forward_open(struct scene *f, struct stage *s)
{
	socklen_t len = sizeof(f->at);

	memset(f, 0, sizeof(*f));
	f->s = s;
	f->c = stage_conn(s, stage_device(s, 1, "d1"));
	s->worker.channels = CHANNELS;
	f->t.conn = f->c;
	f->t.port = PORT;
	f->t.fd = listen_forward("127.0.0.1", 0);
	assert_int_not_equal(f->t.fd, -1);
	assert_int_equal(
	    getsockname(f->t.fd, (struct sockaddr *)&f->at, &len), 0);
	DL_APPEND(f->c->tunnels, &f->t);
	tunnel_accept_start(&f->t);
}

static void
forward_close(struct scene *f)
{
	tunnel_accept_stop(&f->t);
	close(f->t.fd);
	bridge_free_all(f->c);
	DL_DELETE2(f->c->device->conns, f->c, dprev, dnext);
	free(f->c);
}

static int
visit(const struct scene *f)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&f->at, sizeof(f->at)), 0);
	return fd;
}

static void
turn(const struct scene *f)
{
	ev_run(f->s->m.loop, EVRUN_NOWAIT);
}

/* The connection that the worker is handed next; -1: none. */
static int
handed(const struct scene *f, struct msg *m)
{
	const char *reason;
	int fd;

	if (msg_recv(f->s->to_worker, m, &fd, &reason) != MSG_OK)
		return -1;
	assert_string_equal(msg_name(m->type), "ACCEPTED");
	assert_int_not_equal(fd, -1);
	return fd;
}

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static bool
is_closed(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&p, 1, 5000) == 1 && read(fd, &byte, 1) <= 0;
}

static void
test_connected_socket(void **state)
{
	struct scene f;
	struct msg m;
	int visitor, fd;
	char byte;

	forward_open(&f, *state);
	visitor = visit(&f);
	turn(&f);
	fd = handed(&f, &m);
	assert_int_not_equal(fd, -1);
	assert_int_equal(m.conn, f.c->number);
	assert_int_equal(m.accepted.port, PORT);
	assert_int_equal(m.accepted.id, 1);
	assert_string_equal(m.accepted.addr, "127.0.0.1");
	assert_int_equal(option(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	assert_int_not_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
	assert_int_not_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	/* The monitor keeps none of it: closed here, it is closed. */
	assert_int_equal(write(visitor, "x", 1), 1);
	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
	assert_true(is_closed(visitor));
	close(visitor);
	assert_int_equal(handed(&f, &m), -1);
	forward_close(&f);
}

/* One forward's crowd takes turns with everything else. */
static void
test_batch(void **state)
{
	int visitors[BATCH + 1], n, fd;
	struct scene f;
	struct msg m;

	forward_open(&f, *state);
	for (n = 0; n <= BATCH; n++)
		visitors[n] = visit(&f);
	turn(&f);
	for (n = 0; (fd = handed(&f, &m)) != -1; n++)
		close(fd);
	assert_int_equal(n, BATCH);
	turn(&f);
	assert_int_not_equal(fd = handed(&f, &m), -1);
	assert_int_equal(m.accepted.id, BATCH + 1);
	close(fd);
	for (n = 0; n <= BATCH; n++)
		close(visitors[n]);
	forward_close(&f);
}

/* Past the channels they are closed at once, and the worker hears nothing. */
static void
test_channels(void **state)
{
	int visitors[CHANNELS + 2], n, fd;
	struct scene f;
	struct msg m;

	forward_open(&f, *state);
	for (n = 0; n < CHANNELS + 2; n++) {
		visitors[n] = visit(&f);
		turn(&f);
		fd = handed(&f, &m);
		assert_int_equal(fd != -1, n < CHANNELS);
		if (fd != -1)
			close(fd);
	}
	assert_true(is_closed(visitors[CHANNELS]));
	assert_true(is_closed(visitors[CHANNELS + 1]));
	for (n = 0; n < CHANNELS + 2; n++)
		close(visitors[n]);
	forward_close(&f);
}

/* All that waits for it, and its descriptors. */
static void
worker_reads(struct stage *s)
{
	const char *reason;
	struct msg m;
	int fd;

	do {
		assert_int_equal(msgq_flush(s->worker.queue), MSG_OK);
		while (msg_recv(s->to_worker, &m, &fd, &reason) == MSG_OK)
			close(fd);
	} while (child_has_waiting(&s->worker));
}

/* Whoever comes waits in the backlog while the worker has not taken the last. */
static void
test_worker_behind(void **state)
{
	struct scene f;
	struct msg m;
	int visitor, fd;

	forward_open(&f, *state);
	f.s->conf.worker_sessions = WAITS;
	msg_init(&m, MSG_CONN, 1);
	while (!child_has_waiting(&f.s->worker))
		child_send(&f.s->worker, &m, STDERR_FILENO);
	visitor = visit(&f);
	turn(&f);
	assert_int_equal(f.c->bridge_id, 0);
	assert_false(ev_is_active(&f.t.watch));
	assert_true(ev_is_active(&f.t.pause));
	/* Again and again, and nothing is accepted. */
	ev_feed_event(f.s->m.loop, &f.t.pause, EV_TIMER);
	turn(&f);
	assert_int_equal(f.c->bridge_id, 0);
	worker_reads(f.s);
	ev_timer_stop(f.s->m.loop, &f.t.pause);
	ev_io_start(f.s->m.loop, &f.t.watch);
	while ((fd = handed(&f, &m)) == -1)
		turn(&f);
	assert_int_equal(m.accepted.id, 1);
	close(fd);
	close(visitor);
	forward_close(&f);
}

/* Without a descriptor it waits, and says so; the visitor is taken later. */
static void
test_no_descriptor(void **state)
{
	struct rlimit usual, none;
	struct scene f;
	struct msg m;
	int visitor, fd;
	json_t *all;

	forward_open(&f, *state);
	f.s->m.counters.limits = 1; /* of another kind, which hides nothing */
	visitor = visit(&f);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = (rlim_t)visitor; /* all below it are in use */
	fd = dup(visitor);
	assert_true(fd > visitor);
	close(fd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn(&f);
	assert_int_equal(f.c->bridge_id, 0);
	assert_false(ev_is_active(&f.t.watch));
	assert_true(ev_is_active(&f.t.pause));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	all = stage_events(f.s);
	assert_int_equal(json_array_size(all), 1);
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(all, 0), "count")),
	    1);
	assert_int_equal(f.s->m.counters.limits, 2);
	json_decref(all);
	while ((fd = handed(&f, &m)) == -1)
		ev_run(f.s->m.loop, EVRUN_ONCE); /* when it tries again */
	close(fd);
	close(visitor);
	forward_close(&f);
}

#define WITH_STAGE(f) \
	cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STAGE(test_connected_socket),
	    WITH_STAGE(test_batch),
	    WITH_STAGE(test_channels),
	    WITH_STAGE(test_worker_behind),
	    WITH_STAGE(test_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
