#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

/* A key that is nobody's. */
static const char line[] = "ssh-ed25519 "
			   "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAA"
			   "AAAAAAAAAAAAAAAAAAAAAAAAA";

/* "token" beside it: the text of one that is good. */
static void
make_token(struct msg *m, uint64_t number)
{
	char path[PATH_MAX + 8];
	FILE *f;

	msg_init(m, MSG_TOKEN, number);
	snprintf(path, sizeof(path), "%s/token", it.folder);
	if ((f = fopen(path, "r")) == NULL ||
	    fgets(m->token.text, sizeof(m->token.text), f) == NULL)
		fail("%s: %s", path, strerror(errno));
	fclose(f);
}

uint64_t
open_enrol(struct msg *m)
{
	uint64_t number = conn(0);

	if (sign_conn(0) == 0)
		fail("the first hash is not signed");
	make_token(m, number);
	say(m);
	wait_for(MSG_FD, MSG_VERDICT);
	if (it.got.verdict.as != ROLE_ENROL)
		fail("a good token is refused");
	return number;
}

/* A second one (a: or a login) while the first is being checked. */
static void
token_and(const struct plan *plan)
{
	struct msg m, login;

	sign_conn(0);
	make_token(&m, conn(0));
	make_login(&login, conn(0), it.hash);
	say(&m);
	say(plan->a == 0 ? &m : &login);
}

/* Six that are none, and the connection is at its end. */
static void
token_tries(const struct plan *plan)
{
	struct msg m;
	int i;

	(void)plan;
	sign_conn(0);
	msg_init(&m, MSG_TOKEN, conn(0));
	m.token.text[0] = '?';
	for (i = 0; i < 6; i++)
		if (verdict_of(&m))
			fail("what is no token is good");
	wait_for(MSG_FD, MSG_CLOSE);
	say_type(MSG_BYE, conn(0));
	say(&m);
}

/* Its one command is a; b is one too many. */
static void
enrol_twice(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_enrol(&m);

	say_type((enum msg_type)plan->a, number);
	wait_for(MSG_FD, plan->a == MSG_FETCH ? MSG_FILE : MSG_ENROLLED);
	say_type((enum msg_type)plan->b, number);
}

/*
 * It may register a device; the token's number that it says, and the device
 * that it would like to be in the end, are nothing to the monitor.
 */
static void
enrol_as(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_enrol(&m);

	(void)plan;
	msg_init(&m, MSG_ENROLL, number);
	m.enroll.token = INT64_MAX;
	snprintf(m.enroll.name, sizeof(m.enroll.name), "by-mallory");
	snprintf(m.enroll.key, sizeof(m.enroll.key), "%s", line);
	say(&m);
	wait_for(MSG_FD, MSG_ENROLLED);
	if (it.got.enrolled.refused[0] != '\0')
		fail("with a good token: %s", it.got.enrolled.refused);
	say_type(MSG_POLL, number);
}

/* --- the user enroll by a key: a known one, which does not matter ------ */

static uint64_t
open_by_key(struct msg *m)
{
	it.as = "enroll";
	open_conn(0, m);
	if (it.got.verdict.as != ROLE_ENROL_KEY)
		fail("it has logged in as %u", it.got.verdict.as);
	return conn(0);
}

/* It has logged in to nothing: message a of that connection. */
static void
key_then(const struct plan *plan)
{
	struct msg m;

	say_type((enum msg_type)plan->a, open_by_key(&m));
}

/* A second token while the first is being checked; or (a) when that is bad. */
static void
key_token_twice(const struct plan *plan)
{
	struct msg m;

	open_by_key(&m);
	msg_init(&m, MSG_TOKEN, conn(0));
	snprintf(m.token.text, sizeof(m.token.text),
	    "aaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa");
	if (plan->a == 0)
		say(&m);
	else if (verdict_of(&m))
		fail("an unknown token is good");
	make_token(&m, conn(0));
	say(&m);
}

static void
key_login(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_by_key(&m);
	say(&m);
}

/*
 * With a good token it registers the key that it has logged in by, and not the
 * one that it says: that one would be new.
 */
static void
key_enrol(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_by_key(&m);

	(void)plan;
	make_token(&m, number);
	if (!verdict_of(&m) || it.got.verdict.as != ROLE_ENROL)
		fail("a good token is refused");
	msg_init(&m, MSG_ENROLL, number);
	snprintf(m.enroll.name, sizeof(m.enroll.name), "not-by-mallory");
	snprintf(m.enroll.key, sizeof(m.enroll.key), "%s", line);
	say(&m);
	wait_for(MSG_FD, MSG_ENROLLED);
	if (strcmp(it.got.enrolled.refused, "key in use") != 0)
		fail("not its login's key: \"%s\"", it.got.enrolled.refused);
	say_type(MSG_POLL, number);
}

const struct attack token_attacks[] = {
    {"key-then", key_then},
    {"key-token-twice", key_token_twice},
    {"key-login", key_login},
    {"key-enrol", key_enrol},
    {"token-and", token_and},
    {"token-tries", token_tries},
    {"enrol-twice", enrol_twice},
    {"enrol-as", enrol_as},
    {NULL, NULL},
};
