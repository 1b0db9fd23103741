/*
 * What the keeper may say of records: each field of each at its edges, and
 * answers that nobody asked for.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert.h"
#include "learn.h"
#include "operator.h"
#include "record.h"
#include "stage.h"
#include "token.h"
#include "unit.h"

/* One of each kind that is as it should be. */
static void
make_good(struct msg *m, enum msg_type type)
{
	msg_init(m, type, 0);
	switch (type) {
	case MSG_DEVICE:
		m->devices.n = 2;
		m->devices.list[0] = m->devices.list[1] =
		    (struct msg_device){.id = 1, .name = "a", .tags = "a,b-1"};
		break;
	case MSG_KEY_OF:
		m->keys.n = 2;
		m->keys.list[0] = m->keys.list[1] =
		    (struct msg_key_of){.id = 1, .device = 1};
		break;
	case MSG_PERMIT:
		m->permit = (struct msg_permit){
		    .id = 1, .device = 1, .first = 1, .last = 65535};
		break;
	case MSG_FORWARD:
		m->forward = (struct msg_forward){
		    .id = 1, .device = 1, .dport = 1, .sport = 65535};
		break;
	case MSG_OPERATOR:
		m->oper = (struct msg_operator){.id = 1,
		    .role = OPERATOR_ADMIN,
		    .name = "alice",
		    .grants = "a b:22,80-90"};
		break;
	case MSG_ENROLLED:
		snprintf(m->enrolled.name, sizeof(m->enrolled.name), "a");
		break;
	case MSG_ALERT:
		m->alert = (struct msg_alert){.kind = ALERT_GONE,
		    .id = "device.gone:7:1",
		    .subject = "a",
		    .devices = "a,b",
		    .summary = "a is gone"};
		break;
	case MSG_MUTE:
		m->mute = (struct msg_mute){.id = 1, .target = "tag:a"};
		break;
	case MSG_BOUND:
		m->bound = (struct msg_bound){.id = 1, .text = "mem<5%"};
		break;
	case MSG_ENDS:
		m->ends = (struct msg_ends){.name = "alice"};
		break;
	case MSG_GONE:
		m->gone = (struct msg_gone){NOUN_FORWARD, 1};
		break;
	case MSG_NODE:
		m->node =
		    (struct msg_node){.name = "n2", .addr = "10.0.1.7:2223"};
		break;
	case MSG_WISH:
		m->wish = (struct msg_wish){1, 22, 22, 1, "n2"};
		break;
	case MSG_TUNNEL:
		m->tunnel = (struct msg_tunnel){1, 0, 22, 1, 1, 0, "n2"};
		break;
	case MSG_TICKET:
		m->ticket = (struct msg_ticket){.number = 1,
		    .device = 1,
		    .sport = 22,
		    .addr = "192.0.2.1",
		    .asker = "n1",
		    .node = "n2"};
		break;
	case MSG_SEEN:
		m->seen.n = 1;
		m->seen.list[0].device = 1;
		break;
	default:
		break;
	}
}

#define NUMBER "not a record's number"
#define DEVICE "not a device's number"
#define OPERATOR "not an operator's name"

/* A good one of this type with its field set is refused for this. */
#define WRONG(type, field, value, why)                      \
	do {                                                \
		struct msg m;                               \
                                                            \
		make_good(&m, MSG_##type);                  \
		assert_null(record_wrong(&m));              \
		m.field = (value);                          \
		assert_non_null(record_wrong(&m));          \
		assert_string_equal(record_wrong(&m), why); \
	} while (0)
#define WRONG_TEXT(type, field, value, why)                      \
	do {                                                     \
		struct msg m;                                    \
                                                                 \
		make_good(&m, MSG_##type);                       \
		snprintf(m.field, sizeof(m.field), "%s", value); \
		assert_non_null(record_wrong(&m));               \
		assert_string_equal(record_wrong(&m), why);      \
	} while (0)
#define RIGHT_TEXT(type, field, value)                           \
	do {                                                     \
		struct msg m;                                    \
                                                                 \
		make_good(&m, MSG_##type);                       \
		snprintf(m.field, sizeof(m.field), "%s", value); \
		assert_null(record_wrong(&m));                   \
	} while (0)

static const char *const no_names[] = {
    "A", "-a", ".a", "a b", "a\n", "\x1b[2J", "a\xff", "a/b", "a,b"};
static const int64_t no_numbers[] = {0, -1, INT64_MIN};
#define EACH(i, list) for (i = 0; i < sizeof(list) / sizeof(*(list)); i++)

static void
test_numbers(void **state)
{
	size_t i;

	(void)state;
	EACH(i, no_numbers) {
		WRONG(DEVICE, devices.list[1].id, no_numbers[i], NUMBER);
		WRONG(KEY_OF, keys.list[1].id, no_numbers[i], NUMBER);
		WRONG(PERMIT, permit.id, no_numbers[i], NUMBER);
		WRONG(FORWARD, forward.id, no_numbers[i], NUMBER);
		WRONG(OPERATOR, oper.id, no_numbers[i], NUMBER);
		WRONG(GONE, gone.id, no_numbers[i], NUMBER);
		WRONG(MUTE, mute.id, no_numbers[i], NUMBER);
		WRONG(BOUND, bound.id, no_numbers[i], NUMBER);
		WRONG(KEY_OF, keys.list[1].device, no_numbers[i], DEVICE);
		WRONG(FORWARD, forward.device, no_numbers[i], DEVICE);
		if (no_numbers[i] == 0)
			continue;
		WRONG(PERMIT, permit.device, no_numbers[i], DEVICE);
		WRONG(KILL, kill.device, no_numbers[i], DEVICE);
		WRONG(ALERT, alert.device, no_numbers[i], DEVICE);
		WRONG(MUTE, mute.device, no_numbers[i], DEVICE);
		WRONG(ALERT, alert.opened, no_numbers[i], "not a time");
		WRONG(ENDS, ends.at, no_numbers[i], "not a time");
		WRONG(FORWARD_RESULT, forward_result.forward, no_numbers[i],
		    NUMBER);
		WRONG(FORWARD, forward.oper, no_numbers[i], OPERATOR);
		WRONG(TOKEN_IS, token_is.token, no_numbers[i],
		    "not a token's number");
		WRONG(LOADED, seq.seq, no_numbers[i], "not a change's number");
		WRONG(CHANGED, seq.seq, no_numbers[i], "not a change's number");
	}
}

/* A calculation with the least number would end et-sshd. */
static void
test_times(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < sizeof(no_numbers) / sizeof(*no_numbers); i++) {
		WRONG(DEVICE, devices.list[1].last_seen, no_numbers[i],
		    "not a time");
		WRONG(FORWARD, forward.expires, no_numbers[i], "not a time");
		WRONG(OPERATOR, oper.expires, no_numbers[i], "not a time");
		WRONG(TOKENS, tokens.until, no_numbers[i], "not a time");
		WRONG(TOKENS, tokens.told, no_numbers[i], "not a time");
	}
	WRONG(DEVICE, devices.list[1].interval, (uint32_t)INT32_MAX + 1,
	    "not an interval");
	WRONG(TOKEN_IS, token_is.state, 3, "not a token's state");
}

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	EACH(i, no_names) {
		WRONG_TEXT(DEVICE, devices.list[1].name, no_names[i],
		    "not a device's name");
		WRONG_TEXT(
		    DEVICE, devices.list[1].alias, no_names[i], "not an alias");
		WRONG_TEXT(PERMIT, permit.tag, no_names[i], "not a tag");
		WRONG_TEXT(FORWARD, forward.owner, no_names[i], OPERATOR);
		WRONG_TEXT(OPERATOR, oper.name, no_names[i], OPERATOR);
		WRONG_TEXT(ENROLLED, enrolled.name, no_names[i],
		    "not a device's name");
		if (strcmp(no_names[i], "a,b") != 0)
			WRONG_TEXT(DEVICE, devices.list[1].tags, no_names[i],
			    "not tags");
	}
	WRONG_TEXT(DEVICE, devices.list[1].name, "", "not a device's name");
	WRONG_TEXT(OPERATOR, oper.name, "", OPERATOR);
	WRONG(ALERT, alert.kind, 0, "no such alert");
	WRONG(ALERT, alert.kind, ALERT_KINDS, "no such alert");
	WRONG(ALERT, alert.told, ALERT_TOLD_CLOSE + 1, "no such alert");
	WRONG_TEXT(ALERT, alert.id, "x", "not an alert's text");
	WRONG_TEXT(ALERT, alert.summary, "a\nb", "not an alert's text");
	WRONG_TEXT(ALERT, alert.devices, "a,,b", "not a device's name");
	WRONG_TEXT(MUTE, mute.target, "\x1b", "not a target");
	WRONG_TEXT(BOUND, bound.text, "mem", "not a bound");
	WRONG_TEXT(BOUND, bound.text, "mem<0x5", "not a bound");
	WRONG_TEXT(BOUND, bound.text, "memoryofit<5", "not a bound");
	WRONG_TEXT(BOUND, bound.text, "model<5", "not a bound");
	RIGHT_TEXT(BOUND, bound.text, "memory<5%");
	WRONG_TEXT(BOUND, bound.tag, "A", "not a tag");
	WRONG_TEXT(ENDS, ends.name, "", "not a name");
	WRONG_TEXT(PENALTY, penalty.addr, "", "not an address");
	WRONG_TEXT(PENALTY, penalty.addr, "192.0.2.1/32", "not an address");
	RIGHT_TEXT(PENALTY, penalty.addr, "192.0.2.1");
	RIGHT_TEXT(PENALTY, penalty.addr, "2001:db8::");
	WRONG_TEXT(ENROLLED, enrolled.name, "", "not a device's name");
	WRONG(FORWARD, forward.oper, 1, OPERATOR); /* without its name */
	WRONG(PERMIT, permit.device, 0, "not a tag"); /* with none */
}

/* As an older store has them, which no command makes any more. */
static void
test_names_of_before(void **state)
{
	(void)state;
	RIGHT_TEXT(DEVICE, devices.list[1].name, "device7");
	RIGHT_TEXT(DEVICE, devices.list[1].name, "64-66-b3-4b-de-54");
	RIGHT_TEXT(DEVICE, devices.list[1].alias, "localhost");
	RIGHT_TEXT(OPERATOR, oper.name, "root");
}

static void
test_lists(void **state)
{
	static const char *const no_tags[] = {",", "a,", ",a", "a,,b"};
	static const char *const no_grants[] = {"A", ":22", "a:", "a:0",
	    "a:65536", "device=", "device=A:22", "a:9-8", "a:22,", "a:x", " a",
	    "a  b", "a\nb"};
	char longest[DEVICE_TAGS];
	size_t i;

	(void)state;
	EACH(i, no_tags)
		WRONG_TEXT(
		    DEVICE, devices.list[1].tags, no_tags[i], "not tags");
	EACH(i, no_grants)
		WRONG_TEXT(OPERATOR, oper.grants, no_grants[i], "not grants");
	RIGHT_TEXT(OPERATOR, oper.grants, "");
	RIGHT_TEXT(OPERATOR, oper.grants, "device=a-1:22 b device=c");
	RIGHT_TEXT(DEVICE, devices.list[1].tags, "");
	memset(longest, 'a', sizeof(longest));
	longest[DEVICE_NAME] = '\0';
	WRONG_TEXT(DEVICE, devices.list[1].tags, longest, "not tags");
	longest[DEVICE_NAME - 1] = '\0';
	RIGHT_TEXT(DEVICE, devices.list[1].tags, longest);
}

static void
test_ports_and_kinds(void **state)
{
	static const uint32_t no_ports[] = {0, 65536, UINT32_MAX};
	size_t i;

	(void)state;
	EACH(i, no_ports) {
		WRONG(PERMIT, permit.first, no_ports[i], "not ports");
		WRONG(PERMIT, permit.last, no_ports[i], "not ports");
		WRONG(FORWARD, forward.dport, no_ports[i], "not ports");
		WRONG(FORWARD, forward.sport, no_ports[i], "not ports");
	}
	WRONG(FORWARD, forward.state, FORWARD_CANCELLED + 1, "no such state");
	WRONG(OPERATOR, oper.role, 0, "no such role");
	WRONG(OPERATOR, oper.role, OPERATOR_ADMIN + 1, "no such role");
	WRONG(ENROLLED, enrolled.result, ENROL_BUSY + 1, "no such result");
	for (i = 0; i < 10; i++)
		if (i == 0 || (i > NOUN_FORWARD && i != NOUN_OPERATOR))
			WRONG(GONE, gone.noun, (uint32_t)i, "no such noun");
}

#define NODE "not a node's name"

/* What the keeper says of other nodes. */
static void
test_nodes(void **state)
{
	static const uint32_t no_ports[] = {0, 65536, UINT32_MAX};
	static const char *const no_addresses[] = {
	    "n2", "n2:2223", "10.0.1.7", "10.0.1.7:x", "10.0.1.7:65536"};
	size_t i;

	(void)state;
	EACH(i, no_names) {
		WRONG_TEXT(NODE, node.name, no_names[i], NODE);
		WRONG_TEXT(WISH, wish.node, no_names[i], NODE);
		WRONG_TEXT(TUNNEL, tunnel.node, no_names[i], NODE);
		WRONG_TEXT(TICKET, ticket.node, no_names[i], NODE);
		WRONG_TEXT(TICKET, ticket.asker, no_names[i], NODE);
		WRONG_TEXT(FORWARD, forward.node, no_names[i], NODE);
	}
	RIGHT_TEXT(FORWARD, forward.node, "n2");
	EACH(i, no_addresses)
		WRONG_TEXT(NODE, node.addr, no_addresses[i], "not an address");
	RIGHT_TEXT(NODE, node.addr, "");
	WRONG_TEXT(NODE, node.version, "2.0\n", "not a version");
	WRONG_TEXT(TICKET, ticket.addr, "192.0.2.1:1", "not an address");
	EACH(i, no_ports) {
		WRONG(WISH, wish.dport, no_ports[i], "not ports");
		WRONG(WISH, wish.sport, no_ports[i], "not ports");
		WRONG(TUNNEL, tunnel.sport, no_ports[i], "not ports");
		WRONG(TICKET, ticket.sport, no_ports[i], "not ports");
	}
	WRONG(TUNNEL, tunnel.dport, 65536, "not ports");
	WRONG(TICKET, ticket.dport, 65536, "not ports");
	WRONG(TICKET, ticket.from, 65536, "not ports");
	WRONG(TICKET, ticket.number, 0, NUMBER);
	EACH(i, no_numbers) {
		WRONG(WISH, wish.device, no_numbers[i], DEVICE);
		WRONG(TUNNEL, tunnel.device, no_numbers[i], DEVICE);
		WRONG(TICKET, ticket.device, no_numbers[i], DEVICE);
		WRONG(SEEN, seen.list[0].device, no_numbers[i], DEVICE);
	}
	WRONG(SEEN, seen.list[0].at, -1, "not a time");
}

static void
test_backwards(void **state)
{
	struct msg m;

	(void)state;
	make_good(&m, MSG_PERMIT);
	m.permit.first = 9;
	m.permit.last = 8;
	assert_string_equal(record_wrong(&m), "not ports");
}

/* Nothing of a message that has one bad record is learned. */
static void
test_none_of_it(void **state)
{
	struct stage *s = *state;
	struct msg m;

	make_good(&m, MSG_DEVICE);
	m.devices.list[1].name[0] = '\0';
	assert_string_equal(
	    learn_role.hear(&s->keeper, &m), "not a device's name");
	assert_null(directory_device(&s->m.dir, 1));
}

static void
test_nobody_asked(void **state)
{
	struct stage *s = *state;
	struct dir_device *dev = stage_device(s, 1, "a");
	struct conn *c = stage_conn(s, dev);
	struct msg m;

	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	make_good(&m, MSG_ENROLLED);
	m.conn = c->number;
	assert_string_equal(learn_role.hear(&s->keeper, &m), "nobody asked");
	/* An honest answer can come when the client has given up. */
	c->state = CONN_ENDING;
	assert_null(learn_role.hear(&s->keeper, &m));
	m.conn = 999;
	assert_null(learn_role.hear(&s->keeper, &m));
	make_good(&m, MSG_TOKEN_IS);
	assert_string_equal(learn_role.hear(&s->keeper, &m), "nobody asked");
	HASH_DEL(s->m.conns, c);
	DL_DELETE2(dev->conns, c, dprev, dnext);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_nodes),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_names_of_before),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_ports_and_kinds),
	    cmocka_unit_test(test_backwards),
	    cmocka_unit_test_setup_teardown(
		test_none_of_it, stage_make, stage_remove),
	    cmocka_unit_test_setup_teardown(
		test_nobody_asked, stage_make, stage_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
