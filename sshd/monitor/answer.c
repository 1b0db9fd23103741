/*
 * The requests of a worker: one table has each, and the states of a connection
 * in which it is legal.  A worker is not trusted: its text is cleaned, a login
 * is verified by the monitor over the session id that the monitor signed, a
 * connection is the device or operator that its login proved, and a request
 * out of turn ends the worker.
 */
#include "config.h"

#include <sys/random.h>
#include <sys/resource.h>

#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "answer.h"
#include "answer_listen.h"
#include "bridge.h"
#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "console.h"
#include "directory.h"
#include "enrol.h"
#include "inbox.h"
#include "monitor.h"
#include "msg.h"
#include "pins.h"
#include "presence.h"
#include "quantum.h"
#include "reach.h"
#include "sign.h"
#include "tokens.h"
#include "tunnel.h"
#include "userauth.h"

#define IDLE 5 /* s with nothing open before a connection ends */
#define NOFILE 65536
#define OPERATOR_CHANNELS 256
#define REFUSALS 64 /* of one connection, that its worker reports */
#define ASKS 512 /* of one connection in a row */
#define ASKS_RATE 32.0 /* a second after that */

#define IN(state) (1u << (state))
#define ANY                                                                  \
	(IN(CONN_KEX) | IN(CONN_OPEN) | IN(CONN_OPERATOR) | IN(CONN_ENROL) | \
	    IN(CONN_ENDING))

typedef const char *answer_fn(struct conn *, struct msg *);

/* --- after login ------------------------------------------------------ */

static const char *
answer_poll(struct conn *c, struct msg *ask)
{
	struct msg answer;

	presence_heartbeat(c, &ask->poll);
	pins_answer(c, &ask->poll);
	msg_init(&answer, MSG_INBOX, c->number);
	inbox_answer(c->m, c->device, ask->poll.version == 0 ? 1 : MSG_PORTS,
	    &answer.inbox);
	c->device->next = answer.inbox.next;
	conn_send(c, &answer, -1);
	return NULL;
}

/* Each change of the inbox is answered: WANTED, until the connection ends. */
static const char *
answer_wait(struct conn *c, struct msg *ask)
{
	if (c->waits)
		return "waits already";
	c->waits = true;
	presence_heartbeat(c, &ask->poll);
	pins_answer(c, &ask->poll);
	inbox_tell(c->m, c->device);
	return NULL;
}

static const char *
answer_cancel(struct conn *c, struct msg *ask)
{
	struct tunnel *t = tunnel_find(c, ask->port.port);

	/* The monitor may have ended the tunnel in the meantime. */
	if (t != NULL)
		tunnel_close(t, "cancelled by the device");
	return NULL;
}

static const char *
answer_refused(struct conn *c, struct msg *ask)
{
	char what[4 * MSG_ALGO], detail[MSG_TEXT];
	struct event e;

	/* An honest worker reports each kind once per connection. */
	if (++c->refusals > REFUSALS)
		return "too many refused requests on one connection";
	c->m->counters.limits += ask->refused.limit != 0;
	clean_text(what, sizeof(what), ask->refused.what);
	clean_text(detail, sizeof(detail), ask->refused.detail);
	e = conn_event_begin(
	    c, ask->refused.limit ? "limit" : "request.refused");
	event_text(&e, "addr", c->addr);
	event_text(&e, "reason", what);
	event_text(&e, "detail", *detail != '\0' ? detail : NULL);
	event_end(&e);
	return NULL;
}

static const char *
answer_bridge_close(struct conn *c, struct msg *ask)
{
	return bridge_close(c, &ask->bridge);
}

/* --- the end ---------------------------------------------------------- */

static void
log_incompatible(const struct conn *c, const char *reason)
{
	struct event e = conn_event_begin(c, "login.refused");

	event_text(&e, "addr", c->addr);
	event_int(&e, "port", c->port);
	event_text(&e, "reason", reason);
	event_end(&e);
}

static const char *
answer_bye(struct conn *c, struct msg *ask)
{
	char reason[MSG_TEXT];

	clean_text(reason, sizeof(reason), ask->bye.reason);
	if (c->state == CONN_KEX &&
	    strncmp(reason, "needs compat", strlen("needs compat")) == 0)
		log_incompatible(c, reason);
	conn_gone(c, reason, ask->bye.bytes_in, ask->bye.bytes_out);
	return NULL;
}

static const struct rule {
	enum msg_type type;
	unsigned int states; /* in which a connection may ask */
	bool counts; /* as a request: see ASKS */
	answer_fn *answer;
} rules[] = {
    {MSG_LOGIN, IN(CONN_KEX), true, userauth_login},
    {MSG_TOKEN, IN(CONN_KEX), true, tokens_try},
    {MSG_FETCH, IN(CONN_ENROL), true, enrol_fetch},
    {MSG_ENROLL, IN(CONN_ENROL), true, enrol_enroll},
    {MSG_POLL, IN(CONN_OPEN), true, answer_poll},
    {MSG_WAIT, IN(CONN_OPEN), true, answer_wait},
    {MSG_LISTEN, IN(CONN_OPEN), true, answer_listen},
    {MSG_CANCEL, IN(CONN_OPEN), true, answer_cancel},
    {MSG_REFUSED, ANY & ~IN(CONN_ENDING), false, answer_refused},
    {MSG_BRIDGE_CLOSE, IN(CONN_OPEN) | IN(CONN_ENDING), false,
	answer_bridge_close},
    {MSG_JOINED, IN(CONN_OPEN), false, reach_joined},
    {MSG_REACH, IN(CONN_OPERATOR), false, reach_answer},
    {MSG_JUMP_CLOSED, IN(CONN_OPERATOR) | IN(CONN_ENDING), false,
	reach_jump_closed},
    {MSG_COMMAND, IN(CONN_OPERATOR), true, console_command},
    {MSG_HUNG_UP, IN(CONN_OPERATOR) | IN(CONN_ENDING), false, console_hung_up},
    {MSG_BYE, ANY, false, answer_bye},
};

/*
 * An honest worker limits a client to fewer requests than this; past the limit
 * the connection ends, not the worker, as the client may be the cause.
 */
static const char *
answer_apply(const struct rule *rule, struct conn *c, struct msg *ask)
{
	if (!rule->counts ||
	    bucket_take(&c->asks, ASKS, ASKS_RATE, clock_now()))
		return rule->answer(c, ask);
	c->m->counters.limits++;
	conn_end(c, "too many requests");
	return NULL;
}

static void
became_ready(struct child *worker, const struct msg_ready *ready)
{
	struct child *c;
	struct event e;

	worker->ready = true;
	worker->m->tested = worker->m->testing;
	quantum_learn(&worker->m->quantum, ready);
	/* A retiring worker of the same role drains once another is ready. */
	DL_FOREACH(worker->m->workers, c)
		if (c->retiring && !c->draining && c->role == worker->role) {
			child_drain(c);
			break;
		}
	e = event_begin(worker->m->log, "worker.start");
	event_int(&e, "worker", worker->tag);
	event_int(&e, "pid", worker->pid);
	event_text(&e, "pool", pool_event(worker->role->pool));
	event_end(&e);
}

static const char *
worker_hear(struct child *worker, struct msg *ask)
{
	struct conn *c;
	size_t i;

	if (ask->type == MSG_READY && !worker->ready && !worker->draining) {
		became_ready(worker, &ask->ready);
		return NULL;
	}
	if (ask->type == MSG_PONG) {
		if (worker->pings == 0)
			return "nobody asked";
		worker->pings--;
		return NULL;
	}
	if ((c = conn_find(worker->m, worker, ask->conn)) == NULL)
		return "not a connection of this worker";
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].type != ask->type)
			continue;
		if (rules[i].states & IN(c->state))
			return answer_apply(&rules[i], c, ask);
		/* The worker may not know yet that the connection is ending. */
		return c->state == CONN_ENDING ? NULL : "out of turn";
	}
	return "not a worker's to say";
}

static void
worker_greet(struct child *worker)
{
	struct monitor *m = worker->m;
	const struct conf *conf = m->conf;
	struct rlimit rl;
	struct msg msg;
	const uint8_t *blob;
	size_t i, len;

	msg_init(&msg, MSG_SETUP, 0);
	msg.setup.compat =
	    conf->compat_openwrt_1505 ? MSG_COMPAT_OPENWRT_1505 : 0;
	msg.setup.keepalive = conf->client_alive_interval;
	msg.setup.keepalive_max = conf->client_alive_count_max;
	msg.setup.channels = worker->channels = conf->max_sessions;
	msg.setup.channels_operator = OPERATOR_CHANNELS;
	msg.setup.idle = IDLE;
	msg.setup.rekey = conf->rekey_limit;
	msg.setup.nofile =
	    getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_max < NOFILE
		? (uint32_t)rl.rlim_max
		: NOFILE;
	msg.setup.hostkeys = (uint32_t)hostkey_count(m->hostkeys);
	msg.setup.chroot = m->account.root;
	msg.setup.sandbox_only = m->testing;
	len = sizeof(worker->cookie);
	if (getrandom(worker->cookie, len, 0) != (ssize_t)len)
		child_fail(worker, "no random numbers");
	memcpy(msg.setup.cookie, worker->cookie, len);
	child_send(worker, &msg, worker->sign_peer);
	for (i = 0; i < hostkey_count(m->hostkeys); i++) {
		msg_init(&msg, MSG_HOSTKEY, 0);
		blob = hostkey_blob(m->hostkeys, i, &len);
		memcpy(msg.hostkey.blob, blob, len);
		msg.hostkey.len = (uint32_t)len;
		snprintf(msg.hostkey.type, sizeof(msg.hostkey.type), "%s",
		    hostkey_type(m->hostkeys, i));
		child_send(worker, &msg, -1);
	}
}

/* A worker's death is attributed to a connection only if it had no other. */
static void
blame_connection(struct child *worker)
{
	struct conn *c, *tmp, *alone = NULL;

	HASH_ITER(hh, worker->m->conns, c, tmp) {
		if (c->worker != worker)
			continue;
		if (alone != NULL)
			return;
		alone = c;
	}
	if (alone != NULL && !conn_open(alone))
		conn_fault(alone, SRCLIMIT_CRASH);
}

static void
worker_lost(struct child *worker)
{
	struct monitor *m = worker->m;
	struct conn *c, *tmp;

	if (!m->stopping)
		blame_connection(worker);
	HASH_ITER(hh, m->conns, c, tmp)
		if (c->worker == worker)
			conn_gone(c, "worker exited", 0, 0);
}

#define ROLE(its_name, its_pool)                                             \
	{                                                                    \
		.name = its_name, .launch = LAUNCH_WORKER, .pool = its_pool, \
		.greet = worker_greet, .hear = worker_hear,                  \
		.sign = sign_answer, .lost = worker_lost                     \
	}
const struct role answer_roles[POOLS] = {
    [POOL_LISTEN] = ROLE("worker", POOL_LISTEN),
    [POOL_OPERATORS] = ROLE("operators' worker", POOL_OPERATORS),
};
#undef ROLE
