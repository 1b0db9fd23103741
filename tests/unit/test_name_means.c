/*
 * A name means one device.  Random names that resemble each other are offered
 * as ids, aliases and operators' names; then, whatever is typed, the store's
 * lookup (et-admin's) and the directory's (the monitor's, for jumps) find the
 * one device whose name it is, or nothing.  SEED in the environment repeats a
 * run.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "directory.h"
#include "name.h"
#include "place.h"
#include "unit.h"

#define ROUNDS 60
#define OFFERED 24 /* names of a round */
#define TYPED 120
#define TEXT 32

struct round {
	struct store *store;
	struct directory dir;
	struct device device[OFFERED]; /* of the store, in both */
	int n;
};

static uint64_t seed;

static unsigned int
below(unsigned int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed >> 33) % n;
}

/* Few of them, so that they meet. */
static const char *const words[] = {"6466b34bde54", "6466b34bde55",
    "001122334455", "roof", "a", "42", "64.66", "7f", "server"};

static void
random_name(char out[TEXT])
{
	static const char alphabet[] = "0123456789abcdef:-._devicDEVIC";
	const char *word = words[below(sizeof(words) / sizeof(words[0]))];
	size_t n = 0, i, len = strlen(word);

	while (n < 12 && below(3) == 0)
		n += (size_t)snprintf(out + n, TEXT - n, "%s",
		    below(4) == 0 ? "Device" : "device");
	if (below(8) == 0)
		len = 0;
	for (i = 0; i < len && n < TEXT - 3; i++) {
		out[n++] = word[i];
		if (i % 2 == 1 && i + 1 < len && below(3) == 0)
			out[n++] = ":-."[below(3)];
	}
	if (n == 0 || below(6) == 0)
		out[n++] = alphabet[below(sizeof(alphabet) - 1)];
	out[n] = '\0';
	if (below(5) == 0)
		for (i = 0; i < n; i++)
			if (out[i] >= 'a' && out[i] <= 'z' && below(2) == 0)
				out[i] = (char)(out[i] - 'a' + 'A');
}

/* ---- what a name may be typed as, from the name and not from the text ---- */

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool
same_but_for_capitals(const char *typed, const char *name)
{
	for (; *typed != '\0' && small(*typed) == *name; typed++)
		name++;
	return *typed == '\0' && *name == '\0';
}

/* name, if that is a MAC, with or without a separator between two bytes. */
static bool
spells_mac(const char *typed, const char *name)
{
	int i;

	if (strlen(name) != 12 || strspn(name, "0123456789abcdef") != 12)
		return false;
	for (i = 0; i < 12; i++) {
		if (i % 2 == 0 && i > 0 && (*typed == ':' || *typed == '-'))
			typed++;
		if (small(*typed++) != name[i])
			return false;
	}
	return *typed == '\0';
}

static bool
spells(const char *typed, const char *name)
{
	char start[7] = "";

	if (*name == '\0')
		return false;
	if (same_but_for_capitals(typed, name) || spells_mac(typed, name))
		return true;
	snprintf(start, sizeof(start), "%s", typed);
	return same_but_for_capitals(start, "device") &&
	       (same_but_for_capitals(typed + 6, name) ||
		   spells_mac(typed + 6, name));
}

static bool
is_of(const struct device *d, const char *typed)
{
	return spells(typed, d->name) || spells(typed, d->alias);
}

/* ---- a round ---- */

static void
put(struct round *r, const struct device *d)
{
	struct msg_device m = {.id = d->id, .enabled = 1};

	memcpy(m.name, d->name, sizeof(d->name));
	memcpy(m.alias, d->alias, sizeof(d->alias));
	assert_non_null(directory_put_device(&r->dir, &m, 0, 0));
	r->device[r->n++] = *d;
}

static void
offer(struct round *r, unsigned int i)
{
	struct oper o = {.role = OPERATOR_ADMIN, .created = 1};
	struct device d = {.enabled = true, .created = 1};
	char name[TEXT], alias[TEXT] = "", why[NAME_WHY];
	enum store_result result;

	random_name(name);
	if (below(3) == 0)
		random_name(alias);
	if (below(8) == 0) {
		snprintf(o.name, sizeof(o.name), "%s", name);
		place_key(&o.key, 1000 + i);
		result = store_operator_add(r->store, &o);
		assert_true(result != STORE_OK || name_allowed(name, why));
		return;
	}
	snprintf(d.name, sizeof(d.name), "%s", name);
	snprintf(d.alias, sizeof(d.alias), "%s", alias);
	result = store_device_add(r->store, &d, NULL);
	assert_true(result == STORE_OK || result == STORE_EXISTS);
	if (result == STORE_OK)
		put(r, &d);
}

/* The id that both lookups find; 0: none. */
static int64_t
look_up(const struct round *r, const char *typed)
{
	struct dir_device *dev;
	const char *why = directory_named(&r->dir, typed, &dev);
	enum store_result result;
	struct device d;

	result = store_device_named(r->store, typed, &d);
	assert_int_equal(why == NULL, result == STORE_OK);
	if (why != NULL) {
		assert_int_equal(result == STORE_EXISTS,
		    strcmp(why, "name means two devices") == 0);
		return 0;
	}
	assert_int_equal(dev->id, d.id);
	return d.id;
}

/* A text that resembles a name which is there, or one that may not. */
static void
type(const struct round *r, char typed[2 * DEVICE_NAME])
{
	char random[TEXT];

	random_name(random);
	if (r->n == 0 || below(3) == 0)
		snprintf(typed, 2 * DEVICE_NAME, "%s", random);
	else
		snprintf(typed, 2 * DEVICE_NAME, "%s%s",
		    below(2) == 0 ? "device" : "",
		    r->device[below((unsigned int)r->n)].name);
}

static void
check_typed(const struct round *r, const char *typed)
{
	const struct device *whose = NULL;
	int64_t found = look_up(r, typed);
	int i;

	for (i = 0; i < r->n; i++)
		if (is_of(&r->device[i], typed)) {
			if (whose != NULL)
				fail_msg("%s: %s or %s", typed, whose->name,
				    r->device[i].name);
			whose = &r->device[i];
		}
	if (found != (whose != NULL ? whose->id : 0))
		fail_msg(
		    "%s: not %s", typed, whose != NULL ? whose->name : "-");
}

static int
forget_operator(void *arg, const struct oper *o)
{
	*(int64_t *)arg = o->id;
	return 1;
}

static void
end_round(struct round *r)
{
	int64_t id;

	while (r->n > 0)
		assert_int_equal(
		    store_device_remove(r->store, r->device[--r->n].id),
		    STORE_OK);
	for (;;) {
		id = 0;
		store_operator_each(r->store, forget_operator, &id);
		if (id == 0)
			break;
		store_operator_remove(r->store, id);
	}
	directory_free(&r->dir);
}

static void
begin(void **state, struct round *r)
{
	const char *text = getenv("SEED");
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	seed = text != NULL ? strtoull(text, NULL, 10)
			    : (uint64_t)ts.tv_nsec * 2654435761u + 1;
	printf("SEED=%llu\n", (unsigned long long)seed);
	memset(r, 0, sizeof(*r));
	r->store = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	/* No round is written to the disk. */
	assert_int_equal(store_begin(r->store), STORE_OK);
}

static void
end(struct round *r)
{
	store_rollback(r->store);
	store_close(r->store);
}

static void
a_name_means_one_device(void **state)
{
	char typed[2 * DEVICE_NAME];
	struct round r;
	int round, i, devices = 0;

	begin(state, &r);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < OFFERED; i++)
			offer(&r, (unsigned int)i);
		devices += r.n;
		for (i = 0; i < TYPED; i++) {
			type(&r, typed);
			check_typed(&r, typed);
		}
		end_round(&r);
	}
	printf("%d devices of %d names\n", devices, ROUNDS * OFFERED);
	assert_true(devices > ROUNDS);
	end(&r);
}

/* ---- a store of before, where anything was a name ---- */

/* A row as it was written then: no check of ours. */
static void
plant(struct round *r, sqlite3 *db, const char *name)
{
	struct device d = {.enabled = true};
	sqlite3_stmt *insert = NULL;
	bool done;

	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"INSERT INTO device (name, created) VALUES (?1, 1)", -1,
		&insert, NULL),
	    SQLITE_OK);
	sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
	done = sqlite3_step(insert) == SQLITE_DONE;
	sqlite3_finalize(insert);
	if (!done)
		return; /* it is there already */
	snprintf(d.name, sizeof(d.name), "%s", name);
	d.id = sqlite3_last_insert_rowid(db);
	put(r, &d);
}

/*
 * Whoever was quick then never has what is typed for a canonical name: that
 * leads to whose name it is, or nowhere.
 */
static void
check_typed_before(const struct round *r, const char *typed)
{
	char low[DEVICE_NAME], why[NAME_WHY];
	const struct device *whose = NULL;
	int64_t found = look_up(r, typed);
	int i;

	name_lower(typed, low);
	for (i = 0; i < r->n; i++)
		if (name_allowed(r->device[i].name, why) &&
		    is_of(&r->device[i], typed))
			whose = &r->device[i];
	if (whose != NULL && found != 0 && found != whose->id)
		fail_msg("%s: not %s", typed, whose->name);
	for (i = 0; i < r->n; i++) {
		/* What is typed as it is written is that, or it is refused. */
		if (strcmp(low, r->device[i].name) == 0 && found != 0)
			assert_int_equal(found, r->device[i].id);
		if (whose != NULL && &r->device[i] != whose &&
		    strcmp(low, r->device[i].name) == 0)
			assert_int_equal(found, 0);
	}
}

static void
a_store_of_before_misleads_nobody(void **state)
{
	const struct place *p = *state;
	char typed[2 * DEVICE_NAME], name[TEXT], low[DEVICE_NAME];
	sqlite3 *db;
	struct round r;
	int round, i;

	begin(state, &r);
	assert_int_equal(store_commit(r.store), STORE_OK);
	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	for (round = 0; round < ROUNDS / 2; round++) {
		sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
		for (i = 0; i < OFFERED; i++) {
			random_name(name);
			name_lower(name, low);
			if (device_name_valid(low))
				plant(&r, db, low);
		}
		sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		for (i = 0; i < TYPED; i++) {
			type(&r, typed);
			check_typed_before(&r, typed);
		}
		sqlite3_exec(db, "DELETE FROM device", NULL, NULL, NULL);
		r.n = 0;
		directory_free(&r.dir);
	}
	sqlite3_close(db);
	store_close(r.store);
}

#define WITH_PLACE(f) \
	cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PLACE(a_name_means_one_device),
	    WITH_PLACE(a_store_of_before_misleads_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
