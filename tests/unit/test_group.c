/*
 * What waits in the keeper, with a clock of the test's own.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "group.h"
#include "hours.h"
#include "place.h"
#include "unit.h"

struct sessions {
	int n;
	struct session last;
};

static int
note_session(void *arg, const struct session *n)
{
	struct sessions *all = arg;

	all->n++;
	all->last = *n;
	return 0;
}

static struct sessions
sessions_of(struct store *s)
{
	struct sessions all = {.n = 0};

	assert_int_equal(store_session_each(s, note_session, &all), STORE_OK);
	return all;
}

static void
put(struct group *g, uint64_t conn, const char *ports, double now)
{
	struct msg_session m = {.since = 1};

	snprintf(m.ports, sizeof(m.ports), "%s", ports);
	assert_int_equal(group_session(g, conn, &m, now), 0);
}

static void
a_poll_leaves_no_session(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct group *g = group_new("n1");

	place_node(s, "n1");
	put(g, 1, "", 100.0);
	assert_int_equal(group_write(g, s, 100.1), STORE_OK);
	assert_int_equal(sessions_of(s).n, 0);
	assert_int_equal(group_rows(g), 1);
	group_session_end(g, 1, 0, 100.2);
	assert_int_equal(group_rows(g), 0);
	/* One that stays is written, changed, and ended. */
	put(g, 2, "", 100.0);
	put(g, 2, "9876", 100.3);
	assert_int_equal(group_write(g, s, 100.0 + GROUP_YOUNG), STORE_OK);
	assert_int_equal(sessions_of(s).n, 1);
	assert_string_equal(sessions_of(s).last.ports, "9876");
	assert_string_equal(sessions_of(s).last.node, "n1");
	assert_int_equal(group_rows(g), 0);
	put(g, 2, "", 101.0);
	group_session_end(g, 2, 0, 101.1);
	group_session_end(g, 2, 0, 101.1);
	assert_int_equal(group_rows(g), 1);
	assert_int_equal(group_write(g, s, 101.1), STORE_OK);
	assert_int_equal(sessions_of(s).n, 0);
	group_session_end(g, 2, 0, 101.2);
	assert_int_equal(group_rows(g), 0);
	group_free(g);
	store_close(s);
}

static void
of_a_forward_the_last_word_counts(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = {.dport = 22, .sport = 9876, .ttl = 60};
	struct msg_forward_state m = {.state = FORWARD_DELIVERED};
	struct group *g = group_new("n1");

	place_node(s, "n1");
	f.device = place_device(s, "aa", 1);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	m.id = f.id;
	assert_int_equal(group_forward(g, &m), 0);
	m.state = FORWARD_OPEN;
	assert_int_equal(group_forward(g, &m), 0);
	assert_int_equal(group_rows(g), 1);
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	assert_int_equal(store_forward_get(s, f.id, &f), STORE_OK);
	assert_int_equal(f.state, FORWARD_OPEN);
	group_free(g);
	store_close(s);
}

/* The state of a removed forward does not keep the group from being written. */
static void
state_of_a_removed_forward_is_dropped(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct msg_forward_state m = {.id = 99, .state = FORWARD_OPEN};
	struct group *g = group_new("n1");

	place_node(s, "n1");
	assert_int_equal(group_forward(g, &m), 0);
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	group_free(g);
	store_close(s);
}

static void
refuse(struct group *g, int64_t device, uint32_t own, const char *reason)
{
	struct msg_refusal m = {.device = device, .own = own, .at = 7};

	snprintf(m.addr, sizeof(m.addr), "192.0.2.1");
	snprintf(m.reason, sizeof(m.reason), "%s", reason);
	assert_int_equal(group_refusal(g, &m), 0);
}

static void
a_refusal_replaces_the_written_one(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t device = place_device(s, "aa", 1);
	struct group *g = group_new("n1");
	struct refusal r;

	refuse(g, device, 0, "unknown key");
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	refuse(g, device, 0, "device disabled");
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	assert_int_equal(store_refusal_get(s, device, false, &r), STORE_OK);
	assert_string_equal(r.reason, "device disabled");
	group_free(g);
	store_close(s);
}

static void
of_refusals_the_last_counts(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t device = place_device(s, "aa", 1);
	struct group *g = group_new("n1");
	struct refusal r;

	refuse(g, device, 0, "unknown key");
	refuse(g, device, 1, "device disabled");
	refuse(g, device, 0, "store is stale");
	refuse(g, device + 1, 0, "a device that is gone");
	assert_int_equal(group_rows(g), 3);
	assert_int_equal(store_refusal_get(s, device, false, &r), STORE_NONE);
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	assert_int_equal(store_refusal_get(s, device, false, &r), STORE_OK);
	assert_string_equal(r.reason, "store is stale");
	assert_string_equal(r.addr, "192.0.2.1");
	assert_int_equal(r.at, 7);
	assert_int_equal(store_refusal_get(s, device, true, &r), STORE_OK);
	assert_string_equal(r.reason, "device disabled");
	group_free(g);
	store_close(s);
}

static int
count_beat(void *n, const struct heartbeat *h)
{
	(void)h;
	(*(int *)n)++;
	return 0;
}

static void
heartbeats_are_bounded(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct msg_heartbeat m = {.device = place_device(s, "aa", 1)};
	struct group *g = group_new("n1");
	struct device d;
	int i, n = 0;

	for (i = 1; i <= GROUP_HEARTBEATS + 5; i++) {
		m.at = i;
		assert_int_equal(group_heartbeat(g, &m), 0);
	}
	assert_int_equal(group_rows(g), GROUP_HEARTBEATS);
	assert_int_equal(group_lost(g), 5);
	assert_int_equal(group_lost(g), 0);
	assert_int_equal(group_write(g, s, 0), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	store_heartbeat_each(s, m.device, 0, 1000, count_beat, &n);
	assert_int_equal(n, HEARTBEAT_KEEP);
	assert_int_equal(store_device_get(s, m.device, &d), STORE_OK);
	assert_int_equal(d.last_seen, GROUP_HEARTBEATS + 5);
	group_free(g);
	store_close(s);
}

static void
what_fails_waits(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(*state, 0);
	struct msg_heartbeat m = {.device = place_device(s, "aa", 1)};
	struct group *g = group_new("n1");

	place_node(s, "n1");
	assert_int_equal(group_heartbeat(g, &m), 0);
	put(g, 1, "", 0);
	refuse(g, m.device, 0, "unknown key");
	group_applied(g, 3);
	assert_int_equal(store_begin(other), STORE_OK);
	assert_int_equal(
	    store_device_twice(other, m.device, 1, "here, there"), STORE_OK);
	assert_int_equal(group_write(g, s, 10), STORE_BUSY);
	assert_int_equal(group_rows(g), 4);
	store_rollback(other);
	assert_int_equal(group_write(g, s, 10), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	assert_int_equal(sessions_of(s).n, 1);
	/* What still waits is freed with it. */
	assert_int_equal(group_heartbeat(g, &m), 0);
	put(g, 2, "", 0);
	group_free(g);
	group_free(NULL);
	store_close(other);
	store_close(s);
}

/* The log before the store may grow no more: a commit writes there. */
static void
what_is_not_committed_waits(void **state)
{
	const struct place *p = *state;
	struct store *s;
	struct msg_heartbeat m = {.at = 9};
	struct group *g;
	char log[160];
	struct rlimit was, no_more;
	struct device d;
	struct stat st;

	place_sqlite_only(p);
	s = place_open(p, STORE_CREATE | STORE_SERVER);
	g = group_new("n1");
	m.device = place_device(s, "aa", 1);
	assert_int_equal(group_heartbeat(g, &m), 0);
	put(g, 1, "", 0);
	refuse(g, m.device, 0, "unknown key");
	snprintf(log, sizeof(log), "%s-wal", p->path);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, SIG_IGN);
	no_more = was;
	no_more.rlim_cur = (rlim_t)st.st_size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &no_more), 0);
	assert_int_not_equal(group_write(g, s, 10), STORE_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(group_rows(g), 3);
	assert_int_equal(store_device_get(s, m.device, &d), STORE_OK);
	assert_int_equal(d.last_seen, 0);
	assert_int_equal(group_write(g, s, 10), STORE_OK);
	assert_int_equal(group_rows(g), 0);
	assert_int_equal(store_device_get(s, m.device, &d), STORE_OK);
	assert_int_equal(d.last_seen, 9);
	assert_int_equal(sessions_of(s).n, 1);
	group_free(g);
	store_close(s);
}

/* --- history ---------------------------------------------------------- */

#define S INT64_C(1000000)
#define NOON (INT64_C(1700049600) * S)

static void
beat(struct hours *h, int64_t device, int64_t at, const char *health)
{
	struct msg_heartbeat m = {.device = device, .at = at};

	snprintf(m.client, sizeof(m.client), "x");
	snprintf(m.addr, sizeof(m.addr), "192.0.2.1");
	snprintf(m.health, sizeof(m.health), "%s", health);
	assert_int_equal(hours_heartbeat(h, &m), 0);
}

static int
count_point(void *n, const struct point *p)
{
	(void)p;
	(*(int *)n)++;
	return 0;
}

static int
count_text(void *n, const struct text_change *t)
{
	(void)t;
	(*(int *)n)++;
	return 0;
}

/* Write what is due at this time; returns the rows that the device has then. */
static int
written(
    struct hours *h, struct store *s, int64_t device, int64_t now, int *texts)
{
	int points = 0;

	assert_int_equal(store_begin(s), STORE_OK);
	assert_int_equal(hours_write(h, s, now), STORE_OK);
	assert_int_equal(store_commit(s), STORE_OK);
	hours_written(h);
	*texts = 0;
	store_inventory_each(s, device, count_text, texts);
	store_series_each(s, device, NULL, 0, count_point, &points);
	return points;
}

/* An hour is written when it is over, and not before. */
static void
hours_are_written_when_over(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1);
	struct hours *h = hours_new(NOON);
	int texts;

	beat(h, id, NOON + 10 * S, "load=1");
	beat(h, id, NOON + 1800 * S, "load=2 mem=7");
	assert_int_equal(written(h, s, id, NOON + 3599 * S, &texts), 0);
	assert_false(hours_due(h, NOON + 3599 * S));
	assert_true(hours_due(h, NOON + 3600 * S));
	/* A rollback leaves them due. */
	assert_int_equal(store_begin(s), STORE_OK);
	assert_int_equal(hours_write(h, s, NOON + 3600 * S), STORE_OK);
	store_rollback(s);
	assert_true(hours_due(h, NOON + 3601 * S));
	assert_int_equal(written(h, s, id, NOON + 3601 * S, &texts), 2);
	assert_int_equal(written(h, s, id, NOON + 7200 * S, &texts), 2);
	/* One that is not over is written at the end. */
	beat(h, id, NOON + 7300 * S, "load=3");
	hours_last(h, NOON + 7400 * S);
	assert_true(hours_due(h, NOON + 7400 * S));
	assert_int_equal(written(h, s, id, NOON + 7400 * S, &texts), 3);
	assert_false(hours_due(h, NOON + 7400 * S));
	hours_free(h);
	store_close(s);
}

/* A device sends its model and firmware in some of its polls only. */
static void
texts_are_noted_when_they_change(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1);
	struct hours *h = hours_new(NOON);
	int texts;

	beat(h, id, NOON + S, "load=1");
	beat(h, id, NOON + 2 * S, "load=1 fw=22.03 model=m denied=23");
	written(h, s, id, NOON + 3 * S, &texts);
	assert_int_equal(texts, 4); /* client, addr, fw, model */
	beat(h, id, NOON + 4 * S, "load=1");
	beat(h, id, NOON + 5 * S, "load=1 fw=22.03 model=m");
	assert_false(hours_due(h, NOON + 5 * S));
	/* Once an hour is enough. */
	beat(h, id, NOON + 6 * S, "load=1 fw=23.05 model=m");
	assert_false(hours_due(h, NOON + 6 * S));
	written(h, s, id, NOON + 3600 * S, &texts);
	assert_int_equal(texts, 4);
	beat(h, id, NOON + 3700 * S, "load=1 fw=23.05 model=m");
	assert_true(hours_due(h, NOON + 3700 * S));
	written(h, s, id, NOON + 3700 * S, &texts);
	assert_int_equal(texts, 5);
	hours_free(h);
	store_close(s);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(a_poll_leaves_no_session),
	    IN_PLACE(of_a_forward_the_last_word_counts),
	    IN_PLACE(state_of_a_removed_forward_is_dropped),
	    IN_PLACE(of_refusals_the_last_counts),
	    IN_PLACE(a_refusal_replaces_the_written_one),
	    IN_PLACE(heartbeats_are_bounded),
	    IN_PLACE(what_fails_waits),
	    IN_PLACE(what_is_not_committed_waits),
	    IN_PLACE(hours_are_written_when_over),
	    IN_PLACE(texts_are_noted_when_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
