/*
 * The account of connections through a forward, what a worker may claim of them,
 * and how much a worker that does not read may keep waiting.
 */
#include "config.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "bridge.h"
#include "bucket.h"
#include "stage.h"
#include "tunnel.h"
#include "unit.h"

#define PORT 9876
#define CHANNELS 3

static struct tunnel forward = {.port = PORT, .fd = -1};

static struct conn *
make_conn(struct stage *s)
{
	struct conn *c = stage_conn(s, stage_device(s, 1, "d1"));

	s->worker.channels = CHANNELS;
	DL_APPEND(c->tunnels, &forward);
	return c;
}

static void
free_conn(struct conn *c)
{
	bridge_free_all(c);
	assert_null(c->bridges);
	DL_DELETE2(c->device->conns, c, dprev, dnext);
	free(c);
}

/* One is accepted: its id; 0: it is refused. */
static uint32_t
open_one(struct conn *c, uint32_t port)
{
	struct msg_accepted m = {
	    .port = port, .from = 4711, .addr = "192.0.2.1"};

	return bridge_open(c, &m) ? m.id : 0;
}

static const char *
say_close(struct conn *c, uint32_t port, uint32_t id)
{
	struct msg_bridge m = {.port = port,
	    .id = id,
	    .bytes_in = 7,
	    .bytes_out = 8,
	    .reason = "closed"};

	return bridge_close(c, &m);
}

/* How many of an event there are. */
static size_t
events(struct stage *s, const char *name)
{
	json_t *all = stage_events(s), *e;
	size_t i, n = 0;

	json_array_foreach(all, i, e)
		n += strcmp(json_string_value(json_object_get(e, "event")),
			 name) == 0;
	json_decref(all);
	return n;
}

/* The last event has this name, and this text in a field. */
static void
last_event(
    struct stage *s, const char *name, const char *field, const char *text)
{
	json_t *all = stage_events(s);
	const json_t *e = json_array_get(all, json_array_size(all) - 1);

	assert_string_equal(
	    json_string_value(json_object_get(e, "event")), name);
	assert_string_equal(json_string_value(json_object_get(e, field)), text);
	json_decref(all);
}

static void
test_open_and_close(void **state)
{
	struct stage *s = *state;
	struct conn *c = make_conn(s);

	assert_int_equal(open_one(c, PORT), 1);
	assert_int_equal(open_one(c, PORT), 2);
	assert_null(say_close(c, PORT, 1));
	assert_string_equal(say_close(c, PORT, 1), "not an open one");
	assert_string_equal(say_close(c, PORT, 0), "not an open one");
	assert_string_equal(say_close(c, PORT, 3), "not an open one");
	assert_string_equal(say_close(c, PORT + 1, 2), "not an open one");
	assert_null(say_close(c, PORT, 2));
	assert_int_equal(open_one(c, PORT), 3);
	assert_int_equal(events(s, "conn.open"), 3);
	assert_int_equal(events(s, "conn.close"), 2);
	last_event(s, "conn.open", "peer", "192.0.2.1:4711");
	free_conn(c);
}

static void
test_peer(void **state)
{
	struct msg_accepted m = {
	    .port = PORT, .from = 65535, .addr = "2001:db8::1"};
	struct stage *s = *state;
	struct conn *c = make_conn(s);

	assert_true(bridge_open(c, &m));
	last_event(s, "conn.open", "peer", "[2001:db8::1]:65535");
	free_conn(c);
}

/* Of another connection, even of the same worker. */
static void
test_of_other(void **state)
{
	struct stage *s = *state;
	struct conn *c = make_conn(s), *other = stage_conn(s, c->device);

	assert_int_equal(open_one(c, PORT), 1);
	assert_string_equal(say_close(other, PORT, 1), "not an open one");
	DL_DELETE2(other->device->conns, other, dprev, dnext);
	free(other);
	free_conn(c);
}

/* Ids begin anew after 2^32, without those that are open. */
static void
test_ids_wrap(void **state)
{
	struct conn *c = make_conn(*state);

	assert_int_equal(open_one(c, PORT), 1);
	c->bridge_id = UINT32_MAX - 1;
	assert_int_equal(open_one(c, PORT), UINT32_MAX);
	assert_null(say_close(c, PORT, UINT32_MAX));
	assert_int_equal(open_one(c, PORT), 2);
	free_conn(c);
}

static void
test_no_more_than_channels(void **state)
{
	struct stage *s = *state;
	struct conn *c = make_conn(s);
	uint32_t id;

	for (id = 1; id <= CHANNELS; id++)
		assert_int_equal(open_one(c, PORT), id);
	for (id = 0; id < 100; id++)
		assert_int_equal(open_one(c, PORT), 0);
	assert_int_equal(events(s, "conn.open"), CHANNELS);
	assert_int_equal(events(s, "limit"), 1);
	last_event(s, "limit", "reason", "channels");
	assert_int_equal(s->m.counters.limits, 100);
	assert_null(say_close(c, PORT, 2));
	assert_int_equal(open_one(c, PORT), CHANNELS + 1);
	free_conn(c);
}

/* The forward was closed while one was open: it is told to its end. */
static void
test_forward_closed(void **state)
{
	struct stage *s = *state;
	struct conn *c = make_conn(s);

	assert_int_equal(open_one(c, PORT), 1);
	DL_DELETE(c->tunnels, &forward);
	assert_null(say_close(c, PORT, 1));
	assert_int_equal(events(s, "conn.close"), 1);
	free_conn(c);
}

static void
test_log_is_bounded(void **state)
{
	struct stage *s = *state;
	struct conn *c = make_conn(s);
	uint32_t id;
	size_t n;

	for (id = 1; id <= 20000; id++) {
		assert_int_equal(open_one(c, PORT), id);
		assert_null(say_close(c, PORT, id));
		if (id % 100 == 0)
			event_flush(s->m.log);
	}
	n = events(s, "conn.open");
	assert_in_range(n, 1024, 10000);
	assert_int_equal(events(s, "conn.close"), n);
	assert_int_equal(events(s, "limit"), 1);
	assert_int_equal(s->m.counters.limits, 20000 - n);
	free_conn(c);
}

static void
test_bucket(void **state)
{
	struct bucket b = {0};
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_true(bucket_take(&b, 5, 2, 1000));
	assert_false(bucket_take(&b, 5, 2, 1000));
	assert_false(bucket_take(&b, 5, 2, 1000.4));
	assert_true(bucket_take(&b, 5, 2, 1000.5));
	assert_false(bucket_take(&b, 5, 2, 1000.5));
	/* No more is saved than the most. */
	for (i = 0; i < 5; i++)
		assert_true(bucket_take(&b, 5, 2, 1e9));
	assert_false(bucket_take(&b, 5, 2, 1e9));
}

static size_t
descriptors(void)
{
	size_t n = 0;
	int fd;

	for (fd = 0; fd < 4096; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* The worker does not read, and connections come one after another. */
static void
test_descriptors_that_wait(void **state)
{
	struct stage *s = *state;
	struct child *w = &s->worker;
	size_t before = descriptors(), most = 2 * 4 + 512, n;
	struct msg m;

	s->conf.worker_sessions = 4;
	msg_init(&m, MSG_CONN, 1);
	for (n = 0; !w->doomed && n < 5000; n++) {
		assert_in_range(msgq_descriptors(w->queue), 0, most);
		child_send(w, &m, STDERR_FILENO);
	}
	assert_true(w->doomed);
	assert_string_equal(w->reason, "send queue full");
	assert_int_equal(msgq_descriptors(w->queue), most + 1);
	assert_int_equal(descriptors(), before + most + 1);
	ev_timer_stop(s->m.loop, &w->doom);
	msgq_free(w->queue);
	w->queue = NULL;
	assert_int_equal(descriptors(), before);
}

#define WITH_STAGE(f) \
	cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STAGE(test_open_and_close),
	    WITH_STAGE(test_peer),
	    WITH_STAGE(test_of_other),
	    WITH_STAGE(test_ids_wrap),
	    WITH_STAGE(test_no_more_than_channels),
	    WITH_STAGE(test_forward_closed),
	    WITH_STAGE(test_log_is_bounded),
	    WITH_STAGE(test_descriptors_that_wait),
	    cmocka_unit_test(test_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
