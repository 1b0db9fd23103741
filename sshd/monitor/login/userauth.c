#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_server.h"
#include "algorithm.h"
#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "login.h"
#include "monitor.h"
#include "msg.h"
#include "tokens.h"
#include "userauth.h"

#define SESSIONS 64 /* of one device or operator at a time */
#define NOTED_EVERY 10 /* s between two refusals of a device in the store */
#define NOTED 16 /* refusals of all devices in a row, for the store */
#define NOTED_EACH_SECOND 2
#define OWN_NOTED 256 /* those of devices' own keys */
#define OWN_NOTED_EACH_SECOND 32

static const char *
check_algorithm(const struct conf *conf, const char *name, const char *type)
{
	const struct algorithm *a = algorithm_find(name);

	if (a == NULL || strcmp(a->type, type) != 0)
		return "algorithm not allowed";
	if (a->compat && !conf->compat_openwrt_1505)
		return "needs compat openwrt-15.05";
	return NULL;
}

/* The device or operator that a key belongs to; neither: unknown key. */
struct who {
	struct dir_device *device;
	struct dir_operator *oper;
	bool enrols; /* a token is to come */
};

/* NULL, or why the login is refused. */
static const char *
check_operator(
    const struct conn *c, const struct login *l, const struct dir_operator *op)
{
	if (strcmp(l->user, op->name) != 0)
		return "key of another operator";
	if (op->expires != 0 && op->expires <= clock_now())
		return "operator expired";
	return lobby_admits(c->m->conf, c->pool, op->role);
}

static const char *
check_who(const struct conn *c, const struct login *l, const struct who *who)
{
	const struct dir_device *dev = who->device;

	if (who->oper != NULL)
		return check_operator(c, l, who->oper);
	if (dev == NULL)
		return "unknown key";
	if (c->pool == POOL_OPERATORS)
		return "operator-listen: devices are not accepted here";
	if (!dev->enabled)
		return "device disabled";
	if (!device_name_fits(l->user, dev->name, dev->alias))
		return "key of another device";
	return NULL;
}

/* A login may say which host key it is for: one of ours. */
static bool
is_for_us(const struct monitor *m, const struct login *l)
{
	const uint8_t *blob;
	size_t i, len;

	for (i = 0; i < hostkey_count(m->hostkeys); i++) {
		blob = hostkey_blob(m->hostkeys, i, &len);
		if (len == l->hostkeylen && memcmp(blob, l->hostkey, len) == 0)
			return true;
	}
	return l->hostkey == NULL;
}

/*
 * The user DEVICE_ENROL may log in by any key while a token is known: whether the key is known makes no difference that a client could see.  An old
 * device may have that name.
 */
static bool
is_to_enrol(const struct conn *c, const struct login *l, const struct who *who)
{
	const struct dir_device *dev = who->device;

	return strcmp(l->user, DEVICE_ENROL) == 0 && tokens_known(c) &&
	       (dev == NULL ||
		   !device_name_fits(l->user, dev->name, dev->alias));
}

/* Find who may log in.  NULL and who, or why the login is refused. */
static const char *
check_login(const struct conn *c, const struct login *l, struct who *who)
{
	const struct monitor *m = c->m;
	const char *why;

	why = check_algorithm(m->conf, l->algorithm, l->key.type);
	if (why != NULL)
		return why;
	if (!is_for_us(m, l))
		return "for another host key";
	if (m->stale)
		return "store is stale";
	who->device = directory_device_of_key(&m->dir, l->key.digest);
	if (who->device == NULL)
		who->oper = directory_operator_of_key(&m->dir, l->key.digest);
	if (is_to_enrol(c, l, who)) {
		*who = (struct who){.enrols = true};
		return NULL;
	}
	return check_who(c, l, who);
}

/*
 * Parse the worker's message: an offer as it stands, a login by its signed data.
 * NULL, or why it is refused; "" ends the worker.
 */
static const char *
read_login(const struct conn *c, const struct msg_login *ask, struct login *l)
{
	enum key_result r;

	if (ask->keylen > MSG_KEY || ask->datalen > MSG_SIGNED_DATA ||
	    ask->siglen > MSG_SIG)
		return "";
	memset(l, 0, sizeof(*l));
	if (ask->datalen > 0)
		return login_parse(
		    l, ask->data, ask->datalen, c->session, c->sessionlen);
	snprintf(l->user, sizeof(l->user), "%s", ask->user);
	snprintf(l->algorithm, sizeof(l->algorithm), "%s", ask->algorithm);
	r = key_parse_blob(&l->key, ask->key, ask->keylen);
	return r == KEY_OK ? NULL : key_result_text(r);
}

/*
 * Is this refusal to be recorded in the store?  Clients that merely know names of
 * devices must neither keep the store busy nor crowd out refusals of a device's
 * own key.
 */
static bool
is_noted(struct monitor *m, struct dir_device *dev, bool own)
{
	double now = clock_now();

	if (dev->refused[own] != 0 && now - dev->refused[own] < NOTED_EVERY)
		return false;
	if (!bucket_take(&m->refusals[own], own ? OWN_NOTED : NOTED,
		own ? OWN_NOTED_EACH_SECOND : NOTED_EACH_SECOND, now))
		return false;
	dev->refused[own] = now;
	return true;
}

/* Record a refusal for et-admin doctor; the event log has them all. */
static void
note_refusal(const struct conn *c, const struct login *l, const char *reason)
{
	struct monitor *m = c->m;
	struct dir_device *dev =
	    directory_device_of_key(&m->dir, l->key.digest);
	bool own = dev != NULL;
	struct msg msg;

	if (!own)
		directory_named(&m->dir, l->user, &dev);
	if (dev == NULL)
		return;
	alert_key_refused(m, dev, own, c->addr, reason);
	if (!is_noted(m, dev, own))
		return;
	msg_init(&msg, MSG_REFUSAL, c->number);
	msg.refusal.device = dev->id;
	msg.refusal.at = clock_wall();
	msg.refusal.own = own;
	snprintf(msg.refusal.addr, sizeof(msg.refusal.addr), "%s", c->addr);
	snprintf(msg.refusal.reason, sizeof(msg.refusal.reason), "%s", reason);
	child_send(m->keeper, &msg, -1);
}

static void
refuse_login(struct conn *c, const struct login *l, const char *client,
    const char *reason)
{
	char user[4 * MSG_NAME], algorithm[4 * MSG_ALGO];
	char fingerprint[KEY_FINGERPRINT];
	struct event e;

	note_refusal(c, l, reason);
	clean_text(user, sizeof(user), l->user);
	clean_text(algorithm, sizeof(algorithm), l->algorithm);
	key_fingerprint(l->key.digest, fingerprint);
	e = conn_event_begin(c, "login.refused");
	event_text(&e, "addr", c->addr);
	event_int(&e, "port", c->port);
	event_text(&e, "user", user);
	event_text(&e, "key", l->key.bloblen > 0 ? fingerprint : NULL);
	event_text(&e, "algorithm", algorithm);
	event_text(&e, "client", client);
	event_text(&e, "reason", reason);
	event_end(&e);
	conn_refused(c, reason);
}

static void
log_login(
    const struct conn *c, const struct msg_login *ask, const struct login *l)
{
	char kex[4 * MSG_ALGO], cipher[4 * MSG_ALGO];
	char fingerprint[KEY_FINGERPRINT];
	struct event e;

	clean_text(kex, sizeof(kex), ask->kex);
	clean_text(cipher, sizeof(cipher), ask->cipher);
	key_fingerprint(l->key.digest, fingerprint);
	e = event_begin(c->m->log, "login");
	event_int(&e, "conn", (int64_t)c->number);
	event_text(&e, "pool", pool_event(c->pool));
	conn_event_party(&e, c);
	event_text(&e, "addr", c->addr);
	event_int(&e, "port", c->port);
	event_text(&e, "key", fingerprint);
	event_text(&e, "client", c->client);
	event_text(&e, "kex", kex);
	event_text(&e, "cipher", cipher);
	event_ms(&e, clock_now() - c->accepted);
	event_end(&e);
}

/*
 * Limit the connections of a device or operator: past SESSIONS the oldest
 * without tunnels and jumps is ended.
 */
static const char *
make_room(const struct who *who)
{
	struct conn *conns =
	    who->oper != NULL ? who->oper->conns : who->device->conns;
	const char *many = who->oper != NULL
			       ? "too many sessions of the operator"
			       : "too many sessions of the device";
	struct conn *c = NULL, *oldest = NULL;
	unsigned int n = 0;

	DL_FOREACH2(conns, c, dnext) {
		n += conn_open(c);
		if (oldest == NULL && conn_open(c) && c->tunnels == NULL &&
		    c->jumps == NULL)
			oldest = c;
	}
	if (n < SESSIONS)
		return NULL;
	if (oldest == NULL)
		return many;
	conn_end(oldest, many);
	return NULL;
}

static uint32_t
role_of(const struct who *who)
{
	return who->enrols	   ? ROLE_ENROL_KEY
	       : who->oper != NULL ? ROLE_OPERATOR
				   : ROLE_DEVICE;
}

static void
admit_login(struct conn *c, const struct who *who, const struct login *l,
    const struct msg_login *ask)
{
	if (who->enrols)
		return; /* logged in only once its token is accepted */
	if (who->oper != NULL)
		conn_login_operator(c, who->oper);
	else
		conn_login(c, who->device, l->key.digest);
	log_login(c, ask, l);
	c->m->counters.logins++;
}

/* Verify the login.  NULL, or why it is refused. */
static const char *
verify_login(struct conn *c, const struct msg_login *ask, const struct login *l,
    const struct who *who, const char *client)
{
	const char *why;

	why = login_verify(l, ask->data, ask->datalen, ask->sig, ask->siglen);
	if (why == NULL && !who->enrols)
		why = make_room(who);
	if (why != NULL)
		return why;
	free(c->client);
	c->client = strdup(client);
	return c->client != NULL && (!who->enrols || tokens_log_in(c, &l->key))
		   ? NULL
		   : "out of memory";
}

const char *
userauth_login(struct conn *c, struct msg *ask)
{
	const struct msg_login *al = &ask->login;
	struct who who = {.device = NULL};
	struct msg verdict;
	struct login l;
	char client[MSG_TEXT];
	const char *why;

	if (tokens_wait(c))
		return "a token is being checked";
	if (tokens_keyed(c))
		return "a second login";
	why = read_login(c, al, &l);
	if (why != NULL && *why == '\0')
		return "a login of another connection";
	clean_text(client, sizeof(client), al->client);
	if (why == NULL)
		why = check_login(c, &l, &who);
	/* Last, since it costs most: keys that may log in, and enroll's. */
	if (why == NULL && al->datalen > 0)
		why = verify_login(c, al, &l, &who, client);
	msg_init(&verdict, MSG_VERDICT, c->number);
	verdict.verdict.as = why == NULL ? role_of(&who) : 0;
	conn_send(c, &verdict, -1);
	if (why != NULL)
		refuse_login(c, &l, client, why);
	else if (al->datalen > 0)
		admit_login(c, &who, &l, al);
	return NULL;
}
