/*
 * Several real keepers on one store that is shared; run by on_pgsql.py.
 */
#include "config.h"

#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "keeper_child.h"
#include "unit.h"

#define KEYS "ed25519 aa11"
#define TAKEOVER 8000 /* ms; of a lock that its owner has no more */

struct pair {
	struct place *place;
	struct store *s;
	struct child a, b;
	int64_t device;
};

static void
start_as(struct child *c, const char *url, const char *name, const char *keys)
{
	child_start(c);
	child_open_make(c, url);
	snprintf(
	    c->m.store_open.node, sizeof(c->m.store_open.node), "%s", name);
	snprintf(c->m.store_open.hostkeys, sizeof(c->m.store_open.hostkeys),
	    "%s", keys);
	snprintf(c->m.store_open.relay, sizeof(c->m.store_open.relay),
	    "127.0.0.1:2223");
	snprintf(
	    c->m.store_open.version, sizeof(c->m.store_open.version), "2.1");
	c->m.store_open.stale = 60;
	/* Each is the keeper of another server. */
	c->m.store_open.pid = (uint32_t)c->pid;
	child_send(c);
}

/* The next of this type; whatever else comes is passed over. */
static void
until(struct child *c, uint32_t type)
{
	double end = now_ms() + PATIENCE;
	uint32_t got;

	while ((got = child_next(c, end - now_ms())) != type)
		if (got == 0)
			fail_msg("no %s came", msg_name(type));
}

/* What it says of a node that is not itself. */
static void
until_node(struct child *c, const char *name, bool alive)
{
	do
		until(c, MSG_NODE);
	while (strcmp(c->m.node.name, name) != 0 ||
	       (c->m.node.alive != 0) != alive);
}

static void
until_lead(struct child *c)
{
	do
		until(c, MSG_LEAD);
	while (!c->m.lead.on);
}

/* Nothing of this type comes before what is known to come. */
static void
not_before(struct child *c, uint32_t type, uint32_t known)
{
	double end = now_ms() + PATIENCE;
	uint32_t got;

	while ((got = child_next(c, end - now_ms())) != known)
		if (got == type || got == 0)
			fail_msg("%s came", msg_name(got));
}

static void
pair_start(struct pair *p, void **state)
{
	p->place = *state;
	p->s = place_open(p->place, STORE_CREATE | STORE_MIGRATE);
	if (!store_shared(p->s)) {
		store_close(p->s);
		skip();
	}
	alarm(300);
	p->device = place_device(p->s, "aa", 1);
	start_as(&p->a, p->place->url, "a", KEYS);
	until(&p->a, MSG_LOADED);
	until_lead(&p->a);
	start_as(&p->b, p->place->url, "b", KEYS);
	until(&p->b, MSG_LOADED);
	until_node(&p->a, "b", true);
	until(&p->a, MSG_CHANGED);
}

static void
pair_stop(struct pair *p)
{
	child_stop(&p->b);
	child_stop(&p->a);
	store_close(p->s);
}

static void
the_load_has_all_nodes(void **state)
{
	struct pair p;
	struct child c;

	pair_start(&p, state);
	start_as(&c, p.place->url, "c", KEYS);
	until_node(&c, "a", true);
	assert_string_equal(c.m.node.addr, "127.0.0.1:2223");
	assert_string_equal(c.m.node.version, "2.1");
	assert_false(c.m.node.self);
	until_node(&c, "b", true);
	until_node(&c, "c", true);
	assert_true(c.m.node.self);
	until(&c, MSG_LOADED);
	assert_int_equal(store_node_drain(p.s, "b", true), STORE_OK);
	until(&c, MSG_NODE);
	assert_string_equal(c.m.node.name, "b");
	assert_true(c.m.node.drain);
	child_stop(&c);
	until_node(&p.a, "c", true);
	do
		until(&p.a, MSG_NODE);
	while (!p.a.m.node.gone);
	assert_string_equal(p.a.m.node.name, "c");
	pair_stop(&p);
}

static void
send_wish(struct child *c, int64_t device, enum forward_state state)
{
	msg_init(&c->m, MSG_VIRTUAL_FORWARD, 0);
	c->m.virtual_forward.device = device;
	c->m.virtual_forward.dport = 22;
	c->m.virtual_forward.sport = 9022;
	c->m.virtual_forward.created = c->m.virtual_forward.at = 5;
	c->m.virtual_forward.state = state;
	child_send(c);
}

static void
a_wish_is_another_nodes(void **state)
{
	struct pair p;

	pair_start(&p, state);
	send_wish(&p.b, p.device, FORWARD_QUEUED);
	until(&p.a, MSG_WISH);
	assert_int_equal(p.a.m.wish.device, p.device);
	assert_int_equal(p.a.m.wish.dport, 22);
	assert_int_equal(p.a.m.wish.sport, 9022);
	assert_int_equal(p.a.m.wish.on, 1);
	assert_string_equal(p.a.m.wish.node, "b");
	until(&p.a, MSG_CHANGED);
	/* Its steps are its node's own, and so is its end to that node. */
	send_wish(&p.b, p.device, FORWARD_DELIVERED);
	send_wish(&p.b, p.device, FORWARD_CLOSED);
	until(&p.a, MSG_WISH);
	assert_int_equal(p.a.m.wish.on, 0);
	until(&p.b, MSG_CHANGED);
	assert_int_equal(store_kill(p.s, "b", 1, p.device), STORE_OK);
	not_before(&p.b, MSG_WISH, MSG_KILL);
	pair_stop(&p);
}

static void
send_tunnel_of(struct child *c, int64_t device, bool open, int64_t opened)
{
	msg_init(&c->m, MSG_TUNNEL, 0);
	c->m.tunnel.device = device;
	c->m.tunnel.dport = 22;
	c->m.tunnel.sport = 9022;
	c->m.tunnel.open = open;
	c->m.tunnel.virtual = 1;
	c->m.tunnel.opened = opened;
	child_send(c);
}

static void
send_tunnel(struct child *c, int64_t device, bool open)
{
	send_tunnel_of(c, device, open, clock_wall());
}

/* It is written: what was said comes back with the node's name. */
static void
until_written(struct child *c, int64_t device, int64_t opened, const char *name)
{
	until(c, MSG_TUNNEL);
	assert_int_equal(c->m.tunnel.device, device);
	assert_int_equal(c->m.tunnel.sport, 9022);
	assert_int_equal(c->m.tunnel.open, 1);
	assert_int_equal(c->m.tunnel.opened, opened);
	assert_string_equal(c->m.tunnel.node, name);
}

static void
until_tunnel(struct child *c, const char *name, uint32_t open)
{
	do
		until(c, MSG_TUNNEL);
	while (strcmp(c->m.tunnel.node, name) != 0 || c->m.tunnel.open != open);
}

/* However late it is written. */
static void
the_tunnel_opened_last_wins(void **state)
{
	int64_t now = clock_wall();
	struct node_tunnel t;
	struct pair p;

	pair_start(&p, state);
	send_tunnel_of(&p.b, p.device, true, now);
	until_written(&p.b, p.device, now, "b");
	until_tunnel(&p.a, "b", 1);
	assert_int_equal(p.a.m.tunnel.opened, 0);
	send_tunnel_of(&p.a, p.device, true, now - 5000000);
	/* In this order: until it is written, news of others may be older. */
	until_written(&p.a, p.device, now - 5000000, "a");
	until(&p.a, MSG_TUNNEL);
	assert_string_equal(p.a.m.tunnel.node, "b");
	assert_int_equal(p.a.m.tunnel.open, 1);
	assert_int_equal(store_tunnel_get(p.s, p.device, 9022, &t), STORE_OK);
	assert_string_equal(t.node, "b");
	assert_in_range(t.opened - now + 100000, 0, 200000);
	/* One that was opened and closed here meanwhile is b's as before. */
	send_tunnel_of(&p.a, p.device, false, now - 5000000);
	until(&p.a, MSG_TUNNEL);
	assert_string_equal(p.a.m.tunnel.node, "b");
	assert_int_equal(p.a.m.tunnel.open, 1);
	send_tunnel_of(&p.a, p.device, true, now + 1000000);
	until_written(&p.a, p.device, now + 1000000, "a");
	until_tunnel(&p.b, "a", 1);
	pair_stop(&p);
}

static void
the_newest_tunnel_wins(void **state)
{
	struct node_tunnel t;
	struct pair p;

	pair_start(&p, state);
	send_tunnel(&p.b, p.device, true);
	until_tunnel(&p.a, "b", 1);
	assert_int_equal(p.a.m.tunnel.device, p.device);
	assert_int_equal(p.a.m.tunnel.sport, 9022);
	assert_int_equal(p.a.m.tunnel.dport, 22);
	assert_int_equal(p.a.m.tunnel.open, 1);
	assert_int_equal(p.a.m.tunnel.virtual, 1);
	assert_string_equal(p.a.m.tunnel.node, "b");
	until(&p.a, MSG_CHANGED);
	/* The other node has it now, and tells the first one so. */
	send_tunnel(&p.a, p.device, true);
	until_tunnel(&p.b, "a", 1);
	assert_int_equal(p.b.m.tunnel.open, 1);
	assert_string_equal(p.b.m.tunnel.node, "a");
	/* The end of the older one changes nothing. */
	send_tunnel(&p.b, p.device, false);
	assert_int_equal(store_kill(p.s, "a", 1, p.device), STORE_OK);
	until(&p.a, MSG_KILL);
	assert_int_equal(store_tunnel_get(p.s, p.device, 9022, &t), STORE_OK);
	assert_string_equal(t.node, "a");
	send_tunnel(&p.a, p.device, false);
	until_tunnel(&p.b, "a", 0);
	assert_int_equal(p.b.m.tunnel.open, 0);
	assert_string_equal(p.b.m.tunnel.node, "a");
	pair_stop(&p);
}

static void
a_ticket_comes_once(void **state)
{
	struct pair p;

	pair_start(&p, state);
	msg_init(&p.a.m, MSG_TICKET, 0);
	p.a.m.ticket.number = UINT64_MAX - 7;
	memcpy(p.a.m.ticket.secret, "0123456789abcdef", MSG_TICKET_SECRET);
	p.a.m.ticket.device = p.device;
	p.a.m.ticket.dport = 22;
	p.a.m.ticket.sport = 9022;
	p.a.m.ticket.jump = 1;
	snprintf(p.a.m.ticket.asker, MSG_NAME, "mallory");
	snprintf(p.a.m.ticket.node, MSG_NAME, "b");
	child_send(&p.a);
	until(&p.a, MSG_TICKETED);
	assert_int_equal(p.a.m.ticketed.number, UINT64_MAX - 7);
	assert_int_equal(p.a.m.ticketed.ok, 1);
	until(&p.b, MSG_TICKET);
	assert_int_equal(p.b.m.ticket.number, UINT64_MAX - 7);
	assert_memory_equal(
	    p.b.m.ticket.secret, "0123456789abcdef", MSG_TICKET_SECRET);
	assert_string_equal(p.b.m.ticket.asker, "a");
	assert_int_equal(p.b.m.ticket.sport, 9022);
	assert_int_equal(store_kill(p.s, "b", 1, p.device), STORE_OK);
	not_before(&p.b, MSG_TICKET, MSG_KILL);
	assert_int_equal(store_kill(p.s, "a", 1, p.device), STORE_OK);
	not_before(&p.a, MSG_TICKET, MSG_KILL);
	pair_stop(&p);
}

static void
a_kill_reaches_its_node(void **state)
{
	struct pair p;

	pair_start(&p, state);
	assert_int_equal(store_kill(p.s, "a", 1, p.device), STORE_OK);
	assert_int_equal(store_kill(p.s, "", 2, p.device), STORE_OK);
	until(&p.a, MSG_KILL);
	assert_int_equal(p.a.m.kill.session, 1);
	until(&p.a, MSG_KILL);
	assert_int_equal(p.a.m.kill.session, 2);
	until(&p.b, MSG_KILL);
	assert_int_equal(p.b.m.kill.session, 2);
	pair_stop(&p);
}

static void
expect_refusal(struct child *c, const char *why)
{
	do
		until(c, MSG_STORE_STATE);
	while (!c->m.store_state.fatal && c->m.store_state.reason[0] != '\0' &&
	       c->m.store_state.ok);
	assert_int_equal(c->m.store_state.fatal, 1);
	assert_non_null(strstr(c->m.store_state.reason, why));
	close(c->sock);
	assert_int_not_equal(child_reap(c), 0);
}

static void
a_second_one_is_refused(void **state)
{
	struct pair p;
	struct child c;

	pair_start(&p, state);
	start_as(&c, p.place->url, "c", "ed25519 bb22");
	expect_refusal(&c, "has another ed25519 host key");
	start_as(&c, p.place->url, "b", KEYS);
	expect_refusal(&c, "node b is running already");
	/* The one that was there is still there. */
	assert_int_equal(store_kill(p.s, "b", 1, p.device), STORE_OK);
	until(&p.b, MSG_KILL);
	pair_stop(&p);
}

static void
kill_keeper(struct child *c)
{
	assert_int_equal(kill(c->pid, SIGKILL), 0);
	child_reap(c);
	close(c->sock);
}

/* The place of one that was killed is free at once, and so is its lead. */
static void
the_dead_make_room(void **state)
{
	struct node dead = {.name = "a", .alive = 1};
	double began;
	struct pair p;

	pair_start(&p, state);
	send_tunnel(&p.a, p.device, true);
	until_tunnel(&p.b, "a", 1);
	began = now_ms();
	kill_keeper(&p.a);
	until_lead(&p.b);
	assert_in_range((int)(now_ms() - began), 0, TAKEOVER);
	/* As after 15 s. */
	assert_int_equal(store_node_put(p.s, &dead), STORE_OK);
	until_node(&p.b, "a", false);
	dead.alive = store_clock(p.s);
	assert_int_equal(store_node_put(p.s, &dead), STORE_OK);
	/* It is back, with all that it has. */
	until_node(&p.b, "a", true);
	until_tunnel(&p.b, "a", 1);
	assert_string_equal(p.b.m.tunnel.node, "a");
	began = now_ms();
	start_as(&p.a, p.place->url, "a", KEYS);
	until(&p.a, MSG_LOADED);
	assert_in_range((int)(now_ms() - began), 0, TAKEOVER);
	/* What an earlier server had is gone. */
	until_tunnel(&p.b, "a", 0);
	assert_int_equal(p.b.m.tunnel.open, 0);
	pair_stop(&p);
}

static void
send_heartbeat(struct child *c, int64_t device, int64_t at)
{
	msg_init(&c->m, MSG_HEARTBEAT, 0);
	c->m.heartbeat.device = device;
	c->m.heartbeat.at = at;
	c->m.heartbeat.interval = 180;
	child_send(c);
}

static void
expect_seen(struct child *c, int64_t device, int64_t at)
{
	uint32_t i;

	for (;;) {
		until(c, MSG_SEEN);
		for (i = 0; i < c->m.seen.n; i++)
			if (c->m.seen.list[i].device == device &&
			    llabs(c->m.seen.list[i].at - at) < 100000)
				return;
	}
}

/*
 * Each of three nodes has seen a poll of three; the interval is that of all.  The
 * one that leads knows of the others' polls.
 */
static void
polls_are_counted_together(void **state)
{
	struct device d = {.interval = 0};
	double end;
	struct pair p;
	int64_t now;
	int i;

	pair_start(&p, state);
	now = store_clock(p.s);
	for (i = 5; i >= 0; i--) {
		send_heartbeat(
		    i % 2 ? &p.a : &p.b, p.device, now - i * INT64_C(70000000));
		for (end = now_ms() + PATIENCE; now_ms() < end;) {
			assert_int_equal(
			    store_device_get(p.s, p.device, &d), STORE_OK);
			if (llabs(d.last_seen - now + i * INT64_C(70000000)) <
			    100000)
				break;
			poll(NULL, 0, 5);
		}
	}
	assert_int_equal(d.interval, 70);
	expect_seen(&p.a, p.device, now);
	pair_stop(&p);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(the_load_has_all_nodes),
	    IN_PLACE(a_wish_is_another_nodes),
	    IN_PLACE(the_newest_tunnel_wins),
	    IN_PLACE(the_tunnel_opened_last_wins),
	    IN_PLACE(a_ticket_comes_once),
	    IN_PLACE(a_kill_reaches_its_node),
	    IN_PLACE(a_second_one_is_refused),
	    IN_PLACE(the_dead_make_room),
	    IN_PLACE(polls_are_counted_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
