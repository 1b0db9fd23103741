/*
 * A real keeper whose database is slow, locked, read-only, full of connections or
 * away; run by on_pgsql.py.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_POSTGRESQL
#include <libpq-fe.h>
#endif

#include "keeper_child.h"
#include "unit.h"

#ifndef HAVE_POSTGRESQL
int
main(void)
{
	return 77;
}
#else

struct scene {
	struct place *place;
	struct store *s;
	struct child c;
	PGconn *db; /* of the one who makes the fault */
	PGconn *outside; /* in another database */
	int64_t device;
};

/* The first value of the last row; "": none. */
static void
sql(PGconn *db, const char *text, char value[64])
{
	PGresult *r = PQexec(db, text);

	if (PQresultStatus(r) != PGRES_COMMAND_OK &&
	    PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(db));
	if (value != NULL)
		snprintf(value, 64, "%s",
		    PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
}

static void
scene_make(struct scene *e, void **state)
{
	char url[256];

	e->place = *state;
	e->s = place_open(e->place, STORE_CREATE | STORE_MIGRATE);
	if (!store_shared(e->s)) {
		store_close(e->s);
		skip();
	}
	alarm(300);
	e->device = place_device(e->s, "aa", 1);
	child_load(&e->c, e->place);
	while (child_next(&e->c, PATIENCE) != MSG_LOADED)
		assert_int_not_equal(e->c.m.type, 0);
	e->db = PQconnectdb(e->place->url);
	snprintf(url, sizeof(url), "%s/postgres", getenv("ETPH_PGSQL"));
	e->outside = PQconnectdb(url);
	assert_int_equal(PQstatus(e->outside), CONNECTION_OK);
}

static void
scene_end(struct scene *e)
{
	child_stop(&e->c);
	PQfinish(e->db);
	PQfinish(e->outside);
	store_close(e->s);
}

static void
scene_heartbeat(struct scene *e, int64_t at)
{
	msg_init(&e->c.m, MSG_HEARTBEAT, 0);
	e->c.m.heartbeat.device = e->device;
	e->c.m.heartbeat.at = at;
	child_send(&e->c);
}

/* The keeper says something of the store that is to be read. */
static void
scene_hears(struct scene *e, const char *what)
{
	double end = now_ms() + PATIENCE;
	uint32_t got;

	while ((got = child_next(&e->c, end - now_ms())) != 0)
		if (got == MSG_STORE_STATE &&
		    e->c.m.store_state.reason[0] != '\0')
			break;
	if (got == 0 || strstr(e->c.m.store_state.reason, what) == NULL)
		fail_msg("%s, not %s",
		    got == 0 ? "nothing" : e->c.m.store_state.reason, what);
	assert_false(e->c.m.store_state.fatal);
	/* Not lost yet: the others do not take it for dead. */
	assert_true(e->c.m.store_state.ok);
}

/* What was sent is in the store at last. */
static void
scene_has(struct scene *e, int64_t at)
{
	double end = now_ms() + PATIENCE;
	struct device d = {.last_seen = 0};

	while (store_device_get(e->s, e->device, &d) != STORE_OK ||
	       llabs(d.last_seen - at) > 1000000) {
		if (now_ms() > end)
			fail_msg("never written");
		poll(NULL, 0, 20);
	}
}

static void
scene_cut(struct scene *e)
{
	char text[256];

	snprintf(text, sizeof(text),
	    "SELECT count(pg_terminate_backend (pid)) FROM pg_stat_activity "
	    "WHERE datname = '%.100s'",
	    e->place->path);
	sql(e->outside, text, NULL);
}

static void
scene_database(struct scene *e, const char *how)
{
	char text[256];

	snprintf(text, sizeof(text), "ALTER DATABASE %.100s %s", e->place->path,
	    how);
	sql(e->outside, text, NULL);
}

/* Held for longer than the keeper waits for it. */
static void
a_lock_is_waited_for(void **state)
{
	struct scene e;
	int64_t now;

	scene_make(&e, state);
	now = store_clock(e.s);
	sql(e.db, "BEGIN; LOCK TABLE device_seen IN EXCLUSIVE MODE", NULL);
	scene_heartbeat(&e, now);
	scene_hears(&e, "lock");
	/* It goes on reading meanwhile. */
	assert_int_equal(store_kill(e.s, "", 7, e.device), STORE_OK);
	while (child_next(&e.c, PATIENCE) != MSG_KILL)
		assert_int_not_equal(e.c.m.type, 0);
	sql(e.db, "ROLLBACK", NULL);
	scene_hears(&e, "writes to the store succeed again");
	scene_has(&e, now);
	scene_end(&e);
}

static void
a_slow_database_is_no_end(void **state)
{
	struct scene e;
	int64_t now;

	scene_make(&e, state);
	now = store_clock(e.s);
	sql(e.db,
	    "CREATE FUNCTION slow () RETURNS trigger LANGUAGE plpgsql AS "
	    "$$ BEGIN PERFORM pg_sleep (10); RETURN NEW; END $$; "
	    "CREATE TRIGGER slow BEFORE UPDATE ON device_seen "
	    "FOR EACH ROW EXECUTE FUNCTION slow ()",
	    NULL);
	scene_heartbeat(&e, now);
	scene_hears(&e, "PostgreSQL");
	sql(e.db, "DROP TRIGGER slow ON device_seen", NULL);
	scene_hears(&e, "writes to the store succeed again");
	scene_has(&e, now);
	scene_end(&e);
}

/* As after a restart of the database. */
static void
a_lost_connection_is_made_anew(void **state)
{
	struct scene e;
	int64_t now;

	scene_make(&e, state);
	now = store_clock(e.s);
	scene_cut(&e);
	scene_heartbeat(&e, now);
	scene_has(&e, now);
	/* It listens again. */
	while (store_kill(e.s, "", 7, e.device) != STORE_OK)
		poll(NULL, 0, 20);
	while (child_next(&e.c, PATIENCE) != MSG_KILL)
		assert_int_not_equal(e.c.m.type, MSG_LOADED);
	scene_end(&e);
}

/* All is told and written anew when this node's row is gone. */
static void
lost_rows_are_written_anew(void **state)
{
	struct scene e;

	scene_make(&e, state);
	PQreset(e.db);
	sql(e.db, "DELETE FROM node", NULL);
	scene_cut(&e);
	while (child_next(&e.c, PATIENCE) != MSG_LOADING)
		assert_int_not_equal(e.c.m.type, MSG_LOADED);
	while (child_next(&e.c, PATIENCE) != MSG_LOADED)
		assert_int_not_equal(e.c.m.type, 0);
	scene_end(&e);
}

static void
away_and_back(void **state, const char *away, const char *back)
{
	struct scene e;
	int64_t now;

	scene_make(&e, state);
	now = store_clock(e.s);
	scene_database(&e, away);
	scene_cut(&e);
	scene_heartbeat(&e, now);
	scene_hears(&e, "");
	scene_database(&e, back);
	scene_has(&e, now);
	scene_end(&e);
}

static void
without_room_for_connections(void **state)
{
	away_and_back(state, "CONNECTION LIMIT 0", "CONNECTION LIMIT -1");
}

static void
a_read_only_database_is_awaited(void **state)
{
	away_and_back(state, "SET default_transaction_read_only = on",
	    "RESET default_transaction_read_only");
}

/* A server that starts waits for its store, and says why once. */
static void
a_start_awaits_the_store(void **state)
{
	struct scene e;

	scene_make(&e, state);
	child_stop(&e.c);
	scene_database(&e, "CONNECTION LIMIT 0");
	child_start(&e.c);
	child_open(&e.c, e.place->url);
	scene_hears(&e, "PostgreSQL");
	scene_database(&e, "CONNECTION LIMIT -1");
	while (child_next(&e.c, PATIENCE) != MSG_LOADED)
		if (e.c.m.type == 0 || (e.c.m.type == MSG_STORE_STATE &&
					   e.c.m.store_state.reason[0] != '\0'))
			fail_msg("%s", e.c.m.store_state.reason);
	scene_end(&e);
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(a_lock_is_waited_for),
	    IN_PLACE(a_slow_database_is_no_end),
	    IN_PLACE(a_lost_connection_is_made_anew),
	    IN_PLACE(lost_rows_are_written_anew),
	    IN_PLACE(without_room_for_connections),
	    IN_PLACE(a_read_only_database_is_awaited),
	    IN_PLACE(a_start_awaits_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
