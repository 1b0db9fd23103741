/*
 * By a worker of "listen", while an admin has connection OTHERS at
 * operator-listen.  The key that it has is an admin's, too.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "hostile.h"

static void
admin_command(uint64_t number)
{
	struct msg m;

	msg_init(&m, MSG_COMMAND, number);
	m.command.id = 1;
	snprintf(m.command.text, sizeof(m.command.text), "operator list");
	say(&m);
}

/*
 * A good login of the admin's key, by a client that came to the wrong address.
 * Offered and signed it is refused, and then the connection may do nothing of
 * an operator's.  a: a message that says so, the command itself if it is 0.
 */
static void
admin_here(const struct plan *plan)
{
	struct msg m, offer;

	be_operator();
	if (sign_conn(0) == 0)
		fail("the first hash is not signed");
	make_login(&m, conn(0), it.hash);
	offer = m;
	offer.login.datalen = offer.login.siglen = 0;
	if (verdict_of(&offer))
		fail("an admin's key would do");
	if (verdict_of(&m))
		fail("an admin logs in");
	if (plan->a == 0)
		admin_command(conn(0));
	else
		say_type((enum msg_type)plan->a, conn(0));
}

/* A login that would be good here, said of the admin's connection. */
static void
admin_there(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	be_operator();
	if (sign_conn(0) == 0)
		fail("the first hash is not signed");
	make_login(&m, OTHERS, it.hash);
	say(&m);
}

/* Words for the admin's connection, also by who is logged in as a device. */
static void
command_there(const struct plan *plan)
{
	struct msg m;

	if (plan->a)
		open_conn(0, &m);
	else
		conn(0);
	admin_command(OTHERS);
}

/* A device's own session becomes no operator's. */
static void
command_as_device(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	admin_command(open_conn(0, &m));
}

/* The admin's login again, over a session that a device has already. */
static void
admin_after_device(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_conn(0, &m);
	be_operator();
	make_login(&m, conn(0), it.hash);
	say(&m);
}

/* A whole key exchange for the admin's connection. */
static void
sign_there(const struct plan *plan)
{
	(void)plan;
	conn(0);
	make_exchange(OTHERS, it.cookies[0]);
	sign_exchange();
}

const struct attack pool_attacks[] = {
    {"admin-here", admin_here},
    {"admin-there", admin_there},
    {"admin-after-device", admin_after_device},
    {"command-there", command_there},
    {"command-as-device", command_as_device},
    {"sign-there", sign_there},
    {NULL, NULL},
};
