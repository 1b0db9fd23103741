/*
 * Tokens on their way to the keeper and back: what a keeper that is lost or
 * busy leaves behind.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "lobby.h"
#include "srclimit.h"
#include "stage.h"
#include "tokens.h"
#include "unit.h"

#define CHECKS 5 /* of all, at the keeper */
#define TEXT "abcdefgh.abcdefghijklmnopqrstuvwxyz"

static int
make(void **state)
{
	struct stage *s;

	if (stage_make(state) == -1)
		return -1;
	s = *state;
	s->conf.per_source_penalties = true;
	s->conf.max_auth_tries = 1000;
	s->m.tokens_until = s->m.tokens_told = INT64_MAX;
	return lobby_open_all(&s->m) ? 0 : -1;
}

static int
drop(void **state)
{
	struct stage *s = *state;

	lobby_empty_all(&s->m);
	lobby_free_all(&s->m);
	return stage_remove(state);
}

/* Of the nth source, after its key exchange. */
static struct conn *
stranger(struct stage *s, uint32_t n)
{
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000200 + n)};
	struct lobby *l = &s->m.lobbies[POOL_LISTEN];
	struct conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->m = &s->m;
	c->number = ++s->m.last_conn;
	c->state = CONN_KEX;
	c->fd = -1;
	c->worker = &s->worker;
	c->sessionlen = 32;
	c->source = srclimit_enter(l->sources, (struct sockaddr *)&addr, 0);
	srclimit_place(l->sources, c->source);
	DL_APPEND(l->startups, c);
	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	return c;
}

static void
leave(struct stage *s, struct conn *c)
{
	struct lobby *l = &s->m.lobbies[POOL_LISTEN];

	tokens_leave(c);
	tokens_free(c);
	DL_DELETE(l->startups, c);
	srclimit_vacate(l->sources, c->source);
	srclimit_leave(l->sources, c->source);
	HASH_DEL(s->m.conns, c);
	free(c->client);
	free(c);
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
		c[i] = stranger(s, i);
		try_one(c[i]);
		is_checked(s, c[i]);
	}
	c[i] = stranger(s, i);
	try_one(c[i]);
	stage_heard_nothing(s->to_keeper);
	stage_heard_nothing(s->to_worker);
	tokens_keeper_lost(&s->m);
	for (i = 0; i < CHECKS + 1; i++) {
		stage_heard(s->to_worker, &msg, MSG_VERDICT);
		assert_int_equal(msg.verdict.as, 0);
		assert_false(tokens_wait(c[i]));
		assert_true(tokens_were_busy(c[i]));
	}
	for (i = 0; i < CHECKS; i++) {
		try_one(c[i]);
		is_checked(s, c[i]);
	}
	for (i = 0; i < CHECKS + 1; i++)
		leave(s, c[i]);
}

/* A source may be wrong so often; that the keeper is busy is not its fault. */
static void
test_keeper_busy(void **state)
{
	struct stage *s = *state;
	struct conn *c = stranger(s, 1);
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
	leave(s, c);
}

#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(test_keeper_lost),
	    ON_STAGE(test_keeper_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
