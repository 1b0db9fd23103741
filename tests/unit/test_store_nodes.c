/*
 * Nodes of a store, their virtual forwards, tunnels and tickets.
 */
#include "config.h"

#include <sys/wait.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

struct names {
	int n;
	char last[FORWARD_REASON];
};

static struct store *
stage(void **state, const char *name, int64_t alive)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct node n = {.pid = 7, .started = 5, .alive = alive};

	snprintf(n.name, sizeof(n.name), "%s", name);
	snprintf(n.listen, sizeof(n.listen), "127.0.0.1:2222");
	assert_int_equal(store_node_put(s, &n), STORE_OK);
	return s;
}

static int
note_node(void *arg, const struct node *n)
{
	struct node *out = arg;

	if (out->name[0] == '\0' || strcmp(out->name, n->name) == 0)
		*out = *n;
	return 0;
}

static void
a_name_is_one_servers(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct store *other = place_open(*state, STORE_MIGRATE);
	struct node n = {.name = "a", .pid = 7, .started = 5}, at = {.pid = 0};
	char error[STORE_ERROR];

	snprintf(n.listen, sizeof(n.listen), "127.0.0.1:2222");
	assert_int_equal(store_node_begin(other, &n, error), STORE_OK);
	n.pid = 8, n.started = 6;
	assert_int_equal(store_node_begin(s, &n, error), STORE_TAKEN);
	assert_non_null(strstr(error, "node a is running already"));
	assert_non_null(strstr(error, "127.0.0.1:2222"));
	assert_int_equal(store_node_each(s, note_node, &at), STORE_OK);
	assert_int_equal(at.pid, 7);
	/* The same server begins again, and another one when it has died. */
	n.pid = 7, n.started = 5;
	assert_int_equal(store_node_begin(s, &n, error), STORE_OK);
	n.alive = store_clock(s) - STORE_NODE_GONE - SECOND;
	assert_int_equal(store_node_put(s, &n), STORE_OK);
	n.pid = 8, n.started = 6, n.alive = 0;
	assert_int_equal(store_node_begin(s, &n, error), STORE_OK);
	assert_int_equal(store_node_each(s, note_node, &at), STORE_OK);
	assert_int_equal(at.pid, 8);
	assert_true(store_node_lives(s, &at));
	store_close(other);
	store_close(s);
}

#define KEYS_A "ed25519 aa11,rsa bb22"

static void
nodes_have_the_same_host_keys(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct node n = {.name = "a", .hostkeys = KEYS_A};
	char error[STORE_ERROR];

	assert_int_equal(store_node_put(s, &n), STORE_OK);
	snprintf(n.name, sizeof(n.name), "b");
	snprintf(n.hostkeys, sizeof(n.hostkeys), "rsa bb22,ed25519 aa11");
	assert_int_equal(store_node_begin(s, &n, error), STORE_OK);
	snprintf(n.name, sizeof(n.name), "c");
	snprintf(n.hostkeys, sizeof(n.hostkeys), "ed25519 aa11,rsa bb23");
	assert_int_equal(store_node_begin(s, &n, error), STORE_DENIED);
	assert_non_null(strstr(error, "node a has another rsa host key"));
	/* It has left no row. */
	assert_int_equal(store_node_drain(s, "c", true), STORE_NONE);
	snprintf(n.hostkeys, sizeof(n.hostkeys), "ed25519 aa11");
	assert_int_equal(store_node_begin(s, &n, error), STORE_DENIED);
	/* Those of nodes that are dead do not count. */
	n = (struct node){.name = "b", .alive = 1, .hostkeys = KEYS_A};
	assert_int_equal(store_node_put(s, &n), STORE_OK);
	assert_int_equal(store_node_remove(s, "a"), STORE_OK);
	n = (struct node){.name = "c", .hostkeys = "ed25519 ff"};
	assert_int_equal(store_node_begin(s, &n, error), STORE_OK);
	store_close(s);
}

static void
a_server_that_begins_is_not_drained(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct node n = {.name = "a",
			.pid = 7,
			.started = 5,
			.stale = 60,
			.addr = "10.0.1.7:2223",
			.version = "2.1"},
		    at = {.pid = 0};
	char error[STORE_ERROR];

	assert_int_equal(store_node_drain(s, "b", true), STORE_NONE);
	assert_int_equal(store_node_drain(s, "a", true), STORE_OK);
	/* A sign of life leaves it drained. */
	assert_int_equal(store_node_put(s, &n), STORE_OK);
	assert_int_equal(store_node_each(s, note_node, &at), STORE_OK);
	assert_true(at.drain);
	assert_int_equal(at.stale, 60);
	assert_string_equal(at.addr, "10.0.1.7:2223");
	assert_string_equal(at.version, "2.1");
	assert_int_equal(store_node_begin(s, &n, error), STORE_OK);
	assert_int_equal(store_node_look(s, note_node, &at), STORE_OK);
	assert_false(at.drain);
	store_close(s);
}

static int
note_tunnel(void *arg, const struct node_tunnel *t)
{
	struct names *all = arg;

	all->n++;
	snprintf(all->last, sizeof(all->last), "%s", t->node);
	return 0;
}

static void
a_tunnel_is_the_newest_nodes(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct node b = {.name = "b", .alive = 1};
	int64_t id = place_device(s, "aa", 1);
	struct node_tunnel t = {.device = id,
			       .sport = 9000,
			       .dport = 22,
			       .node = "a",
			       .virtual = true,
			       .opened = 9},
			   at;
	struct names all = {0};

	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_OK);
	assert_int_equal(at.dport, 22);
	assert_int_equal(at.opened, 9);
	assert_true(at.virtual);
	snprintf(t.node, sizeof(t.node), "b");
	t.dport = 0;
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	/* It is b's, and b is dead. */
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_NONE);
	b.alive = 0;
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	/* One that a opened before is written later. */
	snprintf(t.node, sizeof(t.node), "a");
	t.opened = 8;
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_OK);
	assert_string_equal(at.node, "b");
	/* It takes over from the dead, and its own word is the last one. */
	b.alive = 1;
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	t.opened = 7;
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_OK);
	assert_string_equal(at.node, "a");
	assert_int_equal(at.opened, 7);
	/* In doubt it is cleared, if it is not put anew. */
	assert_int_equal(store_tunnel_doubt(s, "b"), STORE_OK);
	assert_int_equal(store_tunnel_clear(s, "a", 1), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_OK);
	assert_int_equal(store_tunnel_doubt(s, "a"), STORE_OK);
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_clear(s, "a", 1), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_OK);
	assert_int_equal(store_tunnel_doubt(s, "a"), STORE_OK);
	assert_int_equal(store_tunnel_clear(s, "a", 1), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_NONE);
	b.alive = 0;
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	snprintf(t.node, sizeof(t.node), "b");
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_remove(s, "a", id, 9000), STORE_OK);
	assert_int_equal(store_tunnel_clear(s, "a", INT64_MAX), STORE_OK);
	assert_int_equal(store_tunnel_each(s, note_tunnel, &all), STORE_OK);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.last, "b");
	assert_int_equal(store_tunnel_remove(s, "b", id, 9000), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_NONE);
	/* A device that is gone has none. */
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_device_remove(s, id), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_NONE);
	assert_int_equal(store_tunnel_put(s, &t), STORE_OK);
	assert_int_equal(store_tunnel_get(s, id, 9000, &at), STORE_NONE);
	store_close(s);
}

static int
note_wish(void *arg, const struct node_wish *w)
{
	struct names *all = arg;

	all->n++;
	snprintf(all->last, sizeof(all->last), "%s", w->node);
	return 0;
}

static int
note_virtual(void *arg, const struct forward *f)
{
	struct names *all = arg;

	all->n++;
	snprintf(all->last, sizeof(all->last), "%s", f->reason);
	return 0;
}

static void
wishes_are_a_nodes_own(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct node b = {.name = "b", .alive = 1};
	int64_t id = place_device(s, "aa", 1);
	struct forward f = {.device = id, .dport = 22, .sport = 9000};
	struct node_wish w;
	struct names all = {0};

	assert_int_equal(store_virtual_put(s, "a", &f), STORE_OK);
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	assert_int_equal(store_virtual_put(s, "b", &f), STORE_OK);
	assert_int_equal(store_wish_each(s, note_wish, &all), STORE_OK);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.last, "a");
	b.alive = 0;
	assert_int_equal(store_node_put(s, &b), STORE_OK);
	assert_int_equal(store_wish_get(s, id, 22, "b", &w), STORE_OK);
	assert_int_equal(w.sport, 9000);
	assert_int_equal(w.device, id);
	/* One ends; the other one stays, and of ended ones the last is told. */
	f.state = FORWARD_CLOSED;
	f.state_at = 10;
	snprintf(f.reason, sizeof(f.reason), "a's");
	assert_int_equal(store_virtual_put(s, "a", &f), STORE_OK);
	assert_int_equal(store_wish_get(s, id, 22, "a", &w), STORE_NONE);
	assert_int_equal(store_wish_get(s, id, 22, "b", &w), STORE_OK);
	f.state_at = 11;
	snprintf(f.reason, sizeof(f.reason), "b's");
	assert_int_equal(store_virtual_put(s, "b", &f), STORE_OK);
	memset(&all, 0, sizeof(all));
	assert_int_equal(store_virtual_each(s, note_virtual, &all), STORE_OK);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.last, "b's");
	store_close(s);
}

static int
note_ticket(void *arg, const struct node_ticket *t)
{
	*(struct node_ticket *)arg = *t;
	return 0;
}

static void
a_ticket_is_read_once(void **state)
{
	struct store *s = stage(state, "a", 0);
	const struct node_ticket t = {.number = UINT64_MAX - 1,
	    .secret = "0123456789abcde",
	    .device = 3,
	    .dport = 22,
	    .sport = 9000,
	    .from = 5,
	    .jump = true,
	    .addr = "192.0.2.1",
	    .asker = "a",
	    .node = "b"};
	struct node_ticket got = {.number = 0};

	assert_int_equal(store_ticket_put(s, &t), STORE_OK);
	assert_int_equal(store_ticket_put(s, &t), STORE_EXISTS);
	assert_int_equal(
	    store_ticket_take(s, "a", note_ticket, &got), STORE_OK);
	assert_int_equal(got.number, 0);
	assert_int_equal(
	    store_ticket_take(s, "b", note_ticket, &got), STORE_OK);
	assert_true(got.number == t.number && got.device == t.device &&
		    got.dport == t.dport && got.sport == t.sport &&
		    got.from == t.from && got.jump == t.jump);
	assert_memory_equal(got.secret, t.secret, sizeof(t.secret));
	assert_string_equal(got.addr, t.addr);
	assert_string_equal(got.asker, t.asker);
	assert_string_equal(got.node, t.node);
	got.number = 0;
	assert_int_equal(
	    store_ticket_take(s, "b", note_ticket, &got), STORE_OK);
	assert_int_equal(got.number, 0);
	store_close(s);
}

static int
note_seen(void *arg, int64_t device, int64_t at)
{
	(void)at;
	*(int64_t *)arg += device;
	return 0;
}

static void
those_seen_since_are_found(void **state)
{
	struct store *s = stage(state, "a", 0);
	struct store *other = place_open(*state, STORE_MIGRATE);
	struct heartbeat h = {.at = 100};
	int64_t first = place_device(s, "aa", 1), sum = 0;
	bool leads = false;

	h.device = first;
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	h.device = place_device(s, "bb", 2);
	h.at = 101;
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	assert_int_equal(store_seen_each(s, 100, note_seen, &sum), STORE_OK);
	assert_int_equal(sum, h.device);
	assert_int_equal(store_lead(s, &leads), STORE_OK);
	assert_true(leads);
	/* One of several, or the only one, which alone asks. */
	assert_int_equal(store_lead(other, &leads), STORE_OK);
	assert_int_equal(leads, !store_shared(s));
	store_close(other);
	store_close(s);
}

#define WRITERS 4
#define CHANGES(s) (store_shared(s) ? 1000 : 25)

static void
write_changes(const struct place *p)
{
	struct store *s = place_open(p, STORE_MIGRATE);
	int i;

	for (i = 0; i < CHANGES(s); i++)
		while (store_kill(s, "", 1, 1) == STORE_BUSY)
			;
	store_close(s);
	_exit(0);
}

static int
note_next(void *arg, const struct change *c)
{
	int64_t *seq = arg;

	assert_int_equal(c->seq, *seq + 1);
	*seq = c->seq;
	return 0;
}

/* A reader that goes on from the last one misses none. */
static void
changes_come_in_order(void **state)
{
	struct store *s = stage(state, "a", 0);
	int64_t seq, end;
	int i, status;

	alarm(120);
	assert_int_equal(store_seq(s, &seq), STORE_OK);
	end = seq + (int64_t)WRITERS * CHANGES(s);
	for (i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_changes(*state);
	while (seq < end)
		assert_int_equal(
		    store_change_each(s, seq, note_next, &seq), STORE_OK);
	for (i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(store_seq(s, &seq), STORE_OK);
	assert_int_equal(seq, end);
	store_close(s);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(a_name_is_one_servers),
	    IN_PLACE(nodes_have_the_same_host_keys),
	    IN_PLACE(a_server_that_begins_is_not_drained),
	    IN_PLACE(a_tunnel_is_the_newest_nodes),
	    IN_PLACE(wishes_are_a_nodes_own),
	    IN_PLACE(a_ticket_is_read_once),
	    IN_PLACE(those_seen_since_are_found),
	    IN_PLACE(changes_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
