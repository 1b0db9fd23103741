/*
 * What the event log says of a key exchange that failed.
 */
#include "config.h"

#include <string.h>

#include "kex.h"
#include "unit.h"

#define NO_MATCH(method, client)                                            \
	"kex error : no match for method " method ": server [a,b], client " \
	"[" client "]"

static void
check(const char *error, const char *want)
{
	char reason[MSG_TEXT];

	kex_explain(error, reason);
	assert_string_equal(reason, want);
}

static void
compat(void **unused)
{
	(void)unused;
	check(NO_MATCH("server host key algo", "ssh-rsa,ssh-dss"),
	    "needs compat openwrt-15.05 (ssh-rsa)");
	check(NO_MATCH("kex algos",
		  "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1"),
	    "needs compat openwrt-15.05 (diffie-hellman-group14-sha1)");
	check(NO_MATCH("mac algo client->server", "hmac-md5,hmac-sha1"),
	    "needs compat openwrt-15.05 (hmac-sha1)");
}

/* A name is a whole name. */
static void
others(void **unused)
{
	(void)unused;
	check(NO_MATCH("mac algo client->server", "hmac-sha1-96,xhmac-sha1"),
	    "no common algorithm: mac algo client->server, "
	    "client [hmac-sha1-96,xhmac-sha1]");
	check("Socket error: x", "key exchange: Socket error: x");
	check("", "key exchange: ");
}

/* There is a match: then libssh was not able to find it. */
static void
no_memory(void **unused)
{
	(void)unused;
	check(NO_MATCH("kex algos", "diffie-hellman-group14-sha1,b"),
	    "key exchange: out of memory");
	check(NO_MATCH("kex algos", "a"), "key exchange: out of memory");
	check(NO_MATCH("kex algos", "ab"),
	    "no common algorithm: kex algos, client [ab]");
}

static void
long_list(void **unused)
{
	char error[2000] = "no match for method m: client [", reason[MSG_TEXT];

	(void)unused;
	memset(error + strlen(error), 'x', 1500);
	kex_explain(error, reason);
	assert_int_equal(strlen(reason), MSG_TEXT - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compat),
	    cmocka_unit_test(others),
	    cmocka_unit_test(no_memory),
	    cmocka_unit_test(long_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
