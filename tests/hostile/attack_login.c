#include "config.h"

#include <string.h>
#include <unistd.h>

#include "hostile.h"

/* A key is offered, as good as a login is not. */
static void
login_unsigned(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	sign_conn(0);
	make_login(&m, conn(0), it.hash);
	m.login.datalen = m.login.siglen = 0;
	if (!verdict_of(&m))
		fail("a known key is refused");
	say_type(MSG_POLL, conn(0));
}

/* No hash of this connection was ever signed. */
static void
login_unhashed(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	make_login(&m, conn(0), it.hash);
	say(&m);
}

static void
login_of_other(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_conn(0, &m);
	if (sign_conn(1) == 0)
		fail("the first hash is not signed");
	m.conn = conn(1);
	say(&m);
}

static void
login_second_hash(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	sign_conn(0);
	if (sign_conn(0) > 0)
		fail("a second hash is signed before login");
	make_login(&m, conn(0), it.hash);
	say(&m);
}

/* Six times, and the connection is at its end. */
static void
bad_logins(struct msg *m)
{
	int i;

	sign_conn(0);
	make_login(m, conn(0), it.hash);
	m->login.sig[10] ^= 1;
	for (i = 0; i < 6; i++)
		if (verdict_of(m))
			fail("a bad signature is good");
	wait_for(MSG_FD, MSG_CLOSE);
}

static void
login_bad_signature(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	bad_logins(&m);
	say_type(MSG_BYE, conn(0));
	say(&m);
}

static void
login_again(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_conn(0, &m);
	say(&m);
}

/* An old exchange is signed again, for the old login to its hash. */
static void
login_replayed(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	say_type(MSG_BYE, open_conn(0, &m));
	it.exchange.conn = conn(1);
	sign_exchange();
	m.conn = conn(1);
	say(&m);
}

/* A new one, with the cookie of another connection. */
static void
sign_of_other(const struct plan *plan)
{
	(void)plan;
	conn(1);
	make_exchange(conn(0), it.cookies[1]);
	sign_exchange();
}

static void
wait_twice(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	(void)plan;
	say_type(MSG_WAIT, number);
	say_type(MSG_POLL, number);
	wait_for(MSG_FD, MSG_INBOX);
	say_type(MSG_WAIT, number);
}

static void
no_bye(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	bad_logins(&m);
	for (;;)
		wait_for(MSG_FD, MSG_PING);
}

/* Other hashes, as if they were of rekeys: a of them are signed, of b. */
static void
sign_rekeys(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	unsigned long i;

	for (i = 1; i <= plan->b; i++) {
		make_exchange(number, it.cookies[0]);
		if ((sign_exchange() > 0) != (i <= plan->a))
			fail("the %luth rekey of %lu", i, plan->a);
	}
	wait_for(MSG_FD, MSG_CLOSE);
	say_type(MSG_BYE, number);
	say_type(MSG_POLL, number);
}

const struct attack login_attacks[] = {
    {"login-unsigned", login_unsigned},
    {"login-unhashed", login_unhashed},
    {"login-of-other", login_of_other},
    {"login-second-hash", login_second_hash},
    {"login-bad-signature", login_bad_signature},
    {"login-again", login_again},
    {"login-replayed", login_replayed},
    {"sign-of-other", sign_of_other},
    {"sign-rekeys", sign_rekeys},
    {"wait-twice", wait_twice},
    {"no-bye", no_bye},
    {NULL, NULL},
};
