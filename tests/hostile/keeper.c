/*
 * A keeper that was taken over, in et-sshd-keeper's place, which has no store:
 * it makes up a directory in which one device and one operator can log in (file
 * "device") and says once more what that is after each of its plans.  What it says at the end of a plan,
 * an ADMIN with the plan's number, is heard only if it has not been ended.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "forward.h"
#include "hostile.h"
#include "operator.h"

#define DEVICE 1 /* its number, and that of its key and permit */
#define LIE 7 /* the number of what is made up to be spoilt */
#define LOOK 10 /* ms from one look for plans to the next */
#define HOUR INT64_C(3600000000) /* us */

static const struct attack *const subjects[] = {
    any_attacks, say_attacks, keeper_attacks};

static int64_t
wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static void
make_row(struct msg *m, enum msg_type type, int64_t id)
{
	switch (type) {
	case MSG_DEVICE:
		m->devices.n = 1;
		m->devices.list[0] = (struct msg_device){
		    .id = id, .enabled = 1, .name = "seven", .tags = "a,b"};
		break;
	case MSG_KEY_OF:
		m->keys.n = 1;
		m->keys.list[0] = (struct msg_key_of){
		    .id = id, .device = id, .digest = {LIE}};
		break;
	case MSG_PERMIT:
		m->permit = (struct msg_permit){
		    .id = id, .device = id, .first = 9000, .last = 9009};
		break;
	case MSG_FORWARD:
		m->forward = (struct msg_forward){.id = id,
		    .device = DEVICE,
		    .dport = 22,
		    .sport = 9010,
		    .ttl = 3600,
		    .expires = wall_us() + HOUR};
		break;
	default:
		m->oper = (struct msg_operator){.id = id,
		    .role = OPERATOR_OPERATOR,
		    .name = "olga",
		    .grants = "a b:22,80"};
		memset(m->oper.digest, LIE, sizeof(m->oper.digest));
	}
}

static void
make_alert(struct msg_alert *a)
{
	a->kind = 1;
	a->device = LIE;
	a->since = a->opened = wall_us() - HOUR;
	snprintf(a->id, sizeof(a->id), "device.gone:7:1");
	snprintf(a->subject, sizeof(a->subject), "seven");
	snprintf(a->summary, sizeof(a->summary), "seven is gone");
}

/* What only a store with several nodes has; false: another type. */
static bool
make_of_nodes(struct msg *m, enum msg_type type)
{
	switch (type) {
	case MSG_NODE:
		m->node.alive = 1;
		snprintf(m->node.name, MSG_NAME, "other");
		return true;
	case MSG_WISH:
		m->wish.device = LIE;
		m->wish.dport = m->wish.sport = 22;
		snprintf(m->wish.node, MSG_NAME, "other");
		return true;
	case MSG_TUNNEL:
		m->tunnel.device = LIE;
		m->tunnel.sport = 9000;
		m->tunnel.open = 1;
		snprintf(m->tunnel.node, MSG_NAME, "other");
		return true;
	case MSG_TICKET:
		m->ticket.number = m->ticket.sport = LIE;
		m->ticket.device = LIE;
		snprintf(m->ticket.asker, MSG_NAME, "other");
		snprintf(m->ticket.node, MSG_NAME, "this");
		return true;
	case MSG_TICKETED:
		m->ticketed.number = LIE;
		return true;
	case MSG_SEEN:
		m->seen.n = 1;
		m->seen.list[0].device = m->seen.list[0].at = LIE;
		return true;
	default:
		return type == MSG_LEAD;
	}
}

void
make_good(struct msg *m, enum msg_type type)
{
	msg_init(m, type, 0);
	if (make_of_nodes(m, type))
		return;
	if (type == MSG_DEVICE || type == MSG_KEY_OF || type == MSG_PERMIT ||
	    type == MSG_FORWARD || type == MSG_OPERATOR)
		make_row(m, type, LIE);
	else if (type == MSG_GONE)
		m->gone = (struct msg_gone){NOUN_DEVICE, LIE};
	else if (type == MSG_ENROLLED)
		snprintf(m->enrolled.name, sizeof(m->enrolled.name), "seven");
	else if (type == MSG_ALERT)
		make_alert(&m->alert);
	else if (type == MSG_MUTE) {
		m->mute.id = LIE;
		m->mute.until = wall_us() + HOUR;
		snprintf(m->mute.target, sizeof(m->mute.target), "tag:a");
	} else if (type == MSG_BOUND) {
		m->bound.id = LIE;
		snprintf(m->bound.text, sizeof(m->bound.text), "mem<5%%");
	} else if (type == MSG_ENDS) {
		m->ends.at = wall_us() + HOUR;
		snprintf(m->ends.name, sizeof(m->ends.name), "seven");
	} else if (type == MSG_STORE_STATE)
		m->store_state.ok = 1;
}

static void
say_state(void)
{
	struct msg m;

	make_good(&m, MSG_STORE_STATE);
	say(&m);
}

static void
read_digest(FILE *f, uint8_t digest[MSG_DIGEST])
{
	unsigned int byte, i;

	for (i = 0; i < MSG_DIGEST && fscanf(f, "%2x", &byte) == 1; i++)
		digest[i] = (uint8_t)byte;
}

/* The file "device": "NAME PORT HEX", and HEX of an operator's key. */
static void
load(void)
{
	char path[PATH_MAX + 16], name[MSG_NAME];
	struct msg device, key, permit, oper;
	FILE *f;

	make_good(&device, MSG_DEVICE);
	make_good(&key, MSG_KEY_OF);
	make_good(&permit, MSG_PERMIT);
	make_good(&oper, MSG_OPERATOR);
	snprintf(path, sizeof(path), "%s/device", it.folder);
	if ((f = fopen(path, "r")) == NULL ||
	    fscanf(f, "%64s %u ", name, &permit.permit.first) != 2)
		fail("%s: not a device", path);
	read_digest(f, key.keys.list[0].digest);
	read_digest(f, oper.oper.digest);
	fclose(f);
	device.devices.list[0].id = DEVICE;
	snprintf(device.devices.list[0].name, MSG_NAME, "%s", name);
	key.keys.list[0].id = key.keys.list[0].device = DEVICE;
	permit.permit.id = permit.permit.device = DEVICE;
	permit.permit.last = permit.permit.first;
	oper.oper.id = DEVICE;
	snprintf(oper.oper.name, sizeof(oper.oper.name), "alice");
	say(&device);
	say(&key);
	say(&permit);
	say(&oper);
	say_type(MSG_LOADED, 0);
}

/* Its plan is over.  A second load sweeps away what came before the first. */
static void
tell(const struct plan *plan)
{
	struct msg m;

	load();
	load();
	msg_init(&m, MSG_ADMIN, 0);
	snprintf(m.admin.who, sizeof(m.admin.who), "keeper");
	snprintf(m.admin.what, sizeof(m.admin.what), "%u", plan->number);
	say(&m);
}

uint64_t
in_state(const char *state)
{
	(void)state;
	return 0;
}

int
main(int argc, char **argv)
{
	struct pollfd p = {.fd = MSG_FD, .events = POLLIN};
	struct plan plan;

	(void)argc;
	(void)argv;
	find_folder();
	it.leaves = true;
	wait_for(MSG_FD, MSG_STORE_OPEN);
	say_state();
	load();
	for (;;) {
		poll(&p, 1, LOOK);
		while (hear(MSG_FD) != 0)
			;
		if (find_plan(&plan)) {
			carry_out(subjects,
			    sizeof(subjects) / sizeof(subjects[0]), &plan);
			tell(&plan);
		}
		say_state();
	}
}
