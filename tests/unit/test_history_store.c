/*
 * History in a real SQLite file, and its bound there.
 */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "place.h"
#include "unit.h"

#define S INT64_C(1000000)
#define HOUR (3600 * S)
#define DAY (24 * HOUR)
#define START (INT64_C(1700006400) * S) /* midnight */

struct seen {
	int n;
	struct span span[HISTORY_SPANS + 1];
	struct text_change text[HISTORY_TEXTS + 1];
	struct point point[64];
	struct report report[4];
};

static int
see_span(void *arg, const struct span *span)
{
	struct seen *seen = arg;

	assert_in_range(seen->n, 0, HISTORY_SPANS);
	seen->span[seen->n++] = *span;
	return 0;
}

static int
see_text(void *arg, const struct text_change *t)
{
	struct seen *seen = arg;

	assert_in_range(seen->n, 0, HISTORY_TEXTS);
	seen->text[seen->n++] = *t;
	return 0;
}

static int
see_point(void *arg, const struct point *p)
{
	struct seen *seen = arg;

	if (seen->n < 64)
		seen->point[seen->n++] = *p;
	return 0;
}

static int
see_report(void *arg, const struct report *r)
{
	struct seen *seen = arg;

	seen->report[seen->n++] = *r;
	return 0;
}

static void
spans_begin_and_end_once(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1);
	struct seen seen = {.n = 0};
	struct cell cells[4];
	struct presence p;

	assert_int_equal(store_span_gone(s, id, START, SPAN_LATE), STORE_OK);
	assert_int_equal(store_span_online(s, id, START), STORE_OK);
	assert_int_equal(store_span_online(s, id, START + 60 * S), STORE_OK);
	assert_int_equal(
	    store_span_gone(s, id, START + HOUR, SPAN_LEFT), STORE_OK);
	assert_int_equal(
	    store_span_gone(s, id, START + 2 * HOUR, SPAN_LATE), STORE_OK);
	assert_int_equal(store_span_online(s, id, START + 3 * HOUR), STORE_OK);
	/* No device, no row. */
	assert_int_equal(store_span_online(s, 99, START), STORE_OK);
	assert_int_equal(store_span_each(s, id, 0, see_span, &seen), STORE_OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.span[0].since, START);
	assert_int_equal(seen.span[0].until, START + HOUR);
	assert_int_equal(seen.span[0].why, SPAN_LEFT);
	assert_int_equal(seen.span[1].until, 0);
	assert_int_equal(
	    store_span_presence(s, id, START - HOUR, START + 4 * HOUR, &p),
	    STORE_OK);
	assert_int_equal(p.present, 2 * HOUR);
	assert_int_equal(p.absent, 2 * HOUR);
	assert_int_equal(
	    store_span_cells(s, id, START, START + 4 * HOUR, cells, 4),
	    STORE_OK);
	assert_int_equal(cells[0].present, HOUR);
	assert_int_equal(cells[1].absent, HOUR);
	assert_int_equal(cells[3].present, HOUR);
	store_close(s);
}

/* It comes and goes each ten minutes, for a year. */
static void
a_flapping_device_is_bounded(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), i;
	struct seen seen = {.n = 0};
	struct presence p;

	assert_int_equal(store_begin(s), STORE_OK);
	for (i = 0; i < 2000; i++) {
		store_span_online(s, id, START + i * 600 * S);
		store_span_gone(s, id, START + (i * 600 + 150) * S, SPAN_LATE);
	}
	assert_int_equal(store_commit(s), STORE_OK);
	assert_int_equal(store_span_each(s, id, 0, see_span, &seen), STORE_OK);
	assert_int_equal(seen.n, HISTORY_SPANS);
	assert_int_equal(seen.span[0].since, START);
	assert_int_equal(seen.span[0].gone, 1800 * 450 * S);
	/* The absences that were joined still count. */
	assert_int_equal(
	    store_span_presence(s, id, START, START + 2000 * 600 * S, &p),
	    STORE_OK);
	assert_int_equal(p.present, 2000 * 150 * S);
	assert_int_equal(p.absent, 2000 * 450 * S);
	store_close(s);
}

static void
nobody_is_blamed_for_the_server(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t there = place_device(s, "there", 1);
	int64_t gone = place_device(s, "gone", 2);
	struct outage o = {
	    .since = START + HOUR, .until = START + 2 * HOUR, .why = 2};
	struct seen seen = {.n = 0};

	place_device(s, "never", 3);
	store_span_online(s, there, START);
	store_span_online(s, gone, START);
	assert_int_equal(store_outage_add(s, &o), STORE_OK);
	/* gone went in the meantime, and is back an hour after the server. */
	store_span_gone(s, gone, START + HOUR - 10 * S, SPAN_SERVER);
	store_span_online(s, gone, START + 3 * HOUR);
	o.since = START + 4 * HOUR;
	o.until = 0;
	assert_int_equal(store_outage_add(s, &o), STORE_OK);
	assert_int_equal(store_outage_end(s, START + 5 * HOUR), STORE_OK);
	assert_int_equal(
	    store_report(s, START, START + 10 * HOUR, see_report, &seen),
	    STORE_OK);
	assert_int_equal(seen.n, 3);
	assert_float_equal(presence_share(&seen.report[0].presence), 1, 0);
	assert_int_equal(seen.report[0].presence.present, 8 * HOUR);
	assert_int_equal(seen.report[1].presence.absent, HOUR + 10 * S);
	assert_int_equal(seen.report[1].presence.absences, 1);
	assert_string_equal(seen.report[1].device.name, "gone");
	assert_int_equal(seen.report[2].presence.from, 0);
	store_close(s);
}

static struct hour
hour_at(int64_t device, int64_t at, double mean)
{
	struct hour h = {.device = device,
	    .number = history_hour(device, at),
	    .polls = 60,
	    .bytes_in = 100,
	    .bytes_out = 7,
	    .fields = 1,
	    .field = {{"mem", 0, mean - 1, mean, mean + 2}}};

	return h;
}

static void
hours_are_kept_by_day(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), i;
	struct seen seen = {.n = 0};
	struct hour h;

	for (i = 0; i < 30; i++) {
		h = hour_at(id, START + i * HOUR, (double)i);
		assert_int_equal(store_series_add(s, &h), STORE_OK);
	}
	/* The rest of the last hour, after a restart. */
	h = hour_at(id, START + 29 * HOUR, 40);
	assert_int_equal(store_series_add(s, &h), STORE_OK);
	h.device = 99;
	assert_int_equal(store_series_add(s, &h), STORE_NONE);
	assert_int_equal(store_series_each(
			     s, id, "mem", START + 20 * HOUR, see_point, &seen),
	    STORE_OK);
	assert_int_equal(seen.n, 10);
	assert_int_equal(seen.point[0].at, START + 20 * HOUR);
	assert_float_equal(seen.point[0].mean, 20, 0);
	assert_float_equal(seen.point[9].least, 28, 0);
	assert_float_equal(seen.point[9].mean, 35, 0.5);
	assert_float_equal(seen.point[9].most, 42, 0);
	store_close(s);
}

static void
texts_have_dates(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), i;
	struct seen seen = {.n = 0};
	char value[32];

	store_inventory_note(s, id, START, "fw", "22.03");
	store_inventory_note(s, id, START + DAY, "fw", "22.03");
	store_inventory_note(s, id, START + 2 * DAY, "fw", "23.05");
	store_inventory_note(s, id, START, "model", "mt300n");
	assert_int_equal(
	    store_inventory_each(s, id, see_text, &seen), STORE_OK);
	assert_int_equal(seen.n, 3);
	assert_string_equal(seen.text[1].value, "23.05");
	assert_int_equal(seen.text[1].since, START + 2 * DAY);
	/* One that changes all the time drives out its own old ones alone. */
	for (i = 0; i < 500; i++) {
		snprintf(value, sizeof(value), "v%lld", (long long)i);
		assert_int_equal(store_inventory_note(s, id,
				     START + 3 * DAY + i * HOUR, "addr", value),
		    STORE_OK);
	}
	seen.n = 0;
	store_inventory_each(s, id, see_text, &seen);
	assert_int_equal(seen.n, HISTORY_TEXTS);
	assert_string_equal(seen.text[HISTORY_TEXTS - 1].name, "model");
	assert_string_equal(seen.text[HISTORY_TEXTS - 3].value, "v499");
	store_close(s);
}

static void
prune(struct store *s, int64_t before)
{
	int64_t after = 0;
	bool more = true;

	while (more)
		assert_int_equal(
		    store_history_prune(s, before, &after, &more), STORE_OK);
}

static void
old_history_goes(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), i;
	struct seen seen = {.n = 0};
	struct presence p;
	struct hour h;

	for (i = 0; i < 20; i++) {
		h = hour_at(id, START + i * DAY, 5);
		store_series_add(s, &h);
		store_span_online(s, id, START + i * DAY);
		store_span_gone(s, id, START + i * DAY + HOUR, SPAN_LATE);
	}
	store_inventory_note(s, id, START, "fw", "1");
	store_inventory_note(s, id, START + DAY, "fw", "2");
	prune(s, START + 10 * DAY + 12 * HOUR);
	store_series_each(s, id, NULL, 0, see_point, &seen);
	assert_int_equal(seen.n, 10);
	assert_int_equal(seen.point[0].at, START + 10 * DAY);
	seen.n = 0;
	store_span_each(s, id, 0, see_span, &seen);
	assert_int_equal(seen.n, 10);
	seen.n = 0;
	store_inventory_each(s, id, see_text, &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.text[0].value, "2");
	/* It was known, and absent, when the time that is kept began. */
	store_span_presence(
	    s, id, START + 10 * DAY + 12 * HOUR, START + 12 * DAY, &p);
	assert_int_equal(p.from, START + 10 * DAY + 12 * HOUR);
	assert_int_equal(p.absent, 35 * HOUR);
	assert_int_equal(p.present, HOUR);
	/* A device takes all of its own along. */
	store_device_remove(s, id);
	seen.n = 0;
	store_series_each(s, id, NULL, 0, see_point, &seen);
	store_span_each(s, id, 0, see_span, &seen);
	store_inventory_each(s, id, see_text, &seen);
	assert_int_equal(seen.n, 0);
	store_close(s);
}

/* --- the bound --------------------------------------------------------------- */

#define WILD 6 /* devices */
#define WILD_DAYS 100

static struct hour
wild_hour(int64_t device, int64_t at)
{
	struct hour h = {.device = device,
	    .number = history_hour(device, at),
	    .polls = 60,
	    .bytes_in = (uint64_t)random() * 1000,
	    .bytes_out = (uint64_t)random() * 1000,
	    .fields = HISTORY_FIELDS};
	int i;

	for (i = 0; i < HISTORY_FIELDS; i++) {
		snprintf(h.field[i].key, HISTORY_KEY, "abcdefg%c", 'a' + i);
		h.field[i].decimals = 3;
		h.field[i].mean = (double)(random() % 2000000);
		h.field[i].least = h.field[i].mean - (double)random();
		h.field[i].most = h.field[i].mean + (double)random();
	}
	return h;
}

/* Each hour: all numbers jump, all texts change, it comes and goes. */
static void
wild_write(struct store *s, const int64_t *id, int64_t at)
{
	char value[HISTORY_VALUE], name[HISTORY_KEY];
	struct hour h;
	int i, k;

	for (i = 0; i < WILD; i++) {
		h = wild_hour(id[i], at);
		assert_int_equal(store_series_add(s, &h), STORE_OK);
		store_span_gone(s, id[i], at, SPAN_LATE);
		store_span_online(s, id[i], at + 1800 * S);
		for (k = 0; k < 3; k++) {
			snprintf(name, sizeof(name), "abcdefg%c",
			    'a' + (int)(random() % 20));
			snprintf(value, sizeof(value), "%064ld", random());
			store_inventory_note(s, id[i], at, name, value);
		}
	}
}

static int64_t
file_bytes(const struct place *p)
{
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	return st.st_size;
}

static void
no_device_takes_more_than_its_bytes(void **state)
{
	const struct place *p = *state;
	struct store *s;
	int64_t id[WILD], before, at, each;
	char name[16];
	int i;

	place_sqlite_only(p);
	s = place_open(p, STORE_CREATE | STORE_MIGRATE);
	srandom(4);
	for (i = 0; i < WILD; i++) {
		snprintf(name, sizeof(name), "wild%d", i);
		id[i] = place_device(s, name, (unsigned int)i);
	}
	store_close(s);
	before = file_bytes(p);
	s = place_open(p, 0);
	for (at = START; at < START + WILD_DAYS * DAY; at += HOUR) {
		if (at % DAY == 0) {
			prune(s, at - HISTORY_DAYS * DAY);
			assert_int_equal(store_begin(s), STORE_OK);
		}
		wild_write(s, id, at);
		if (at % DAY == DAY - HOUR)
			assert_int_equal(store_commit(s), STORE_OK);
	}
	store_close(s);
	each = (file_bytes(p) - before) / WILD;
	print_message("%lld bytes a device\n", (long long)each);
	assert_in_range(each, 1, HISTORY_BYTES);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)
	const struct CMUnitTest tests[] = {
	    TEST(spans_begin_and_end_once),
	    TEST(a_flapping_device_is_bounded),
	    TEST(nobody_is_blamed_for_the_server),
	    TEST(hours_are_kept_by_day),
	    TEST(texts_have_dates),
	    TEST(old_history_goes),
	    TEST(no_device_takes_more_than_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
