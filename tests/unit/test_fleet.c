/*
 * Queries on all devices, on a real store.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "fleet.h"
#include "place.h"
#include "unit.h"

#define NOW INT64_C(2000000000000000)
#define AGO(s) (NOW - (s)*INT64_C(1000000))

static const struct {
	const char *id, *alias, *tags;
	int64_t ago; /* s since it was seen; -1: never */
	const char *addr, *client, *health;
} fleet[] = {
    {"aa", "roof", "lab,roof", 10, "192.0.2.1", "dropbear_2022.82",
	"up=100 load=0.5 mem=60 memt=128 model=TL-WDR4300 fw=23.05.3 v=2.0"},
    {"bb", "", "lab", 150, "192.0.2.2", "dropbear_2019.78",
	"up=7200 load=1.25 mem=4 memt=128 temp=41 sig=-71 fw=22.03"},
    {"cc", "cellar", "lab-2", 4000, "198.51.100.7", "OpenSSH_9.2",
	"up=5 load=0.1 mem=9 fw=23.05.0 zz=a,b Q=7"},
    {"dd", "", "", -1, "", "", ""},
    {"ee", "off", "lab", 10, "192.0.2.9", "dropbear_2022.82",
	"mem=100 memt=100 temp=99 fw=24.10.0 Q=12"},
};
#define FLEET (sizeof(fleet) / sizeof(fleet[0]))

static void
fill(struct store *s)
{
	struct heartbeat h;
	struct device d;
	size_t i;

	for (i = 0; i < FLEET; i++) {
		memset(&d, 0, sizeof(d));
		d.enabled = strcmp(fleet[i].alias, "off") != 0;
		d.created = AGO(86400 * (int64_t)(i + 1));
		snprintf(d.name, sizeof(d.name), "%s", fleet[i].id);
		snprintf(d.alias, sizeof(d.alias), "%s", fleet[i].alias);
		snprintf(d.tags, sizeof(d.tags), "%s", fleet[i].tags);
		assert_int_equal(store_device_add(s, &d, NULL), STORE_OK);
		if (fleet[i].ago == -1)
			continue;
		memset(&h, 0, sizeof(h));
		h.device = d.id;
		h.at = AGO(fleet[i].ago);
		h.interval = 60;
		snprintf(h.addr, sizeof(h.addr), "%s", fleet[i].addr);
		snprintf(h.client, sizeof(h.client), "%s", fleet[i].client);
		snprintf(h.health, sizeof(h.health), "%s", fleet[i].health);
		assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	}
}

static int
add_name(void *arg, const struct fleet_row *row)
{
	char *names = arg;

	sprintf(names + strlen(names), "%s ", row->device.name);
	return 0;
}

/* The ids that the query finds, in order: "aa cc ". */
static void
expect(struct store *s, struct fleet_query *q, const char *ids)
{
	struct fleet_counts c;
	char names[256] = "";
	unsigned int n = (unsigned int)(strlen(ids) / 3);

	q->now = NOW;
	if (store_fleet_each(s, q, add_name, names) != STORE_OK)
		fail_msg("%s", store_error(s));
	assert_string_equal(names, ids);
	assert_int_equal(store_fleet_count(s, q, &c), STORE_OK);
	if (q->limit == 0 && q->offset == 0)
		assert_int_equal(c.total, n);
}

/* Conditions, with blanks between. */
static void
expect_where(struct store *s, const char *conditions, const char *ids)
{
	struct fleet_query q = {.text = NULL};
	char copy[256], *word, *rest = copy, error[FLEET_ERROR];

	snprintf(copy, sizeof(copy), "%s", conditions);
	while ((word = strsep(&rest, " ")) != NULL)
		if (fleet_where_parse(word, &q.where[q.wheres++], error) != 0)
			fail_msg("%s", error);
	expect(s, &q, ids);
}

static void
expect_sort(struct store *s, const char *sort, const char *ids)
{
	struct fleet_query q = {.text = NULL};
	char error[FLEET_ERROR];

	if (fleet_sort_parse(sort, &q, error) != 0)
		fail_msg("%s", error);
	expect(s, &q, ids);
}

static void
expect_text(struct store *s, const char *text, const char *ids)
{
	struct fleet_query q = {.text = text};

	expect(s, &q, ids);
}

static void
finds_by_conditions(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);

	fill(s);
	expect_where(s, "firmware~23.05", "aa cc ");
	expect_where(s, "fw=22.03", "bb ");
	expect_where(s, "firmware!=22.03", "aa cc dd ee ");
	expect_where(s, "model=tl-wdr4300", "aa ");
	expect_where(s, "model=", "bb cc dd ee ");
	expect_where(s, "memory<10", "bb cc ");
	expect_where(s, "memory<5%", "bb ");
	expect_where(s, "memory>=46.875%", "aa ee ");
	expect_where(s, "load>0.5", "bb ");
	expect_where(s, "load>=0.5 load<=0.5", "aa ");
	expect_where(s, "load!=0.5", "bb cc ");
	expect_where(s, "signal<-70", "bb ");
	expect_where(s, "uptime>=2h", "bb ");
	expect_where(s, "uptime=7200", "bb ");
	expect_where(s, "last_seen>1h", "cc ");
	expect_where(s, "seen<1m", "aa ee ");
	expect_where(s, "created>=3d", "cc dd ee ");
	expect_where(s, "interval=60s id!=aa", "bb cc ee ");
	expect_where(s, "tag=lab", "aa bb ee ");
	expect_where(s, "tag~lab", "aa bb cc ee ");
	expect_where(s, "tag!=lab", "cc dd ");
	expect_where(s, "state=offline", "cc ");
	expect_where(s, "state!=offline", "aa bb dd ee ");
	expect_where(s, "state=disabled", "ee ");
	expect_where(s, "alias=", "bb dd ");
	expect_where(s, "name=bb", "bb ");
	expect_where(s, "name~ROO", "aa ");
	expect_where(s, "addr~192.0.2. client~2022", "aa ee ");
	expect_where(s, "zz=a,b", "cc ");
	expect_where(s, "Q>8", "ee ");
	expect_where(s, "Q=7", "cc ");
	store_close(s);
}

static void
sorts(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct fleet_query q = {.sort = "id", .limit = 2, .offset = 1};

	fill(s);
	expect_sort(s, "memory", "bb cc aa ee dd ");
	expect_sort(s, "memory:desc", "ee aa cc bb dd ");
	expect_sort(s, "load:asc", "cc aa bb dd ee ");
	expect_sort(s, "id:desc", "ee dd cc bb aa ");
	expect_sort(s, "name", "bb cc dd ee aa ");
	expect_sort(s, "alias:desc", "aa ee cc dd bb ");
	expect_sort(s, "firmware", "bb cc aa ee dd ");
	expect_sort(s, "last_seen", "aa ee bb cc dd ");
	expect_sort(s, "state", "dd aa bb cc ee ");
	expect_sort(s, "Q", "cc ee aa bb dd ");
	expect_sort(s, "Q:desc", "ee cc dd bb aa ");
	expect(s, &q, "bb cc ");
	q.offset = 5;
	expect(s, &q, "");
	store_close(s);
}

static void
finds_by_text(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);

	fill(s);
	expect_text(s, "roof", "aa ");
	expect_text(s, "ROOF", "aa ");
	expect_text(s, "  192.0.2. dropbear ", "aa bb ee ");
	expect_text(s, "23.05", "aa cc ");
	expect_text(s, "%", "");
	expect_text(s, "_", "aa bb cc ee ");
	expect_text(s, "'", "");
	expect_text(s, "", "aa bb cc dd ee ");
	store_close(s);
}

static void
counts_by_state(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct fleet_query q = {.now = NOW};
	struct fleet_counts c;

	fill(s);
	assert_int_equal(store_fleet_count(s, &q, &c), STORE_OK);
	assert_int_equal(c.online, 1);
	assert_int_equal(c.late, 1);
	assert_int_equal(c.offline, 1);
	assert_int_equal(c.never, 1);
	assert_int_equal(c.disabled, 1);
	assert_int_equal(c.total, 5);
	q.by_state = true;
	q.state = DEVICE_LATE;
	assert_int_equal(store_fleet_count(s, &q, &c), STORE_OK);
	assert_int_equal(c.online, 1);
	assert_int_equal(c.total, 1);
	expect(s, &q, "bb ");
	q.state = DEVICE_ONLINE;
	expect(s, &q, "aa ");
	q.with_disabled = true;
	q.limit = 9;
	expect(s, &q, "aa ee ");
	q.with_disabled = false;
	q.limit = 0;
	q.state = DEVICE_LATE;
	q.tag[q.tags++] = "roof";
	expect(s, &q, "");
	q.by_state = false;
	q.tag[q.tags++] = "lab";
	expect(s, &q, "aa ");
	store_close(s);
}

static int
check_wrong(void *arg, const struct fleet_row *row)
{
	char *names = arg;
	const char *wrong = fleet_wrong(row, NOW);

	if (*wrong != '\0')
		sprintf(
		    names + strlen(names), "%s:%s ", row->device.name, wrong);
	return 0;
}

/* SQL and C agree on what is wrong. */
static void
finds_what_is_wrong(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct fleet_query q = {.now = NOW};
	struct heartbeat h = {
	    .device = 1, .at = NOW, .interval = 60, .health = "mem=5 temp=96"};
	char names[256] = "";

	fill(s);
	assert_int_equal(store_fleet_each(s, &q, check_wrong, names), STORE_OK);
	assert_string_equal(names, "bb:late cc:offline ");
	q.wrong = true;
	expect(s, &q, "bb cc ");
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	expect(s, &q, "aa bb cc ");
	names[0] = '\0';
	assert_int_equal(store_fleet_each(s, &q, check_wrong, names), STORE_OK);
	/* Its total of before lasts, so that 5 MiB are known to be little. */
	assert_string_equal(names, "aa:memory bb:late cc:offline ");
	h.at++;
	snprintf(h.health, sizeof(h.health), "mem=64 temp=96");
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	names[0] = '\0';
	assert_int_equal(store_fleet_each(s, &q, check_wrong, names), STORE_OK);
	assert_string_equal(names, "aa:temp bb:late cc:offline ");
	h.at++;
	snprintf(h.health, sizeof(h.health), "mem=64");
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	assert_int_equal(
	    store_device_twice(s, 1, AGO(3600), "192.0.2.1"), STORE_OK);
	names[0] = '\0';
	assert_int_equal(store_fleet_each(s, &q, check_wrong, names), STORE_OK);
	assert_string_equal(names, "aa:clone bb:late cc:offline ");
	store_close(s);
}

static int
add_tag(void *arg, const char *tag, unsigned int n)
{
	char *text = arg;

	sprintf(text + strlen(text), "%s=%u ", tag, n);
	return 0;
}

static int
keep_health(void *arg, const struct fleet_row *row)
{
	memcpy(arg, row->health, sizeof(row->health));
	return 1;
}

static void
lists_tags_and_keys(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct fleet_query q = {.now = NOW};
	char text[HEARTBEAT_HEALTH] = "";
	bool tells;

	fill(s);
	assert_int_equal(store_fleet_tags(s, add_tag, text), STORE_OK);
	assert_string_equal(text, "lab=3 lab-2=1 roof=1 ");
	assert_int_equal(store_fleet_tells(s, "zz", &tells), STORE_OK);
	assert_true(tells);
	assert_int_equal(store_fleet_tells(s, "z", &tells), STORE_OK);
	assert_false(tells);
	assert_int_equal(store_fleet_each(s, &q, keep_health, text), STORE_OK);
	assert_string_equal(text, fleet[0].health);
	store_close(s);
}

/* An operator finds, counts and is told of no others. */
static void
is_limited(void **state)
{
	struct store *server = place_open(*state, STORE_CREATE | STORE_SERVER),
		     *s;
	struct oper who = {
	    .id = 1, .role = OPERATOR_VIEWER, .grants = "lab:22"};
	struct fleet_query q = {.now = NOW};
	struct fleet_counts c;
	char text[256] = "";
	bool tells;

	fill(server);
	s = place_open(*state, STORE_READ);
	assert_int_equal(store_limit(s, &who), STORE_OK);
	expect(s, &q, "aa bb ee ");
	assert_int_equal(store_fleet_count(s, &q, &c), STORE_OK);
	assert_int_equal(c.offline + c.never, 0);
	assert_int_equal(c.total, 3);
	expect_text(s, "OpenSSH", "");
	expect_where(s, "state!=never", "aa bb ee ");
	expect_sort(s, "memory", "bb aa ee ");
	q.wrong = true;
	expect(s, &q, "bb ");
	assert_int_equal(store_fleet_tags(s, add_tag, text), STORE_OK);
	assert_string_equal(text, "lab=3 roof=1 ");
	assert_int_equal(store_fleet_tells(s, "zz", &tells), STORE_OK);
	assert_false(tells);
	store_close(s);
	store_close(server);
}

static void
expect_refused(const char *text, const char *says)
{
	struct fleet_where w;
	char error[FLEET_ERROR];

	assert_int_equal(fleet_where_parse(text, &w, error), -1);
	if (strstr(error, says) == NULL)
		fail_msg("%s: %s", text, error);
}

static void
refuses_what_is_wrong(void **state)
{
	struct fleet_query q;
	char error[FLEET_ERROR], names[FLEET_ERROR], longest[128] = "id=";

	(void)state;
	expect_refused("", "not a condition");
	expect_refused("memory", "not a condition");
	expect_refused("<5", "not a condition");
	expect_refused("firm ware=1", "not a condition");
	expect_refused("memory_free<5", "must be id, alias");
	expect_refused("memory_free_of_it<5", "must be id, alias");
	expect_refused("Memory<5", "must be id, alias");
	expect_refused("memory<x", "or a percentage");
	expect_refused("memory<5 ", "or a percentage");
	expect_refused("memory<5%%", "or a percentage");
	expect_refused("memory<", "or a percentage");
	expect_refused("load<5%", "must be a number");
	expect_refused("load~1", "it is a number");
	expect_refused("firmware<23", "it is text");
	expect_refused("uptime<1y", "90s, 2h, 1d");
	expect_refused("uptime<-1", "90s, 2h, 1d");
	expect_refused("uptime<9999999999", "90s, 2h, 1d");
	expect_refused(
	    "state=gone", "online, late, offline, never or disabled");
	expect_refused("state~on", "use = or !=");
	memset(longest + 3, 'a', FLEET_VALUE);
	expect_refused(longest, "too long");
	assert_int_equal(fleet_sort_parse("memoryx_", &q, error), -1);
	assert_non_null(strstr(error, "must be id, alias"));
	assert_int_equal(fleet_sort_parse("memory:up", &q, error), -1);
	assert_non_null(strstr(error, ":asc or :desc"));
	fleet_fields(names);
	assert_non_null(strstr(names, ", denied"));
}

/* 012_nodes.sql, undone. */
#define LATER_NODES                                                       \
	"DROP TRIGGER change_timed; ALTER TABLE change DROP COLUMN at;"   \
	"DROP TRIGGER device_removed_tunnel; DROP TABLE tunnel;"          \
	"DROP TABLE ticket; DROP TABLE wish; CREATE TABLE wish ("         \
	"device INTEGER NOT NULL, dport INTEGER NOT NULL, sport INTEGER " \
	"NOT NULL, node TEXT NOT NULL, created INTEGER NOT NULL, state "  \
	"INTEGER NOT NULL, state_at INTEGER NOT NULL, reason TEXT NOT "   \
	"NULL DEFAULT '', PRIMARY KEY (device, dport)) WITHOUT ROWID;"    \
	"ALTER TABLE forward DROP COLUMN node;"                           \
	"ALTER TABLE device_seen DROP COLUMN gap1;"                       \
	"ALTER TABLE device_seen DROP COLUMN gap2;"                       \
	"ALTER TABLE node DROP COLUMN addr;"                              \
	"ALTER TABLE node DROP COLUMN version;"                           \
	"ALTER TABLE node DROP COLUMN drain;"                             \
	"ALTER TABLE node DROP COLUMN hostkeys;"                          \
	"ALTER TABLE node DROP COLUMN stale;"

/* What came after the column, undone in turn. */
#define LATER                                                        \
	"DROP TRIGGER device_removed_history;"                       \
	"DROP TRIGGER device_removed_mute; DROP TABLE alert;"        \
	"DROP TABLE mute; DROP TABLE bound; DROP TABLE history_day;" \
	"DROP TABLE history_span; DROP TABLE history_outage;"        \
	"DROP TABLE history_calendar; DROP TABLE history_text;" LATER_NODES

/* A migration finds the health that is there. */
static void
is_migrated(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct fleet_query q = {.now = NOW};
	char health[HEARTBEAT_HEALTH] = "";
	sqlite3 *db;

	place_sqlite_only(p);
	s = place_open(p, STORE_CREATE | STORE_SERVER);
	fill(s);
	store_close(s);
	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     LATER "ALTER TABLE device_seen DROP COLUMN health;"
				   "PRAGMA user_version = 8",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	s = place_open(p, STORE_SERVER);
	assert_int_equal(
	    store_fleet_each(s, &q, keep_health, health), STORE_OK);
	assert_string_equal(health, fleet[0].health);
	expect_where(s, "firmware~23.05", "aa cc ");
	store_close(s);
}

#define ON_STORE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STORE(finds_by_conditions),
	    ON_STORE(sorts),
	    ON_STORE(finds_by_text),
	    ON_STORE(counts_by_state),
	    ON_STORE(finds_what_is_wrong),
	    ON_STORE(lists_tags_and_keys),
	    ON_STORE(is_limited),
	    cmocka_unit_test(refuses_what_is_wrong),
	    ON_STORE(is_migrated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
