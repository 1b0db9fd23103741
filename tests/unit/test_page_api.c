/*
 * What a page tells, of a real SQLite file: shapes, what each role sees, limits
 * of parameters, escaping, paging, and the live refresh.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beats.h"
#include "html_pages.h"
#include "place.h"
#include "tell.h"
#include "unit.h"
#include "web_file.h"

#define SECOND INT64_C(1000000)
#define NOW (1800000000 * SECOND)
#define MANY 120

static const char shell[] =
    "<title>{{title}}</title>{{view}}|{{content}}|{{x}}";

const struct web_file *
web_file_find(const char *name)
{
	static const struct web_file file = {.name = "shell.html",
	    .bytes = (const unsigned char *)shell,
	    .len = sizeof(shell) - 1};

	assert_string_equal(name, "shell.html");
	return &file;
}

/* --- a request ---------------------------------------------------------- */

/* Parameters: name, value, ..., NULL. */
static const char *
param_get(void *arg, const char *name)
{
	const char **p;

	for (p = arg; *p != NULL; p += 2)
		if (strcmp(*p, name) == 0)
			return p[1];
	return NULL;
}

#define ASKED(...)       \
	((struct asked){ \
	    .get = param_get, .arg = (const char *[]){__VA_ARGS__, NULL}})
#define PLAIN ((struct asked){.get = param_get, .arg = (const char *[]){NULL}})

static const struct oper admin = {
    .id = 1, .name = "carol", .role = OPERATOR_ADMIN};
static const struct oper alice = {
    .id = 2, .name = "alice", .role = OPERATOR_OPERATOR, .grants = "lab"};

struct scene {
	struct place *place;
	struct store *store; /* for writing */
	struct store *seen; /* for reading */
	struct view *view;
	int64_t now;
	uint64_t changes;
};

static struct scene
scene_begin(struct place *place)
{
	return (struct scene){.place = place,
	    .store = place_open(place, STORE_CREATE | STORE_MIGRATE),
	    .now = NOW};
}

static void
scene_look(struct scene *s, const struct oper *who)
{
	s->seen = place_open(s->place, STORE_READ | STORE_WITHIN);
	if (who->role != OPERATOR_ADMIN)
		assert_int_equal(store_limit(s->seen, who), STORE_OK);
	s->view = view_new(s->seen, who, "test", 2222);
	assert_non_null(s->view);
}

static void
scene_leave(struct scene *s)
{
	view_free(s->view);
	store_close(s->seen);
	s->seen = NULL;
}

static void
scene_end(struct scene *s)
{
	if (s->seen != NULL)
		scene_leave(s);
	store_close(s->store);
}

/* What is told; NULL unless the status is 200. */
static json_t *
scene_ask(
    struct scene *s, tell_maker *maker, struct asked asked, unsigned int want)
{
	char error[ASKED_ERROR] = "";
	json_t *answer = NULL;
	unsigned int status;

	s->now += SECOND;
	view_begin(s->view, s->now, ++s->changes);
	status = maker(s->view, &asked, &answer, error);
	if (status != want)
		fail_msg("status %u, not %u: %s: %s", status, want, error,
		    store_error(s->seen));
	assert_int_equal(answer != NULL, status == 200);
	assert_int_equal(*error != '\0', status >= 400);
	assert_null(strchr(error, '\n'));
	return answer;
}

static void
scene_refuse(struct scene *s, struct asked asked, unsigned int status)
{
	json_decref(scene_ask(s, tell_fleet, asked, status));
}

static int64_t
scene_device(struct scene *s, const char *name, unsigned int key,
    const char *alias, const char *tags)
{
	struct device d;
	int64_t id = place_device(s->store, name, key);

	assert_int_equal(store_device_get(s->store, id, &d), STORE_OK);
	snprintf(d.alias, sizeof(d.alias), "%s", alias);
	snprintf(d.tags, sizeof(d.tags), "%s", tags);
	assert_int_equal(store_device_update(s->store, &d), STORE_OK);
	return id;
}

static void
scene_poll(struct scene *s, int64_t device, int64_t at, const char *client,
    const char *health)
{
	struct heartbeat h = {.device = device, .at = at, .interval = 60};

	snprintf(h.addr, sizeof(h.addr), "192.0.2.7");
	snprintf(h.client, sizeof(h.client), "%s", client);
	snprintf(h.health, sizeof(h.health), "%s", health);
	assert_int_equal(store_heartbeat_add(s->store, &h), STORE_OK);
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (text == NULL)
		fail_msg("no text %s", name);
	return text;
}

static int64_t
number_of(const json_t *object, const char *name)
{
	const json_t *n = json_object_get(object, name);

	if (!json_is_integer(n))
		fail_msg("no number %s", name);
	return json_integer_value(n);
}

static json_t *
row_of(const json_t *answer, size_t i)
{
	json_t *row = json_array_get(json_object_get(answer, "rows"), i);

	if (row == NULL)
		fail_msg("no row %zu", i);
	return row;
}

static size_t
rows_of(const json_t *answer)
{
	return json_array_size(json_object_get(answer, "rows"));
}

/* --- tests -------------------------------------------------------------- */

static void
a_row_has_what_is_told(void **state)
{
	struct scene s = scene_begin(*state);
	int64_t id = scene_device(&s, "aa", 1, "roof", "lab,roof");
	json_t *told, *row;

	scene_poll(&s, id, NOW, "SSH-2.0-dropbear",
	    "up=60 load=0.12 mem=20 memt=512 model=a,b fw=23.05 v=2.0 "
	    "temp=51 sig=-67 wan=203.0.113.7 zz=1");
	scene_look(&s, &admin);
	told = scene_ask(&s, tell_fleet, PLAIN, 200);
	assert_int_equal(number_of(told, "total"), 1);
	assert_int_equal(number_of(told, "now"), s.now / 1000);
	row = row_of(told, 0);
	assert_string_equal(text_of(row, "id"), "aa");
	assert_string_equal(text_of(row, "alias"), "roof");
	assert_string_equal(text_of(row, "state"), "online");
	assert_string_equal(text_of(row, "client"), "SSH-2.0-dropbear");
	assert_string_equal(text_of(row, "version"), "2.0");
	assert_string_equal(text_of(row, "model"), "a,b");
	assert_string_equal(text_of(row, "firmware"), "23.05");
	assert_string_equal(text_of(row, "wan"), "203.0.113.7");
	assert_string_equal(text_of(row, "wrong"), "memory");
	assert_string_equal(text_of(row, "beats"), "o");
	assert_int_equal(number_of(row, "last_seen"), NOW / 1000);
	assert_int_equal(number_of(row, "due"), NOW / 1000 + 60000);
	assert_int_equal(number_of(row, "uptime"), 60);
	assert_int_equal(number_of(row, "memory"), 20);
	assert_int_equal(number_of(row, "memory_total"), 512);
	assert_int_equal(number_of(row, "temp"), 51);
	assert_int_equal(number_of(row, "signal"), -67);
	assert_true(json_is_real(json_object_get(row, "load")));
	assert_true(json_is_true(json_object_get(row, "enabled")));
	assert_string_equal(text_of(json_object_get(row, "health"), "zz"), "1");
	assert_int_equal(
	    number_of(json_object_get(told, "counts"), "online"), 1);
	assert_int_equal(json_array_size(json_object_get(told, "tags")), 2);
	json_decref(told);
	scene_end(&s);
}

static void
one_word_says_what_is_wrong(void **state)
{
	struct scene s = scene_begin(*state);
	struct device d = {.name = "bare", .enabled = true, .created = 1};
	struct refusal no = {.own = true,
	    .at = NOW,
	    .addr = "192.0.2.7",
	    .reason = "algorithm not allowed"};
	const struct {
		const char *id, *word;
	} wants[] = {{"bare", "no-key"}, {"fine", ""}, {"gone", "offline"},
	    {"late", "late"}, {"off", "disabled"}, {"other", "refused"},
	    {"port", "forward-failed"}, {"quiet", ""}, {"twice", "clone"}};
	struct forward f = {.dport = 22,
	    .sport = 9000,
	    .ttl = 60,
	    .created = NOW,
	    .expires = NOW + 60 * SECOND};
	json_t *told;
	size_t i;

	assert_int_equal(store_device_add(s.store, &d, NULL), STORE_OK);
	scene_poll(&s, scene_device(&s, "fine", 1, "", ""), NOW, "x", "");
	scene_poll(&s, scene_device(&s, "gone", 2, "", ""), NOW - 3600 * SECOND,
	    "x", "");
	scene_poll(&s, scene_device(&s, "late", 3, "", ""), NOW - 150 * SECOND,
	    "x", "");
	scene_poll(&s, scene_device(&s, "off", 4, "", ""), NOW, "x", "");
	assert_int_equal(store_device_find(s.store, "off", &d), STORE_OK);
	d.enabled = false;
	assert_int_equal(store_device_update(s.store, &d), STORE_OK);
	no.device = scene_device(&s, "other", 5, "", "");
	assert_int_equal(store_refusal_put(s.store, &no), STORE_OK);
	f.device = scene_device(&s, "port", 6, "", "");
	scene_poll(&s, f.device, NOW, "x", "");
	assert_int_equal(store_forward_add(s.store, &f), STORE_OK);
	assert_int_equal(store_forward_set(s.store, f.id, FORWARD_QUEUED, NOW,
			     FORWARD_REFUSED "9000: in use"),
	    STORE_OK);
	scene_device(&s, "quiet", 7, "", "");
	f.device = scene_device(&s, "twice", 8, "", "");
	scene_poll(&s, f.device, NOW, "x", "");
	assert_int_equal(
	    store_device_twice(s.store, f.device, NOW, "192.0.2.1,192.0.2.2"),
	    STORE_OK);
	scene_look(&s, &admin);
	told = scene_ask(&s, tell_fleet, ASKED("sort", "id"), 200);
	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		assert_string_equal(
		    text_of(row_of(told, i), "id"), wants[i].id);
		if (strcmp(text_of(row_of(told, i), "wrong"), wants[i].word) !=
		    0)
			fail_msg("%s: %s", wants[i].id,
			    text_of(row_of(told, i), "wrong"));
		assert_int_equal(
		    *text_of(row_of(told, i), "wrong_text") != '\0',
		    *wants[i].word != '\0');
	}
	assert_int_equal(rows_of(told), i);
	json_decref(told);
	scene_end(&s);
}

static void
a_role_sees_what_is_its(void **state)
{
	struct scene s = scene_begin(*state);
	struct token t = {.device = "aa",
	    .uses = 1,
	    .uses_left = 1,
	    .created = NOW,
	    .expires = NOW + SECOND};
	struct oper o = admin;
	char text[TOKEN_TEXT];
	struct asked of = PLAIN;
	json_t *told;

	scene_device(&s, "aa", 1, "", "lab");
	scene_device(&s, "bb", 2, "", "roof");
	assert_int_equal(token_make(&t, text), 0);
	assert_int_equal(store_token_add(s.store, &t), STORE_OK);
	place_key(&o.key, 8);
	assert_int_equal(store_operator_add(s.store, &o), STORE_OK);
	o = alice;
	place_key(&o.key, 9);
	assert_int_equal(store_operator_add(s.store, &o), STORE_OK);
	scene_look(&s, &o);
	told = scene_ask(&s, tell_fleet, PLAIN, 200);
	assert_int_equal(rows_of(told), 1);
	assert_string_equal(text_of(row_of(told, 0), "id"), "aa");
	assert_int_equal(number_of(told, "total"), 1);
	assert_int_equal(json_array_size(json_object_get(told, "tags")), 1);
	json_decref(told);
	of.id = "bb";
	scene_ask(&s, tell_device, of, 404);
	of.id = "aa";
	json_decref(scene_ask(&s, tell_device, of, 200));
	told = scene_ask(&s, tell_rows, ASKED("ids", "aa,bb"), 200);
	assert_int_equal(rows_of(told), 1);
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(told, "gone"), 0)),
	    "bb");
	json_decref(told);
	scene_ask(&s, tell_tokens, PLAIN, 403);
	told = scene_ask(&s, tell_operators, PLAIN, 200);
	assert_int_equal(
	    json_array_size(json_object_get(told, "operators")), 1);
	json_decref(told);
	told = scene_ask(&s, tell_me, PLAIN, 200);
	assert_string_equal(text_of(told, "role"), "operator");
	assert_int_equal(json_array_size(json_object_get(told, "acts")), 2);
	json_decref(told);
	scene_leave(&s);
	scene_look(&s, &admin);
	told = scene_ask(&s, tell_tokens, PLAIN, 200);
	assert_int_equal(json_array_size(json_object_get(told, "tokens")), 1);
	json_decref(told);
	told = scene_ask(&s, tell_operators, PLAIN, 200);
	assert_int_equal(
	    json_array_size(json_object_get(told, "operators")), 2);
	json_decref(told);
	scene_end(&s);
}

static void
a_device_has_all_that_is_its(void **state)
{
	static const char *const lists[] = {"keys", "permits", "forwards",
	    "sessions", "jumps", "polls", "doctor"};
	struct scene s = scene_begin(*state);
	struct asked of = PLAIN;
	int64_t id = scene_device(&s, "aa", 1, "roof", "lab");
	struct permit permit = {
	    .tag = "lab", .first = 9000, .last = 9001, .created = NOW};
	struct forward f = {.device = id,
	    .dport = 22,
	    .sport = 9100,
	    .ttl = 60,
	    .created = NOW,
	    .expires = NOW + 60 * SECOND};
	json_t *told;
	size_t i;

	scene_poll(&s, id, NOW, "x", "up=1");
	assert_int_equal(store_permit_add(s.store, &permit), STORE_OK);
	assert_int_equal(store_forward_add(s.store, &f), STORE_OK);
	scene_look(&s, &admin);
	of.id = "aa";
	told = scene_ask(&s, tell_device, of, 200);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_true(json_is_array(json_object_get(told, lists[i])));
	assert_int_equal(json_array_size(json_object_get(told, "keys")), 1);
	assert_int_equal(json_array_size(json_object_get(told, "permits")), 1);
	assert_int_equal(json_array_size(json_object_get(told, "polls")), 1);
	assert_int_equal(json_array_size(json_object_get(told, "forwards")), 1);
	assert_string_equal(text_of(json_object_get(told, "lines"), "ssh"),
	    "ssh -J carol@SERVER:2222 root@roof");
	json_decref(told);
	of.id = "nobody";
	scene_ask(&s, tell_device, of, 404);
	of.id = "../aa";
	scene_ask(&s, tell_device, of, 400);
	scene_end(&s);
}

/* What the segment at i of presence24 is: its state, and its length. */
static void
stretch_is(const json_t *told, size_t i, const char *state, int64_t seconds)
{
	const json_t *stretch =
	    json_array_get(json_object_get(told, "presence24"), i);

	assert_string_equal(text_of(stretch, "state"), state);
	assert_int_equal(
	    (number_of(stretch, "until") - number_of(stretch, "since")) / 1000,
	    seconds);
}

static void
a_device_has_its_history(void **state)
{
	struct scene s = scene_begin(*state);
	struct hour hour = {.polls = 1,
	    .bytes_in = 5,
	    .fields = 1,
	    .field = {{"mem", 0, 10, 20, 30}}};
	struct outage away = {.since = NOW - 600 * SECOND,
	    .until = NOW - 300 * SECOND,
	    .why = OUTAGE_STOPPED};
	struct asked of = ASKED("days", "90"), wrong = ASKED("days", "91");
	json_t *told, *points;
	int64_t id;

	id = hour.device = scene_device(&s, "aa", 1, "", "");
	hour.number = history_hour(id, NOW - 7200 * SECOND);
	assert_int_equal(
	    store_span_online(s.store, id, NOW - 7200 * SECOND), STORE_OK);
	scene_poll(&s, id, NOW - 3600 * SECOND, "x", "");
	assert_int_equal(
	    store_span_gone(s.store, id, NOW - 3600 * SECOND, SPAN_LATE),
	    STORE_OK);
	assert_int_equal(
	    store_span_online(s.store, id, NOW - 1200 * SECOND), STORE_OK);
	assert_int_equal(store_outage_add(s.store, &away), STORE_OK);
	assert_int_equal(store_series_add(s.store, &hour), STORE_OK);
	scene_look(&s, &admin);
	s.now = NOW - SECOND;
	of.id = wrong.id = "aa";
	told = scene_ask(&s, tell_device, of, 200);
	stretch_is(told, 0, "online", 3600);
	stretch_is(told, 1, "offline", 2400);
	stretch_is(told, 2, "online", 600);
	stretch_is(told, 3, "server", 300);
	stretch_is(told, 4, "online", 300);
	assert_int_equal(
	    json_array_size(json_object_get(told, "presence90")), 90);
	points = json_object_get(json_object_get(told, "series"), "memory");
	assert_int_equal(json_array_size(points), 1);
	assert_int_equal(json_array_size(json_array_get(points, 0)), 4);
	assert_int_equal(json_array_size(json_object_get(told, "months")), 1);
	json_decref(told);
	scene_ask(&s, tell_device, wrong, 400);
	scene_end(&s);
}

static void
open_alerts_are_told(void **state)
{
	struct scene s = scene_begin(*state);
	struct alert_record a = {.id = "device.gone:aa:1",
	    .kind = ALERT_GONE,
	    .subject = "aa",
	    .since = NOW,
	    .opened = NOW,
	    .count = 1,
	    .summary = "aa is gone",
	    .devices = "aa"};
	json_t *told, *open;

	a.device = scene_device(&s, "aa", 1, "", "roof");
	assert_int_equal(store_alert_put(s.store, &a), STORE_OK);
	scene_look(&s, &alice);
	told = scene_ask(&s, tell_alerts, PLAIN, 200);
	assert_int_equal(json_array_size(json_object_get(told, "open")), 0);
	json_decref(told);
	scene_leave(&s);
	scene_look(&s, &admin);
	told = scene_ask(&s, tell_alerts, PLAIN, 200);
	open = json_object_get(told, "open");
	assert_int_equal(json_array_size(open), 1);
	assert_string_equal(
	    text_of(json_array_get(open, 0), "kind"), "device.gone");
	json_decref(told);
	scene_end(&s);
}

static void
a_parameter_is_checked(void **state)
{
	struct scene s = scene_begin(*state);
	char q[ASKED_TEXT + 2], far[65536], ids[ASKED_IDS * 3 + 8] = "";
	char where[FLEET_WHERE * 8 + 16] = "", tags[FLEET_TAGS * 2 + 4] = "";
	int i;

	scene_device(&s, "aa", 1, "", "");
	scene_look(&s, &admin);
	memset(q, 'x', sizeof(q));
	memset(far, '9', sizeof(far));
	q[ASKED_TEXT + 1] = far[sizeof(far) - 1] = '\0';
	scene_refuse(&s, ASKED("q", q + 1), 200);
	scene_refuse(&s, ASKED("q", q), 400);
	scene_refuse(&s, ASKED("q", far), 400);
	scene_refuse(&s, ASKED("q", "a\nb"), 400);
	scene_refuse(&s, ASKED("limit", "200"), 200);
	scene_refuse(&s, ASKED("limit", "201"), 400);
	scene_refuse(&s, ASKED("limit", "0"), 200);
	scene_refuse(&s, ASKED("limit", "-1"), 400);
	scene_refuse(&s, ASKED("limit", far), 400);
	scene_refuse(&s, ASKED("limit", "1x"), 400);
	scene_refuse(&s, ASKED("limit", "18446744073709551616"), 400);
	scene_refuse(&s, ASKED("offset", "10000000"), 200);
	scene_refuse(&s, ASKED("offset", "10000001"), 400);
	scene_refuse(&s, ASKED("offset", "9223372036854775808"), 400);
	scene_refuse(&s, ASKED("state", "online"), 200);
	scene_refuse(&s, ASKED("state", "gone"), 400);
	scene_refuse(&s, ASKED("sort", "memory", "desc", "1"), 200);
	scene_refuse(&s, ASKED("sort", "id;drop"), 400);
	scene_refuse(&s, ASKED("sort", far), 400);
	scene_refuse(&s, ASKED("desc", "2"), 400);
	scene_refuse(&s, ASKED("wrong", "1"), 200);
	scene_refuse(&s, ASKED("wrong", "yes"), 400);
	scene_refuse(&s, ASKED("where", "mem"), 400);
	scene_refuse(&s, ASKED("where", far), 400);
	scene_refuse(&s, ASKED("tag", far), 400);
	for (i = 0; i < FLEET_TAGS; i++)
		strcat(tags, i == 0 ? "a" : ",a");
	scene_refuse(&s, ASKED("tag", tags), 200);
	strcat(tags, ",a");
	scene_refuse(&s, ASKED("tag", tags), 400);
	for (i = 0; i < FLEET_WHERE; i++)
		strcat(where, i == 0 ? "mem<5%" : ";mem<5%");
	scene_refuse(&s, ASKED("where", where), 200);
	strcat(where, ";mem<5%");
	scene_refuse(&s, ASKED("where", where), 400);
	for (i = 0; i < ASKED_IDS; i++)
		strcat(ids, i == 0 ? "aa" : ",aa");
	json_decref(scene_ask(&s, tell_rows, ASKED("ids", ids), 200));
	strcat(ids, ",aa");
	scene_ask(&s, tell_rows, ASKED("ids", ids), 400);
	scene_ask(&s, tell_rows, ASKED("ids", far), 400);
	scene_ask(&s, tell_rows, ASKED("since", far), 400);
	scene_end(&s);
}

static void
pages_follow_each_other(void **state)
{
	struct scene s = scene_begin(*state);
	char name[16], offset[16];
	json_t *told;
	int i, n = 0;

	assert_int_equal(store_begin(s.store), STORE_OK);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "d%03d", i);
		place_device(s.store, name, (unsigned int)i + 1);
	}
	assert_int_equal(store_commit(s.store), STORE_OK);
	scene_look(&s, &admin);
	for (n = 0; n < MANY; n += (int)rows_of(told), json_decref(told)) {
		snprintf(offset, sizeof(offset), "%d", n);
		told = scene_ask(
		    &s, tell_fleet, ASKED("sort", "id", "offset", offset), 200);
		assert_int_equal(number_of(told, "total"), MANY);
		snprintf(name, sizeof(name), "d%03d", n);
		assert_string_equal(text_of(row_of(told, 0), "id"), name);
		assert_true(rows_of(told) <= ASKED_ROWS);
	}
	assert_int_equal(n, MANY);
	told = scene_ask(&s, tell_fleet, ASKED("offset", "120"), 200);
	assert_int_equal(rows_of(told), 0);
	json_decref(told);
	scene_end(&s);
}

/* A page that stays open is told what has changed, and nothing else. */
static void
rows_are_told_once(void **state)
{
	struct scene s = scene_begin(*state);
	int64_t aa = scene_device(&s, "aa", 1, "", ""), since;
	char text[24];
	json_t *told;

	scene_device(&s, "bb", 2, "", "");
	scene_poll(&s, aa, NOW, "x", "");
	scene_look(&s, &admin);
	told = scene_ask(&s, tell_fleet, PLAIN, 200);
	since = number_of(told, "now");
	json_decref(told);
	snprintf(text, sizeof(text), "%lld", (long long)since);
	scene_ask(&s, tell_rows, ASKED("ids", "aa,bb", "since", text), 204);
	scene_poll(&s, aa, NOW + SECOND, "x", "");
	told =
	    scene_ask(&s, tell_rows, ASKED("ids", "aa,bb", "since", text), 200);
	assert_int_equal(rows_of(told), 1);
	assert_string_equal(text_of(row_of(told, 0), "id"), "aa");
	snprintf(text, sizeof(text), "%lld", (long long)number_of(told, "now"));
	json_decref(told);
	scene_ask(&s, tell_rows, ASKED("ids", "aa,bb", "since", text), 204);
	/* By time alone it becomes late, and the counts with it. */
	s.now = NOW + 200 * SECOND;
	told =
	    scene_ask(&s, tell_rows, ASKED("ids", "aa,bb", "since", text), 200);
	assert_string_equal(text_of(row_of(told, 0), "state"), "late");
	assert_int_equal(number_of(json_object_get(told, "counts"), "late"), 1);
	snprintf(text, sizeof(text), "%lld", (long long)number_of(told, "now"));
	json_decref(told);
	/* The clock is set back: all is told again. */
	s.now = NOW;
	told =
	    scene_ask(&s, tell_rows, ASKED("ids", "aa,bb", "since", text), 200);
	assert_int_equal(rows_of(told), 2);
	json_decref(told);
	scene_end(&s);
}

static void
html_escapes_what_is_hostile(void **state)
{
	static const char bad[] = "SSH-2.0-<script>alert('1')</script>\"&x";
	struct scene s = scene_begin(*state);
	int64_t id = scene_device(&s, "aa", 1, "", "");
	struct html h = {.text = NULL};
	struct asked of[] = {ASKED("q", "\"><script>"), PLAIN, PLAIN};
	char *text;
	int i;

	of[2].id = "aa";

	scene_poll(&s, id, NOW, bad, "");
	scene_look(&s, &admin);
	for (i = 0; i < 3; i++) {
		view_begin(s.view, s.now += SECOND, ++s.changes);
		assert_int_equal(i == 2 ? html_device(s.view, &of[i], &h)
					: html_fleet(s.view, &of[i], &h),
		    200);
		text = html_take(&h);
		assert_non_null(text);
		assert_null(strstr(text, "<script"));
		assert_null(strstr(text, "{{"));
		assert_non_null(strstr(
		    text, i == 0 ? "value=\"&quot;&gt;&lt;script&gt;\""
				 : "SSH-2.0-&lt;script&gt;alert(&#39;1&#39;)"));
		free(text);
	}
	of[2].id = "nobody";
	assert_int_equal(html_device(s.view, &of[2], &h), 404);
	text = html_take(&h);
	assert_non_null(strstr(text, "no such device"));
	free(text);
	scene_end(&s);
}

static void
html_has_links_to_its_pages(void **state)
{
	struct scene s = scene_begin(*state);
	struct asked of = ASKED("limit", "1", "offset", "1", "q", "a a");
	struct html h = {.text = NULL};
	char *text;

	scene_device(&s, "a1", 1, "", "");
	scene_device(&s, "a2", 2, "", "");
	scene_device(&s, "a3", 3, "", "");
	scene_look(&s, &admin);
	view_begin(s.view, s.now, 1);
	assert_int_equal(html_fleet(s.view, &of, &h), 200);
	text = html_take(&h);
	assert_non_null(
	    strstr(text, "href=\"/?offset=0&amp;q=a%20a&amp;limit=1\""));
	assert_non_null(
	    strstr(text, "href=\"/?offset=2&amp;q=a%20a&amp;limit=1\""));
	assert_non_null(strstr(text, "href=\"/device/a2\""));
	assert_null(strstr(text, "href=\"/device/a1\""));
	free(text);
	scene_end(&s);
}

static void
beats_show_each_planned_poll(void **state)
{
	static const struct {
		int64_t at[6]; /* s */
		size_t n;
		int64_t now;
		bool connected;
		const char *want;
	} cases[] = {
	    {{0}, 0, 1000, false, ""},
	    {{0, 60, 120}, 3, 130, false, "ooo"},
	    {{0, 60, 140}, 3, 150, false, "ool"},
	    {{0, 60, 240}, 3, 250, false, "ooxxo"},
	    {{0, 60, 120}, 3, 120 + 181, false, "oooxx"},
	    {{0, 60}, 2, 60 + 181, true, "ooooo"},
	    {{0}, 1, 100000, false,
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
	};
	int64_t at[6];
	char out[BEATS + 1];
	struct beats b;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (j = 0; j < 6; j++)
			at[j] = cases[i].at[j] * SECOND;
		b = (struct beats){.at = at,
		    .n = cases[i].n,
		    .interval = 60 * SECOND,
		    .connected = cases[i].connected,
		    .now = cases[i].now * SECOND};
		beats_write(&b, out);
		assert_string_equal(out, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_row_has_what_is_told, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		one_word_says_what_is_wrong, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		a_role_sees_what_is_its, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		a_device_has_all_that_is_its, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		a_device_has_its_history, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		open_alerts_are_told, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		a_parameter_is_checked, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		pages_follow_each_other, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		rows_are_told_once, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		html_escapes_what_is_hostile, place_make, place_remove),
	    cmocka_unit_test_setup_teardown(
		html_has_links_to_its_pages, place_make, place_remove),
	    cmocka_unit_test(beats_show_each_planned_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
