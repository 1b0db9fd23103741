/*
 * Alerts: which device is gone and which site, what is told of it and when, with
 * a clock that the test steps.
 */
#include "config.h"

#include <sys/syscall.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <utlist.h>

#include "alert_bound.h"
#include "alert_gone.h"
#include "alert_list.h"
#include "alert_mute.h"
#include "alert_server.h"
#include "alert_sweep.h"
#include "alert_tell.h"
#include "clock.h"
#include "event_file.h"
#include "stage.h"
#include "unit.h"

#define SWEEP 5 /* s */
#define EVERY 60
#define LATE 15 /* s: a quarter of EVERY */

static double ahead; /* s, of both clocks */

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int r = (int)syscall(SYS_clock_gettime, id, ts);

	if (r == 0)
		ts->tv_sec += (time_t)ahead;
	return r;
}

struct scene {
	struct stage *stage;
	struct monitor *m;
	char stream[FOLDER_PATH];
	double at; /* s since the beginning */
	size_t n;
	bool deaf; /* no device can log in */
	struct {
		struct dir_device *dev;
		int phase; /* of its polls */
		bool down;
	} all[3000];
};

static int
scene_make(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	if (s == NULL || stage_make((void **)&s->stage) == -1)
		return -1;
	*state = s;
	s->m = &s->stage->m;
	s->stage->conf.alert_after = 2;
	s->stage->conf.stale_limit = 3600;
	s->stage->conf.node = strdup("n1");
	snprintf(s->stream, sizeof(s->stream), "%s",
	    folder_file(s->stage->folder, "alerts"));
	s->m->alerts = alerts_new(s->stream);
	alert_after_load(s->m);
	ahead = 0;
	return s->m->alerts != NULL ? 0 : -1;
}

static int
scene_remove(void **state)
{
	struct scene *s = *state;
	void *stage = s->stage;

	alerts_free(s->m->alerts);
	free(s->stage->conf.node);
	free(s);
	return stage_remove(&stage);
}

/* n devices with these tags and this address. */
static void
scene_devices(struct scene *s, size_t n, const char *tags, const char *addr)
{
	struct msg_device m = {.enabled = 1, .interval = EVERY};
	struct dir_device *dev;

	snprintf(m.tags, sizeof(m.tags), "%s", tags);
	snprintf(m.addr, sizeof(m.addr), "%s", addr);
	for (; n > 0; n--) {
		m.id = (int64_t)s->n + 1;
		m.last_seen = clock_wall();
		snprintf(m.name, sizeof(m.name), "d%zu", s->n + 1);
		dev = directory_put_device(
		    &s->m->dir, &m, clock_wall(), clock_now());
		assert_non_null(dev);
		s->all[s->n].dev = dev;
		s->all[s->n].phase = (int)(s->n * 7 % EVERY);
		s->n++;
	}
}

static void
device_polls(struct scene *s, size_t i)
{
	struct dir_device *dev = s->all[i].dev;

	dev->last_seen = clock_now();
	dev->seen_at = clock_wall();
	alert_seen(s->m, dev, "");
}

/* Second by second: devices poll, the alerts have their turns. */
static void
scene_run(struct scene *s, int seconds)
{
	struct msg msg;
	const char *reason;
	size_t i;
	int fd;

	for (; seconds > 0; seconds--) {
		ahead++;
		s->at++;
		s->m->dir.fresh = clock_now();
		for (i = 0; i < s->n && !s->deaf; i++)
			if (!s->all[i].down &&
			    (int)s->at % EVERY == s->all[i].phase)
				device_polls(s, i);
		if ((int)s->at % SWEEP == 0)
			alert_sweep(s->m, !s->deaf);
		while (msgq_pending(s->stage->keeper.queue) > 0 &&
		       msgq_flush(s->stage->keeper.queue) == MSG_OK)
			while (msg_recv(s->stage->to_keeper, &msg, &fd,
				   &reason) == MSG_OK)
				;
		while (
		    msg_recv(s->stage->to_keeper, &msg, &fd, &reason) == MSG_OK)
			;
	}
}

static void
scene_cut(struct scene *s, size_t first, size_t n, bool down)
{
	size_t i;

	for (i = first; i < first + n; i++)
		s->all[i].down = down;
}

/* The lines told so far, to be freed. */
static json_t *
scene_told(struct scene *s, size_t n)
{
	char *text, *line, *rest;
	json_t *all = json_array();

	text = rest = folder_read(s->stream);
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		json_t *o = json_loads(line, 0, NULL);

		assert_non_null(o);
		json_array_append_new(all, o);
	}
	if (json_array_size(all) != n)
		print_error("%s", folder_read(s->stream));
	free(text);
	assert_int_equal(json_array_size(all), n);
	return all;
}

static const char *
text_of(json_t *all, size_t i, const char *key)
{
	const char *text =
	    json_string_value(json_object_get(json_array_get(all, i), key));

	assert_non_null(text);
	return text;
}

static void
told_is(json_t *all, size_t i, const char *event, const char *kind,
    const char *subject, int count)
{
	json_t *o = json_array_get(all, i);

	assert_string_equal(text_of(all, i, "event"), event);
	assert_string_equal(text_of(all, i, "kind"), kind);
	assert_string_equal(text_of(all, i, "subject"), subject);
	assert_int_equal(
	    json_integer_value(json_object_get(o, "count")), count);
}

static void
nothing_told(struct scene *s)
{
	json_decref(scene_told(s, 0));
}

/* --- gone ------------------------------------------------------------------- */

static void
test_alone(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 10, "a", "192.0.2.1");
	scene_run(s, 600);
	nothing_told(s);
	/* d1 polls at 600, and not any more. */
	scene_cut(s, 0, 1, true);
	scene_run(s, 2 * EVERY + LATE - 1);
	nothing_told(s);
	scene_run(s, SWEEP + 1);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "device.gone", "d1", 1);
	assert_string_equal(text_of(all, 0, "severity"), "warning");
	assert_string_equal(text_of(all, 0, "server"), "n1");
	assert_string_equal(text_of(all, 0, "summary"),
	    "d1 is gone: no poll for 2 min, expected every 60 s");
	json_decref(all);
	scene_run(s, 6000);
	json_decref(scene_told(s, 1));
	scene_cut(s, 0, 1, false);
	scene_run(s, EVERY);
	all = scene_told(s, 2);
	told_is(all, 1, "close", "device.gone", "d1", 1);
	assert_string_equal(text_of(all, 0, "id"), text_of(all, 1, "id"));
	assert_true(json_integer_value(json_object_get(
			json_array_get(all, 1), "duration")) > 6000);
	json_decref(all);
	scene_run(s, 600);
	json_decref(scene_told(s, 2));
	assert_int_equal(alert_count(s->m), 0);
}

/* As many polls as its tag says; planned ones are not missing. */
static void
test_after(void **state)
{
	struct scene *s = *state;
	struct conf *conf = &s->stage->conf;

	snprintf(conf->alert_after_tag[0].tag, DEVICE_NAME, "slow");
	conf->alert_after_tag[0].polls = 10;
	conf->nalert_after_tag = 1;
	scene_devices(s, 1, "a,slow", "192.0.2.1");
	scene_devices(s, 1, "a", "192.0.2.2");
	scene_devices(s, 5, "a", "");
	s->all[1].dev->next = 600;
	s->all[0].phase = s->all[1].phase = 0;
	scene_run(s, 120);
	scene_cut(s, 0, 2, true);
	scene_run(s, 10 * EVERY + LATE - 1);
	nothing_told(s);
	scene_run(s, SWEEP + 1);
	json_decref(scene_told(s, 1));
	scene_run(s, 2 * 600 + 60 - 10 * EVERY - LATE - SWEEP - 1);
	json_decref(scene_told(s, 1));
	scene_run(s, SWEEP + 1);
	json_decref(scene_told(s, 2));
}

static void
test_off(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 10, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, 2, true);
	s->all[1].dev->enabled = false;
	alert_device_off(s->m, s->all[1].dev);
	scene_run(s, 600);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "device.gone", "d1", 1);
	json_decref(all);
	s->all[0].dev->enabled = false;
	alert_device_off(s->m, s->all[0].dev);
	all = scene_told(s, 2);
	told_is(all, 1, "close", "device.gone", "d1", 1);
	json_decref(all);
	/* Once it is enabled, it is missed after it was there. */
	s->all[0].dev->enabled = true;
	scene_run(s, 600);
	json_decref(scene_told(s, 2));
	scene_cut(s, 0, 1, false);
	scene_run(s, EVERY);
	scene_cut(s, 0, 1, true);
	scene_run(s, 600);
	json_decref(scene_told(s, 3));
}

/* --- the server was away --------------------------------------------------------- */

static void
test_server_away(void **state)
{
	struct scene *s = *state;

	scene_devices(s, 20, "a", "192.0.2.1");
	scene_run(s, 300);
	/* Logins are refused: the store is stale. */
	s->deaf = true;
	scene_run(s, 600);
	s->deaf = false;
	scene_run(s, 300);
	nothing_told(s);
	/* The process did not run. */
	ahead += 600;
	scene_run(s, 300);
	nothing_told(s);
}

/* The wall clock went on alone, as it does while a machine is suspended. */
static void
test_clock_jump(void **state)
{
	struct scene *s = *state;
	size_t i;

	scene_devices(s, 20, "", "");
	scene_run(s, 300);
	s->m->alerts->wall -= 3600;
	for (i = 0; i < s->n; i++)
		s->all[i].dev->last_seen -= 100;
	scene_run(s, 100);
	nothing_told(s);
}

/* --- sites ------------------------------------------------------------------------- */

static void
test_uplink(void **state)
{
	struct scene *s = *state;
	json_t *all, *names;

	scene_devices(s, 400, "all,site-a", "203.0.113.7");
	scene_devices(s, 600, "all", "192.0.2.1");
	scene_run(s, 300);
	scene_cut(s, 0, 400, true);
	scene_run(s, 3 * EVERY + SWEEP + 20);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "site.offline", "tag:site-a", 400);
	assert_string_equal(text_of(all, 0, "severity"), "critical");
	assert_string_equal(text_of(all, 0, "summary"),
	    "tag:site-a is offline: 400 of 400 devices are gone");
	names = json_object_get(json_array_get(all, 0), "devices");
	assert_int_equal(json_array_size(names), ALERT_NAMED);
	json_decref(all);
	scene_run(s, 3600);
	json_decref(scene_told(s, 1));
	scene_cut(s, 0, 397, false);
	scene_run(s, 3 * EVERY);
	all = scene_told(s, 2);
	told_is(all, 1, "close", "site.offline", "tag:site-a", 400);
	assert_string_equal(text_of(all, 0, "id"), text_of(all, 1, "id"));
	names = json_object_get(json_array_get(all, 1), "missing");
	assert_int_equal(json_array_size(names), 3);
	json_decref(all);
	/* The three that are missing are alerts of their own. */
	scene_run(s, 3 * EVERY);
	all = scene_told(s, 5);
	assert_string_equal(text_of(all, 2, "kind"), "device.gone");
	json_decref(all);
	scene_cut(s, 397, 3, false);
	scene_run(s, EVERY + 1);
	json_decref(scene_told(s, 8));
	assert_int_equal(alert_count(s->m), 0);
}

/* Two of two, and two of three, are no site. */
static void
test_few(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 2, "two", "192.0.2.1");
	scene_devices(s, 5, "five", "192.0.2.2");
	scene_devices(s, 20, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, 4, true);
	scene_run(s, 300);
	all = scene_told(s, 4);
	told_is(all, 0, "open", "device.gone", text_of(all, 0, "subject"), 1);
	told_is(all, 3, "open", "device.gone", text_of(all, 3, "subject"), 1);
	json_decref(all);
}

/* Exactly half, and three; and one less than half. */
static void
test_half(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 6, "six", "");
	scene_devices(s, 7, "seven", "");
	scene_devices(s, 40, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, 3, true);
	scene_cut(s, 6, 3, true);
	scene_run(s, 300);
	all = scene_told(s, 4);
	assert_int_equal(alert_count(s->m), 4);
	assert_non_null(alert_find(s->m, ALERT_SITE, "tag:six"));
	assert_null(alert_find(s->m, ALERT_SITE, "tag:seven"));
	json_decref(all);
}

/* The narrowest of those that explain most; an address where no tag does. */
static void
test_narrowest(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 10, "all,floor-1,house", "203.0.113.7");
	scene_devices(s, 10, "all,floor-2,house", "203.0.113.7");
	scene_devices(s, 10, "all", "2001:db8::1");
	scene_devices(s, 100, "", "192.0.2.1");
	scene_run(s, 120);
	scene_cut(s, 0, 20, true);
	scene_run(s, 300);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "site.offline", "tag:house", 20);
	json_decref(all);
	scene_cut(s, 0, 20, false);
	scene_run(s, 300);
	json_decref(scene_told(s, 2));
	scene_cut(s, 20, 8, true);
	scene_run(s, 300);
	all = scene_told(s, 3);
	told_is(all, 2, "open", "site.offline", "addr:2001:db8::/64", 8);
	json_decref(all);
}

/* Half of all: it may be the server. */
static void
test_fleet(void **state)
{
	struct scene *s = *state;
	char addr[32];
	json_t *all;
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(addr, sizeof(addr), "192.0.2.%d", i + 1);
		scene_devices(s, 1, "", addr);
	}
	scene_run(s, 120);
	scene_cut(s, 0, 40, true);
	scene_run(s, 300);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "site.offline", "server", 40);
	json_decref(all);
}

/* A device that goes while its site is away belongs to it only at first. */
static void
test_joins(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 20, "a", "");
	scene_devices(s, 100, "", "");
	s->all[19].dev->interval = 600;
	scene_run(s, 120);
	scene_cut(s, 0, 12, true);
	scene_run(s, 300);
	json_decref(scene_told(s, 1));
	scene_cut(s, 12, 1, true);
	scene_run(s, 300);
	/* More than SITE_WITHIN after it. */
	scene_cut(s, 13, 1, true);
	scene_run(s, 600);
	all = scene_told(s, 2);
	told_is(all, 1, "open", "device.gone", "d14", 1);
	json_decref(all);
}

/* --- what is told, and when ---------------------------------------------------------- */

static void
mute(struct scene *s, int64_t id, const char *target, int seconds)
{
	struct msg msg;

	msg_init(&msg, MSG_MUTE, 0);
	msg.mute.id = id;
	msg.mute.until = clock_wall() + seconds * INT64_C(1000000);
	snprintf(msg.mute.target, sizeof(msg.mute.target), "%s", target);
	assert_null(alert_learn_mute(s->m, &msg));
}

static void
test_mute(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 20, "a", "");
	scene_run(s, 120);
	mute(s, 1, "tag:a", 900);
	scene_cut(s, 0, 1, true);
	scene_run(s, 300);
	assert_int_equal(alert_count(s->m), 1);
	scene_cut(s, 0, 1, false);
	scene_run(s, 120);
	assert_int_equal(alert_count(s->m), 0);
	scene_cut(s, 1, 1, true);
	scene_run(s, 300);
	nothing_told(s);
	/* The mute ends: what is still open is told. */
	scene_run(s, 300);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "device.gone", "d2", 1);
	json_decref(all);
	/* The close of what was told is told, too. */
	mute(s, 1, "all", 900);
	scene_cut(s, 1, 1, false);
	scene_run(s, 120);
	json_decref(scene_told(s, 2));
	mute(s, 1, "device.gone", 900);
	scene_cut(s, 2, 1, true);
	scene_run(s, 300);
	json_decref(scene_told(s, 2));
	alert_mute_gone(s->m, 1);
	scene_run(s, SWEEP);
	json_decref(scene_told(s, 3));
}

static void
test_quiet(void **state)
{
	struct scene *s = *state;
	struct conf *conf = &s->stage->conf;
	time_t now = (time_t)(clock_wall() / 1000000);
	struct tm tm;

	localtime_r(&now, &tm);
	conf->alert_quiet_first = (unsigned int)(tm.tm_hour * 60 + tm.tm_min);
	conf->alert_quiet_last = (conf->alert_quiet_first + 20) % 1440;
	scene_devices(s, 20, "", "");
	scene_devices(s, 4, "a", "");
	scene_run(s, 120);
	scene_cut(s, 0, 2, true);
	scene_cut(s, 20, 4, true);
	scene_run(s, 300);
	/* A site is critical; devices wait. */
	json_decref(scene_told(s, 1));
	assert_int_equal(alert_count(s->m), 3);
	scene_cut(s, 0, 1, false);
	scene_run(s, 1200);
	json_decref(scene_told(s, 2));
}

/* The stream cannot be written: told once it can. */
static void
test_unwritable(void **state)
{
	struct scene *s = *state;
	struct event_file *f = s->m->alerts->file;

	free(f->path);
	f->path = strdup("/dev/full");
	assert_int_equal(alert_reopen(s->m), 0);
	scene_devices(s, 20, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, 1, true);
	scene_run(s, 300);
	nothing_told(s);
	free(f->path);
	f->path = strdup(s->stream);
	assert_int_equal(alert_reopen(s->m), 0);
	scene_run(s, SWEEP);
	json_decref(scene_told(s, 1));
}

/* At most ALERT_OPEN are open; that there are more is logged once. */
static void
test_flood(void **state)
{
	struct scene *s = *state;
	json_t *all, *events;
	size_t i, limits = 0;

	scene_devices(s, 3000, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, ALERT_OPEN + 200, true);
	scene_run(s, 400);
	assert_int_equal(alert_count(s->m), ALERT_OPEN);
	all = scene_told(s, ALERT_OPEN);
	json_decref(all);
	events = stage_events(s->stage);
	json_array_foreach(events, i, all)
		limits +=
		    strcmp(json_string_value(json_object_get(all, "event")),
			"limit") == 0;
	assert_int_equal(limits, 1);
	json_decref(events);
	scene_cut(s, 0, ALERT_OPEN + 200, false);
	scene_run(s, 120);
	json_decref(scene_told(s, 2 * ALERT_OPEN));
	assert_int_equal(alert_count(s->m), 0);
}

/* --- a restart ---------------------------------------------------------------------------- */

/* The records that the keeper would have: those of the open alerts. */
static size_t
records_of(struct scene *s, struct msg out[4])
{
	const struct alert *a, *tmp;
	size_t n = 0;

	HASH_ITER(hh, s->m->alerts->open, a, tmp) {
		struct msg_alert *r = &out[n].alert;

		msg_init(&out[n++], MSG_ALERT, 0);
		r->kind = a->kind;
		r->told = a->told;
		r->count = a->count;
		r->device = a->device;
		r->since = a->since;
		r->opened = a->opened;
		snprintf(r->id, sizeof(r->id), "%s", a->id);
		snprintf(r->subject, sizeof(r->subject), "%s", a->subject);
		snprintf(r->tag, sizeof(r->tag), "%s", a->tag);
	}
	return n;
}

/* Stopped for so long: devices and alerts come from the store. */
static void
restart(struct scene *s, int seconds)
{
	static struct msg records[4];
	size_t i, n = records_of(s, records);

	alerts_free(s->m->alerts);
	ahead += seconds;
	s->at += seconds;
	s->m->alerts = alerts_new(s->stream);
	assert_non_null(s->m->alerts);
	for (i = 0; i < s->n; i++) {
		s->all[i].dev->alert = NULL;
		s->all[i].dev->judged = 0;
		s->all[i].dev->key_alert = false;
	}
	for (i = 0; i < n; i++)
		assert_null(alert_learn(s->m, &records[i].alert));
	alert_after_load(s->m);
}

static void
test_restart(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 20, "a", "");
	scene_devices(s, 60, "", "");
	scene_run(s, 120);
	/* One that is gone for so long that nothing is open of it. */
	scene_cut(s, 79, 1, true);
	s->all[79].dev->last_seen -= 86400;
	s->all[79].dev->seen_at -= 86400 * INT64_C(1000000);
	s->all[79].dev->judged = HUGE_VAL;
	scene_cut(s, 0, 20, true);
	scene_cut(s, 20, 1, true);
	scene_run(s, 300);
	json_decref(scene_told(s, 2));
	restart(s, 600);
	scene_run(s, 600);
	all = scene_told(s, 2);
	json_decref(all);
	restart(s, 5);
	scene_cut(s, 0, 21, false);
	scene_run(s, 300);
	all = scene_told(s, 4);
	assert_int_equal(alert_count(s->m), 0);
	json_decref(all);
}

/* The server is down for ten minutes: none.  One went meanwhile: one. */
static void
test_down(void **state)
{
	struct scene *s = *state;
	json_t *all;

	scene_devices(s, 30, "a", "192.0.2.1");
	scene_run(s, 120);
	restart(s, 600);
	scene_run(s, 600);
	nothing_told(s);
	scene_cut(s, 4, 1, true);
	restart(s, 600);
	scene_run(s, 120);
	nothing_told(s);
	scene_run(s, 60);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "device.gone", "d5", 1);
	json_decref(all);
}

/* A later keeper is told what it missed. */
static void
test_keeper_anew(void **state)
{
	struct scene *s = *state;
	struct msg msg, records[4];

	scene_devices(s, 20, "", "");
	scene_run(s, 120);
	scene_cut(s, 0, 1, true);
	scene_run(s, 300);
	assert_int_equal(records_of(s, records), 1);
	scene_cut(s, 0, 1, false);
	scene_run(s, 120);
	assert_int_equal(alert_count(s->m), 0);
	alert_before_load(s->m);
	assert_null(alert_learn(s->m, &records[0].alert));
	alert_after_load(s->m);
	stage_heard(s->stage->to_keeper, &msg, MSG_ALERT);
	assert_string_equal(msg.alert.id, records[0].alert.id);
	assert_true(msg.alert.closed != 0);
	assert_int_equal(msg.alert.told, ALERT_TOLD_CLOSE);
	json_decref(scene_told(s, 2));
}

/* --- others ------------------------------------------------------------------------------------ */

static void
test_health(void **state)
{
	struct scene *s = *state;
	struct dir_device *dev;
	json_t *all;
	struct msg msg;

	scene_devices(s, 2, "a", "");
	s->all[1].dev->tags[0] = 'b';
	dev = s->all[0].dev;
	msg_init(&msg, MSG_BOUND, 0);
	msg.bound.id = 3;
	msg.bound.hold = 600;
	snprintf(msg.bound.text, sizeof(msg.bound.text), "mem<5%%");
	snprintf(msg.bound.tag, sizeof(msg.bound.tag), "a");
	assert_null(alert_learn_bound(s->m, &msg));
	alert_seen(s->m, dev, "up=1 mem=4 memt=100");
	ahead += 300;
	alert_seen(s->m, dev, "up=1 mem=5 memt=100");
	alert_seen(s->m, dev, "up=1 mem=4 memt=100");
	ahead += 599;
	alert_seen(s->m, dev, "up=1 mem=4 memt=100");
	alert_seen(s->m, s->all[1].dev, "mem=1 memt=100");
	nothing_told(s);
	ahead += 2;
	/* The whole is that of before. */
	alert_seen(s->m, dev, "mem=4.5");
	alert_seen(s->m, dev, "mem=4");
	all = scene_told(s, 1);
	told_is(all, 0, "open", "health", "d1", 1);
	assert_string_equal(
	    text_of(all, 0, "summary"), "d1 is beyond mem<5%: 4.5%");
	json_decref(all);
	/* Health without the field says nothing. */
	alert_seen(s->m, dev, "up=1");
	json_decref(scene_told(s, 1));
	alert_seen(s->m, dev, "mem=50 memt=100");
	json_decref(scene_told(s, 2));
	alert_seen(s->m, dev, "mem=4 memt=100");
	ahead += 700;
	alert_seen(s->m, dev, "mem=4 memt=100");
	json_decref(scene_told(s, 3));
	alert_bound_gone(s->m, 3);
	s->m->dir.fresh = clock_now();
	alert_sweep(s->m, true);
	all = scene_told(s, 4);
	told_is(all, 3, "close", "health", "d1", 1);
	json_decref(all);
}

/* A device that tells another value each time, and a neighbour with its name. */
static void
test_often(void **state)
{
	struct scene *s = *state;
	struct dir_device *dev, *other;
	struct msg msg;
	int i;

	scene_devices(s, 2, "", "192.0.2.1");
	dev = s->all[0].dev;
	other = s->all[1].dev;
	msg_init(&msg, MSG_BOUND, 0);
	msg.bound.id = 1;
	snprintf(msg.bound.text, sizeof(msg.bound.text), "load>4");
	assert_null(alert_learn_bound(s->m, &msg));
	for (i = 0; i < 20; i++) {
		alert_seen(s->m, dev, "load=5");
		alert_seen(s->m, dev, "load=1");
		alert_key_refused(s->m, dev, true, "192.0.2.1", "any");
		alert_seen(s->m, dev, "load=1");
	}
	json_decref(scene_told(s, 2 * 6));
	alert_key_refused(s->m, other, false, "192.0.2.1", "unknown key");
	json_decref(scene_told(s, 2 * 6 + 1));
	/* It is told later if it lasts. */
	ahead += 601;
	alert_seen(s->m, dev, "load=5");
	alert_seen(s->m, dev, "load=5");
	json_decref(scene_told(s, 2 * 6 + 2));
	ahead += 3700;
	alert_sweep(s->m, false);
	assert_null(s->m->alerts->often);
}

static void
test_keys(void **state)
{
	struct scene *s = *state;
	struct dir_device *dev;
	json_t *all;

	scene_devices(s, 2, "", "192.0.2.1");
	dev = s->all[0].dev;
	/* Anybody may know its name, and its public key. */
	alert_key_refused(s->m, dev, false, "192.0.2.9", "unknown key");
	alert_key_refused(s->m, dev, true, "192.0.2.9", "device disabled");
	nothing_told(s);
	alert_key_refused(s->m, dev, false, "192.0.2.1", "unknown key");
	alert_key_refused(s->m, dev, false, "192.0.2.1", "unknown key");
	json_decref(scene_told(s, 1));
	device_polls(s, 0);
	all = scene_told(s, 2);
	told_is(all, 1, "close", "key.refused", "d1", 1);
	json_decref(all);
	alert_clone(s->m, dev, "192.0.2.1", "192.0.2.2");
	alert_clone(s->m, dev, "192.0.2.1", "192.0.2.2");
	all = scene_told(s, 3);
	told_is(all, 2, "open", "clone", "d1", 1);
	json_decref(all);
	scene_run(s, 80000);
	alert_clone(s->m, dev, "192.0.2.1", "192.0.2.2");
	scene_run(s, 86390);
	json_decref(scene_told(s, 3));
	scene_run(s, 20);
	json_decref(scene_told(s, 4));
}

static void
test_server(void **state)
{
	struct scene *s = *state;
	struct msg msg;
	json_t *all;

	msg_init(&msg, MSG_STORE_STATE, 0);
	alert_store_state(s->m, &msg.store_state); /* it fails */
	scene_run(s, 29);
	nothing_told(s);
	scene_run(s, SWEEP + 1);
	all = scene_told(s, 1);
	told_is(all, 0, "open", "store", "server", 0);
	json_decref(all);
	msg.store_state.ok = msg.store_state.full = 1;
	snprintf(msg.store_state.reason, sizeof(msg.store_state.reason), "x");
	alert_store_state(s->m, &msg.store_state);
	scene_run(s, SWEEP);
	all = scene_told(s, 3);
	json_decref(all);
	assert_non_null(alert_find(s->m, ALERT_DISK, "store"));
	msg.store_state.full = 0;
	alert_store_state(s->m, &msg.store_state);
	scene_run(s, SWEEP);
	json_decref(scene_told(s, 4));
	assert_int_equal(alert_count(s->m), 0);
	msg_init(&msg, MSG_ALERT_TEST, 0);
	assert_null(alert_learn_test(s->m, &msg));
	all = scene_told(s, 6);
	told_is(all, 5, "close", "test", "server", 0);
	json_decref(all);
}

static void
test_ends(void **state)
{
	struct scene *s = *state;
	struct msg msg;
	json_t *all;
	int i;

	msg_init(&msg, MSG_ENDS, 0);
	msg.ends.oper = 1;
	msg.ends.at = clock_wall() + (3 * 86400 + 60) * INT64_C(1000000);
	snprintf(msg.ends.name, sizeof(msg.ends.name), "alice");
	for (i = 0; i < 10; i++) {
		assert_null(alert_learn_ends(s->m, &msg));
		scene_run(s, 60);
	}
	all = scene_told(s, 1);
	told_is(all, 0, "open", "operator.ends", "alice", 0);
	assert_string_equal(
	    text_of(all, 0, "summary"), "operator alice ends in 3 days");
	json_decref(all);
	scene_run(s, 180);
	json_decref(scene_told(s, 2));
}

/* --- its cost --------------------------------------------------------------------------------- */

/* 100,000 devices, also while some of them are held back. */
static void
test_cost(void **state)
{
	struct scene *s = *state;
	struct msg_device m = {.enabled = 1, .interval = EVERY};
	double began, calm, busy;
	int i;

	for (i = 1; i <= 100000; i++) {
		m.id = i;
		m.last_seen = clock_wall();
		snprintf(m.name, sizeof(m.name), "d%d", i);
		snprintf(m.tags, sizeof(m.tags), "all,site-%d", i % 1000);
		snprintf(
		    m.addr, sizeof(m.addr), "10.%d.%d.1", i % 10, i / 10 % 100);
		directory_put_device(&s->m->dir, &m, clock_wall(), clock_now());
	}
	s->m->dir.fresh = clock_now();
	alert_sweep(s->m, true);
	began = clock_now();
	alert_sweep(s->m, true);
	calm = clock_now() - began;
	for (i = 1; i <= 100000; i += 1000)
		directory_device(&s->m->dir, i)->last_seen -= 200;
	s->m->alerts->from -= 1000;
	began = clock_now();
	alert_sweep(s->m, true);
	busy = clock_now() - began;
	print_message("a sweep of 100,000 devices: %.1f ms, with 100 gone: "
		      "%.1f ms\n",
	    calm * 1e3, busy * 1e3);
	assert_true(calm < 1 && busy < 2);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, scene_make, scene_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCENE(test_alone),
	    SCENE(test_after),
	    SCENE(test_off),
	    SCENE(test_server_away),
	    SCENE(test_clock_jump),
	    SCENE(test_uplink),
	    SCENE(test_few),
	    SCENE(test_half),
	    SCENE(test_narrowest),
	    SCENE(test_fleet),
	    SCENE(test_joins),
	    SCENE(test_mute),
	    SCENE(test_quiet),
	    SCENE(test_unwritable),
	    SCENE(test_flood),
	    SCENE(test_restart),
	    SCENE(test_down),
	    SCENE(test_keeper_anew),
	    SCENE(test_health),
	    SCENE(test_often),
	    SCENE(test_keys),
	    SCENE(test_server),
	    SCENE(test_ends),
	    SCENE(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
