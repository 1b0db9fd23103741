/*
 * Who hears of the host keys to come, and what of that the event log has.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "announce.h"
#include "conn.h"
#include "pins.h"
#include "stage.h"
#include "unit.h"

#define IN_A_SECOND 64
#define ONE "serial=1000000000000001\nserver=one.example\n"
#define TWO "serial=1000000000000002\nserver=two.example\n"
#define UNREADABLE "the announcement cannot be read"

static int
pins_make(void **state)
{
	struct stage *s;

	if (stage_make(state) == -1)
		return -1;
	s = *state;
	s->conf.hostkeys[0] = strdup(folder_file(s->folder, "key"));
	s->conf.nhostkeys = 1;
	return (s->m.pins = pins_new(&s->conf)) != NULL ? 0 : -1;
}

static int
pins_remove(void **state)
{
	struct stage *s = *state;

	pins_free(s->m.pins);
	free(s->conf.hostkeys[0]);
	return stage_remove(state);
}

static void
announce(struct stage *s, const char *text)
{
	folder_write(s->folder, "key.announced", text, 0600);
	pins_look(&s->m);
}

static void
leave(struct stage *s, struct conn *c)
{
	HASH_DEL(s->m.conns, c);
	DL_DELETE2(c->device->conns, c, dprev, dnext);
	free(c);
}

static struct conn *
come(struct stage *s, struct dir_device *device, bool waits)
{
	struct conn *c = stage_conn(s, device);

	c->waits = waits;
	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	return c;
}

/* The device polls, or begins to wait, with this of the announcement. */
static void
say(struct conn *c, const char *mark)
{
	struct msg_poll poll = {.version = 1};

	snprintf(poll.health, sizeof(poll.health), "up=5 pins=%s", mark);
	pins_answer(c, &poll);
}

static void
heard(struct stage *s, const char *text)
{
	struct msg msg;
	char mark[ANNOUNCE_MARK], all[ANNOUNCE_TEXT];

	assert_true(announce_mark(text, mark));
	snprintf(all, sizeof(all), "%spins=%s\n", text, mark);
	stage_heard(s->to_worker, &msg, MSG_HINTS);
	assert_string_equal(msg.hints.text, all);
}

/* How many events there are with this value. */
static size_t
events_with(struct stage *s, const char *key, const char *value)
{
	json_t *all = stage_events(s), *event;
	const char *text;
	size_t i, n = 0;

	json_array_foreach(all, i, event) {
		text = json_string_value(json_object_get(event, key));
		n += text != NULL && strcmp(text, value) == 0;
	}
	json_decref(all);
	return n;
}

static void
test_each_failure_is_logged_once(void **state)
{
	struct stage *s = *state;

	announce(s, "no announcement\n");
	pins_look(&s->m);
	assert_int_equal(events_with(s, "reason", UNREADABLE), 1);
	announce(s, ONE);
	assert_int_equal(events_with(s, "reason", "announced"), 1);
	assert_int_equal(events_with(s, "detail", strerror(EINVAL)), 1);
	announce(s, "no announcement\n");
	assert_int_equal(events_with(s, "reason", UNREADABLE), 2);
}

static void
test_unknown_is_what_was_never_announced(void **state)
{
	struct stage *s = *state;
	struct conn *c = come(s, stage_device(s, 1, "d1"), false);
	char one[ANNOUNCE_MARK];

	announce_mark(ONE, one);
	say(c, "bad");
	heard(s, "");
	assert_int_equal(events_with(s, "event", "hostkeys.unknown"), 1);
	announce(s, ONE);
	say(c, "bad");
	heard(s, ONE);
	say(c, one);
	stage_heard_nothing(s->to_worker);
	announce(s, "");
	say(c, one);
	heard(s, "");
	assert_int_equal(events_with(s, "event", "hostkeys.unknown"), 1);
	say(c, "0123456789abcdef");
	heard(s, "");
	assert_int_equal(events_with(s, "event", "hostkeys.unknown"), 2);
	leave(s, c);
}

static void
test_told_are_those_that_wait_and_ask(void **state)
{
	struct stage *s = *state;
	struct dir_device *device = stage_device(s, 1, "d1");
	struct conn *asks = come(s, device, true), *no = come(s, device, true),
		    *polls = come(s, device, false),
		    *ends = come(s, device, true);

	say(asks, "0");
	say(polls, "0");
	say(ends, "0");
	ends->state = CONN_ENDING;
	announce(s, ONE);
	pins_tick(&s->m);
	heard(s, ONE);
	pins_tick(&s->m);
	stage_heard_nothing(s->to_worker);
	assert_int_equal(no->pins, 0);
	assert_int_equal(polls->pins, 0);
	announce(s, TWO);
	pins_tick(&s->m);
	heard(s, TWO);
	stage_heard_nothing(s->to_worker);
	leave(s, asks);
	leave(s, no);
	leave(s, polls);
	leave(s, ends);
}

static size_t
told(struct conn *const *all, size_t n, unsigned int before)
{
	size_t i, changed = 0;

	for (i = 0; i < n; i++)
		changed += all[i]->pins != before;
	return changed;
}

static void
test_so_many_are_told_in_a_second(void **state)
{
	struct stage *s = *state;
	struct dir_device *device = stage_device(s, 1, "d1");
	struct conn *all[2 * IN_A_SECOND + 1];
	unsigned int before;
	size_t i, n = sizeof(all) / sizeof(all[0]);

	for (i = 0; i < n; i++) {
		all[i] = come(s, device, true);
		say(all[i], "0");
	}
	before = all[0]->pins;
	announce(s, ONE);
	pins_tick(&s->m);
	assert_int_equal(told(all, n, before), IN_A_SECOND);
	pins_tick(&s->m);
	assert_int_equal(told(all, n, before), 2 * IN_A_SECOND);
	pins_tick(&s->m);
	assert_int_equal(told(all, n, before), n);
	for (i = 0; i < n; i++)
		leave(s, all[i]);
}

#define WITH_PINS(f) cmocka_unit_test_setup_teardown(f, pins_make, pins_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PINS(test_each_failure_is_logged_once),
	    WITH_PINS(test_unknown_is_what_was_never_announced),
	    WITH_PINS(test_told_are_those_that_wait_and_ask),
	    WITH_PINS(test_so_many_are_told_in_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
