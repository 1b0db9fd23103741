/*
 * Who may log in by which pool, and what ends when that changes.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "conn.h"
#include "learn_operator.h"
#include "lobby.h"
#include "monitor.h"
#include "stage.h"
#include "unit.h"

/* The records of an operator, as the keeper sends them. */
static struct msg
record(enum operator_role role)
{
	struct msg m;

	msg_init(&m, MSG_OPERATOR, 0);
	m.oper.id = 1;
	m.oper.role = role;
	snprintf(m.oper.name, sizeof(m.oper.name), "eve");
	snprintf(m.oper.grants, sizeof(m.oper.grants), "t");
	memset(m.oper.digest, 7, sizeof(m.oper.digest));
	return m;
}

static void
learn(struct stage *s, enum operator_role role)
{
	struct msg m = record(role);

	assert_null(learn_operator(&s->m, &m));
}

/* One of the operator's, logged in by this pool. */
static struct conn *
come(struct stage *s, enum pool pool)
{
	struct dir_operator *op = directory_operator(&s->m.dir, 1);
	struct conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	assert_non_null(op);
	c->m = &s->m;
	c->number = ++s->m.last_conn;
	c->state = CONN_OPERATOR;
	c->pool = pool;
	c->fd = -1;
	c->worker = &s->worker;
	c->oper = op;
	DL_APPEND2(op->conns, c, dprev, dnext);
	return c;
}

static void
leave(struct conn *c)
{
	DL_DELETE2(c->oper->conns, c, dprev, dnext);
	ev_timer_stop(c->m->loop, &c->timer);
	free(c);
}

static void
expect(const struct conn *c, const char *reason)
{
	assert_int_equal(
	    c->state, reason == NULL ? CONN_OPERATOR : CONN_ENDING);
	assert_int_equal(c->awaited, reason != NULL);
	if (reason != NULL)
		assert_string_equal(c->reason, reason);
}

static const char only_there[] =
    "admin-by-ssh: role admin logs in at operator-listen alone";
static const char nowhere[] = "admin-by-ssh: no login of role admin";

/* Every role, by every pool, with every setting. */
static void
test_admits(void **state)
{
	static const char *const want[CONF_ADMINS][POOLS] = {
	    [CONF_ADMIN_OPERATOR_LISTEN] = {only_there, NULL},
	    [CONF_ADMIN_NO] = {nowhere, nowhere},
	};
	struct conf conf = {.nlisten = 0};
	const char *why;
	int admin, pool, role;

	(void)state;
	for (admin = 0; admin < CONF_ADMINS; admin++) {
		conf.admin_by_ssh = (enum conf_admin)admin;
		for (pool = 0; pool < POOLS; pool++) {
			for (role = OPERATOR_VIEWER; role < OPERATOR_ADMIN;
			     role++)
				assert_null(lobby_admits(&conf, (enum pool)pool,
				    (enum operator_role)role));
			why = lobby_admits(
			    &conf, (enum pool)pool, OPERATOR_ADMIN);
			if (want[admin][pool] == NULL)
				assert_null(why);
			else
				assert_string_equal(why, want[admin][pool]);
		}
	}
}

/* An operator who is there becomes an admin. */
static void
test_role_changes(void **state)
{
	struct stage *s = *state;
	struct conn *c[POOLS];

	s->conf.admin_by_ssh = CONF_ADMIN_OPERATOR_LISTEN;
	learn(s, OPERATOR_OPERATOR);
	c[POOL_LISTEN] = come(s, POOL_LISTEN);
	c[POOL_OPERATORS] = come(s, POOL_OPERATORS);
	learn(s, OPERATOR_VIEWER);
	expect(c[POOL_LISTEN], NULL);
	learn(s, OPERATOR_ADMIN);
	expect(c[POOL_LISTEN], only_there);
	expect(c[POOL_OPERATORS], NULL);
	assert_int_equal(s->m.ending, 1);
	leave(c[POOL_LISTEN]);
	leave(c[POOL_OPERATORS]);
}

static void
test_setting_changes(void **state)
{
	struct stage *s = *state;
	struct conn *c[POOLS];

	learn(s, OPERATOR_ADMIN);
	c[POOL_LISTEN] = come(s, POOL_LISTEN);
	c[POOL_OPERATORS] = come(s, POOL_OPERATORS);
	lobby_recheck_all(&s->m);
	expect(c[POOL_LISTEN], NULL);
	s->conf.admin_by_ssh = CONF_ADMIN_OPERATOR_LISTEN;
	lobby_recheck_all(&s->m);
	expect(c[POOL_LISTEN], only_there);
	expect(c[POOL_OPERATORS], NULL);
	s->conf.admin_by_ssh = CONF_ADMIN_NO;
	lobby_recheck_all(&s->m);
	expect(c[POOL_OPERATORS], nowhere);
	/* Once is enough. */
	assert_int_equal(s->m.ending, 2);
	leave(c[POOL_LISTEN]);
	leave(c[POOL_OPERATORS]);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(pool_option(POOL_LISTEN), "listen");
	assert_string_equal(pool_option(POOL_OPERATORS), "operator-listen");
	assert_null(pool_event(POOL_LISTEN));
	assert_string_equal(pool_event(POOL_OPERATORS), "operator-listen");
}

#define WITH_STAGE(f) \
	cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_admits),
	    WITH_STAGE(test_role_changes),
	    WITH_STAGE(test_setting_changes),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
