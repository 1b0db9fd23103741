/*
 * The records in a real SQLite file.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "place.h"
#include "unit.h"

static int
count_device(void *n, const struct device *d)
{
	(void)d;
	(*(int *)n)++;
	return 0;
}

static int
count_key(void *n, const struct key *k)
{
	(void)k;
	(*(int *)n)++;
	return 0;
}

static int
count_forward(void *n, const struct forward *f)
{
	(void)f;
	(*(int *)n)++;
	return 0;
}

static int
count_permit(void *n, const struct permit *p)
{
	(void)p;
	(*(int *)n)++;
	return 0;
}

static struct forward
forward_of(int64_t device, uint32_t sport)
{
	return (struct forward){.device = device,
	    .dport = 22,
	    .sport = sport,
	    .ttl = 60,
	    .created = 100,
	    .expires = 200};
}

static void
devices_are_found_by_either_name(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct device d, other = {.enabled = true};
	int64_t id = place_device(s, "aa", 1);
	int n = 0;

	assert_int_equal(store_device_find(s, "aa", &d), STORE_OK);
	assert_int_equal(d.id, id);
	snprintf(d.alias, sizeof(d.alias), "roof");
	snprintf(d.tags, sizeof(d.tags), "a,b");
	d.enabled = false;
	assert_int_equal(store_device_update(s, &d), STORE_OK);
	assert_int_equal(store_device_find(s, "roof", &d), STORE_OK);
	assert_int_equal(d.id, id);
	assert_string_equal(d.tags, "a,b");
	assert_false(d.enabled);
	assert_int_equal(store_device_find(s, "", &d), STORE_NONE);
	assert_int_equal(store_device_find(s, "bb", &d), STORE_NONE);
	/* Neither of its names can be another's. */
	snprintf(other.name, sizeof(other.name), "roof");
	assert_int_equal(store_device_add(s, &other, NULL), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "aa"));
	snprintf(other.name, sizeof(other.name), "bb");
	snprintf(other.alias, sizeof(other.alias), "aa");
	assert_int_equal(store_device_add(s, &other, NULL), STORE_EXISTS);
	other.alias[0] = '\0';
	assert_int_equal(store_device_add(s, &other, NULL), STORE_OK);
	assert_int_equal(store_device_each(s, count_device, &n), STORE_OK);
	assert_int_equal(n, 2);
	other.id = 99;
	snprintf(other.name, sizeof(other.name), "cc");
	assert_int_equal(store_device_update(s, &other), STORE_NONE);
	store_close(s);
}

static void
a_key_is_one_devices(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct device d = {.name = "bb", .enabled = true};
	int64_t id = place_device(s, "aa", 1);
	struct key k, got;
	int n = 0;

	place_key(&k, 1);
	assert_int_equal(store_device_add(s, &d, &k), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "aa"));
	/* And the device was not added without it. */
	assert_int_equal(store_device_find(s, "bb", &d), STORE_NONE);
	assert_int_equal(store_key_find(s, k.digest, &got), STORE_OK);
	assert_int_equal(got.device, id);
	assert_int_equal(got.bloblen, k.bloblen);
	assert_memory_equal(got.blob, k.blob, k.bloblen);
	place_key(&k, 2);
	k.device = id;
	assert_int_equal(store_key_add(s, &k), STORE_OK);
	assert_int_equal(store_key_each(s, id, count_key, &n), STORE_OK);
	assert_int_equal(n, 2);
	assert_int_equal(store_key_remove(s, k.id), STORE_OK);
	assert_int_equal(store_key_remove(s, k.id), STORE_NONE);
	assert_int_equal(store_key_get(s, k.id, &got), STORE_NONE);
	place_key(&k, 3);
	k.device = 99;
	assert_int_equal(store_key_add(s, &k), STORE_NONE);
	store_close(s);
}

static void
a_port_is_promised_once(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1), b = place_device(s, "bb", 2);
	struct forward f = forward_of(a, 9876), g = forward_of(b, 9876);

	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(store_forward_add(s, &g), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "9876"));
	assert_non_null(strstr(store_error(s), "aa"));
	/* What an operator closed is free at once. */
	assert_int_equal(store_forward_cancel(s, f.id), STORE_OK);
	assert_int_equal(store_forward_add(s, &g), STORE_OK);
	assert_int_equal(
	    store_forward_set(s, g.id, FORWARD_CLOSED, 5, "x"), STORE_OK);
	f = forward_of(a, 9876);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	/* So is what ran out while no server was there. */
	g = forward_of(b, 9876);
	g.created = f.expires;
	assert_int_equal(store_forward_add(s, &g), STORE_OK);
	assert_int_equal(store_forward_get(s, f.id, &f), STORE_OK);
	assert_int_equal(f.state, FORWARD_EXPIRED);
	g.sport = 65536;
	assert_int_equal(store_forward_add(s, &g), STORE_FAILED);
	store_close(s);
}

static void
an_end_is_an_end(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = forward_of(place_device(s, "aa", 1), 9876);

	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(
	    store_forward_set(s, f.id, FORWARD_OPEN, 5, ""), STORE_OK);
	assert_int_equal(
	    store_forward_set(s, f.id, FORWARD_CLOSED, 6, "ttl"), STORE_OK);
	assert_int_equal(
	    store_forward_set(s, f.id, FORWARD_OPEN, 7, ""), STORE_NONE);
	assert_int_equal(store_forward_cancel(s, f.id), STORE_NONE);
	assert_int_equal(store_forward_get(s, f.id, &f), STORE_OK);
	assert_int_equal(f.state, FORWARD_CLOSED);
	assert_int_equal(f.state_at, 6);
	assert_string_equal(f.reason, "ttl");
	assert_string_equal(f.name, "aa");
	store_close(s);
}

static void
a_forward_has_an_owner(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = forward_of(place_device(s, "aa", 1), 9876);

	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(store_forward_get(s, f.id, &f), STORE_OK);
	assert_int_equal(f.oper, 0);
	assert_string_equal(f.owner, "");
	f.sport = 9877;
	f.oper = 7;
	snprintf(f.owner, sizeof(f.owner), "alice");
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	memset(&f.oper, 0, sizeof(f.oper));
	memset(f.owner, 0, sizeof(f.owner));
	assert_int_equal(store_forward_get(s, f.id, &f), STORE_OK);
	assert_int_equal(f.oper, 7);
	assert_string_equal(f.owner, "alice");
	store_close(s);
}

static void
permits_keep_others_out(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1), b = place_device(s, "bb", 2);
	struct permit p = {.device = a, .first = 9000, .last = 9010};
	struct permit q = {.device = b, .first = 9010, .last = 9020};
	struct permit t = {.tag = "roof", .first = 8000, .last = 8010};
	struct forward f = forward_of(b, 9005);
	struct device d;
	int n = 0;

	assert_int_equal(store_permit_add(s, &p), STORE_OK);
	assert_int_equal(store_permit_add(s, &p), STORE_EXISTS);
	assert_int_equal(store_permit_add(s, &q), STORE_EXISTS);
	assert_int_equal(store_forward_add(s, &f), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "aa"));
	f = forward_of(a, 9005);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	f = forward_of(b, 9015);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	p.first = p.last = 9015;
	assert_int_equal(store_permit_add(s, &p), STORE_EXISTS);
	assert_int_equal(store_permit_add(s, &t), STORE_OK);
	assert_int_equal(store_permit_add(s, &t), STORE_EXISTS);
	f = forward_of(b, 8005);
	assert_int_equal(store_forward_add(s, &f), STORE_EXISTS);
	assert_int_equal(store_device_get(s, b, &d), STORE_OK);
	assert_int_equal(device_tag_add(d.tags, "roof"), 0);
	assert_int_equal(store_device_update(s, &d), STORE_OK);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(store_permit_each(s, count_permit, &n), STORE_OK);
	assert_int_equal(n, 2);
	assert_int_equal(store_permit_remove(s, t.id), STORE_OK);
	assert_int_equal(store_permit_get(s, t.id, &t), STORE_NONE);
	store_close(s);
}

/* Ports of the devices' own, which any number of them may have. */
static void
virtual_permits_keep_nobody_out(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1), b = place_device(s, "bb", 2);
	struct permit p = {
	    .device = a, .first = 22, .last = 9010, .virtual = true};
	struct permit q = p, real = p;
	struct forward f = forward_of(b, 9005);

	q.device = b;
	real.virtual = false;
	assert_int_equal(store_permit_add(s, &p), STORE_OK);
	assert_int_equal(store_permit_add(s, &p), STORE_EXISTS);
	assert_int_equal(store_permit_add(s, &q), STORE_OK);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	/* The same of the server's is another, and in the way of others. */
	assert_int_equal(store_permit_add(s, &real), STORE_EXISTS);
	assert_int_equal(store_forward_cancel(s, f.id), STORE_OK);
	assert_int_equal(store_permit_add(s, &real), STORE_OK);
	assert_int_equal(store_permit_get(s, p.id, &p), STORE_OK);
	assert_true(p.virtual);
	assert_int_equal(store_permit_get(s, real.id, &real), STORE_OK);
	assert_false(real.virtual);
	store_close(s);
}

struct beats {
	int n;
	int64_t first_at;
	int64_t last_at;
	int64_t last_seq;
};

static int
note_beat(void *arg, const struct heartbeat *h)
{
	struct beats *b = arg;

	if (b->n++ == 0)
		b->first_at = h->at;
	else
		assert_true(h->seq > b->last_seq);
	b->last_at = h->at;
	b->last_seq = h->seq;
	return 0;
}

static int
note_text(void *arg, const struct heartbeat *h)
{
	assert_string_equal(h->client, "a \"b\\c\", {d}");
	note_beat(arg, h);
	return 0;
}

/* A group has devices twice, one that is gone, and text that has to be quoted. */
static void
heartbeats_come_in_groups(void **state)
{
	const int64_t minute = INT64_C(60000000), t = INT64_C(1700000000000000);
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id[3] = {
	    place_device(s, "aa", 1), place_device(s, "bb", 2), 99};
	int64_t at[HEARTBEAT_KEEP];
	struct heartbeat h[300];
	const struct heartbeat *list[300];
	struct beats of_a = {0}, of_b = {0};
	struct device d;
	size_t n;
	int i;

	memset(h, 0, sizeof(h));
	for (i = 0; i < 300; i++) {
		h[i].device = id[i % 3];
		h[i].at = t + i / 3 * minute;
		strcpy(h[i].client, "a \"b\\c\", {d}");
		strcpy(h[i].health, i < 3 ? "fw=1.0 up=1" : "up=2");
		list[i] = &h[i];
	}
	assert_int_equal(store_heartbeat_add_many(s, list, 300), STORE_OK);
	store_heartbeat_each(s, id[0], 0, 1000, note_text, &of_a);
	assert_int_equal(of_a.n, HEARTBEAT_KEEP);
	assert_int_equal(of_a.last_at, t + 99 * minute);
	store_heartbeat_each(s, id[1], 0, 2, note_text, &of_b);
	assert_int_equal(of_b.n, 2);
	assert_int_equal(of_b.last_seq, 200);
	assert_int_equal(store_heartbeat_times(s, id[0], at, &n), STORE_OK);
	assert_int_equal(n, HEARTBEAT_KEEP);
	for (i = 0; i < HEARTBEAT_KEEP; i++)
		assert_int_equal(
		    at[i], t + (i + 100 - HEARTBEAT_KEEP) * minute);
	assert_int_equal(store_device_get(s, id[1], &d), STORE_OK);
	assert_int_equal(d.last_seen, t + 99 * minute);
	/* Alone, and after a day. */
	h[0].at = t + 1500 * minute;
	assert_int_equal(store_heartbeat_add(s, &h[0]), STORE_OK);
	assert_int_equal(store_heartbeat_times(s, id[0], at, &n), STORE_OK);
	assert_true(n >= 1);
	assert_int_equal(at[n - 1], h[0].at);
	assert_int_equal(store_heartbeat_add(s, &h[2]), STORE_NONE);
	store_close(s);
}

static void
heartbeats_are_a_ring(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1), b = place_device(s, "bb", 2);
	struct heartbeat h = {.addr = "::1", .client = "c", .health = "up=1"};
	struct beats of_a = {0}, of_b = {0}, all = {0}, tail = {0};
	struct device d;
	int64_t before, after;
	int i;

	assert_int_equal(store_seq(s, &before), STORE_OK);
	for (i = 1; i <= 2 * HEARTBEAT_KEEP + 3; i++) {
		h.at = i;
		h.device = i % 2 ? a : b;
		h.interval = i == 1 ? 60 : 0;
		assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	}
	assert_int_equal(store_seq(s, &after), STORE_OK);
	assert_int_equal(before, after);
	assert_int_equal(
	    store_heartbeat_each(s, a, 0, 1000, note_beat, &of_a), STORE_OK);
	assert_int_equal(of_a.n, HEARTBEAT_KEEP);
	assert_int_equal(of_a.last_at, 2 * HEARTBEAT_KEEP + 3);
	assert_int_equal(of_a.first_at, 5);
	store_heartbeat_each(s, b, 0, 3, note_beat, &of_b);
	assert_int_equal(of_b.n, 3);
	assert_int_equal(of_b.last_at, 2 * HEARTBEAT_KEEP + 2);
	store_heartbeat_each(s, 0, of_a.last_seq - 4, 1000, note_beat, &tail);
	assert_int_equal(tail.n, 4);
	assert_int_equal(store_device_get(s, a, &d), STORE_OK);
	assert_int_equal(d.last_seen, 2 * HEARTBEAT_KEEP + 3);
	assert_int_equal(d.interval, 60);
	assert_string_equal(d.client, "c");
	/* A device that is gone takes them along, and seq does not go back. */
	assert_int_equal(store_device_remove(s, a), STORE_OK);
	store_heartbeat_each(s, 0, 0, 1000, note_beat, &all);
	assert_in_range(all.n, HEARTBEAT_KEEP, HEARTBEAT_KEEP + 1);
	assert_int_equal(store_heartbeat_add(s, &h), STORE_NONE);
	h.device = b;
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	tail.n = 0;
	store_heartbeat_each(s, 0, of_a.last_seq, 1000, note_beat, &tail);
	assert_int_equal(tail.n, 1);
	store_close(s);
}

static void
removing_a_device_removes_all_of_it(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1);
	struct permit p = {.device = a, .first = 9000, .last = 9010};
	struct forward f = forward_of(a, 9876);
	int n = 0;

	assert_int_equal(store_permit_add(s, &p), STORE_OK);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(store_device_remove(s, a), STORE_OK);
	assert_int_equal(store_device_remove(s, a), STORE_NONE);
	store_key_each(s, 0, count_key, &n);
	store_permit_each(s, count_permit, &n);
	store_forward_each(s, true, count_forward, &n);
	assert_int_equal(n, 0);
	/* Its number is not given to another. */
	assert_true(place_device(s, "aa", 1) > a);
	store_close(s);
}

static void
ended_forwards_are_bounded(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1);
	struct forward f;
	int i, n = 0;

	store_begin(s);
	for (i = 0; i < FORWARD_KEEP + 50; i++) {
		f = forward_of(a, 9876);
		assert_int_equal(store_forward_add(s, &f), STORE_OK);
		store_forward_set(s, f.id, FORWARD_CLOSED, 1, "");
	}
	store_commit(s);
	f = forward_of(a, 9876);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	store_forward_each(s, false, count_forward, &n);
	assert_int_equal(n, 1);
	n = 0;
	store_forward_each(s, true, count_forward, &n);
	assert_int_equal(n, FORWARD_KEEP + 1);
	store_close(s);
}

struct changes {
	int n;
	struct change last[8];
};

static int
note_change(void *arg, const struct change *c)
{
	struct changes *all = arg;

	if (all->n < 8)
		all->last[all->n] = *c;
	all->n++;
	return 0;
}

static void
changes_are_numbered(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t a = place_device(s, "aa", 1), seq;
	struct forward f = forward_of(a, 9876);
	struct changes c = {0};

	assert_int_equal(store_seq(s, &seq), STORE_OK);
	store_begin(s);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	assert_int_equal(store_admin(s, "root", "forward open"), STORE_OK);
	store_commit(s);
	store_begin(s);
	assert_int_equal(store_kill(s, "", 0, a), STORE_OK);
	store_rollback(s);
	assert_int_equal(store_kill(s, "", 3, a), STORE_OK);
	/* The server's own word is none. */
	store_forward_set(s, f.id, FORWARD_OPEN, 5, "");
	assert_int_equal(store_change_each(s, seq, note_change, &c), STORE_OK);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.last[0].noun, STORE_FORWARD);
	assert_int_equal(c.last[0].id, f.id);
	assert_int_equal(c.last[0].ref, a);
	assert_int_equal(c.last[1].noun, STORE_ADMIN);
	assert_string_equal(c.last[1].who, "root");
	assert_int_equal(c.last[2].noun, STORE_KILL);
	assert_int_equal(c.last[2].id, 3);
	assert_int_equal(c.last[2].seq, c.last[0].seq + 2);
	/* Ahead of what there is: another store, or an older copy. */
	assert_int_equal(
	    store_change_each(s, seq + 100, note_change, &c), STORE_NONE);
	store_close(s);
}

static int
note_session(void *arg, const struct session *n)
{
	*(struct session *)arg = *n;
	return 0;
}

static int
note_node(void *arg, const struct node *n)
{
	*(struct node *)arg = *n;
	return 0;
}

struct wishes {
	int n;
	struct forward last[4];
};

static int
note_wish(void *arg, const struct forward *f)
{
	struct wishes *all = arg;

	if (all->n < 4)
		all->last[all->n] = *f;
	all->n++;
	return 0;
}

static struct wishes
wishes_of(struct store *s)
{
	struct wishes all = {0};

	assert_int_equal(store_virtual_each(s, note_wish, &all), STORE_OK);
	return all;
}

static void
wishes_keep_the_last_word(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = {.device = place_device(s, "aa", 1),
	    .dport = 22,
	    .sport = 22,
	    .created = 5};
	struct wishes all;
	int64_t seq, after;

	place_node(s, "n1");
	store_seq(s, &seq);
	assert_int_equal(store_virtual_put(s, "n1", &f), STORE_OK);
	f.state = FORWARD_OPEN;
	f.state_at = 7;
	assert_int_equal(store_virtual_put(s, "n1", &f), STORE_OK);
	f.dport = f.sport = 80;
	f.state = FORWARD_EXPIRED;
	snprintf(f.reason, sizeof(f.reason), "why");
	assert_int_equal(store_virtual_put(s, "n1", &f), STORE_OK);
	all = wishes_of(s);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.last[0].dport, 22);
	assert_int_equal(all.last[0].state, FORWARD_OPEN);
	assert_int_equal(all.last[0].state_at, 7);
	assert_true(all.last[0].virtual);
	assert_string_equal(all.last[0].name, "aa");
	assert_string_equal(all.last[1].reason, "why");
	/* Of those that have ended the last one stays; what lives stays. */
	f.dport = f.sport = 81;
	assert_int_equal(store_virtual_put(s, "n1", &f), STORE_OK);
	all = wishes_of(s);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.last[1].dport, 81);
	/* Another node's are its own. */
	assert_int_equal(store_virtual_clear(s, "n2", 9), STORE_OK);
	assert_int_equal(wishes_of(s).last[0].state, FORWARD_OPEN);
	assert_int_equal(store_virtual_clear(s, "n1", 9), STORE_OK);
	all = wishes_of(s);
	assert_int_equal(all.last[0].state, FORWARD_CANCELLED);
	assert_int_equal(all.last[0].state_at, 9);
	assert_int_equal(all.last[1].state, FORWARD_EXPIRED);
	/* It is a change for other nodes alone. */
	store_seq(s, &after);
	assert_int_equal(after > seq, store_shared(s));
	/* A device that is gone has none. */
	assert_int_equal(store_device_remove(s, f.device), STORE_OK);
	assert_int_equal(wishes_of(s).n, 0);
	assert_int_equal(store_virtual_put(s, "n1", &f), STORE_OK);
	assert_int_equal(wishes_of(s).n, 0);
	store_close(s);
}

static int
count_operator(void *n, const struct oper *o)
{
	(void)o;
	(*(int *)n)++;
	return 0;
}

static void
an_operators_key_is_nobody_elses(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct oper o = {.name = "alice",
			.role = OPERATOR_OPERATOR,
			.grants = "lab roof:443",
			.created = 5},
		    got;
	struct device d = {.name = "bb", .enabled = true};
	struct changes c = {0};
	struct key k;
	int64_t seq, aa = place_device(s, "aa", 1);
	int n = 0;

	place_key(&o.key, 1);
	assert_int_equal(store_operator_add(s, &o), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "device aa"));
	place_key(&o.key, 2);
	assert_int_equal(store_seq(s, &seq), STORE_OK);
	assert_int_equal(store_operator_add(s, &o), STORE_OK);
	assert_int_equal(store_operator_find(s, "alice", &got), STORE_OK);
	assert_int_equal(got.id, o.id);
	assert_int_equal(got.role, OPERATOR_OPERATOR);
	assert_string_equal(got.grants, "lab roof:443");
	assert_int_equal(got.key.bloblen, o.key.bloblen);
	assert_memory_equal(got.key.digest, o.key.digest, KEY_DIGEST);
	assert_int_equal(store_operator_find(s, "bob", &got), STORE_NONE);
	/* Neither its name nor its key can be had again. */
	assert_int_equal(store_operator_add(s, &o), STORE_EXISTS);
	snprintf(o.name, sizeof(o.name), "bob");
	assert_int_equal(store_operator_add(s, &o), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "alice"));
	place_key(&k, 2);
	k.device = aa;
	assert_int_equal(store_key_add(s, &k), STORE_EXISTS);
	assert_non_null(strstr(store_error(s), "operator alice"));
	assert_int_equal(store_device_add(s, &d, &k), STORE_EXISTS);
	assert_int_equal(store_device_find(s, "bb", &d), STORE_NONE);
	store_operator_each(s, count_operator, &n);
	assert_int_equal(n, 1);
	assert_int_equal(store_operator_remove(s, got.id), STORE_OK);
	assert_int_equal(store_operator_remove(s, got.id), STORE_NONE);
	assert_int_equal(store_key_add(s, &k), STORE_OK);
	store_change_each(s, seq, note_change, &c);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.last[0].noun, STORE_OPERATOR);
	assert_int_equal(c.last[1].noun, STORE_OPERATOR);
	assert_int_equal(c.last[1].id, got.id);
	store_close(s);
}

static void
sessions_and_nodes(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct session n = {.id = 5, .node = "n1", .ports = "9876"}, got;
	struct node node = {.name = "n1", .pid = 7, .applied = 3}, at;

	place_node(s, "n1");
	n.device = place_device(s, "aa", 1);
	assert_int_equal(store_session_put(s, &n), STORE_OK);
	snprintf(n.ports, sizeof(n.ports), "9877");
	assert_int_equal(store_session_put(s, &n), STORE_OK);
	assert_int_equal(store_session_each(s, note_session, &got), STORE_OK);
	assert_string_equal(got.ports, "9877");
	assert_string_equal(got.name, "aa");
	assert_string_equal(got.who, "");
	assert_int_equal(store_session_end(s, "n2", 5, 0), STORE_OK);
	assert_int_equal(store_session_clear(s, "n1"), STORE_OK);
	memset(&got, 0, sizeof(got));
	store_session_each(s, note_session, &got);
	assert_int_equal(got.id, 0);
	assert_int_equal(store_node_put(s, &node), STORE_OK);
	assert_int_equal(store_node_applied(s, "n1", 9), STORE_OK);
	assert_int_equal(store_node_applied(s, "n1", 4), STORE_OK);
	node.alive = 77;
	assert_int_equal(store_node_put(s, &node), STORE_OK);
	assert_int_equal(store_node_each(s, note_node, &at), STORE_OK);
	assert_int_equal(at.applied, 9);
	assert_int_equal(at.alive, 77);
	assert_int_equal(store_node_remove(s, "n1"), STORE_OK);
	store_close(s);
}

/* A device is connected while a node that lives holds a session of it. */
static void
connected(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct session n = {.id = 5, .node = "n1"};
	struct node node = {.name = "n1", .alive = 1};
	struct device d;
	int64_t other = place_device(s, "bb", 2);

	n.device = place_device(s, "aa", 1);
	assert_int_equal(store_session_put(s, &n), STORE_OK);
	store_device_get(s, n.device, &d);
	assert_false(d.connected);
	assert_int_equal(store_node_put(s, &node), STORE_OK);
	store_device_get(s, n.device, &d);
	assert_false(d.connected);
	node.alive = time(NULL) * INT64_C(1000000);
	assert_int_equal(store_node_put(s, &node), STORE_OK);
	store_device_find(s, "aa", &d);
	assert_true(d.connected);
	store_device_get(s, other, &d);
	assert_false(d.connected);
	/* Its end says when it was there last; the clock may go back. */
	assert_int_equal(store_session_end(s, "n1", 5, 1000), STORE_OK);
	store_device_get(s, n.device, &d);
	assert_false(d.connected);
	assert_int_equal(d.last_seen, 1000);
	assert_int_equal(store_session_put(s, &n), STORE_OK);
	assert_int_equal(store_session_end(s, "n1", 5, 999), STORE_OK);
	store_device_get(s, n.device, &d);
	assert_int_equal(d.last_seen, 1000);
	store_close(s);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(devices_are_found_by_either_name),
	    IN_PLACE(a_key_is_one_devices),
	    IN_PLACE(a_port_is_promised_once),
	    IN_PLACE(an_end_is_an_end),
	    IN_PLACE(a_forward_has_an_owner),
	    IN_PLACE(permits_keep_others_out),
	    IN_PLACE(virtual_permits_keep_nobody_out),
	    IN_PLACE(heartbeats_are_a_ring),
	    IN_PLACE(heartbeats_come_in_groups),
	    IN_PLACE(removing_a_device_removes_all_of_it),
	    IN_PLACE(ended_forwards_are_bounded),
	    IN_PLACE(changes_are_numbered),
	    IN_PLACE(wishes_keep_the_last_word),
	    IN_PLACE(an_operators_key_is_nobody_elses),
	    IN_PLACE(sessions_and_nodes),
	    IN_PLACE(connected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
