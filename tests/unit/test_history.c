/*
 * A packed day of figures, and how long a device was there.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_pack.h"
#include "unit.h"

#define MIN INT64_C(60000000)

static struct hour
hour_of(const char *key, double least, double mean, double most)
{
	struct hour h = {.polls = 10, .fields = 1};

	snprintf(h.field[0].key, HISTORY_KEY, "%s", key);
	h.field[0].decimals = 2;
	h.field[0].least = least;
	h.field[0].mean = mean;
	h.field[0].most = most;
	return h;
}

static void
assert_point(const struct day *d, unsigned int field, unsigned int hour,
    double least, double mean, double most)
{
	struct point p;

	assert_true(day_point(&d->field[field], hour, &p));
	assert_true(p.ranged);
	assert_float_equal(p.least, least, 1e-9);
	assert_float_equal(p.mean, mean, 1e-9);
	assert_float_equal(p.most, most, 1e-9);
}

static void
a_day_comes_back_as_it_was(void **state)
{
	uint8_t packed[HISTORY_PACKED];
	struct day d = {.fields = 0}, back;
	struct hour load = hour_of("load", 0.02, 0.15, 3.5);
	struct hour sig = hour_of("sig", -91.25, -70, -60);
	struct point p;
	size_t n;

	(void)state;
	day_add(&d, 0, &load, 0);
	day_add(&d, 23, &sig, 0);
	load.field[0].mean = 3;
	day_add(&d, 7, &load, 0);
	n = day_pack(&d, packed);
	assert_int_equal(day_unpack(&back, packed, n), 0);
	assert_int_equal(back.fields, 2);
	assert_string_equal(back.field[0].key, "load");
	assert_point(&back, 0, 0, 0.02, 0.15, 3.5);
	assert_point(&back, 0, 7, 0.02, 3, 3.5);
	assert_point(&back, 1, 23, -91.25, -70, -60);
	assert_false(day_point(&back.field[0], 1, &p));
	assert_false(day_point(&back.field[1], 0, &p));
}

static void
parts_of_an_hour_are_joined(void **state)
{
	struct day d = {.fields = 0};
	struct hour h = hour_of("mem", 10, 20, 30);

	(void)state;
	day_add(&d, 5, &h, 0);
	h = hour_of("mem", 5, 50, 60);
	h.polls = 30;
	day_add(&d, 5, &h, 10);
	assert_point(&d, 0, 5, 5, 42.5, 60);
}

/* A quiet device: all of its fields stay. */
static void
usual_days_lose_nothing(void **state)
{
	static const char *const keys[] = {
	    "mem", "load", "temp", "sig", "memt", "up"};
	uint8_t packed[HISTORY_PACKED];
	struct day d = {.fields = 0};
	struct hour h;
	unsigned int hour, i;

	(void)state;
	srandom(1);
	for (hour = 0; hour < 24; hour++)
		for (i = 0; i < 6; i++) {
			h = hour_of(keys[i], 0, 0, 0);
			h.field[0].decimals = i == 1 ? 2 : 0;
			h.field[0].mean = i == 5   ? 1e5 + 3600 * hour
					  : i == 4 ? 118
					  : i == 1
					      ? (double)(random() % 40) / 100
					      : 60 + (double)(random() % 9);
			h.field[0].least = h.field[0].mean - (i == 5	  ? 1800
								 : i == 4 ? 0
									  : 4);
			h.field[0].most = h.field[0].mean + (i == 5	 ? 1800
								: i == 4 ? 0
									 : 9);
			day_add(&d, hour, &h, 0);
		}
	assert_in_range(day_pack(&d, packed), 1, HISTORY_PACKED);
	assert_int_equal(d.fields, 6);
	for (i = 0; i < 6; i++)
		assert_true(d.field[i].ranged);
}

/* 16 fields that jump each hour: what is dropped, and in which order. */
static void
wild_days_fit(void **state)
{
	uint8_t packed[HISTORY_PACKED];
	struct day d = {.fields = 0}, back;
	struct hour h = hour_of("mem", 0, 0, 0);
	unsigned int hour, i;
	size_t n;

	(void)state;
	srandom(2);
	h.fields = HISTORY_FIELDS;
	for (hour = 0; hour < 24; hour++) {
		for (i = 1; i < HISTORY_FIELDS; i++) {
			h.field[i] = h.field[0];
			snprintf(h.field[i].key, HISTORY_KEY, "wildest%c",
			    'a' + (int)i);
		}
		for (i = 0; i < HISTORY_FIELDS; i++) {
			h.field[i].decimals = 3;
			h.field[i].mean = (double)random() * 500 *
					  (random() % 2 == 0 ? -1 : 1);
			h.field[i].least = -1e30;
			h.field[i].most = 1e30;
		}
		day_add(&d, hour, &h, 0);
		n = day_pack(&d, packed);
		assert_in_range(n, 1, HISTORY_PACKED);
		assert_int_equal(day_unpack(&back, packed, n), 0);
		assert_memory_equal(&back.field[0].value[hour].mean,
		    &d.field[0].value[hour].mean, sizeof(int64_t));
		d = back;
	}
	assert_in_range(d.fields, 1, HISTORY_FIELDS - 1);
	assert_string_equal(d.field[0].key, "mem");
	assert_false(d.field[d.fields - 1].ranged);
	assert_int_equal(d.field[0].hours, 0xffffff);
}

static void
garbage_is_refused_or_a_day(void **state)
{
	uint8_t bytes[HISTORY_PACKED];
	struct day d;
	size_t n, i;
	int turn;

	(void)state;
	srandom(3);
	for (turn = 0; turn < 20000; turn++) {
		n = (size_t)random() % sizeof(bytes);
		for (i = 0; i < n; i++)
			bytes[i] = (uint8_t)random();
		if (n > 0)
			bytes[0] = 1;
		if (day_unpack(&d, bytes, n) == -1)
			assert_int_equal(d.fields, 0);
		else
			assert_in_range(day_pack(&d, bytes), 1, sizeof(bytes));
	}
}

static struct presence
presence_of(const struct span *spans, size_t n, const struct outages *away,
    int64_t from, int64_t until)
{
	struct presence p = {.from = 0};
	size_t i;

	for (i = 0; i < n; i++)
		presence_add(&p, away, &spans[i], from, until);
	presence_finish(&p, away, from, until);
	return p;
}

static void
presence_is_counted(void **state)
{
	const struct span spans[] = {{.since = 10 * MIN, .until = 20 * MIN},
	    {.since = 30 * MIN, .until = 100 * MIN},
	    {.since = 150 * MIN, .until = 0}};
	struct outages away = {.n = 0};
	struct presence p = presence_of(spans, 3, &away, 0, 200 * MIN);

	(void)state;
	assert_int_equal(p.from, 10 * MIN);
	assert_int_equal(p.present, 130 * MIN);
	assert_int_equal(p.absent, 60 * MIN);
	assert_int_equal(p.absences, 2);
	assert_int_equal(p.longest, 50 * MIN);
	assert_true(p.here);
	/* A window that begins in an absence, and one before the device. */
	p = presence_of(spans, 3, &away, 25 * MIN, 110 * MIN);
	assert_int_equal(p.from, 25 * MIN);
	assert_int_equal(p.present, 70 * MIN);
	assert_int_equal(p.absent, 15 * MIN);
	assert_false(p.here);
	p = presence_of(spans, 3, &away, 0, 5 * MIN);
	assert_int_equal(p.from, 0);
	assert_float_equal(presence_share(&p), -1, 0);
}

static void
absences_of_the_server_count_for_nobody(void **state)
{
	const struct outage out[] = {{.since = 105 * MIN, .until = 125 * MIN},
	    {.since = 120 * MIN, .until = 130 * MIN},
	    {.since = 160 * MIN, .until = 170 * MIN},
	    {.since = 190 * MIN, .until = 0}};
	const struct span spans[] = {{.since = 10 * MIN, .until = 100 * MIN},
	    {.since = 150 * MIN, .until = 0}};
	struct outages away = {.n = 0};
	struct presence p;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		outages_add(&away, &out[i], 200 * MIN);
	assert_int_equal(away.n, 3);
	assert_int_equal(outages_within(&away, 0, 200 * MIN), 45 * MIN);
	assert_int_equal(outages_within(&away, 110 * MIN, 161 * MIN), 21 * MIN);
	p = presence_of(spans, 2, &away, 0, 200 * MIN);
	assert_int_equal(p.present, 120 * MIN);
	assert_int_equal(p.absent, 25 * MIN);
	/* All of an absence falls into the server's: there was none. */
	p = presence_of(spans, 1, &away, 0, 100 * MIN);
	assert_int_equal(p.absences, 0);
}

static void
hours_of_a_device_are_whole(void **state)
{
	int64_t device = 64 * 1800, at = history_hour(device, 0);

	(void)state;
	assert_int_equal(history_slot(63), 0);
	assert_int_equal(history_slot(device), 1800);
	assert_int_equal(history_hour(device, INT64_C(1800) * 1000000), at);
	assert_int_equal(history_hour(device, INT64_C(5400) * 1000000 - 1), at);
	assert_int_equal(history_hour(device, INT64_C(5400) * 1000000), at + 1);
}

static void
days_are_parsed(void **state)
{
	(void)state;
	assert_int_equal(history_parse("90d"), 90);
	assert_int_equal(history_parse("0"), 0);
	assert_int_equal(history_parse("3651d"), -1);
	assert_int_equal(history_parse("90h"), -1);
	assert_int_equal(history_parse("-1"), -1);
	assert_int_equal(history_parse(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_comes_back_as_it_was),
	    cmocka_unit_test(parts_of_an_hour_are_joined),
	    cmocka_unit_test(usual_days_lose_nothing),
	    cmocka_unit_test(wild_days_fit),
	    cmocka_unit_test(garbage_is_refused_or_a_day),
	    cmocka_unit_test(presence_is_counted),
	    cmocka_unit_test(absences_of_the_server_count_for_nobody),
	    cmocka_unit_test(hours_of_a_device_are_whole),
	    cmocka_unit_test(days_are_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
