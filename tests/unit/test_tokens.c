/*
 * Tokens on their way to the keeper and back: what a keeper that is lost or
 * busy leaves behind; how long a registration may take.
 */
#include "config.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enrolment.h"
#include "srclimit.h"
#include "stage.h"
#include "tokens.h"
#include "unit.h"

#define CHECKS 5 /* of all, at the keeper */
#define TEXT "abcdefgh.abcdefghijklmnopqrstuvwxyz"

#define REGISTERS 120 /* s */

static int
make(void **state)
{
	struct stage *s;

	if (stage_make_lobbies(state) == -1)
		return -1;
	s = *state;
	s->m.tokens.until = s->m.tokens.told = INT64_MAX;
	return 0;
}

static void
try_one(struct conn *c)
{
	struct msg ask;

	msg_init(&ask, MSG_TOKEN, c->number);
	snprintf(ask.token.text, sizeof(ask.token.text), "%s", TEXT);
	assert_null(tokens_try(c, &ask));
}

static void
is_checked(struct stage *s, const struct conn *c)
{
	struct msg msg;

	stage_heard(s->to_keeper, &msg, MSG_TOKEN);
	assert_int_equal(msg.conn, c->number);
}

static void
is_refused(struct stage *s, const struct conn *c)
{
	struct msg msg;

	stage_heard(s->to_worker, &msg, MSG_VERDICT);
	assert_int_equal(msg.conn, c->number);
	assert_int_equal(msg.verdict.as, 0);
}

static void
keeper_says(struct stage *s, const struct conn *c, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_TOKEN_IS, c->number);
	snprintf(
	    msg.token_is.reason, sizeof(msg.token_is.reason), "%s", reason);
	assert_null(tokens_is(&s->m, &msg));
	is_refused(s, c);
}

/* What it was asked is answered by the monitor; the next keeper is asked. */
static void
test_keeper_lost(void **state)
{
	struct stage *s = *state;
	struct conn *c[CHECKS + 1];
	struct msg msg;
	uint32_t i;

	for (i = 0; i < CHECKS; i++) {
		c[i] = stage_stranger(s, i);
		try_one(c[i]);
		is_checked(s, c[i]);
	}
	c[i] = stage_stranger(s, i);
	try_one(c[i]);
	stage_heard_nothing(s->to_keeper);
	stage_heard_nothing(s->to_worker);
	tokens_keeper_lost(&s->m);
	for (i = 0; i < CHECKS + 1; i++) {
		stage_heard(s->to_worker, &msg, MSG_VERDICT);
		assert_int_equal(msg.verdict.as, 0);
		assert_false(tokens_wait(c[i]));
		assert_true(enrolment_was_busy(c[i]));
	}
	for (i = 0; i < CHECKS; i++) {
		try_one(c[i]);
		is_checked(s, c[i]);
	}
	for (i = 0; i < CHECKS + 1; i++)
		stage_leave(s, c[i]);
}

/* A source may be wrong so often; that the keeper is busy is not its fault. */
static void
test_keeper_busy(void **state)
{
	struct stage *s = *state;
	struct conn *c = stage_stranger(s, 1);
	int i;

	for (i = 0; i < 20; i++) {
		try_one(c);
		is_checked(s, c);
		keeper_says(s, c, "busy: one after the other");
	}
	for (i = 0; i < SRCLIMIT_TOKENS; i++) {
		try_one(c);
		is_checked(s, c);
		keeper_says(s, c, "unknown token");
	}
	try_one(c);
	stage_heard_nothing(s->to_keeper);
	is_refused(s, c);
	stage_leave(s, c);
}

/* A client with a token has so long, and not the rest of its login's time. */
static void
test_registering_takes_too_long(void **state)
{
	struct incoming incoming = {.pool = POOL_LISTEN};
	struct stage *s = *state;
	struct srclimit *sources = s->m.lobbies[POOL_LISTEN].sources;
	struct conn *c;

	incoming.addr.ss_family = AF_INET;
	incoming.fd = dup(s->to_worker);
	c = conn_new(&s->m, &incoming,
	    srclimit_enter(sources, (struct sockaddr *)&incoming.addr, 0),
	    &s->worker);
	assert_non_null(c);
	conn_enrol(c);
	assert_true(ev_timer_remaining(s->m.loop, &c->timer) > REGISTERS - 1);
	assert_true(ev_timer_remaining(s->m.loop, &c->timer) <= REGISTERS);
	ev_invoke(s->m.loop, &c->timer, EV_TIMER);
	assert_int_equal(c->state, CONN_ENDING);
	assert_string_equal(conn_reason(c), "registration timed out");
	conn_gone(c, "its worker closed it", 0, 0);
	stage_turn(s);
}

#define ON_STAGE(f) \
	cmocka_unit_test_setup_teardown(f, make, stage_remove_lobbies)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_keeper_lost),
	    ON_STAGE(test_keeper_busy),
	    ON_STAGE(test_registering_takes_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
