/*
 * The directory: records put, replaced and taken out, and what it answers.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory.h"
#include "unit.h"

#define NOW 1700000000000000 /* us */
#define MONO 1000.0 /* s */

static int
make(void **state)
{
	return (*state = calloc(1, sizeof(struct directory))) != NULL ? 0 : -1;
}

static int
drop(void **state)
{
	directory_free(*state);
	free(*state);
	return 0;
}

static struct dir_device *
put_device(struct directory *d, int64_t id, const char *name, const char *tags)
{
	struct msg_device m = {.id = id, .enabled = 1};
	struct dir_device *dev;

	snprintf(m.name, sizeof(m.name), "%s", name);
	snprintf(m.tags, sizeof(m.tags), "%s", tags);
	assert_non_null(dev = directory_put_device(d, &m, NOW, MONO));
	return dev;
}

/* The key whose digest is made of byte. */
static struct dir_key *
put_key(struct directory *d, int64_t id, int64_t device, uint8_t byte)
{
	struct msg_key_of m = {.id = id, .device = device};

	memset(m.digest, byte, sizeof(m.digest));
	return directory_put_key(d, &m);
}

static struct dir_device *
device_of(struct directory *d, uint8_t byte)
{
	uint8_t digest[KEY_DIGEST];

	memset(digest, byte, sizeof(digest));
	return directory_device_of_key(d, digest);
}

static void
put_permit(struct directory *d, int64_t id, int64_t device, const char *tag,
    uint32_t first, uint32_t last)
{
	struct msg_permit m = {
	    .id = id, .device = device, .first = first, .last = last};

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	assert_non_null(directory_put_permit(d, &m));
}

static struct dir_forward *
put_forward(struct directory *d, int64_t id, int64_t device, uint32_t sport)
{
	struct msg_forward m = {.id = id,
	    .device = device,
	    .dport = 22,
	    .sport = sport,
	    .expires = NOW + 60 * 1000000};

	return directory_put_forward(d, &m, NOW, MONO);
}

static void
test_device(void **state)
{
	struct msg_device m = {.id = 7,
	    .enabled = 1,
	    .interval = 60,
	    .last_seen = NOW - 30 * 1000000,
	    .name = "dev",
	    .alias = "attic",
	    .tags = "a,b"};
	struct directory *d = *state;
	struct dir_device *dev = directory_put_device(d, &m, NOW, MONO);

	assert_non_null(dev);
	assert_ptr_equal(directory_device(d, 7), dev);
	assert_null(directory_device(d, 8));
	assert_string_equal(dev->name, "dev");
	assert_string_equal(dev->alias, "attic");
	assert_string_equal(dev->tags, "a,b");
	assert_true(dev->enabled);
	assert_true(dev->seen);
	assert_true(dev->last_seen > MONO - 30.1);
	assert_true(dev->last_seen < MONO - 29.9);
	assert_int_equal(dev->presence, DEVICE_ONLINE);
	directory_drop_device(d, dev);
	assert_null(directory_device(d, 7));
}

/* Labels come from the store; what this server saw stays. */
static void
test_device_replaced(void **state)
{
	struct msg_device m = {
	    .id = 7, .enabled = 1, .interval = 60, .name = "dev"};
	struct directory *d = *state;
	struct dir_device *dev = directory_put_device(d, &m, NOW, MONO);

	assert_false(dev->seen);
	assert_int_equal(dev->presence, DEVICE_NEVER);
	dev->seen = true;
	dev->last_seen = MONO + 5;
	dev->interval = 10;
	dev->presence = DEVICE_ONLINE;
	m.enabled = 0;
	m.interval = 3600;
	m.last_seen = 1;
	snprintf(m.name, sizeof(m.name), "renamed");
	snprintf(m.alias, sizeof(m.alias), "x");
	snprintf(m.tags, sizeof(m.tags), "t");
	assert_ptr_equal(directory_put_device(d, &m, NOW, MONO + 9), dev);
	assert_int_equal(HASH_COUNT(d->devices), 1);
	assert_false(dev->enabled);
	assert_string_equal(dev->name, "renamed");
	assert_string_equal(dev->alias, "x");
	assert_string_equal(dev->tags, "t");
	assert_int_equal(dev->interval, 10);
	assert_true(dev->last_seen > MONO + 4);
	assert_int_equal(dev->presence, DEVICE_ONLINE);
}

static void
test_device_presence(void **state)
{
	static const struct {
		int64_t ago; /* s */
		enum device_state state;
	} all[] = {
	    {1, DEVICE_ONLINE}, {150, DEVICE_LATE}, {86400, DEVICE_OFFLINE}};
	struct msg_device m = {.interval = 60, .name = "dev"};
	struct dir_device *dev;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		m.id = (int64_t)i + 1;
		m.last_seen = NOW - all[i].ago * 1000000;
		dev = directory_put_device(*state, &m, NOW, MONO);
		assert_int_equal(dev->presence, all[i].state);
	}
}

static void
test_key(void **state)
{
	struct directory *d = *state;
	struct dir_device *dev = put_device(d, 7, "dev", "");
	struct dir_key *key = put_key(d, 1, 7, 0xaa);

	assert_non_null(key);
	assert_ptr_equal(device_of(d, 0xaa), dev);
	assert_null(device_of(d, 0xab));
	assert_ptr_equal(directory_key_by_id(d, 1), key);
	assert_null(directory_key_by_id(d, 2));
	directory_drop_key(d, key);
	assert_null(device_of(d, 0xaa));
	assert_null(directory_key_by_id(d, 1));
	/* A key of a device that is not known is nobody's. */
	put_key(d, 2, 99, 0xbb);
	assert_null(device_of(d, 0xbb));
}

static void
test_key_added_anew(void **state)
{
	struct directory *d = *state;
	struct dir_device *b;

	put_device(d, 7, "a", "");
	b = put_device(d, 8, "b", "");
	put_key(d, 1, 7, 0xaa);
	/* Removed and added to another device: another id. */
	put_key(d, 2, 8, 0xaa);
	assert_ptr_equal(device_of(d, 0xaa), b);
	assert_null(directory_key_by_id(d, 1));
	assert_non_null(directory_key_by_id(d, 2));
	assert_int_equal(HASH_COUNT(d->keys), 1);
	/* The same id moved. */
	put_key(d, 2, 7, 0xaa);
	assert_ptr_equal(device_of(d, 0xaa), directory_device(d, 7));
	/* The same id with another key: the old one opens nothing. */
	put_key(d, 2, 7, 0xcc);
	assert_null(device_of(d, 0xaa));
	assert_ptr_equal(device_of(d, 0xcc), directory_device(d, 7));
	assert_int_equal(HASH_COUNT(d->keys), 1);
	/* It becomes one that another id had. */
	put_key(d, 3, 7, 0xdd);
	put_key(d, 3, 7, 0xcc);
	assert_int_equal(HASH_COUNT(d->keys), 1);
	assert_null(device_of(d, 0xdd));
	assert_null(directory_key_by_id(d, 2));
	assert_non_null(directory_key_by_id(d, 3));
}

static void
test_permitted(void **state)
{
	struct directory *d = *state;
	struct dir_device *a = put_device(d, 7, "a", "");
	struct dir_device *b = put_device(d, 8, "b", "roof,snow");

	put_permit(d, 1, 7, "", 9000, 9010);
	put_permit(d, 2, 0, "snow", 5000, 5000);
	assert_false(directory_permitted(d, a, 8999, false));
	assert_true(directory_permitted(d, a, 9000, false));
	assert_true(directory_permitted(d, a, 9010, false));
	assert_false(directory_permitted(d, a, 9011, false));
	assert_false(directory_permitted(d, a, 5000, false));
	assert_false(directory_permitted(d, b, 9000, false));
	assert_true(directory_permitted(d, b, 5000, false));
	assert_false(directory_permitted(d, b, 5001, false));
	/* No port is 65536 more. */
	assert_false(directory_permitted(d, a, 9000 + 65536, false));
	/* The same id again replaces. */
	put_permit(d, 2, 0, "sno", 5000, 5000);
	assert_false(directory_permitted(d, b, 5000, false));
	put_permit(d, 1, 7, "", 1, 1);
	assert_false(directory_permitted(d, a, 9000, false));
	assert_true(directory_permitted(d, a, 1, false));
	directory_drop_permit(d, directory_permit(d, 1));
	assert_null(directory_permit(d, 1));
	assert_non_null(directory_permit(d, 2));
	assert_false(directory_permitted(d, a, 1, false));
}

static void
test_listed(void **state)
{
	struct directory *d = *state;
	struct dir_device *a = put_device(d, 7, "a", "");
	struct dir_device *b = put_device(d, 8, "b", "");
	struct dir_forward *f = put_forward(d, 1, 7, 9876);

	assert_non_null(f);
	assert_ptr_equal(f->device, a);
	assert_true(f->expires > MONO + 59.9 && f->expires < MONO + 60.1);
	assert_ptr_equal(directory_listed(a, 9876), f);
	assert_null(directory_listed(a, 9877));
	assert_null(directory_listed(a, 9876 + 65536));
	assert_null(directory_listed(b, 9876));
	f->state = FORWARD_OPEN;
	assert_ptr_equal(directory_listed(a, 9876), f);
	f->state = FORWARD_EXPIRED;
	assert_null(directory_listed(a, 9876));
	/* Of one that is known, the server's own state counts. */
	assert_ptr_equal(put_forward(d, 1, 7, 9876), f);
	assert_int_equal(f->state, FORWARD_EXPIRED);
	directory_drop_forward(d, f);
	assert_null(directory_forward(d, 1));
	assert_null(a->forwards);
}

static void
test_forward_of_nobody(void **state)
{
	struct msg_forward m = {
	    .id = 2, .device = 7, .state = FORWARD_CANCELLED + 1};
	struct directory *d = *state;

	assert_null(put_forward(d, 1, 7, 9876));
	put_device(d, 7, "a", "");
	assert_null(directory_put_forward(d, &m, NOW, MONO));
	assert_int_equal(HASH_COUNT(d->forwards), 0);
}

/* They have ended before; should they not have, nothing points at it. */
#ifndef SANITIZE /* where it is asserted */
static void
test_device_takes_its_forwards(void **state)
{
	struct directory *d = *state;
	struct dir_device *a = put_device(d, 7, "a", "");

	put_device(d, 8, "b", "");
	put_forward(d, 1, 7, 1001);
	put_forward(d, 2, 7, 1002);
	put_forward(d, 3, 8, 1003);
	directory_drop_device(d, a);
	assert_null(directory_forward(d, 1));
	assert_null(directory_forward(d, 2));
	assert_non_null(directory_forward(d, 3));
}
#endif

/* The ports of a virtual permit are the device's, not the server's. */
static void
test_permitted_virtual(void **state)
{
	struct directory *d = *state;
	struct dir_device *a = put_device(d, 7, "a", "");
	struct msg_permit m = {
	    .id = 1, .device = 7, .first = 22, .last = 23, .virtual = 1};
	struct dir_forward *f, *g;

	assert_non_null(directory_put_permit(d, &m));
	assert_true(directory_permitted(d, a, 22, true));
	assert_false(directory_permitted(d, a, 22, false));
	assert_false(directory_low_ports(d));
	/* A wish for one has its number; no wish has another one's. */
	f = directory_add_virtual(d, a, 22, 0);
	assert_int_equal(f->sport, 22);
	put_forward(d, 2, 7, 24);
	m.id = 2;
	m.first = 1;
	m.last = 65535;
	assert_non_null(directory_put_permit(d, &m));
	g = directory_add_virtual(d, a, 24, 0);
	assert_int_not_equal(g->sport, 24);
	put_permit(d, 3, 7, "", 22, 22);
	assert_true(directory_permitted(d, a, 22, false));
	assert_true(directory_permitted(d, a, 22, true));
}

static void
test_low_ports(void **state)
{
	struct directory *d = *state;

	put_device(d, 7, "a", "");
	assert_false(directory_low_ports(d));
	put_permit(d, 1, 7, "", 1024, 2000);
	put_forward(d, 1, 7, 1024);
	assert_false(directory_low_ports(d));
	put_permit(d, 1, 7, "", 1023, 2000);
	assert_true(directory_low_ports(d));
	directory_drop_permit(d, directory_permit(d, 1));
	assert_false(directory_low_ports(d));
	put_forward(d, 2, 7, 1023);
	assert_true(directory_low_ports(d));
}

/* Every record that a load names is of its generation, known before or not. */
static void
test_generations(void **state)
{
	struct directory *d = *state;
	struct dir_device *dev;
	struct dir_forward *f;
	struct dir_key *key;

	dev = put_device(d, 7, "a", "");
	key = put_key(d, 1, 7, 0xaa);
	f = put_forward(d, 1, 7, 1001);
	put_permit(d, 1, 7, "", 1, 2);
	put_permit(d, 2, 7, "", 3, 4);
	d->generation++;
	assert_int_not_equal(dev->generation, d->generation);
	put_device(d, 7, "a", "");
	put_key(d, 1, 7, 0xaa);
	put_forward(d, 1, 7, 1001);
	put_permit(d, 1, 7, "", 1, 2);
	assert_int_equal(dev->generation, d->generation);
	assert_int_equal(key->generation, d->generation);
	assert_int_equal(f->generation, d->generation);
	assert_int_equal(directory_permit(d, 1)->generation, d->generation);
	assert_int_not_equal(directory_permit(d, 2)->generation, d->generation);
	dev = put_device(d, 8, "b", "");
	assert_int_equal(dev->generation, d->generation);
}

static struct dir_device *
named(const struct directory *d, const char *typed)
{
	struct dir_device *dev;
	const char *why = directory_named(d, typed, &dev);

	assert_int_equal(dev == NULL, why != NULL);
	return dev;
}

static void
test_named(void **state)
{
	struct directory *d = *state;
	struct msg_device m = {.id = 7, .enabled = 1, .name = "a"};
	struct dir_device *a, *b;

	a = put_device(d, 7, "a", "");
	b = put_device(d, 8, "b", "");
	assert_ptr_equal(named(d, "a"), a);
	assert_ptr_equal(named(d, "b"), b);
	assert_null(named(d, ""));
	assert_null(named(d, "c"));
	snprintf(m.alias, sizeof(m.alias), "roof");
	directory_put_device(d, &m, NOW, MONO);
	assert_ptr_equal(named(d, "roof"), a);
	assert_ptr_equal(named(d, "a"), a);
	/* The alias goes over to the other. */
	m.alias[0] = '\0';
	directory_put_device(d, &m, NOW, MONO);
	assert_null(named(d, "roof"));
	m.id = 8;
	snprintf(m.name, sizeof(m.name), "c");
	snprintf(m.alias, sizeof(m.alias), "roof");
	directory_put_device(d, &m, NOW, MONO);
	assert_ptr_equal(named(d, "roof"), b);
	assert_null(named(d, "b"));
	/* One that is removed is found no more, and another takes its name. */
	directory_retire_device(d, a);
	assert_null(named(d, "a"));
	b = put_device(d, 9, "a", "");
	assert_ptr_equal(named(d, "a"), b);
	directory_drop_device(d, a);
	assert_ptr_equal(named(d, "a"), b);
}

/* A store of before has names that are not canonical. */
static void
test_named_of_before(void **state)
{
	struct directory *d = *state;
	struct dir_device *mac, *prefixed, *hyphens, *dev;

	hyphens = put_device(d, 7, "64-66-b3-4b-de-54", "");
	prefixed = put_device(d, 8, "device6466b34bde54", "");
	/* While they are alone, what is typed as it is stored is theirs. */
	assert_ptr_equal(named(d, "64-66-b3-4b-de-54"), hyphens);
	assert_ptr_equal(named(d, "device6466b34bde54"), prefixed);
	assert_null(named(d, "64:66:b3:4b:de:54"));
	assert_null(named(d, "6466b34bde54"));
	/* Then it would be two devices. */
	mac = put_device(d, 9, "6466b34bde54", "");
	assert_ptr_equal(named(d, "6466b34bde54"), mac);
	assert_ptr_equal(named(d, "64:66:B3:4B:DE:54"), mac);
	assert_ptr_equal(named(d, "Device64:66:B3:4B:DE:54"), mac);
	assert_string_equal(directory_named(d, "64-66-b3-4b-de-54", &dev),
	    "name means two devices");
	assert_null(dev);
	assert_null(named(d, "64-66-B3-4B-DE-54"));
	assert_null(named(d, "device6466b34bde54"));
	assert_null(named(d, "DEVICE6466B34BDE54"));
	assert_string_equal(
	    directory_named(d, "nobody", &dev), "no such device");
	/* "device" and its id, as et-admin connect writes it. */
	assert_ptr_equal(named(d, "devicedevice6466b34bde54"), prefixed);
}

static void
test_operator(void **state)
{
	struct directory *d = *state;
	struct msg_operator m = {.id = 3,
	    .role = OPERATOR_OPERATOR,
	    .name = "alice",
	    .grants = "lab"};
	struct dir_operator *op;

	memset(m.digest, 0xaa, sizeof(m.digest));
	assert_non_null(op = directory_put_operator(d, &m, 0, 0));
	assert_ptr_equal(directory_operator(d, 3), op);
	assert_ptr_equal(directory_operator_of_key(d, m.digest), op);
	snprintf(m.grants, sizeof(m.grants), "roof:443");
	m.role = OPERATOR_VIEWER;
	d->generation++;
	assert_ptr_equal(directory_put_operator(d, &m, 0, 0), op);
	assert_string_equal(op->grants, "roof:443");
	assert_int_equal(op->role, OPERATOR_VIEWER);
	assert_int_equal(op->generation, d->generation);
	directory_retire_operator(d, op);
	assert_null(directory_operator(d, 3));
	assert_null(directory_operator_of_key(d, m.digest));
	assert_string_equal(op->name, "alice");
	/* Added anew before the last connection of the old one is gone. */
	assert_ptr_not_equal(directory_put_operator(d, &m, 0, 0), op);
	directory_drop_operator(d, op);
	assert_non_null(directory_operator_of_key(d, m.digest));
}

#define WITH_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_DIRECTORY(test_device),
	    WITH_DIRECTORY(test_device_replaced),
	    WITH_DIRECTORY(test_device_presence),
	    WITH_DIRECTORY(test_key),
	    WITH_DIRECTORY(test_key_added_anew),
	    WITH_DIRECTORY(test_permitted),
	    WITH_DIRECTORY(test_permitted_virtual),
	    WITH_DIRECTORY(test_listed),
	    WITH_DIRECTORY(test_forward_of_nobody),
#ifndef SANITIZE
	    WITH_DIRECTORY(test_device_takes_its_forwards),
#endif
	    WITH_DIRECTORY(test_low_ports),
	    WITH_DIRECTORY(test_generations),
	    WITH_DIRECTORY(test_named),
	    WITH_DIRECTORY(test_named_of_before),
	    WITH_DIRECTORY(test_operator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
