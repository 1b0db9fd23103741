/*
 * The real et-sshd-keeper at the other end of a socketpair.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keeper_child.h"
#include "unit.h"

#define PROMPT 200 /* ms from a commit to the directory */
#define LIMIT 300 /* s for a test: who waits for a keeper that hangs */

static void
loads_the_directory(void **state)
{
	struct permit permit = {.first = 9000, .last = 9010, .created = 1};
	struct forward f = {
	    .dport = 22, .sport = 9876, .ttl = 60, .oper = 7, .owner = "alice"};
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct child c;
	struct key k;
	int64_t id = place_device(s, "aa", 1);

	permit.device = f.device = id;
	f.expires = 1234;
	assert_int_equal(store_permit_add(s, &permit), STORE_OK);
	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	child_load(&c, *state);
	child_expect(&c, MSG_DEVICE);
	assert_int_equal(c.m.devices.n, 1);
	assert_int_equal(c.m.devices.list[0].id, id);
	assert_string_equal(c.m.devices.list[0].name, "aa");
	assert_true(c.m.devices.list[0].enabled);
	child_expect(&c, MSG_KEY_OF);
	place_key(&k, 1);
	assert_int_equal(c.m.keys.n, 1);
	assert_memory_equal(
	    c.m.keys.list[0].digest, k.digest, sizeof(k.digest));
	assert_int_equal(c.m.keys.list[0].device, id);
	child_expect(&c, MSG_PERMIT);
	assert_int_equal(c.m.permit.last, 9010);
	child_expect(&c, MSG_FORWARD);
	assert_int_equal(c.m.forward.sport, 9876);
	assert_int_equal(c.m.forward.expires, 1234);
	assert_int_equal(c.m.forward.ttl, 60);
	assert_int_equal(c.m.forward.oper, 7);
	assert_string_equal(c.m.forward.owner, "alice");
	child_expect(&c, MSG_LOADED);
	assert_true(store_server_runs(s));
	child_stop(&c);
	assert_false(store_server_runs(s));
	store_close(s);
}

static int
take_virtual(void *arg, const struct forward *f)
{
	struct forward *all = arg;

	assert_in_range(f->dport, 22, 23);
	all[f->dport - 22] = *f;
	return 0;
}

/*
 * What a keeper that died had written of virtual forwards is over; another
 * node's goes on.
 */
static void
clears_what_was_before(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = {.dport = 22, .state = FORWARD_OPEN}, all[2];
	struct child c;

	f.device = place_device(s, "aa", 1);
	assert_int_equal(store_virtual_put(s, NODE, &f), STORE_OK);
	f.dport = 23;
	assert_int_equal(store_virtual_put(s, "another", &f), STORE_OK);
	child_load(&c, *state);
	child_expect(&c, MSG_DEVICE);
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_LOADED);
	child_stop(&c);
	memset(all, 0, sizeof(all));
	assert_int_equal(store_virtual_each(s, take_virtual, all), STORE_OK);
	assert_int_equal(all[0].state, FORWARD_CANCELLED);
	assert_string_equal(all[0].reason, "server stopped");
	assert_int_equal(all[1].state, FORWARD_OPEN);
	store_close(s);
}

/* Every record of a load comes once, whole messages first. */
static void
loads_many(void **state)
{
	enum { MANY = 2 * MSG_KEYS + 1 };
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct child c;
	char name[16];
	uint32_t i, n;

	assert_int_equal(store_begin(s), STORE_OK);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "d%u", i);
		place_device(s, name, i + 1);
	}
	assert_int_equal(store_commit(s), STORE_OK);
	child_load(&c, *state);
	for (i = 0; i < MANY; i += n) {
		n = MANY - i < MSG_DEVICES ? MANY - i : MSG_DEVICES;
		child_expect(&c, MSG_DEVICE);
		assert_int_equal(c.m.devices.n, n);
		snprintf(name, sizeof(name), "d%u", i + n - 1);
		assert_string_equal(c.m.devices.list[n - 1].name, name);
	}
	for (i = 0; i < MANY; i += n) {
		n = MANY - i < MSG_KEYS ? MANY - i : MSG_KEYS;
		child_expect(&c, MSG_KEY_OF);
		assert_int_equal(c.m.keys.n, n);
		assert_int_equal(c.m.keys.list[n - 1].id, i + n);
	}
	child_expect(&c, MSG_LOADED);
	child_stop(&c);
	store_close(s);
}

static void
sends_a_change(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct child c;
	struct device d;
	struct key k;
	int64_t id = place_device(s, "aa", 1), seq;

	child_load(&c, *state);
	child_expect(&c, MSG_DEVICE);
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_LOADED);
	place_key(&k, 1);
	assert_int_equal(store_key_find(s, k.digest, &k), STORE_OK);
	assert_int_equal(store_key_remove(s, k.id), STORE_OK);
	child_expect(&c, MSG_GONE);
	assert_int_equal(c.m.gone.noun, NOUN_KEY);
	assert_int_equal(c.m.gone.id, k.id);
	child_expect(&c, MSG_CHANGED);
	store_seq(s, &seq);
	assert_int_equal(c.m.seq.seq, seq);

	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	d.enabled = false;
	assert_int_equal(store_begin(s), STORE_OK);
	assert_int_equal(store_device_update(s, &d), STORE_OK);
	assert_int_equal(store_kill(s, "", 7, id), STORE_OK);
	assert_int_equal(store_penalty_clear(s, "2001:db8::1"), STORE_OK);
	assert_int_equal(store_admin(s, "root", "device disable aa"), STORE_OK);
	assert_int_equal(store_commit(s), STORE_OK);
	child_expect(&c, MSG_DEVICE);
	assert_false(c.m.devices.list[0].enabled);
	child_expect(&c, MSG_KILL);
	assert_int_equal(c.m.kill.session, 7);
	assert_int_equal(c.m.kill.device, id);
	child_expect(&c, MSG_PENALTY);
	assert_string_equal(c.m.penalty.addr, "2001:db8::1");
	child_expect(&c, MSG_ADMIN);
	assert_string_equal(c.m.admin.what, "device disable aa");
	child_expect(&c, MSG_CHANGED);
	child_stop(&c);
	store_close(s);
}

static void
sends_operators(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct oper o = {
	    .name = "alice", .role = OPERATOR_VIEWER, .grants = "lab:22"};
	struct child c;

	place_key(&o.key, 1);
	assert_int_equal(store_operator_add(s, &o), STORE_OK);
	child_load(&c, *state);
	child_expect(&c, MSG_OPERATOR);
	assert_int_equal(c.m.oper.id, o.id);
	assert_int_equal(c.m.oper.role, OPERATOR_VIEWER);
	assert_string_equal(c.m.oper.name, "alice");
	assert_string_equal(c.m.oper.grants, "lab:22");
	assert_memory_equal(c.m.oper.digest, o.key.digest, KEY_DIGEST);
	child_expect(&c, MSG_LOADED);
	assert_int_equal(store_operator_remove(s, o.id), STORE_OK);
	child_expect(&c, MSG_GONE);
	assert_int_equal(c.m.gone.noun, NOUN_OPERATOR);
	assert_int_equal(c.m.gone.id, o.id);
	child_expect(&c, MSG_CHANGED);
	place_key(&o.key, 2);
	assert_int_equal(store_operator_add(s, &o), STORE_OK);
	child_expect(&c, MSG_OPERATOR);
	assert_memory_equal(c.m.oper.digest, o.key.digest, KEY_DIGEST);
	child_expect(&c, MSG_CHANGED);
	child_stop(&c);
	store_close(s);
}

/* A forward that an operator orders is the operator's. */
static void
an_order_has_its_owner(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1);
	struct forward f;
	struct child c;

	child_load(&c, *state);
	child_expect(&c, MSG_DEVICE);
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_LOADED);
	msg_init(&c.m, MSG_FORWARD_REQUEST, 9);
	c.m.forward_request = (struct msg_forward_request){.what = REQUEST_OPEN,
	    .dport = 22,
	    .sport = 9876,
	    .ttl = 60,
	    .device = id,
	    .oper = 7,
	    .who = "alice"};
	child_send(&c);
	child_expect(&c, MSG_FORWARD);
	assert_int_equal(c.m.forward.oper, 7);
	child_expect(&c, MSG_ADMIN);
	assert_string_equal(c.m.admin.who, "alice");
	child_expect(&c, MSG_CHANGED);
	child_expect(&c, MSG_FORWARD_RESULT);
	assert_int_equal(c.m.conn, 9);
	assert_int_equal(c.m.forward_result.ttl, 60);
	assert_int_equal(
	    store_forward_get(s, c.m.forward_result.forward, &f), STORE_OK);
	assert_int_equal(f.oper, 7);
	assert_string_equal(f.owner, "alice");
	child_stop(&c);
	store_close(s);
}

/* A busy machine may make one of them late, but not most of them. */
static void
sends_each_change_promptly(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1);
	struct child c;
	double began;
	int i, late = 0;

	child_load(&c, *state);
	child_expect(&c, MSG_DEVICE);
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_LOADED);
	for (i = 0; i < 50; i++) {
		assert_int_equal(store_kill(s, "", (uint64_t)i, id), STORE_OK);
		began = now_ms();
		child_expect(&c, MSG_KILL);
		assert_int_equal(c.m.kill.session, i);
		child_expect(&c, MSG_CHANGED);
		late += now_ms() - began > PROMPT;
	}
	assert_in_range(late, 0, 20);
	child_stop(&c);
	store_close(s);
}

/* Until cond holds of the store; what others write comes when it comes. */
#define AWAIT(cond)                                           \
	do {                                                  \
		double await_until = now_ms() + PATIENCE;     \
		while (!(cond)) {                             \
			if (now_ms() > await_until)           \
				fail_msg("never: %s", #cond); \
			poll(NULL, 0, 5);                     \
		}                                             \
	} while (0)

static enum forward_state
state_of(struct store *s, int64_t id)
{
	struct forward f;

	assert_int_equal(store_forward_get(s, id, &f), STORE_OK);
	return f.state;
}

static int
copy_session(void *arg, const struct session *n)
{
	*(struct session *)arg = *n;
	return 0;
}

static bool
has_session(struct store *s, uint64_t id)
{
	struct session n = {.id = UINT64_MAX};

	assert_int_equal(store_session_each(s, copy_session, &n), STORE_OK);
	return n.id == id;
}

static int
copy_node(void *arg, const struct node *n)
{
	*(struct node *)arg = *n;
	return 0;
}

static struct node
node_of(struct store *s)
{
	struct node n = {.pid = 0};

	assert_int_equal(store_node_each(s, copy_node, &n), STORE_OK);
	return n;
}

static int64_t
last_seen(struct store *s, int64_t id)
{
	struct device d;

	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	return d.last_seen;
}

static int64_t
add_forward(struct store *s, int64_t device)
{
	struct forward f = {.device = device,
	    .dport = 22,
	    .sport = 9876,
	    .ttl = 60,
	    .expires = INT64_MAX};

	assert_int_equal(store_forward_add(s, &f), STORE_OK);
	return f.id;
}

static void
say_heartbeat(struct child *c, int64_t device, int64_t at)
{
	msg_init(&c->m, MSG_HEARTBEAT, 0);
	c->m.heartbeat.device = device;
	c->m.heartbeat.at = at;
	snprintf(c->m.heartbeat.health, sizeof(c->m.heartbeat.health), "up=1");
	child_send(c);
}

static void
say_session(struct child *c, int64_t device, uint64_t conn)
{
	msg_init(&c->m, MSG_SESSION, conn);
	c->m.session.device = device;
	child_send(c);
}

static void
say_forward(struct child *c, int64_t id, enum forward_state to)
{
	msg_init(&c->m, MSG_FORWARD_STATE, 0);
	c->m.forward_state.id = id;
	c->m.forward_state.state = to;
	child_send(c);
}

static void
say_applied(struct child *c, int64_t seq)
{
	msg_init(&c->m, MSG_APPLIED, 0);
	c->m.seq.seq = seq;
	child_send(c);
}

/* Past the directory, to LOADED. */
static void
child_loaded(struct child *c)
{
	while (c->m.type != MSG_LOADED)
		assert_int_not_equal(child_next(c, PATIENCE), 0);
}

/* One that has ended is no record of the monitor's any more. */
static void
sends_no_forward_that_ended(void **state)
{
	static const enum forward_state ends[] = {
	    FORWARD_CLOSED, FORWARD_EXPIRED, FORWARD_CANCELLED};
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct forward f = {.dport = 22, .ttl = 60, .expires = INT64_MAX};
	struct child c;
	size_t i;

	f.device = place_device(s, "aa", 1);
	child_load(&c, *state);
	child_loaded(&c);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		f.sport = 9000 + (uint32_t)i;
		assert_int_equal(store_begin(s), STORE_OK);
		assert_int_equal(store_forward_add(s, &f), STORE_OK);
		assert_int_equal(
		    store_forward_set(s, f.id, ends[i], 1, "x"), STORE_OK);
		assert_int_equal(store_commit(s), STORE_OK);
		child_expect(&c, MSG_GONE);
		assert_int_equal(c.m.gone.noun, NOUN_FORWARD);
		assert_int_equal(c.m.gone.id, f.id);
		child_expect(&c, MSG_CHANGED);
	}
	child_stop(&c);
	store_close(s);
}

static void
writes_what_it_is_told(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), f = add_forward(s, id);
	struct child c;

	child_load(&c, *state);
	child_loaded(&c);
	assert_int_equal(node_of(s).pid, getpid());
	say_heartbeat(&c, id, 4711);
	say_heartbeat(&c, id + 99, 4712);
	say_session(&c, id, 7);
	say_forward(&c, f, FORWARD_DELIVERED);
	say_forward(&c, f, FORWARD_OPEN);
	say_forward(&c, f + 99, FORWARD_OPEN);
	msg_init(&c.m, MSG_STATUS, 0);
	snprintf(c.m.status.json, sizeof(c.m.status.json), "{\"a\":1}");
	child_send(&c);
	AWAIT(last_seen(s, id) == 4711);
	AWAIT(state_of(s, f) == FORWARD_OPEN);
	AWAIT(has_session(s, 7));
	AWAIT(strcmp(node_of(s).status, "{\"a\":1}") == 0);
	say_applied(&c, 3);
	AWAIT(node_of(s).applied == 3);
	msg_init(&c.m, MSG_SESSION_END, 7);
	child_send(&c);
	AWAIT(!has_session(s, 7));
	say_session(&c, id, 8);
	AWAIT(has_session(s, 8));
	child_stop(&c);
	/* Nothing untrue stays behind. */
	assert_false(has_session(s, 8));
	assert_int_equal(node_of(s).pid, 0);
	store_close(s);
}

static void
writes_what_waits_at_the_end(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), f = add_forward(s, id);
	struct child c;

	child_load(&c, *state);
	child_loaded(&c);
	say_heartbeat(&c, id, 4711);
	say_forward(&c, f, FORWARD_OPEN);
	child_stop(&c);
	assert_int_equal(last_seen(s, id), 4711);
	assert_int_equal(state_of(s, f), FORWARD_OPEN);
	store_close(s);
}

/* What it confirmed by the node's applied is there after kill -9. */
static void
loses_nothing_acknowledged(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), f = add_forward(s, id), i;
	struct child c;

	for (i = 1; i <= 10; i++) {
		child_load(&c, *state);
		child_loaded(&c);
		assert_false(has_session(s, (uint64_t)i - 1));
		say_session(&c, id, (uint64_t)i);
		say_heartbeat(&c, id, i);
		say_forward(&c, f, i % 2 ? FORWARD_OPEN : FORWARD_QUEUED);
		say_applied(&c, i);
		AWAIT(node_of(s).applied == i);
		kill(c.pid, SIGKILL);
		assert_true(WIFSIGNALED(child_reap(&c)));
		close(c.sock);
		assert_int_equal(last_seen(s, id), i);
		assert_int_equal(
		    state_of(s, f), i % 2 ? FORWARD_OPEN : FORWARD_QUEUED);
		assert_false(store_server_runs(s));
	}
	store_close(s);
}

/* The next STORE_STATE that gives a reason. */
static void
expect_reason(struct child *c, bool ok, const char *reason)
{
	double until = now_ms() + PATIENCE;

	do {
		assert_int_equal(
		    child_next(c, until - now_ms()), MSG_STORE_STATE);
	} while (c->m.store_state.reason[0] == '\0');
	assert_int_equal(c->m.store_state.ok, ok);
	if (strstr(c->m.store_state.reason, reason) == NULL)
		fail_msg("it said: %s", c->m.store_state.reason);
}

static void
keeps_what_a_locked_store_does_not_take(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), f = add_forward(s, id);
	struct child c;

	child_load(&c, *state);
	child_loaded(&c);
	assert_int_equal(store_begin(s), STORE_OK);
	say_forward(&c, f, FORWARD_OPEN);
	say_heartbeat(&c, id, 4711);
	expect_reason(&c, false, "locked");
	store_rollback(s);
	expect_reason(&c, true, "again");
	assert_int_equal(last_seen(s, id), 4711);
	assert_int_equal(state_of(s, f), FORWARD_OPEN);
	/* It says so once. */
	say_heartbeat(&c, id, 4712);
	AWAIT(last_seen(s, id) == 4712);
	assert_int_equal(store_kill(s, "", 7, id), STORE_OK);
	child_expect(&c, MSG_KILL);
	child_stop(&c);
	store_close(s);
}

static void
says_why_it_refuses_a_store(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct child c;
	int status;

	child_start(&c);
	child_open(&c, p->url);
	assert_int_equal(child_next(&c, PATIENCE), MSG_STORE_STATE);
	assert_true(c.m.store_state.fatal);
	assert_non_null(strstr(c.m.store_state.reason, "another et-sshd"));
	status = child_reap(&c);
	close(c.sock);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	store_close(s);
}

static void
loads_anew_what_it_cannot_follow(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), seq;
	struct child c;
	int i;

	child_load(&c, *state);
	child_loaded(&c);
	store_begin(s);
	for (i = 0; i < 100010; i++)
		assert_int_equal(store_kill(s, "", 1, id), STORE_OK);
	store_commit(s);
	assert_int_equal(store_seq(s, &seq), STORE_OK);
	/* That took its time: the keeper may have found the store locked. */
	while (child_next(&c, PATIENCE) == MSG_STORE_STATE)
		;
	assert_int_equal(c.m.type, MSG_LOADING);
	child_expect(&c, MSG_DEVICE);
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_LOADED);
	assert_int_equal(c.m.seq.seq, seq);
	child_stop(&c);
	store_close(s);
}

static void
ends_at_nonsense(void **state)
{
	static const uint32_t wrong[] = {MSG_HEARTBEAT, MSG_DEVICE};
	struct child c;
	size_t i;
	int status;

	(void)state;
	for (i = 0; i < 2; i++) {
		child_start(&c);
		msg_init(&c.m, (enum msg_type)wrong[i], 0);
		child_send(&c);
		status = child_reap(&c);
		close(c.sock);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
	}
}

/* What /proc says of a field of the keeper's status. */
static void
expect_status(const struct child *c, const char *field, const char *want)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)c->pid);
	assert_non_null(f = fopen(path, "r"));
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, field, strlen(field)) == 0)
			break;
	fclose(f);
	if (strstr(line, want) == NULL)
		fail_msg("%s", line);
}

static void
has_no_privileges(void **state)
{
	struct child c;

	child_load(&c, *state);
	child_loaded(&c);
	expect_status(&c, "CapPrm:", "0000000000000000");
	expect_status(&c, "CapEff:", "0000000000000000");
	expect_status(&c, "NoNewPrivs:", "1");
	expect_status(&c, "Seccomp:", "2");
	/* It leaves with the monitor, not before it. */
	kill(c.pid, SIGTERM);
	kill(c.pid, SIGINT);
	child_expect(&c, MSG_STORE_STATE);
	child_stop(&c);
}

static int64_t
put_token(struct store *s, char text[TOKEN_TEXT], int64_t expires)
{
	struct token t = {.uses = 1, .uses_left = 1, .expires = expires};

	assert_int_equal(token_make(&t, text), 0);
	assert_int_equal(store_token_add(s, &t), STORE_OK);
	return t.id;
}

static void
expect_token(struct child *c, uint64_t conn, int64_t token, const char *why)
{
	child_expect(c, MSG_TOKEN_IS);
	assert_int_equal(c->m.conn, conn);
	assert_int_equal(c->m.token_is.token, token);
	assert_string_equal(c->m.token_is.reason, why);
}

#define YEAR_2100 INT64_C(4102444800000000)
#define HOUR INT64_C(3600000000)

/* Each TOKEN is answered, in order; beyond the queue at once. */
static void
checks_tokens(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	char good[TOKEN_TEXT], old[TOKEN_TEXT], wrong[TOKEN_TEXT];
	struct child c;
	int64_t id;
	int i;

	child_load(&c, *state);
	child_expect(&c, MSG_TOKENS);
	assert_int_equal(c.m.tokens.until, 0);
	assert_int_equal(c.m.tokens.told, 0);
	child_expect(&c, MSG_LOADED);
	id = put_token(s, good, YEAR_2100);
	child_expect(&c, MSG_TOKENS);
	assert_int_equal(c.m.tokens.until, YEAR_2100);
	assert_int_equal(c.m.tokens.told, YEAR_2100 + HOUR);
	child_expect(&c, MSG_CHANGED);
	put_token(s, old, 1);
	child_expect(&c, MSG_CHANGED);
	child_token(&c, 7, good);
	expect_token(&c, 7, id, "");
	memcpy(wrong, good, sizeof(wrong));
	wrong[TOKEN_NAME] = wrong[TOKEN_NAME] == 'a' ? 'b' : 'a';
	child_token(&c, 8, wrong);
	child_token(&c, 9, old);
	old[TOKEN_NAME] = old[TOKEN_NAME] == 'a' ? 'b' : 'a';
	child_token(&c, 11, old);
	child_token(&c, 10, "aaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa");
	expect_token(&c, 8, 0, "wrong secret");
	assert_int_equal(c.m.token_is.state, TOKEN_GOOD);
	expect_token(&c, 9, 0, "token expired");
	assert_int_equal(c.m.token_is.state, TOKEN_EXPIRED);
	/* Who has not its secret is told nothing of it. */
	expect_token(&c, 11, 0, "wrong secret");
	assert_int_equal(c.m.token_is.state, TOKEN_GOOD);
	expect_token(&c, 10, 0, "unknown token");
	/* It reads all of these before the first is done. */
	kill(c.pid, SIGSTOP);
	for (i = 0; i < 6; i++)
		child_token(&c, 20 + (uint64_t)i, good);
	kill(c.pid, SIGCONT);
	expect_token(&c, 25, 0, "busy: checking other tokens");
	for (i = 0; i < 5; i++)
		expect_token(&c, 20 + (uint64_t)i, id, "");
	/* What no monitor sends ends it. */
	child_token(&c, 30, "hello");
	assert_false(WIFSIGNALED(child_reap(&c)));
	close(c.sock);
	store_close(s);
}

static void
child_enroll(struct child *c, int64_t token, const char *name, const char *key)
{
	msg_init(&c->m, MSG_ENROLL, 7);
	c->m.enroll.token = token;
	snprintf(c->m.enroll.name, sizeof(c->m.enroll.name), "%s", name);
	snprintf(c->m.enroll.key, sizeof(c->m.enroll.key), "%s", key);
	child_send(c);
}

static void
expect_enrolled(struct child *c, enum enrol_result result)
{
	child_expect(c, MSG_ENROLLED);
	assert_int_equal(c->m.conn, 7);
	assert_int_equal(c->m.enrolled.result, result);
}

/* The answer comes after what it changed, and is in the store by then. */
static void
registers_devices(void **state)
{
	static const char key[] =
	    "ssh-ed25519 "
	    "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAA";
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	struct child c;
	char text[TOKEN_TEXT];
	struct device d;
	int64_t id = put_token(s, text, YEAR_2100);

	child_load(&c, *state);
	child_expect(&c, MSG_LOADED);
	child_enroll(&c, id, "D", key);
	expect_enrolled(&c, ENROL_BAD_ID);
	child_enroll(&c, id, "enroll", key);
	expect_enrolled(&c, ENROL_BAD_ID);
	child_enroll(&c, id, "d", "ssh-ed25519 AAAA");
	expect_enrolled(&c, ENROL_BAD_KEY);
	child_enroll(&c, id + 1, "d", key);
	expect_enrolled(&c, ENROL_TOKEN_OVER);
	child_enroll(&c, id, "d", key);
	child_expect(&c, MSG_TOKENS);
	assert_int_equal(c.m.tokens.until, 0);
	child_expect(&c, MSG_DEVICE);
	assert_string_equal(c.m.devices.list[0].name, "d");
	child_expect(&c, MSG_KEY_OF);
	child_expect(&c, MSG_CHANGED);
	assert_int_equal(store_device_find(s, "d", &d), STORE_OK);
	expect_enrolled(&c, ENROL_NEW);
	assert_string_equal(c.m.enrolled.name, "d");
	child_enroll(&c, id, "d", key);
	expect_enrolled(&c, ENROL_AGAIN);
	child_stop(&c);
	store_close(s);
}

static int
limited_make(void **state)
{
	alarm(LIMIT);
	return place_make(state);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, limited_make, place_remove)

static void
child_polls(struct child *c, int64_t device, int64_t at, const char *health)
{
	msg_init(&c->m, MSG_HEARTBEAT, 1);
	c->m.heartbeat.device = device;
	c->m.heartbeat.at = at;
	snprintf(
	    c->m.heartbeat.health, sizeof(c->m.heartbeat.health), "%s", health);
	snprintf(c->m.heartbeat.client, sizeof(c->m.heartbeat.client), "x");
	child_send(c);
}

static void
child_presence(struct child *c, int64_t device, int64_t at, uint32_t online)
{
	msg_init(&c->m, MSG_PRESENCE, 0);
	c->m.presence.device = device;
	c->m.presence.at = at;
	c->m.presence.online = online;
	c->m.presence.why = online ? 0 : SPAN_LATE;
	child_send(c);
}

static int
last_point(void *arg, const struct point *p)
{
	*(struct point *)arg = *p;
	return 0;
}

static int
add_span(void *arg, const struct span *span)
{
	*(int64_t *)arg += span->until == 0 ? 1 : span->until - span->since;
	return 0;
}

static int
count_text(void *n, const struct text_change *t)
{
	assert_string_not_equal(t->value, "me");
	(*(int *)n)++;
	return 0;
}

/* What is in memory when the monitor leaves is written. */
static void
keeps_history(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_MIGRATE);
	int64_t id = place_device(s, "aa", 1), spans = 0;
	int64_t now = time(NULL) * INT64_C(1000000);
	struct point p = {.mean = 0};
	struct child c;
	int texts = 0;

	child_start(&c);
	msg_init(&c.m, MSG_STORE_OPEN, 0);
	snprintf(c.m.store_open.url, sizeof(c.m.store_open.url), "%s",
	    ((struct place *)*state)->url);
	snprintf(c.m.store_open.node, sizeof(c.m.store_open.node), NODE);
	c.m.store_open.history = 90;
	child_send(&c);
	child_presence(&c, id, now - 500000000, 1);
	/* Its client is what the server saw, and not what it says. */
	child_polls(&c, id, now, "load=0.10 fw=1 longlong=-7 client=me");
	child_polls(&c, id, now, "load=0.30 fw=1 longlong=-9 client=me");
	child_presence(&c, id, now - 100000000, 0);
	msg_init(&c.m, MSG_SESSION_END, 1);
	c.m.session_end.device = id;
	c.m.session_end.bytes_in = 1000;
	child_send(&c);
	child_stop(&c);
	assert_int_equal(
	    store_series_each(s, id, "load", 0, last_point, &p), STORE_OK);
	assert_float_equal(p.least, 0.1, 1e-9);
	assert_float_equal(p.mean, 0.2, 1e-9);
	assert_float_equal(p.most, 0.3, 1e-9);
	store_series_each(s, id, "longlong", 0, last_point, &p);
	assert_float_equal(p.least, -9, 1e-9);
	store_span_each(s, id, 0, add_span, &spans);
	assert_int_equal(spans, 400000000);
	store_inventory_each(s, id, count_text, &texts);
	assert_int_equal(texts, 2);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(loads_the_directory),
	    IN_PLACE(keeps_history),
	    IN_PLACE(clears_what_was_before),
	    IN_PLACE(loads_many),
	    IN_PLACE(sends_a_change),
	    IN_PLACE(sends_no_forward_that_ended),
	    IN_PLACE(an_order_has_its_owner),
	    IN_PLACE(sends_each_change_promptly),
	    IN_PLACE(sends_operators),
	    IN_PLACE(writes_what_it_is_told),
	    IN_PLACE(writes_what_waits_at_the_end),
	    IN_PLACE(loses_nothing_acknowledged),
	    IN_PLACE(keeps_what_a_locked_store_does_not_take),
	    IN_PLACE(says_why_it_refuses_a_store),
	    IN_PLACE(loads_anew_what_it_cannot_follow),
	    IN_PLACE(ends_at_nonsense),
	    IN_PLACE(has_no_privileges),
	    IN_PLACE(checks_tokens),
	    IN_PLACE(registers_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
