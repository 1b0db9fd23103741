/*
 * The PostgreSQL backend: what is its own, on a real server.  Skipped but for
 * ETPH_PGSQL, which on_pgsql.py sets.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "fleet.h"
#include "health_field.h"
#include "place.h"
#include "unit.h"

/* A connection of the test's own to the place's database. */
static PGconn *
other_open(const struct place *p)
{
	PGconn *db = PQconnectdb(p->url);

	assert_int_equal(PQstatus(db), CONNECTION_OK);
	return db;
}

/* The first cell of what the statement finds, or "". */
static void
other_run(PGconn *db, const char *sql, char cell[256])
{
	PGresult *result = PQexec(db, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(db));
	snprintf(cell, 256, "%s",
	    PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	if (PQntuples(result) > 0 && PQgetisnull(result, 0, 0))
		snprintf(cell, 256, "NULL");
	PQclear(result);
}

/* End the store's connections as an administrator would. */
static void
end_others(const struct place *p)
{
	PGconn *db = other_open(p);
	char cell[256];

	other_run(db,
	    "SELECT count(pg_terminate_backend(pid, 5000)) "
	    "FROM pg_stat_activity WHERE datname = current_database() "
	    "AND pid <> pg_backend_pid()",
	    cell);
	PQfinish(db);
}

/* A value that is taken is no failure of the group, nor is a device gone. */
static void
a_group_goes_on_after_a_refusal(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct token t = {.name = "t1", .uses = 1, .uses_left = 1};
	struct key k;
	int i;

	place_device(s, "aa", 1);
	/* The second time each statement has been prepared. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(store_begin(s), STORE_OK);
		t.expires = 10;
		snprintf(t.name, sizeof(t.name), "t%d", i);
		assert_int_equal(store_token_add(s, &t), STORE_OK);
		assert_int_equal(store_token_add(s, &t), STORE_EXISTS);
		place_key(&k, 5);
		k.device = 99;
		assert_int_equal(store_key_add(s, &k), STORE_NONE);
		snprintf(t.name, sizeof(t.name), "u%d", i);
		assert_int_equal(store_token_add(s, &t), STORE_OK);
		assert_int_equal(store_commit(s), STORE_OK);
		assert_int_equal(store_token_find(s, t.name, &t), STORE_OK);
		snprintf(t.name, sizeof(t.name), "t%d", i);
		assert_int_equal(store_token_find(s, t.name, &t), STORE_OK);
	}
	store_close(s);
}

struct nested {
	struct store *s;
	int devices, keys;
};

static int
nested_key(void *arg, const struct key *k)
{
	struct nested *n = arg;

	(void)k;
	n->keys++;
	return 0;
}

static int
nested_device(void *arg, const struct device *d)
{
	struct nested *n = arg;
	struct device got;
	char name[16];

	/* The row is the one that was read, whatever is done meanwhile. */
	snprintf(name, sizeof(name), "d%02d", n->devices++);
	assert_string_equal(d->name, name);
	assert_int_equal(store_key_each(n->s, d->id, nested_key, n), STORE_OK);
	assert_int_equal(store_device_get(n->s, d->id, &got), STORE_OK);
	assert_string_equal(got.name, d->name);
	return n->devices == 40 ? 1 : 0;
}

/* While a list is read, other statements run. */
static void
lists_nest(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct nested n = {.s = s};
	char name[16];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "d%02d", i);
		place_device(s, name, (unsigned int)i);
	}
	for (i = 0; i < 3; i++) {
		n.devices = n.keys = 0;
		assert_int_equal(
		    store_device_each(s, nested_device, &n), STORE_OK);
		assert_int_equal(n.devices, 40);
		assert_int_equal(n.keys, 40);
	}
	store_close(s);
}

/* Reopened at the next use, but not within a group. */
static void
a_lost_connection_is_opened_anew(void **state)
{
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	int64_t id = place_device(s, "aa", 1);
	struct device d;
	bool changed;

	assert_int_not_equal(store_watch(s), -1);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	end_others(p);
	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	/* What was missed is not known. */
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_true(changed);
	assert_int_equal(store_begin(s), STORE_OK);
	assert_int_equal(store_device_twice(s, id, 5, "here, there"), STORE_OK);
	end_others(p);
	assert_int_equal(store_device_twice(s, id, 6, "x"), STORE_BUSY);
	assert_non_null(strstr(store_error(s), "127.0.0.1"));
	assert_int_equal(store_device_get(s, id, &d), STORE_BUSY);
	assert_int_not_equal(store_commit(s), STORE_OK);
	store_rollback(s);
	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	assert_int_equal(d.duplicate_key, 0);
	assert_true(store_server_runs(s));
	store_close(s);
}

/* A limited store is one of a sealed process. */
static void
a_limited_store_stays_closed(void **state)
{
	const struct place *p = *state;
	struct store *server = place_open(p, STORE_CREATE | STORE_SERVER), *s;
	struct oper o = {.name = "bob",
	    .role = OPERATOR_VIEWER,
	    .grants = "device=it's:22 lab"};
	struct device d;
	int64_t id = place_device(server, "aa", 1);

	s = place_open(p, STORE_READ);
	assert_int_equal(store_device_get(s, id, &d), STORE_OK);
	assert_int_equal(store_limit(s, &o), STORE_OK);
	assert_int_equal(store_device_get(s, id, &d), STORE_NONE);
	assert_int_not_equal(store_device_twice(s, id, 5, "x"), STORE_OK);
	assert_int_not_equal(store_device_remove(s, id), STORE_OK);
	end_others(p);
	assert_int_equal(store_device_get(s, id, &d), STORE_FAILED);
	assert_int_equal(store_device_get(s, id, &d), STORE_FAILED);
	store_close(s);
	assert_int_equal(store_device_get(server, id, &d), STORE_OK);
	store_close(server);
}

/* A row that another holds: busy within the time, and usable then. */
static void
a_lock_is_waited_for_for_a_time(void **state)
{
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	int64_t id = place_device(s, "aa", 1);
	PGconn *db = other_open(p);
	char cell[256];
	time_t began = time(NULL);

	other_run(db, "BEGIN; UPDATE device_seen SET places = 'mine'", cell);
	assert_int_equal(store_device_twice(s, id, 5, "x"), STORE_BUSY);
	assert_true(time(NULL) - began <= 20);
	other_run(db, "ROLLBACK", cell);
	assert_int_equal(store_device_twice(s, id, 5, "x"), STORE_OK);
	PQfinish(db);
	store_close(s);
}

/* Add an operator of that name, and commit it when somebody waits for that. */
static void
operator_late(const struct place *p, const char *name, int begun)
{
	PGconn *db = PQconnectdb(p->url);
	char sql[160];
	bool waits = false;
	PGresult *r;

	snprintf(sql, sizeof(sql),
	    "BEGIN; INSERT INTO operator (name, role, type, digest, blob, "
	    "created) VALUES ('%s', 1, '', 'x', 'x', 1)",
	    name);
	PQclear(PQexec(db, sql));
	if (write(begun, "", 1) != 1)
		_exit(1);
	while (!waits) {
		r = PQexec(db, "SELECT 1 FROM pg_locks WHERE NOT granted");
		waits = PQntuples(r) != 0;
		PQclear(r);
	}
	PQclear(PQexec(db, "COMMIT"));
	PQfinish(db);
	_exit(0);
}

/* Of two that want the same name, the one that comes late learns of it. */
static void
who_decides_of_a_name_is_alone(void **state)
{
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_MIGRATE);
	struct device d = {.name = "bb", .created = 1};
	int begun[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(begun), 0);
	if ((pid = fork()) == 0)
		operator_late(p, "bb", begun[1]);
	assert_int_equal(read(begun[0], &byte, 1), 1);
	assert_int_equal(store_device_add(s, &d, NULL), STORE_EXISTS);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(begun[0]);
	close(begun[1]);
	store_close(s);
}

static int
count_change(void *arg, const struct change *c)
{
	int64_t *last = arg;

	/* One after the other, whoever made them. */
	assert_int_equal(c->seq, *last + 1);
	*last = c->seq;
	return 0;
}

/* Numbers of changes are the commits' order, and what fails leaves no gap. */
static void
changes_have_no_gaps(void **state)
{
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(p, 0);
	struct pollfd pfd = {.fd = store_watch(s), .events = POLLIN};
	int64_t seq, last;
	bool changed;
	int i;

	assert_int_equal(store_seq(s, &seq), STORE_OK);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_false(changed);
	for (i = 0; i < 10; i++) {
		assert_int_equal(store_begin(other), STORE_OK);
		assert_int_equal(store_admin(other, "x", "y"), STORE_OK);
		if (i % 2 == 0)
			assert_int_equal(store_commit(other), STORE_OK);
		else
			store_rollback(other);
		assert_int_equal(store_admin(s, "x", "y"), STORE_OK);
	}
	last = seq;
	assert_int_equal(
	    store_change_each(s, seq, count_change, &last), STORE_OK);
	assert_int_equal(last, seq + 15);
	assert_int_equal(store_verify(s), STORE_OK);
	store_watch_drain(s);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	store_watch_drain(s);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	assert_int_equal(store_admin(other, "x", "y"), STORE_OK);
	assert_int_equal(poll(&pfd, 1, 30000), 1);
	store_watch_drain(s);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_true(changed);
	store_close(other);
	store_close(s);
}

/* A store's notification may come with the answer to something else. */
static void
the_watch_is_not_passed_over(void **state)
{
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(p, 0);
	struct pollfd pfd = {.fd = store_watch(s), .events = POLLIN};
	int64_t seq;

	store_watch_drain(s);
	assert_int_equal(store_admin(other, "x", "y"), STORE_OK);
	/* Read, so that the connection itself is not readable any more. */
	assert_int_equal(poll(&pfd, 1, 30000), 1);
	assert_int_equal(store_seq(s, &seq), STORE_OK);
	assert_int_equal(poll(&pfd, 1, 0), 1);
	store_watch_drain(s);
	store_close(other);
	store_close(s);
}

/* The functions of the migrations, against those of policy/health_field.c. */
static void
health_is_read_as_in_c(void **state)
{
	static const char *const healths[] = {"", "mem=4", "mem=4 memt=128",
	    "memt=128 mem=4", "xmem=7 mem=5", "mem=", "mem=-4", "mem=1.5",
	    "mem=1.", "mem=.5", "mem=--1", "mem=1e3", "mem=+1", "mem=4x", "mem",
	    "mem=4 mem=5", "mem=4=5", "up=1 load=0.25 mem=-0.50",
	    "mem=12345678901234567890123456789012",
	    "mem=123456789012345678901234567890123", "mem=0x10", "mem=a,b",
	    "Mem=3 MEM=4", " mem=4", "up=5  mem=4", "mem=%4", "m.m=3"};
	static const char *const keys[] = {"mem", "memt", "m", "load", "M"};
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	char sql[256], got[256], value[HEARTBEAT_VALUE];
	PGconn *db = other_open(*state);
	size_t h, k;
	double number;

	for (h = 0; h < sizeof(healths) / sizeof(healths[0]); h++)
		for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			snprintf(sql, sizeof(sql),
			    "SELECT health_text('%s', '%s')", healths[h],
			    keys[k]);
			other_run(db, sql, got);
			assert_string_equal(got,
			    health_text(healths[h], keys[k], value) ? value
								    : "NULL");
			snprintf(sql, sizeof(sql),
			    "SELECT coalesce(health_number('%s', '%s'), "
			    "99.25)",
			    healths[h], keys[k]);
			other_run(db, sql, got);
			if (!health_number(healths[h], keys[k], &number))
				number = 99.25;
			assert_true(strtod(got, NULL) == number);
		}
	other_run(db, "SELECT has_text('TP-Link', 'p-l')", got);
	assert_string_equal(got, "t");
	other_run(db, "SELECT has_text('TP-Link', '')", got);
	assert_string_equal(got, "t");
	other_run(db, "SELECT has_text('a_b%c', 'b_c')", got);
	assert_string_equal(got, "f");
	other_run(db, "SELECT has_text(NULL, 'x')", got);
	assert_string_equal(got, "f");
	PQfinish(db);
	store_close(s);
}

/* Text that is no UTF-8 is taken as far as it is ASCII. */
static void
any_text_is_taken(void **state)
{
	struct store *s = place_open(*state, STORE_CREATE | STORE_SERVER);
	struct key k, got;
	struct device d;

	place_key(&k, 2);
	k.device = place_device(s, "aa", 1);
	snprintf(k.comment, sizeof(k.comment), "J\xfcrgen's");
	assert_int_equal(store_key_add(s, &k), STORE_OK);
	assert_int_equal(store_key_get(s, k.id, &got), STORE_OK);
	assert_string_equal(got.comment, "J?rgen's");
	assert_int_equal(store_key_remove(s, k.id), STORE_OK);
	snprintf(k.comment, sizeof(k.comment), "J\xc3\xbcrgen's");
	assert_int_equal(store_key_add(s, &k), STORE_OK);
	assert_int_equal(store_key_get(s, k.id, &got), STORE_OK);
	assert_string_equal(got.comment, "J\xc3\xbcrgen's");
	assert_int_equal(
	    store_device_find(s, "x'; DROP TABLE device; --", &d), STORE_NONE);
	store_close(s);
}

/* Who may open what: of a newer version, too, if that says so. */
static void
a_newer_store_says_who_may_use_it(void **state)
{
	const struct place *p = *state;
	char cell[256], error[STORE_ERROR], sql[96];
	struct store *s;
	PGconn *db = other_open(p);
	int version, oldest;

	assert_int_equal(store_open(&s, p->url, 0, error), STORE_DENIED);
	s = place_open(p, STORE_CREATE | STORE_SERVER);
	assert_string_equal(store_notice(s), "");
	/* The key of wish is another since 12, and heartbeats since 13. */
	assert_int_equal(store_oldest(s, &oldest), STORE_OK);
	assert_int_equal(oldest, 13);
	store_close(s);
	snprintf(sql, sizeof(sql),
	    "UPDATE store_schema SET version = %d, oldest = %d",
	    STORE_SCHEMA + 1, STORE_SCHEMA);
	other_run(db, sql, cell);
	s = place_open(p, STORE_SERVER);
	assert_int_equal(store_schema(s, &version), STORE_OK);
	assert_int_equal(version, STORE_SCHEMA + 1);
	place_device(s, "aa", 1);
	store_close(s);
	other_run(db, "UPDATE store_schema SET oldest = version", cell);
	assert_int_equal(
	    store_open(&s, p->url, STORE_SERVER, error), STORE_NEWER);
	assert_non_null(strstr(error, "upgrade this program"));
	other_run(db, "DROP TABLE store_schema", cell);
	assert_int_equal(
	    store_open(&s, p->url, STORE_SERVER | STORE_CREATE, error),
	    STORE_BROKEN);
	assert_non_null(strstr(error, "another program"));
	PQfinish(db);
}

/* Several servers at a time; one who holds the store keeps them away. */
static void
servers_share_the_store(void **state)
{
	const struct place *p = *state;
	struct store *a = place_open(p, STORE_CREATE | STORE_SERVER), *b, *s;
	char error[STORE_ERROR];
	int lock, i;

	b = place_open(p, STORE_SERVER);
	s = place_open(p, 0);
	assert_true(store_server_runs(s));
	assert_int_equal(store_hold(p->url, &lock, error), STORE_TAKEN);
	store_close(a);
	store_close(b);
	/* The server sees the end of a connection a moment later. */
	for (i = 0; i < 1000 && store_server_runs(s); i++)
		usleep(10000);
	assert_false(store_server_runs(s));
	assert_int_equal(store_hold(p->url, &lock, error), STORE_OK);
	assert_int_equal(
	    store_open(&a, p->url, STORE_SERVER, error), STORE_TAKEN);
	close(lock);
	for (i = 0; i < 1000; i++) {
		if (store_open(&a, p->url, STORE_SERVER, error) == STORE_OK)
			break;
		usleep(10000);
	}
	assert_non_null(a);
	store_close(a);
	store_close(s);
}

/* What is damaged is told. */
static void
damage_is_found(void **state)
{
	static const char *const damages[] = {
	    "DELETE FROM device_seen",
	    "INSERT INTO device_seen (device) VALUES (99)",
	    "UPDATE change_counter SET seq = seq + 1000",
	    "DELETE FROM change WHERE seq = 2",
	};
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	PGconn *db = other_open(p);
	char cell[256];
	size_t i;

	place_device(s, "aa", 1);
	place_device(s, "bb", 2);
	assert_int_equal(store_verify(s), STORE_OK);
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		other_run(db,
		    "CREATE TABLE IF NOT EXISTS x_seen AS TABLE "
		    "device_seen; CREATE TABLE IF NOT EXISTS "
		    "x_change AS TABLE change; CREATE TABLE IF NOT "
		    "EXISTS x_counter AS TABLE change_counter",
		    cell);
		other_run(db, damages[i], cell);
		assert_int_equal(store_verify(s), STORE_BROKEN);
		other_run(db,
		    "DELETE FROM device_seen; INSERT INTO device_seen "
		    "SELECT * FROM x_seen; DELETE FROM change; INSERT INTO "
		    "change SELECT * FROM x_change; UPDATE change_counter "
		    "SET seq = (SELECT seq FROM x_counter)",
		    cell);
		assert_int_equal(store_verify(s), STORE_OK);
	}
	assert_int_equal(store_copy(s, "/tmp/x"), STORE_FAILED);
	assert_non_null(strstr(store_error(s), "pg_dump"));
	PQfinish(db);
	store_close(s);
}

/* Errors name the host, and what is to be done. */
static void
refusals_say_why(void **state)
{
	static const struct {
		const char *url, *word;
		enum store_result result;
	} refused[] = {
	    {"postgresql:x", "postgresql://user@host/database", STORE_DENIED},
	    {"postgresql://127.0.0.1:1/x?connect_timeout=2", "127.0.0.1:1",
		STORE_BUSY},
	    {"postgresql://%s/x", "postgresql://", STORE_DENIED},
	    {"postgresql:///x?bad=1", "bad", STORE_DENIED},
	};
	const struct place *p = *state;
	char error[STORE_ERROR], url[300];
	struct store *s;
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(store_open(&s, refused[i].url, 0, error),
		    refused[i].result);
		if (strstr(error, refused[i].word) == NULL)
			fail_msg("%s: %s", refused[i].url, error);
	}
	snprintf(url, sizeof(url), "%sx", p->url);
	if (store_open(&s, url, 0, error) != STORE_DENIED ||
	    strstr(error, "et-admin store init") == NULL)
		fail_msg("%s", error);
	/* The first of two hosts is none. */
	snprintf(url, sizeof(url), "postgresql://et@127.0.0.1:1,%s",
	    strchr(p->url, '@') + 1);
	s = NULL;
	assert_int_equal(
	    store_open(&s, url, STORE_CREATE | STORE_SERVER, error), STORE_OK);
	store_close(s);
}

/* A server that takes one connection, says these bytes, and closes it. */
static uint16_t
server_that_says(const char *bytes, size_t n, pid_t *pid)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0), conn;
	char asked[1024];

	assert_int_equal(bind(fd, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	if ((*pid = fork()) == 0) {
		conn = accept(fd, NULL, NULL);
		if (read(conn, asked, sizeof(asked)) <= 0 ||
		    write(conn, bytes, n) != (ssize_t)n)
			_exit(1);
		_exit(0);
	}
	close(fd);
	return ntohs(sin.sin_port);
}

/* Whatever a server says, or does not, there is a reason. */
static void
a_refusal_has_a_reason(void **state)
{
	static const char coded[] =
	    "E\0\0\0\x20SFATAL\0VFATAL\0C53300\0Mfull\0";
	static const struct {
		const char *bytes;
		size_t n;
		const char *word;
	} says[] = {
	    {"", 0, ": server closed the connection"},
	    {"E  \n", 5, ": it does not answer: check"},
	    {"E\n\0\0", 5, ": it does not answer: check"},
	    {"Enot today\n", 12, ": not today: check"},
	    {coded, sizeof(coded), ": full: raise max_connections"},
	};
	char error[STORE_ERROR], url[128];
	struct store *s;
	uint16_t port;
	int status;
	pid_t pid;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		port = server_that_says(says[i].bytes, says[i].n, &pid);
		snprintf(url, sizeof(url),
		    "postgresql://et@127.0.0.1:%u/x?sslmode=disable", port);
		assert_int_equal(store_open(&s, url, 0, error), STORE_BUSY);
		if (strstr(error, says[i].word) == NULL)
			fail_msg("%s", error);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

#define COMMON 50 /* devices of both groups */
#define GROUPS 200

static void
write_groups(const char *url, const int64_t id[COMMON])
{
	struct heartbeat h[COMMON] = {{.device = 0}};
	const struct heartbeat *list[COMMON];
	char error[STORE_ERROR];
	struct store *s;
	int i, k;

	if (store_open(&s, url, STORE_SERVER, error) != STORE_OK)
		_exit(2);
	for (i = 0; i < GROUPS; i++) {
		for (k = 0; k < COMMON; k++) {
			h[k].device = id[k];
			h[k].at = store_clock(s);
			list[k] = &h[k];
		}
		if (store_heartbeat_add_many(s, list, COMMON) != STORE_OK) {
			fprintf(stderr, "%s\n", store_error(s));
			_exit(1);
		}
	}
	store_close(s);
	_exit(0);
}

/* Two nodes write of the same devices, whose rows lie in another order. */
static void
groups_are_in_no_deadlock(void **state)
{
	static const char *const ways[] = {"nestloop%3Doff%20-cenable_mergejoin"
					   "%3Doff%20-cenable_seqscan%3Don",
	    "hashjoin%3Doff%20-cenable_mergejoin%3Doff%20-cenable_seqscan"
	    "%3Doff"};
	const struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	int64_t id[COMMON];
	char name[16], url[512], cell[256];
	PGconn *db = other_open(p);
	int i, status;

	for (i = 0; i < COMMON; i++) {
		snprintf(name, sizeof(name), "d%02d", i);
		id[i] = place_device(s, name, (unsigned int)i);
	}
	store_close(s);
	other_run(db,
	    "CREATE TABLE x AS TABLE device_seen; DELETE FROM device_seen; "
	    "INSERT INTO device_seen SELECT * FROM x ORDER BY device DESC; "
	    "DROP TABLE x",
	    cell);
	PQfinish(db);
	for (i = 0; i < 2; i++) {
		snprintf(url, sizeof(url), "%s?options=-cenable_%s", p->url,
		    ways[i]);
		if (fork() == 0)
			write_groups(url, id);
	}
	for (i = 0; i < 2; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

/* The database's clock, by which all nodes compare: here an hour ahead. */
static void
the_clock_is_the_databases(void **state)
{
	const struct place *p = *state;
	char url[320], cell[256];
	PGconn *db = other_open(p);
	struct store *s;
	int64_t ahead;

	other_run(db,
	    "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz "
	    "LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + "
	    "interval '1 hour' $$",
	    cell);
	s = place_open(p, STORE_CREATE | STORE_SERVER);
	store_close(s);
	snprintf(url, sizeof(url),
	    "%s?options=-csearch_path%%3Dpublic%%2Cpg_catalog", p->url);
	assert_int_equal(store_open(&s, url, STORE_SERVER, cell), STORE_OK);
	ahead = store_clock(s) / 1000000 - time(NULL);
	assert_true(ahead > 3580 && ahead < 3620);
	other_run(db, "DROP FUNCTION public.clock_timestamp()", cell);
	assert_int_equal(store_alive(s), STORE_OK);
	ahead = store_clock(s) / 1000000 - time(NULL);
	assert_true(ahead > -20 && ahead < 20);
	PQfinish(db);
	store_close(s);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)
	const struct CMUnitTest tests[] = {
	    TEST(a_group_goes_on_after_a_refusal),
	    TEST(lists_nest),
	    TEST(a_lost_connection_is_opened_anew),
	    TEST(a_limited_store_stays_closed),
	    TEST(a_lock_is_waited_for_for_a_time),
	    TEST(who_decides_of_a_name_is_alone),
	    TEST(changes_have_no_gaps),
	    TEST(the_watch_is_not_passed_over),
	    TEST(health_is_read_as_in_c),
	    TEST(any_text_is_taken),
	    TEST(a_newer_store_says_who_may_use_it),
	    TEST(servers_share_the_store),
	    TEST(damage_is_found),
	    TEST(refusals_say_why),
	    TEST(a_refusal_has_a_reason),
	    TEST(groups_are_in_no_deadlock),
	    TEST(the_clock_is_the_databases),
	};

	if (getenv("ETPH_PGSQL") == NULL) {
		printf("SKIP: no PostgreSQL: run by on_pgsql.py\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
