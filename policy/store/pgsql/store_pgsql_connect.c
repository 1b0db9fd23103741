/*
 * A connection to one of the URL's hosts: tried one after the other, each for
 * a bounded time, so that a host that does not answer is not in the way of
 * the next.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"

#define TRY_MS 2000 /* for all hosts that are tried at a time */
#define TRY_FIRST_MS 10000 /* when nobody else is served yet */
#define AGAIN_MS 250 /* at least, after a failure */
#define OPTIONS 64 /* that a URL may have */

/* What a URL may say otherwise. */
static const char *const defaults[][2] = {
    {"fallback_application_name", NULL}, /* the program */
    {"client_encoding", "UTF8"},
    /* Else one in the home of the user that started this, who may be root. */
    {"sslcert", "/nonexistent"},
    {"gssencmode", "disable"}, /* it reads files that a sandbox forbids */
    {"tcp_user_timeout", "2000"},
    {"keepalives", "1"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "1"},
    {"keepalives_count", "3"},
};
#define DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

struct target {
	const char *key[OPTIONS + DEFAULTS + 2];
	const char *value[OPTIONS + DEFAULTS + 2];
	size_t n;
	char host[256], hostaddr[64], port[16];
};

/* The part at i of a list with commas; a list of one is everybody's. */
static void
list_part(const char *list, size_t i, char *part, size_t size)
{
	size_t n = strcspn(list, ",");

	for (; i > 0 && list[n] == ','; i--) {
		list += n + 1;
		n = strcspn(list, ",");
	}
	snprintf(part, size, "%.*s", (int)n, list);
}

static size_t
list_length(const char *list)
{
	size_t n = 1;

	for (; *list != '\0'; list++)
		n += *list == ',';
	return n;
}

/* The number of hosts of the URL. */
static size_t
target_hosts(const PQconninfoOption *all)
{
	const PQconninfoOption *o;
	size_t n = 1;

	for (o = all; o->keyword != NULL; o++)
		if (o->val != NULL && (strcmp(o->keyword, "host") == 0 ||
					  strcmp(o->keyword, "hostaddr") == 0))
			n = list_length(o->val);
	return n;
}

static void
target_add(struct target *t, const char *key, const char *value)
{
	if (t->n == OPTIONS + DEFAULTS + 1)
		return;
	t->key[t->n] = key;
	t->value[t->n++] = value;
}

static bool
target_has(const struct target *t, const char *key)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->key[i], key) == 0)
			return true;
	return false;
}

/* An option of the URL, for the host at i. */
static void
target_option(struct target *t, const PQconninfoOption *o, size_t i)
{
	struct {
		const char *key;
		char *part;
		size_t size;
	} lists[] = {{"host", t->host, sizeof(t->host)},
	    {"hostaddr", t->hostaddr, sizeof(t->hostaddr)},
	    {"port", t->port, sizeof(t->port)}};
	const char *value = o->val;
	size_t k;

	for (k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		if (strcmp(o->keyword, lists[k].key) == 0) {
			list_part(o->val, i, lists[k].part, lists[k].size);
			value = lists[k].part;
		}
	target_add(t, o->keyword, value);
}

/*
 * The host is the primary: by its state for a reader, whose role may be one that
 * never writes.
 */
static void
target_set(struct store *s, struct target *t)
{
	size_t i;

	for (i = 0; i < DEFAULTS; i++)
		if (!target_has(t, defaults[i][0]))
			target_add(t, defaults[i][0],
			    defaults[i][1] != NULL
				? defaults[i][1]
				: program_invocation_short_name);
	for (i = 0; i < t->n; i++)
		if (strcmp(t->key[i], "target_session_attrs") == 0)
			break;
	if (i == t->n)
		target_add(t, "target_session_attrs", "read-write");
	if ((s->flags & STORE_READ) && strcmp(t->value[i], "read-write") == 0)
		t->value[i] = "primary";
	t->key[t->n] = t->value[t->n] = NULL;
}

static void
target_make(struct store *s, const PQconninfoOption *all, struct target *t)
{
	struct pgsql *q = s->db;
	const PQconninfoOption *o;

	memset(t, 0, sizeof(*t));
	for (o = all; o->keyword != NULL; o++)
		if (o->val != NULL && t->n < OPTIONS)
			target_option(t, o, q->host);
	target_set(s, t);
}

/* STORE_BUSY: not within the time. */
static enum store_result
connect_wait(struct store *s, PGconn *db, int64_t until)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	struct pollfd pfd;
	int64_t left;

	while (status != PGRES_POLLING_OK) {
		if (status == PGRES_POLLING_FAILED)
			return pgsql_refused(s, db);
		pfd.fd = PQsocket(db);
		pfd.events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
		left = until - pgsql_now();
		if (left <= 0 || poll(&pfd, 1, (int)left) == 0)
			return pgsql_refused(s, db);
		status = PQconnectPoll(db);
	}
	return STORE_OK;
}

static void
connect_place(struct pgsql *q, const PGconn *db)
{
	const char *host = PQhost(db), *port = PQport(db), *name = PQdb(db);

	snprintf(q->place, sizeof(q->place), "%.40s:%.8s/%.40s",
	    host != NULL && *host != '\0' ? host : "local",
	    port != NULL ? port : "", name != NULL ? name : "");
}

/* Said by the server, other than as an answer: that it stops, or a remark. */
static void
connect_notice(void *arg, const PGresult *notice)
{
	struct pgsql *q = arg;
	const char *severity =
	    PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity != NULL && strcmp(severity, "FATAL") == 0)
		q->ended = true;
}

static enum store_result
connect_one(struct store *s, const struct target *t, int64_t until)
{
	struct pgsql *q = s->db;
	enum store_result r;
	PGconn *db;

	/* Else libpq asks NSS for it, which may make calls that are forbidden. */
	setenv("HOME", "/nonexistent", 0);
	if ((db = PQconnectStartParams(t->key, t->value, 0)) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	connect_place(q, db);
	PQsetErrorVerbosity(db, PQERRORS_VERBOSE); /* with the code */
	PQsetNoticeReceiver(db, connect_notice, q);
	r = PQstatus(db) == CONNECTION_BAD ? pgsql_refused(s, db)
					   : connect_wait(s, db, until);
	if (r == STORE_OK && PQsetnonblocking(db, 1) != 0)
		r = store_fail(s, STORE_FAILED, "out of memory");
	if (r != STORE_OK) {
		PQfinish(db);
		return r;
	}
	PQsetErrorVerbosity(db, PQERRORS_DEFAULT);
	q->ended = false;
	q->db = db;
	return STORE_OK;
}

/* Every host once, from the one that is next on. */
static enum store_result
connect_hosts(struct store *s, const PQconninfoOption *all)
{
	struct pgsql *q = s->db;
	bool first_time = q->generation == 0;
	int64_t until = pgsql_now() + (first_time ? TRY_FIRST_MS : TRY_MS);
	enum store_result r = STORE_BUSY;
	size_t i, hosts = target_hosts(all);
	struct target t;

	for (i = 0; i < hosts && (i == 0 || pgsql_now() < until); i++) {
		target_make(s, all, &t);
		if ((r = connect_one(s, &t, until)) == STORE_OK)
			return r;
		q->host = (q->host + 1) % hosts;
	}
	return r;
}

enum store_result
pgsql_connect(struct store *s)
{
	struct pgsql *q = s->db;
	int64_t began = pgsql_now();
	PQconninfoOption *all;
	enum store_result r;
	char *why = NULL, line[160];

	/* A store that nobody can reach must not take all of the time. */
	if (began < q->again)
		return s->result != STORE_OK ? s->result : STORE_BUSY;
	if ((all = PQconninfoParse(q->url, &why)) == NULL) {
		pgsql_line(
		    why != NULL ? why : "out of memory", line, sizeof(line));
		PQfreemem(why);
		/* The whole address may have a password in it. */
		if (strstr(line, "://") != NULL)
			snprintf(line, sizeof(line), "it is malformed");
		return store_fail(s, STORE_DENIED,
		    "the store's address must be postgresql://user@host/"
		    "database: %.120s",
		    line);
	}
	r = connect_hosts(s, all);
	PQconninfoFree(all);
	if (r != STORE_OK) {
		q->again = 2 * pgsql_now() - began + AGAIN_MS;
		return r;
	}
	q->again = 0;
	q->generation++;
	s->connects++;
	return STORE_OK;
}
