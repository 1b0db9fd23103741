#include "config.h"

#include <stdio.h>
#include <string.h>

#include "act.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"
#include "page_ask.h"
#include "page_key.h"
#include "recent.h"
#include "visit.h"

#define ACTS 32 /* in a row */
#define ACTS_RATE 4.0 /* a second after that */
#define ACTS_REFUSED 1024 /* past the limit: an honest page asks for fewer */
#define EVENTS 256
#define EVENTS_RATE 64.0
#define LINES 32 /* in one answer */

/* An act past the limit is answered, and not logged. */
static const char *
refuse_act(struct child *page, struct page_asks *a, const struct msg_act *act)
{
	struct msg msg;

	if (++a->refused > ACTS_REFUSED)
		return "too many acts";
	msg_init(&msg, MSG_COMMANDED, 0);
	msg.commanded.id = act->id;
	msg.commanded.status = 1;
	snprintf(msg.commanded.refused, sizeof(msg.commanded.refused),
	    "too many acts: try again");
	child_send(page, &msg, -1);
	return NULL;
}

static const char *
page_act(struct conn *c, struct child *page, struct page_asks *a,
    const struct msg *msg)
{
	const struct msg_act *act = &msg->act;
	const char *refused = NULL;

	if (!bucket_take(&a->acts, ACTS, ACTS_RATE, clock_now()))
		return refuse_act(page, a, act);
	if (!page_key_is(c, act->key))
		refused = "wrong key: open the address that page prints";
	else if (!act_is(act->text))
		refused = "not an act of the page";
	return console_act(c, page, act, refused);
}

static const char *
page_hung_up(struct conn *c, struct child *page, struct page_asks *a,
    const struct msg *msg)
{
	(void)page;
	(void)a;
	return console_act_hung_up(c, &msg->hung_up);
}

/* --- lines of the event log ---------------------------------------------- */

/* Lines that name no device are the server's, and for admins. */
static bool
is_seen(const struct conn *c, const struct recent_line *l)
{
	const struct dir_operator *op = c->oper;
	struct dir_device *dev;

	if (op->role == OPERATOR_ADMIN)
		return true;
	return l->device[0] != '\0' &&
	       directory_named(&c->m->dir, l->device, &dev) == NULL &&
	       operator_sees(op->role, op->grants, dev->name, dev->tags);
}

static const char *
page_events(struct conn *c, struct child *page, struct page_asks *a,
    const struct msg *msg)
{
	const struct msg_events *ask = &msg->events;
	struct recent *r = c->m->recent;
	const struct recent_line *l;
	uint64_t seq = ask->after;
	struct msg answer;
	int n = 0;

	if (!bucket_take(&a->events, EVENTS, EVENTS_RATE, clock_now()))
		return "too many questions for events";
	if (r != NULL && ask->polls)
		recent_want_polls(r, clock_now());
	msg_init(&answer, MSG_EVENT, 0);
	answer.event.id = ask->id;
	answer.event.lost = r != NULL && recent_lost(r, ask->after);
	answer.event.more = 1;
	while (r != NULL && n < LINES && (l = recent_next(r, seq)) != NULL) {
		seq = l->seq;
		if (!is_seen(c, l))
			continue;
		answer.event.seq = seq;
		snprintf(answer.event.line, sizeof(answer.event.line), "%s",
		    l->text);
		child_send(page, &answer, -1);
		n++;
	}
	answer.event.seq = seq;
	answer.event.more = 0;
	answer.event.line[0] = '\0';
	child_send(page, &answer, -1);
	return NULL;
}

/* --- visitors of devices' web interfaces --------------------------------- */

static const char *
page_reach(struct conn *c, struct child *page, struct page_asks *a,
    const struct msg *msg)
{
	(void)a;
	return visit_reach(c, page, msg);
}

static const char *
page_visit_closed(struct conn *c, struct child *page, struct page_asks *a,
    const struct msg *msg)
{
	(void)a;
	visit_closed(c, page, msg);
	return NULL;
}

static const struct {
	enum msg_type type;
	const char *(*answer)(struct conn *, struct child *page,
	    struct page_asks *, const struct msg *);
} rules[] = {
    {MSG_ACT, page_act},
    {MSG_HUNG_UP, page_hung_up},
    {MSG_EVENTS, page_events},
    {MSG_REACH, page_reach},
    {MSG_JUMP_CLOSED, page_visit_closed},
};

const char *
page_ask(
    struct conn *c, struct child *page, struct page_asks *a, struct msg *msg)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].type == msg->type)
			return conn_open(c) ? rules[i].answer(c, page, a, msg)
					    : NULL;
	return "not a page's to say";
}
