#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

static void
die(const struct plan *plan)
{
	die_by((int)plan->a);
}

static void
leave_with(const struct plan *plan)
{
	_exit((int)plan->a);
}

/* Or it would be ended for that: what et-sshd has to say to its rows. */
static void
hear_all(void)
{
	while (hear(MSG_FD) != 0)
		;
}

/* a times the message of a "say" of type b. */
static void
flood(const struct plan *plan)
{
	struct plan one = *plan;
	unsigned long i;
	struct msg m;

	one.a = plan->b;
	make_said(&m, &one);
	for (i = 0; i < plan->a; i++) {
		say(&m);
		hear_all();
	}
}

/* Never one of those of the device that can log in. */
static int64_t
any_id(void)
{
	return 100 + random() % 100;
}

static void
random_device(struct msg_device *d)
{
	d->id = any_id();
	d->enabled = (uint32_t)random() % 2;
	d->last_seen = random();
	snprintf(d->name, sizeof(d->name), "d%ld", random() % 100);
	snprintf(d->alias, sizeof(d->alias), "d%ld", random() % 100);
}

static void
random_forward(struct msg_forward *f)
{
	f->id = any_id();
	f->device = any_id();
	f->state = (uint32_t)random() % 6;
	f->cancelled = random() % 4 == 0;
	f->oper = random() % 2 ? any_id() : 0;
	snprintf(f->owner, sizeof(f->owner), "o%ld", random() % 10);
}

static void
random_operator(struct msg_operator *o)
{
	o->id = any_id();
	o->role = 1 + (uint32_t)random() % 3;
	o->expires = random() % 2 ? random() : 0;
	o->digest[0] = (uint8_t)(random() % 100);
}

static void
random_row(struct msg *m)
{
	static const enum msg_type types[] = {MSG_DEVICE, MSG_KEY_OF,
	    MSG_PERMIT, MSG_FORWARD, MSG_OPERATOR, MSG_GONE, MSG_KILL,
	    MSG_PENALTY, MSG_TOKENS, MSG_ALERT, MSG_MUTE, MSG_BOUND, MSG_ENDS,
	    MSG_ALERT_TEST, MSG_CHANGED};
	static const uint32_t nouns[] = {
	    NOUN_DEVICE, NOUN_KEY, NOUN_PERMIT, NOUN_FORWARD, NOUN_OPERATOR};

	make_good(m, types[random() % 15]);
	if (m->type == MSG_DEVICE)
		random_device(&m->devices.list[0]);
	else if (m->type == MSG_KEY_OF) {
		m->keys.list[0].id = any_id();
		m->keys.list[0].device = any_id();
		m->keys.list[0].digest[0] = (uint8_t)(random() % 100);
	} else if (m->type == MSG_PERMIT) {
		m->permit.id = any_id();
		m->permit.device = random() % 2 ? any_id() : 0;
		snprintf(m->permit.tag, sizeof(m->permit.tag), "a");
	} else if (m->type == MSG_FORWARD)
		random_forward(&m->forward);
	else if (m->type == MSG_OPERATOR)
		random_operator(&m->oper);
	else if (m->type == MSG_GONE)
		m->gone = (struct msg_gone){nouns[random() % 5], any_id()};
	else if (m->type == MSG_KILL)
		m->kill = (struct msg_kill){NOBODYS, any_id()};
	else if (m->type == MSG_PENALTY)
		snprintf(m->penalty.addr, sizeof(m->penalty.addr), "127.0.0.%d",
		    (int)(random() % 256));
	else if (m->type == MSG_ALERT) {
		m->alert.kind = 1 + (uint32_t)random() % 10;
		m->alert.device = random() % 2 ? any_id() : 0;
		snprintf(m->alert.id, sizeof(m->alert.id), "x:%ld:1",
		    random() % 2000);
	} else if (m->type == MSG_MUTE)
		m->mute.id = any_id();
	else if (m->type == MSG_BOUND)
		m->bound.id = 1 + random() % 60; /* of 64 */
	else if (m->type == MSG_ENDS)
		snprintf(m->ends.name, sizeof(m->ends.name), "e%ld",
		    random() % 2000);
	else if (m->type == MSG_CHANGED || m->type == MSG_TOKENS)
		m->seq.seq = random();
}

/* a rows in any order, each as a store may have it, with seed b. */
static void
random_rows(const struct plan *plan)
{
	unsigned long i;
	struct msg m;

	srandom((unsigned int)plan->b);
	for (i = 0; i < plan->a; i++) {
		random_row(&m);
		say(&m);
		hear_all();
	}
}

const struct attack keeper_attacks[] = {
    {"die", die},
    {"exit", leave_with},
    {"flood", flood},
    {"rows", random_rows},
    {NULL, NULL},
};
