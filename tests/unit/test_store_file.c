/*
 * The file a store is in: made, migrated, refused, locked, full.
 */
#include "config.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "place.h"
#include "unit.h"

#define SKIPPED 77 /* a child's exit status */

/* Open with these flags; it has to be refused so, and to say this. */
static void
refused(const struct place *p, unsigned int flags, enum store_result want,
    const char *says)
{
	char error[STORE_ERROR];
	struct store *s;
	enum store_result r;

	r = store_open(&s, p->url, flags, error);
	if (r != want || s != NULL || strstr(error, says) == NULL)
		fail_msg("result %d, said: %s", r, error);
}

static void
run_sql(const char *path, const char *sql)
{
	char *error = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
write_file(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
is_made_for_its_owner_alone(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct stat st;
	mode_t old = umask(0);
	char name[160];

	refused(p, 0, STORE_DENIED, "no store");
	assert_int_equal(access(p->path, F_OK), -1);
	s = place_open(p, STORE_CREATE | STORE_SERVER);
	umask(old);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	snprintf(name, sizeof(name), "%s-wal", p->path);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	store_close(s);
	snprintf(p->url, sizeof(p->url), "sqlite:%s/none/store.db", p->dir);
	refused(p, STORE_CREATE, STORE_DENIED, "install -d");
	snprintf(p->url, sizeof(p->url), "sqlite:store.db");
	refused(p, STORE_CREATE, STORE_DENIED, "sqlite:/path");
	snprintf(p->url, sizeof(p->url), "mysql://x");
	refused(p, STORE_CREATE, STORE_FAILED, "sqlite:/path");
}

/* The text of a file of the source tree. */
static char *
schema(const char *name)
{
	static char text[16384];
	char path[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", SCHEMA, name);
	assert_non_null(f = fopen(path, "r"));
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void
make_older(const struct place *p)
{
	run_sql(p->path,
	    "PRAGMA application_id = 1163153480; PRAGMA journal_mode = WAL;");
	run_sql(p->path, schema("001_directory.sql"));
	run_sql(p->path, "INSERT INTO device (name, created) VALUES ('aa', 5);"
			 "PRAGMA user_version = 1;");
}

static void
an_older_one_is_migrated(void **state)
{
	struct place *p = *state;
	struct heartbeat h = {.at = 9};
	struct device d;
	struct store *s;
	char copy[160], part[170];

	make_older(p);
	refused(p, 0, STORE_FAILED, "older");
	/* A migration was cut short in the middle of its copy. */
	snprintf(part, sizeof(part), "%s.schema-1.part", p->path);
	write_file(part, "half of it", 10);
	s = place_open(p, STORE_MIGRATE);
	assert_int_equal(store_device_find(s, "aa", &d), STORE_OK);
	assert_int_equal(d.created, 5);
	h.device = d.id;
	assert_int_equal(store_heartbeat_add(s, &h), STORE_OK);
	snprintf(copy, sizeof(copy), "%s.schema-1", p->path);
	assert_non_null(strstr(store_notice(s), copy));
	assert_int_equal(access(part, F_OK), -1);
	store_close(s);
	/* The copy is the older store, whole. */
	snprintf(p->url, sizeof(p->url), "sqlite:%s", copy);
	refused(p, 0, STORE_FAILED, "schema 1");
	s = place_open(p, STORE_SERVER);
	assert_int_equal(store_device_find(s, "aa", &d), STORE_OK);
	store_close(s);
}

/* Whose they were nobody knows: they stay the server's own. */
static void
older_forwards_are_nobodys(void **state)
{
	static const char *const files[] = {"001_directory.sql", "002_life.sql",
	    "003_enrol.sql", "004_operator.sql", "005_wish.sql",
	    "006_virtual.sql", "007_doctor.sql"};
	struct place *p = *state;
	struct forward f;
	struct store *s;
	size_t i;

	run_sql(p->path,
	    "PRAGMA application_id = 1163153480; PRAGMA journal_mode = WAL;");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		run_sql(p->path, schema(files[i]));
	run_sql(p->path,
	    "INSERT INTO device (name, created) VALUES ('aa', 5);"
	    "INSERT INTO operator (name, role, type, digest, blob, created) "
	    "VALUES ('alice', 2, 't', x'01', x'01', 5);"
	    "INSERT INTO forward (device, dport, sport, ttl, created, expires, "
	    "state, state_at) VALUES (1, 22, 9876, 60, 5, 6, 2, 7);"
	    "INSERT INTO change (noun, id, who, what) VALUES (6, 0, 'alice', "
	    "'forward open aa 22:9876 ttl 60');"
	    "PRAGMA user_version = 7;");
	s = place_open(p, STORE_SERVER);
	assert_int_equal(store_forward_get(s, 1, &f), STORE_OK);
	assert_int_equal(f.sport, 9876);
	assert_int_equal(f.state, FORWARD_OPEN);
	assert_int_equal(f.oper, 0);
	assert_string_equal(f.owner, "");
	store_close(s);
}

static void
no_migration_under_a_server(void **state)
{
	struct place *p = *state;
	struct store *server;

	server = place_open(p, STORE_CREATE | STORE_SERVER);
	run_sql(p->path, "PRAGMA user_version = 1");
	refused(p, STORE_MIGRATE, STORE_TAKEN, "restart");
	store_close(server);
}

static void
a_newer_one_is_refused(void **state)
{
	struct place *p = *state;
	char sql[64];

	store_close(place_open(p, STORE_CREATE | STORE_MIGRATE));
	snprintf(
	    sql, sizeof(sql), "PRAGMA user_version = %d", STORE_SCHEMA + 1);
	run_sql(p->path, sql);
	refused(p, STORE_SERVER | STORE_CREATE, STORE_NEWER, "newer");
	refused(p, STORE_MIGRATE, STORE_NEWER, "newer");
}

static void
damage_is_refused(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct stat st;
	char garbage[8192];
	unsigned int i;

	s = place_open(p, STORE_CREATE | STORE_MIGRATE);
	for (i = 0; i < 100; i++) {
		snprintf(garbage, sizeof(garbage), "d%u", i);
		place_device(s, garbage, i);
	}
	store_close(s);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(truncate(p->path, st.st_size / 2), 0);
	refused(p, STORE_SERVER, STORE_BROKEN, "restore a backup");
	assert_int_equal(truncate(p->path, 10), 0);
	refused(p, STORE_SERVER, STORE_BROKEN, "restore a backup");
	assert_int_equal(truncate(p->path, 0), 0);
	refused(p, STORE_SERVER | STORE_CREATE, STORE_BROKEN, "empty");
	memset(garbage, 'x', sizeof(garbage));
	write_file(p->path, garbage, sizeof(garbage));
	refused(p, STORE_SERVER | STORE_CREATE, STORE_BROKEN, "not a store");
	memcpy(garbage, "SQLite format 3", 16);
	write_file(p->path, garbage, sizeof(garbage));
	refused(p, STORE_SERVER | STORE_CREATE, STORE_BROKEN, "damaged");
	unlink(p->path);
	run_sql(p->path, "CREATE TABLE somebody (elses)");
	refused(p, STORE_SERVER | STORE_CREATE, STORE_BROKEN, "another");
}

static void
a_lock_is_waited_for_and_told(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(p, 0);
	struct device d = {.name = "aa", .enabled = true}, got;

	assert_int_equal(store_begin(other), STORE_OK);
	assert_int_equal(store_device_add(s, &d, NULL), STORE_BUSY);
	assert_non_null(strstr(store_error(s), "locked"));
	/* Reading goes on, and so does writing when it ends. */
	assert_int_equal(store_alive(s), STORE_OK);
	assert_int_equal(store_device_find(s, "aa", &got), STORE_NONE);
	store_rollback(other);
	assert_int_equal(store_device_add(s, &d, NULL), STORE_OK);
	store_close(other);
	store_close(s);
}

static void
one_server_at_a_time(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(p, STORE_MIGRATE);

	assert_true(store_server_runs(other));
	refused(p, STORE_SERVER, STORE_TAKEN, "another et-sshd");
	store_close(s);
	assert_false(store_server_runs(other));
	s = place_open(p, STORE_SERVER);
	store_close(s);
	store_close(other);
}

static void
others_writes_are_seen(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	struct store *other = place_open(p, 0);
	bool changed;

	assert_int_equal(store_changed(s, &changed), STORE_OK);
	place_device(s, "aa", 1);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_false(changed);
	assert_int_not_equal(store_watch(s), -1);
	place_device(other, "bb", 2);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_true(changed);
	assert_int_equal(store_changed(s, &changed), STORE_OK);
	assert_false(changed);
	store_close(other);
	store_close(s);
}

static void
a_replaced_file_is_told(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p, STORE_CREATE | STORE_SERVER);
	char aside[160];

	snprintf(aside, sizeof(aside), "%s.aside", p->path);
	assert_int_equal(rename(p->path, aside), 0);
	assert_int_equal(store_alive(s), STORE_DENIED);
	write_file(p->path, "x", 1);
	assert_int_equal(store_alive(s), STORE_BROKEN);
	assert_non_null(strstr(store_error(s), "replaced"));
	store_close(s);
}

/* In a mount namespace of its own, so that the disk is nobody else's. */
static int
fill_small_disk(const struct place *p)
{
	char error[STORE_ERROR], name[32];
	enum store_result r = STORE_OK;
	struct device d = {.enabled = true};
	struct store *s;
	int i;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", p->dir, "tmpfs", 0, "size=300k") == -1)
		return SKIPPED;
	if (store_open(&s, p->url, STORE_CREATE | STORE_SERVER, error) !=
	    STORE_OK)
		return 1;
	for (i = 0; i < 10000 && r == STORE_OK; i++) {
		snprintf(d.name, sizeof(d.name), "d%d", i);
		r = store_device_add(s, &d, NULL);
	}
	if (r != STORE_FULL || strstr(store_error(s), "disk") == NULL)
		return 2;
	/* What was acknowledged is there, the last one is not. */
	snprintf(name, sizeof(name), "d%d", i - 2);
	if (store_device_find(s, name, &d) != STORE_OK)
		return 3;
	snprintf(name, sizeof(name), "d%d", i - 1);
	if (store_device_find(s, name, &d) != STORE_NONE)
		return 4;
	store_close(s);
	return 0;
}

static void
a_full_disk_is_told(void **state)
{
	int status;
	pid_t pid;

	assert_int_not_equal(pid = fork(), -1);
	if (pid == 0)
		_exit(fill_small_disk(*state));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED) {
		print_message("cannot mount a small disk here: "
			      "needs CAP_SYS_ADMIN\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(is_made_for_its_owner_alone),
	    IN_PLACE(an_older_one_is_migrated),
	    IN_PLACE(older_forwards_are_nobodys),
	    IN_PLACE(no_migration_under_a_server),
	    IN_PLACE(a_newer_one_is_refused),
	    IN_PLACE(damage_is_refused),
	    IN_PLACE(a_lock_is_waited_for_and_told),
	    IN_PLACE(one_server_at_a_time),
	    IN_PLACE(others_writes_are_seen),
	    IN_PLACE(a_replaced_file_is_told),
	    IN_PLACE(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
