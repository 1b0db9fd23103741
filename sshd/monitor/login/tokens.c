#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "conn_event.h"
#include "enrolment.h"
#include "monitor.h"
#include "msg.h"
#include "token.h"
#include "tokens.h"

#define CHECKS 5 /* at the keeper: one under way, and its queue of 4 */
#define BUSY "busy: the keeper does not answer"

bool
tokens_wait(const struct conn *c)
{
	return c->enrolment != NULL && c->enrolment->doing != ENROLMENT_NOTHING;
}

bool
tokens_usable(const struct conn *c)
{
	const struct monitor *m = c->m;

	return c->pool == POOL_LISTEN && !m->stale &&
	       m->tokens.until > clock_wall();
}

bool
tokens_known(const struct conn *c)
{
	const struct monitor *m = c->m;

	return c->pool == POOL_LISTEN && !m->stale &&
	       m->tokens.told > clock_wall();
}

/* As this connection sends it. */
static bool
may_try(const struct conn *c)
{
	return tokens_keyed(c) ? tokens_known(c) : tokens_usable(c);
}

/*
 * again: a refusal names the method, so that a client may try.  A worker hears
 * what became of a token if it can tell that to the client, which is after a
 * login by a key.
 */
static void
send_verdict(const struct conn *c, uint32_t as, bool again, uint32_t state)
{
	static const enum msg_ended ended[] = {
	    [TOKEN_GOOD] = ENDED_NOT,
	    [TOKEN_EXPIRED] = ENDED_EXPIRED,
	    [TOKEN_USED_UP] = ENDED_USED_UP,
	};
	struct msg msg;

	msg_init(&msg, MSG_VERDICT, c->number);
	msg.verdict.as = as;
	msg.verdict.password = again && may_try(c);
	msg.verdict.ended = tokens_keyed(c) ? ended[state] : ENDED_NOT;
	conn_send(c, &msg, -1);
}

static void
refuse_ended(struct conn *c, uint32_t state, const char *why)
{
	const struct enrolment *e = c->enrolment;
	struct event event;

	/* dbclient would repeat the same token until its source is refused. */
	send_verdict(c, 0, e->busy, state);
	event = conn_event_begin(c, "login.refused");
	event_text(&event, "addr", c->addr);
	event_int(&event, "port", c->port);
	event_text(&event, "user", DEVICE_ENROL);
	event_text(&event, "token", *e->name != '\0' ? e->name : NULL);
	event_text(&event, "client", c->client);
	event_text(&event, "reason", why);
	event_end(&event);
	conn_refused(c, why);
}

static void
refuse_token(struct conn *c, const char *why)
{
	refuse_ended(c, TOKEN_GOOD, why);
}

static void
refuse_busy(struct conn *c)
{
	c->enrolment->busy = true;
	refuse_token(c, BUSY);
}

/* Send the keeper as many tokens as it and their sources allow. */
static void
check_next(struct monitor *m)
{
	struct enrolment *e, *tmp;
	struct conn *c;
	struct msg msg;

	DL_FOREACH_SAFE(m->tokens.line, e, tmp) {
		if (m->tokens.checking >= CHECKS)
			break;
		c = e->conn;
		switch (srclimit_token(c->source, clock_now())) {
		case SRCLIMIT_LATER:
			break;
		case SRCLIMIT_NEVER:
			enrolment_leave_line(e);
			refuse_token(c, "too many tokens from one source");
			break;
		case SRCLIMIT_NOW:
			msg_init(&msg, MSG_TOKEN, c->number);
			memcpy(msg.token.text, e->text, sizeof(e->text));
			enrolment_leave_line(e);
			e->doing = ENROLMENT_CHECKED;
			m->tokens.checking++;
			child_send(m->keeper, &msg, -1);
			explicit_bzero(&msg, msg_size(MSG_TOKEN));
			break;
		}
	}
}

/* Put a well-formed token in line.  NULL, or why not. */
static const char *
join_line(struct conn *c, const char *text)
{
	struct enrolment *e = c->enrolment;
	char secret[TOKEN_SECRET];

	e->name[0] = '\0';
	if (c->pool != POOL_LISTEN)
		return "operator-listen: tokens are not accepted here";
	if (!may_try(c))
		return "no valid token";
	if (!token_parse(text, e->name, secret))
		return "not a token";
	explicit_bzero(secret, sizeof(secret));
	memcpy(e->text, text, sizeof(e->text));
	e->doing = ENROLMENT_IN_LINE;
	DL_APPEND(c->m->tokens.line, e);
	return NULL;
}

static bool
begin_enrolment(struct conn *c)
{
	if (c->enrolment == NULL &&
	    (c->enrolment = calloc(1, sizeof(*c->enrolment))) == NULL)
		return false;
	c->enrolment->conn = c;
	return true;
}

static void
note_client(struct conn *c, const struct msg_token *t)
{
	char client[MSG_TEXT];

	clean_text(client, sizeof(client), t->client);
	if (c->client == NULL)
		c->client = strdup(client);
}

bool
tokens_log_in(struct conn *c, const struct key *key)
{
	if (!begin_enrolment(c))
		return false;
	c->enrolment->keyed = true;
	c->enrolment->key = *key;
	return true;
}

bool
tokens_keyed(const struct conn *c)
{
	return c->enrolment != NULL && c->enrolment->keyed;
}

/* Without a text a worker only asks whether the method may be named. */
static bool
is_question(const struct conn *c, const struct msg_token *t)
{
	return t->text[0] == '\0' && !tokens_keyed(c);
}

/* A login by a key is followed by one token. */
static bool
is_second(struct conn *c)
{
	bool second = tokens_keyed(c) && c->enrolment->tried;

	if (tokens_keyed(c))
		c->enrolment->tried = true;
	return second;
}

const char *
tokens_try(struct conn *c, struct msg *ask)
{
	struct msg_token *t = &ask->token;
	const char *why;

	if (tokens_wait(c))
		return "a token is being checked";
	if (c->sessionlen == 0)
		return "before its key exchange";
	if (is_second(c))
		return "a second token after one key";
	if (is_question(c, t) || !begin_enrolment(c)) {
		send_verdict(c, 0, true, TOKEN_GOOD);
		return NULL;
	}
	note_client(c, t);
	if (c->m->keeper->sock == -1)
		refuse_busy(c);
	else if ((why = join_line(c, t->text)) != NULL)
		refuse_token(c, why);
	else
		check_next(c->m);
	explicit_bzero(t->text, sizeof(t->text));
	return NULL;
}

static void
admit_token(struct conn *c, int64_t token)
{
	struct enrolment *e = c->enrolment;
	struct event event;

	e->token = token;
	conn_enrol(c);
	send_verdict(c, ROLE_ENROL, false, TOKEN_GOOD);
	event = conn_event_begin(c, "enroll.login");
	event_text(&event, "token", e->name);
	event_text(&event, "addr", c->addr);
	event_int(&event, "port", c->port);
	event_text(&event, "client", c->client);
	event_ms(&event, clock_now() - c->accepted);
	event_end(&event);
}

static void
token_checked(struct conn *c, const struct msg_token_is *is)
{
	bool busy = strncmp(is->reason, "busy", 4) == 0;
	char why[MSG_TEXT];

	c->enrolment->doing = ENROLMENT_NOTHING;
	srclimit_token_checked(c->source, is->token == 0 && !busy);
	clean_text(why, sizeof(why), is->reason);
	c->enrolment->busy |= busy;
	if (is->token != 0)
		admit_token(c, is->token);
	else
		refuse_ended(c, is->state, why);
}

const char *
tokens_is(struct monitor *m, const struct msg *msg)
{
	struct conn *c = conn_of(m, msg->conn);

	if (m->tokens.checking == 0)
		return "nobody asked";
	m->tokens.checking--;
	/* The connection may have left meanwhile. */
	if (c != NULL && c->enrolment != NULL &&
	    c->enrolment->doing == ENROLMENT_CHECKED)
		token_checked(c, &msg->token_is);
	check_next(m);
	return NULL;
}

const char *
tokens_until(struct monitor *m, const struct msg *msg)
{
	m->tokens.until = msg->tokens.until;
	m->tokens.told = msg->tokens.told;
	return NULL;
}

static void
keeper_lost(struct conn *c)
{
	struct enrolment *e = c->enrolment;

	if (e->doing == ENROLMENT_IN_LINE)
		enrolment_leave_line(e);
	else if (e->doing == ENROLMENT_CHECKED)
		srclimit_token_checked(c->source, false);
	else
		return;
	e->doing = ENROLMENT_NOTHING;
	refuse_busy(c);
}

void
tokens_keeper_lost(struct monitor *m)
{
	struct conn *c, *tmp;

	m->tokens.checking = 0;
	HASH_ITER(hh, m->conns, c, tmp)
		if (c->enrolment != NULL)
			keeper_lost(c);
}
