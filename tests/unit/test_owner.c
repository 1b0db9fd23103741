/*
 * What an operator may open, and when what an operator owns ends.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "learn.h"
#include "learn_operator.h"
#include "owner.h"
#include "stage.h"
#include "unit.h"

#define ALICE 3
#define SPORT 20000

static void
say_operator(struct stage *s, enum operator_role role, const char *grants,
    int64_t expires, uint8_t key)
{
	struct msg msg;

	msg_init(&msg, MSG_OPERATOR, 0);
	msg.oper.id = ALICE;
	msg.oper.role = role;
	msg.oper.expires = expires;
	snprintf(msg.oper.name, sizeof(msg.oper.name), "alice");
	snprintf(msg.oper.grants, sizeof(msg.oper.grants), "%s", grants);
	memset(msg.oper.digest, key, sizeof(msg.oper.digest));
	assert_null(learn_operator(&s->m, &msg));
}

static void
say_tags(struct stage *s, const char *tags)
{
	struct msg_device m = {.id = 1, .enabled = 1, .name = "a"};

	snprintf(m.tags, sizeof(m.tags), "%s", tags);
	assert_non_null(
	    directory_put_device(&s->m.dir, &m, clock_wall(), clock_now()));
}

/* What the keeper says of a forward; NULL, or what is wrong with that. */
static const char *
say_forward(
    struct stage *s, int64_t id, int64_t oper, uint32_t sport, const char *name)
{
	int64_t now = clock_wall();
	struct msg msg;

	msg_init(&msg, MSG_FORWARD, 0);
	msg.forward = (struct msg_forward){.id = id,
	    .device = 1,
	    .dport = 22,
	    .sport = sport,
	    .ttl = 3600,
	    .expires = now + INT64_C(3600) * 1000000,
	    .oper = oper};
	snprintf(msg.forward.owner, sizeof(msg.forward.owner), "%s", name);
	return learn_role.hear(&s->keeper, &msg);
}

/* Alice, her forward 1 of the device a, and root's forward 2. */
static int
make(void **state)
{
	struct stage *s;

	if (stage_make(state) != 0)
		return -1;
	s = *state;
	s->conf.operator_ports[0] = (struct port_range){SPORT, SPORT + 9};
	s->conf.operator_ports[1] = (struct port_range){30000, 30000};
	s->conf.noperator_ports = 2;
	s->conf.operator_ttl = 3600;
	say_tags(s, "lab");
	say_operator(s, OPERATOR_OPERATOR, "lab", 0, 0xaa);
	assert_null(say_forward(s, 1, ALICE, SPORT, "alice"));
	assert_null(say_forward(s, 2, 0, 80, ""));
	return 0;
}

static bool
lives(struct stage *s)
{
	assert_non_null(directory_forward(&s->m.dir, 2));
	return directory_forward(&s->m.dir, 1) != NULL;
}

/* It has ended as cancelled; the store and the event log have the reason. */
static void
ended(struct stage *s, const char *reason)
{
	json_t *all, *event;
	struct msg msg;

	assert_false(lives(s));
	stage_heard(s->to_keeper, &msg, MSG_FORWARD_STATE);
	assert_int_equal(msg.forward_state.id, 1);
	assert_int_equal(msg.forward_state.state, FORWARD_CANCELLED);
	assert_string_equal(msg.forward_state.reason, reason);
	stage_heard_nothing(s->to_keeper);
	all = stage_events(s);
	assert_int_equal(json_array_size(all), 1);
	event = json_array_get(all, 0);
	assert_string_equal(json_string_value(json_object_get(event, "event")),
	    "forward.withdrawn");
	assert_string_equal(
	    json_string_value(json_object_get(event, "operator")), "alice");
	assert_string_equal(
	    json_string_value(json_object_get(event, "reason")), reason);
	assert_int_equal(
	    json_integer_value(json_object_get(event, "sport")), SPORT);
	json_decref(all);
}

static void
test_removed(void **state)
{
	struct stage *s = *state;

	owner_check(&s->m);
	assert_true(lives(s));
	stage_heard_nothing(s->to_keeper);
	learn_operator_gone(&s->m, ALICE + 1);
	assert_true(lives(s));
	learn_operator_gone(&s->m, ALICE);
	ended(s, "operator removed");
}

/* Another key is another one, if the number is the same. */
static void
test_another_key(void **state)
{
	struct stage *s = *state;

	say_operator(s, OPERATOR_OPERATOR, "lab", 0, 0xbb);
	ended(s, "operator's key or name changed");
}

/* Its owner went while no server ran: the load knows the forward alone. */
static void
test_owner_not_there(void **state)
{
	struct stage *s = *state;
	struct msg msg;

	learn_operator_gone(&s->m, ALICE);
	stage_heard(s->to_keeper, &msg, MSG_FORWARD_STATE);
	json_decref(stage_events(s));
	assert_null(say_forward(s, 1, ALICE, SPORT, "alice"));
	assert_true(lives(s));
	owner_check(&s->m);
	assert_false(lives(s));
	stage_heard(s->to_keeper, &msg, MSG_FORWARD_STATE);
	assert_string_equal(msg.forward_state.reason, "operator removed");
}

static void
test_time_over(void **state)
{
	struct stage *s = *state;
	struct dir_operator *op = directory_operator(&s->m.dir, ALICE);

	say_operator(s, OPERATOR_OPERATOR, "lab",
	    clock_wall() + INT64_C(60000000), 0xaa);
	owner_check(&s->m);
	assert_true(lives(s));
	op->expires = clock_now();
	owner_check(&s->m);
	ended(s, "operator expired");
}

static void
test_role(void **state)
{
	struct stage *s = *state;

	say_operator(s, OPERATOR_ADMIN, "", 0, 0xaa);
	owner_check(&s->m);
	assert_true(lives(s));
	say_operator(s, OPERATOR_VIEWER, "lab", 0, 0xaa);
	owner_check(&s->m);
	ended(s, "no longer granted");
}

static void
test_grants(void **state)
{
	struct stage *s = *state;

	say_operator(s, OPERATOR_OPERATOR, "roof lab:23,22", 0, 0xaa);
	owner_check(&s->m);
	assert_true(lives(s));
	say_operator(s, OPERATOR_OPERATOR, "roof lab:23", 0, 0xaa);
	owner_check(&s->m);
	ended(s, "no longer granted");
}

static void
test_tags(void **state)
{
	struct stage *s = *state;

	say_tags(s, "lab,roof");
	owner_check(&s->m);
	assert_true(lives(s));
	say_tags(s, "roof");
	owner_check(&s->m);
	ended(s, "no longer granted");
}

static void
test_ports(void **state)
{
	struct stage *s = *state;

	s->conf.operator_ports[0].first = SPORT + 1;
	say_operator(s, OPERATOR_ADMIN, "", 0, 0xaa);
	owner_check(&s->m);
	assert_true(lives(s));
	say_operator(s, OPERATOR_OPERATOR, "lab", 0, 0xaa);
	owner_check(&s->m);
	ended(s, "not in operator-ports");
}

static void
test_ttl(void **state)
{
	struct stage *s = *state;

	s->conf.operator_ttl = 3599;
	say_operator(s, OPERATOR_ADMIN, "", 0, 0xaa);
	owner_check(&s->m);
	assert_true(lives(s));
	say_operator(s, OPERATOR_OPERATOR, "lab", 0, 0xaa);
	owner_check(&s->m);
	ended(s, "exceeds operator-ttl");
}

/* Events repeat an owner's name. */
static void
test_name(void **state)
{
	struct stage *s = *state;

	assert_non_null(say_forward(s, 9, ALICE, SPORT + 1, "a\201"));
	assert_non_null(say_forward(s, 9, ALICE, SPORT + 1, ""));
	assert_null(directory_forward(&s->m.dir, 9));
}

static const char *
refuses(struct stage *s, uint32_t sport, uint32_t ttl)
{
	static char text[MSG_TEXT];
	const char *why;

	why = owner_refuses(
	    &s->m, directory_operator(&s->m.dir, ALICE), sport, ttl, text);
	return why != NULL ? why : "";
}

static void
test_refuses(void **state)
{
	static const uint32_t good[] = {SPORT, SPORT + 9, 30000},
			      bad[] = {0, 1, 80, 1023, 1024, SPORT - 1,
				  SPORT + 10, 29999, 30001, 65535, 65536,
				  65536 + SPORT};
	struct stage *s = *state;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_string_equal(refuses(s, good[i], 3600), "");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(strstr(refuses(s, bad[i], 1),
		    "is not in operator-ports: 20000-20009, 30000"));
	assert_string_equal(refuses(s, SPORT, 3601),
	    "--ttl of 3601 s exceeds operator-ttl, 3600 s");
	assert_non_null(
	    strstr(refuses(s, SPORT, UINT32_MAX), "exceeds operator-ttl"));
	/* A long list is cut short. */
	for (i = 0; i < CONF_PORTS; i++)
		s->conf.operator_ports[i] = (struct port_range){10000, 10001};
	s->conf.noperator_ports = CONF_PORTS;
	assert_int_equal(strlen(refuses(s, SPORT, 1)), MSG_TEXT - 1);
	s->conf.noperator_ports = 0;
	assert_non_null(strstr(refuses(s, SPORT, 1), "ssh -J"));
	say_operator(s, OPERATOR_ADMIN, "", 0, 0xaa);
	assert_string_equal(refuses(s, 80, FORWARD_TTL_MAX), "");
}

static void
test_default_ttl(void **state)
{
	struct stage *s = *state;

	s->conf.operator_ttl = FORWARD_TTL + 1;
	assert_int_equal(owner_ttl(&s->m), FORWARD_TTL);
	s->conf.operator_ttl = FORWARD_TTL - 1;
	assert_int_equal(owner_ttl(&s->m), FORWARD_TTL - 1);
}

#define OWNED(f) cmocka_unit_test_setup_teardown(f, make, stage_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    OWNED(test_removed),
	    OWNED(test_another_key),
	    OWNED(test_owner_not_there),
	    OWNED(test_time_over),
	    OWNED(test_role),
	    OWNED(test_grants),
	    OWNED(test_tags),
	    OWNED(test_ports),
	    OWNED(test_ttl),
	    OWNED(test_name),
	    OWNED(test_refuses),
	    OWNED(test_default_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
