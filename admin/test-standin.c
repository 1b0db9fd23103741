/*
 * A stand-in for et-sshd in the tests of et-admin: it holds a store as a
 * server does and acts on changes, without any network.
 *
 *	test-standin URL serve|deaf	be a server; deaf: act on nothing
 *	test-standin URL heartbeat DEVICE HEALTH
 *	test-standin URL session DEVICE NUMBER FINGERPRINT [NODE]
 *	test-standin URL forward DEVICE STATE [REASON]
 *	test-standin URL status JSON
 *	test-standin URL node NAME AGO [STALE [RELAY]]	another node, which acts
 *			on nothing: its last sign of life was AGO seconds ago
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"
#include "when.h"

#define NODE "standin"
#define SIGN_EVERY 2000000 /* us */

static void
must(struct store *s, enum store_result result, const char *what)
{
	if (result == STORE_OK)
		return;
	fprintf(stderr, "test-standin: %s: %s\n", what, store_error(s));
	exit(1);
}

/* ---- the server's part ---- */

static int
end_session(void *arg, const struct session *session)
{
	struct store *s = arg;
	struct device d;
	struct key k;

	if (store_device_get(s, session->device, &d) != STORE_OK ||
	    !d.enabled || store_key_find(s, session->digest, &k) != STORE_OK)
		must(s, store_session_end(s, session->node, session->id, 0),
		    "session_end");
	return 0;
}

static int
kill_session(void *arg, const struct change *change)
{
	struct store *s = arg;

	if (change->noun == STORE_KILL && change->what[0] != '\0' &&
	    strcmp(change->what, NODE) != 0)
		return 0;
	if (change->noun == STORE_KILL && change->id != 0)
		must(s, store_session_end(s, NODE, (uint64_t)change->id, 0),
		    "session_end");
	else if (change->noun == STORE_KILL)
		must(s, store_session_clear(s, NODE), "session_clear");
	return 0;
}

static int
close_forward(void *arg, const struct forward *f)
{
	struct store *s = arg;

	if (f->cancelled && !forward_ended(f->state))
		must(s,
		    store_forward_set(
			s, f->id, FORWARD_CANCELLED, when_now(), ""),
		    "forward_set");
	return 0;
}

/* Act on what came after seq; returns the newest. */
static int64_t
act(struct store *s, int64_t seq)
{
	int64_t newest;

	must(s, store_seq(s, &newest), "seq");
	if (newest == seq)
		return seq;
	/* one transaction: what is read cannot change before the writing */
	must(s, store_begin(s), "begin");
	must(s, store_change_each(s, seq, kill_session, s), "changes");
	must(s, store_session_each(s, end_session, s), "sessions");
	must(s, store_forward_each(s, false, close_forward, s), "forwards");
	must(s, store_node_applied(s, NODE, newest), "applied");
	must(s, store_commit(s), "commit");
	return newest;
}

static int
renew_sign(void *arg, const struct node *node)
{
	struct node copy = *node;

	if (strcmp(node->name, NODE) != 0 ||
	    when_now() - node->alive < SIGN_EVERY)
		return 0;
	copy.alive = when_now();
	must(arg, store_node_put(arg, &copy), "node_put");
	return 1;
}

static void
serve(struct store *s, bool deaf)
{
	struct node node = {.name = NODE,
	    .pid = (uint32_t)getpid(),
	    .listen = "127.0.0.1:2222",
	    .status = "{\"version\":\"0\"}"};
	struct pollfd pfd = {.fd = store_watch(s), .events = POLLIN};
	int64_t seq = 0;

	node.started = node.alive = when_now();
	must(s, store_node_put(s, &node), "node_put");
	must(s, store_seq(s, &seq), "seq");
	must(s, store_node_applied(s, NODE, seq), "applied");
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		poll(&pfd, 1, 20);
		store_watch_drain(s);
		if (!deaf)
			seq = act(s, seq);
		must(s, store_begin(s), "begin");
		must(s, store_node_each(s, renew_sign, s), "nodes");
		must(s, store_commit(s), "commit");
	}
}

/* ---- one thing each ---- */

static void
heartbeat(struct store *s, const struct device *d, char **arg)
{
	struct heartbeat h = {
	    .device = d->id, .at = when_now(), .interval = 60};

	snprintf(h.addr, sizeof(h.addr), "192.0.2.1");
	snprintf(h.client, sizeof(h.client), "SSH-2.0-dropbear_2022.83");
	snprintf(h.health, sizeof(h.health), "%s", arg[0]);
	must(s, store_heartbeat_add(s, &h), "heartbeat_add");
}

static void
session(struct store *s, const struct device *d, char **arg)
{
	struct session n = {.device = d->id, .since = when_now()};

	n.id = strtoull(arg[0], NULL, 10);
	snprintf(n.node, sizeof(n.node), "%s", arg[2] != NULL ? arg[2] : NODE);
	snprintf(n.addr, sizeof(n.addr), "192.0.2.1");
	snprintf(n.client, sizeof(n.client), "SSH-2.0-dropbear_2022.83");
	snprintf(n.ports, sizeof(n.ports), "9876");
	if (key_digest_parse(arg[1], n.digest) == -1)
		exit(2);
	must(s, store_session_put(s, &n), "session_put");
}

struct next {
	struct store *s;
	int64_t device;
	char **arg;
	bool done;
};

static int
set_forward(void *arg, const struct forward *f)
{
	struct next *n = arg;
	enum forward_state state = FORWARD_QUEUED;

	if (f->device != n->device)
		return 0;
	while (state < FORWARD_CANCELLED &&
	       strcmp(forward_state_name(state), n->arg[0]) != 0)
		state++;
	must(n->s,
	    store_forward_set(n->s, f->id, state, when_now(),
		n->arg[1] == NULL ? "" : n->arg[1]),
	    "forward_set");
	n->done = true;
	return 0;
}

static void
forward(struct store *s, const struct device *d, char **arg)
{
	struct next n = {.s = s, .device = d->id, .arg = arg};

	must(s, store_begin(s), "begin");
	must(s, store_forward_each(s, false, set_forward, &n), "forwards");
	must(s, store_commit(s), "commit");
	exit(n.done ? 0 : 3); /* 3: none yet */
}

static void
put_node(struct store *s, char **arg)
{
	struct node node = {.pid = 7, .listen = "192.0.2.8:2222"};
	int64_t seq;

	snprintf(node.name, sizeof(node.name), "%s", arg[0]);
	snprintf(node.version, sizeof(node.version), "2.0");
	snprintf(node.status, sizeof(node.status),
	    "{\"connections\":3,\"devices_connected\":2,\"jumps_open\":1,"
	    "\"counters\":{\"polls\":5}}");
	node.alive = when_now() - strtoll(arg[1], NULL, 10) * 1000000;
	node.started = node.alive - 1000000;
	if (arg[2] != NULL) {
		node.stale = (uint32_t)strtoul(arg[2], NULL, 10);
		snprintf(node.addr, sizeof(node.addr), "%s",
		    arg[3] != NULL ? arg[3] : "");
	}
	must(s, store_seq(s, &seq), "seq");
	must(s, store_node_put(s, &node), "node_put");
	must(s, store_node_applied(s, node.name, seq), "applied");
}

static int
put_status(void *arg, const struct node *node)
{
	struct next *n = arg;
	struct node copy = *node;

	if (strcmp(node->name, NODE) != 0)
		return 0;
	snprintf(copy.status, sizeof(copy.status), "%s", n->arg[0]);
	must(n->s, store_node_put(n->s, &copy), "node_put");
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args;
		void (*run)(struct store *, const struct device *, char **);
	} verbs[] = {{"heartbeat", 1, heartbeat}, {"session", 2, session},
	    {"forward", 1, forward}};
	char error[STORE_ERROR];
	struct next n = {.done = false};
	unsigned int flags;
	struct device d;
	struct store *s;
	bool server;
	size_t i;

	if (argc < 3)
		return 2;
	server = strcmp(argv[2], "serve") == 0 || strcmp(argv[2], "deaf") == 0;
	flags = server ? STORE_CREATE | STORE_SERVER : 0;
	if (store_open(&s, argv[1], flags, error) != STORE_OK) {
		fprintf(stderr, "test-standin: %s\n", error);
		return 1;
	}
	if (server)
		serve(s, strcmp(argv[2], "deaf") == 0);
	n.s = s;
	n.arg = argv + 3;
	if (strcmp(argv[2], "status") == 0 && argc == 4) {
		must(s, store_begin(s), "begin");
		must(s, store_node_each(s, put_status, &n), "nodes");
		must(s, store_commit(s), "commit");
	}
	if (strcmp(argv[2], "node") == 0 && argc >= 5)
		put_node(s, argv + 3);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, argv[2]) != 0 ||
		    argc < 4 + verbs[i].args)
			continue;
		must(s, store_device_find(s, argv[3], &d), "device_find");
		verbs[i].run(s, &d, argv + 4);
	}
	store_close(s);
	return 0;
}
