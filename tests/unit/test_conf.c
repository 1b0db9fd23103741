/*
 * et-sshd.conf: defaults, bounds, what is refused and where, reload.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "folder.h"
#include "unit.h"

static const struct number {
	const char *name;
	size_t offset;
	long value;
	long least;
	long most;
} numbers[] = {
    {"workers", offsetof(struct conf, workers), 0, 0, 256},
    {"worker-sessions", offsetof(struct conf, worker_sessions), 1024, 1, 65536},
    {"worker-lifetime", offsetof(struct conf, worker_lifetime), 100000, 1,
	1000000000},
    {"login-grace", offsetof(struct conf, login_grace), 30, 1, 600},
    {"max-auth-tries", offsetof(struct conf, max_auth_tries), 6, 1, 100},
    {"max-startups", offsetof(struct conf, max_startups), 512, 1, 65536},
    {"per-source-max-startups", offsetof(struct conf, per_source_max_startups),
	16, 1, 65536},
    {"client-alive-interval", offsetof(struct conf, client_alive_interval), 30,
	1, 86400},
    {"client-alive-count-max", offsetof(struct conf, client_alive_count_max), 3,
	1, 1000},
    {"max-sessions", offsetof(struct conf, max_sessions), 64, 1, 1024},
    {"rekey-limit", offsetof(struct conf, rekey_limit), 0, 0, 1024},
    {"redeliver", offsetof(struct conf, redeliver), 90, 1, 86400},
    {"reach-timeout", offsetof(struct conf, reach_timeout), 180, 1, 86400},
    {"reach-idle", offsetof(struct conf, reach_idle), 300, 1, 86400},
    {"stale-limit", offsetof(struct conf, stale_limit), 3600, 1, 30 * 86400},
    {"operator-ttl", offsetof(struct conf, operator_ttl), 86400, 1,
	365 * 86400},
    {"alert-after", offsetof(struct conf, alert_after), 2, 1, 1000},
    {"drain-time", offsetof(struct conf, drain_time), 300, 0, 86400},
};
#define NNUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static unsigned int
number_of(const struct conf *c, const struct number *n)
{
	unsigned int v;

	memcpy(&v, (const char *)c + n->offset, sizeof(v));
	return v;
}

static struct conf *
load(struct folder *f, const char *text)
{
	char error[CONF_ERROR];
	struct conf *c;

	c = conf_load(folder_write(f, "conf", text, 0600), error);
	if (c == NULL)
		fail_msg("%s", error);
	assert_string_equal(error, "");
	return c;
}

/* It is refused at this line, in one line that says what. */
static void
refused(struct folder *f, const char *text, int line, const char *what)
{
	const char *path = folder_write(f, "conf", text, 0600);
	char error[CONF_ERROR], where[FOLDER_PATH + 16];
	struct conf *c = conf_load(path, error);

	if (c != NULL)
		fail_msg("taken: %s", text);
	snprintf(where, sizeof(where), "%s:%d: ", path, line);
	if (strncmp(error, where, strlen(where)) != 0 ||
	    strstr(error, what) == NULL || strchr(error, '\n') != NULL)
		fail_msg("\"%s\" is not \"%s...%s\"", error, where, what);
}

/* A store of PostgreSQL's: who opens it how, and for how long it may be gone. */
static void
test_several(void **state)
{
#ifdef HAVE_POSTGRESQL
	static const char text[] = "store = \"postgresql://w@a,b/et\"\n"
				   "store-reader = \"r\"\n"
				   "store-passfile = \"/etc/pass\"\n";
	char url[STORE_URL];
	struct conf *c = load(*state, text);

	assert_true(c->several);
	assert_int_equal(c->stale_limit, 60);
	conf_store_url(c, true, url);
	assert_string_equal(url, "postgresql://w@a,b/et?passfile=/etc/pass");
	conf_store_url(c, false, url);
	assert_string_equal(
	    url, "postgresql://w@a,b/et?user=r&passfile=/etc/pass");
	conf_free(c);
	c = load(*state, "store = \"postgresql://w@a/et\"\nstale-limit = 9\n");
	assert_int_equal(c->stale_limit, 9);
	conf_free(c);
#else
	refused(*state, "store = \"postgresql://w@a/et\"\n", 1,
	    "store: this et-sshd was built without PostgreSQL");
#endif
}

static void
test_defaults(void **state)
{
	struct conf *c = load(*state, "# nothing\n");
	size_t i;

	assert_int_equal(c->nlisten, 2);
	assert_string_equal(c->listen[0], "0.0.0.0:2222");
	assert_string_equal(c->listen[1], "[::]:2222");
	assert_int_equal(c->nhostkeys, 2);
	assert_string_equal(
	    c->hostkeys[0], ETPH_SYSCONFDIR "/ssh_host_ed25519_key");
	assert_string_equal(
	    c->hostkeys[1], ETPH_SYSCONFDIR "/ssh_host_rsa_key");
	assert_string_equal(c->store, "sqlite:" ETPH_STATEDIR "/store.db");
	assert_string_equal(c->user, "et-phone-home");
	assert_string_equal(c->event_log, "stderr");
	assert_false(c->event_log_seal);
	assert_string_equal(
	    c->event_log_key, ETPH_SYSCONFDIR "/event_log_ed25519_key");
	assert_string_equal(c->forward_address, "127.0.0.1");
	assert_true(strlen(c->node) > 0);
	assert_int_equal(c->history, 90);
	assert_true(c->per_source_penalties);
	assert_false(c->compat_openwrt_1505);
	assert_int_equal(c->nproxy_from, 0);
	assert_int_equal(c->noperator_ports, 0);
	assert_false(conf_operator_port(c, 1024));
	assert_int_equal(c->noperator_listen, 0);
	assert_int_equal(c->admin_by_ssh, CONF_ADMIN_YES);
	for (i = 0; i < NNUMBERS; i++)
		assert_int_equal(number_of(c, &numbers[i]), numbers[i].value);
	conf_free(c);
	conf_free(NULL);
}

static void
test_numbers(void **state)
{
	char text[128], what[128];
	const struct number *n;
	struct conf *c;
	size_t i;

	for (i = 0; i < NNUMBERS; i++) {
		n = &numbers[i];
		snprintf(text, sizeof(text), "%s = %ld\n", n->name, n->least);
		c = load(*state, text);
		assert_int_equal(number_of(c, n), n->least);
		conf_free(c);
		snprintf(text, sizeof(text), "%s = %ld\n", n->name, n->most);
		c = load(*state, text);
		assert_int_equal(number_of(c, n), n->most);
		conf_free(c);
		snprintf(
		    text, sizeof(text), "\n%s = %ld\n", n->name, n->least - 1);
		snprintf(what, sizeof(what),
		    "%s must be between %ld and %ld, not %ld", n->name,
		    n->least, n->most, n->least - 1);
		refused(*state, text, 2, what);
		snprintf(
		    text, sizeof(text), "\n\n%s = %ld\n", n->name, n->most + 1);
		refused(*state, text, 3, n->name);
		snprintf(text, sizeof(text), "%s = many\n", n->name);
		refused(*state, text, 1, n->name);
		snprintf(text, sizeof(text), "%s = 1x\n", n->name);
		refused(*state, text, 1, n->name);
		/* Twice 2^32 and more than a long holds. */
		snprintf(text, sizeof(text), "%s = 8589934593\n", n->name);
		refused(*state, text, 1, n->name);
		snprintf(
		    text, sizeof(text), "%s = 99999999999999999999\n", n->name);
		refused(*state, text, 1, n->name);
	}
}

static void
test_text(void **state)
{
	struct conf *c = load(*state,
	    "store = \"sqlite:/x/y.db\"\nuser = 'someone'\n"
	    "event-log-seal = true\nevent-log-key = \"/x/key\"\n"
	    "event-log = \"/x/events\"\nforward-address = \"::1\"\n"
	    "metrics-listen = \"127.0.0.1:9468\"\n"
	    "node = \"n-1.example\"\nper-source-penalties = false\n"
	    "compat = \"openwrt-15.05\"\n");

	assert_string_equal(c->store, "sqlite:/x/y.db");
	assert_string_equal(c->user, "someone");
	assert_string_equal(c->event_log, "/x/events");
	assert_true(c->event_log_seal);
	assert_string_equal(c->event_log_key, "/x/key");
	assert_string_equal(c->forward_address, "::1");
	assert_string_equal(c->metrics_listen, "127.0.0.1:9468");
	assert_string_equal(c->node, "n-1.example");
	assert_false(c->per_source_penalties);
	assert_true(c->compat_openwrt_1505);
	conf_free(c);
	refused(*state, "store = \"\"\n", 1, "store: not sqlite:/path");
	refused(*state, "\nstore = \"postgresql://u:secret@h/d\"\n", 2,
	    "store: the URL has a password in it");
	refused(*state, "store-passfile = \"pgpass\"\n", 1,
	    "store-passfile pgpass: not an absolute path");
	refused(*state, "event-log = \"\"\n", 1, "event-log");
	refused(*state, "event-log-key = \"\"\n", 1, "event-log-key");
	refused(*state, "forward-address = \"\"\n", 1, "forward-address");
	refused(*state, "metrics-listen = \"9468\"\n", 1,
	    "metrics-listen 9468: not ADDRESS:PORT");
	refused(*state, "node-listen = \"0.0.0.0:2223\"\n", 1,
	    "node-listen 0.0.0.0:2223: not ADDRESS:PORT at which");
	refused(*state, "node-listen = \"10.0.1.7:0\"\n", 1,
	    "node-listen 10.0.1.7:0: not ADDRESS:PORT at which");
	refused(*state, "node-listen = \"10.0.1.7:2223\"\n", 2,
	    "node-listen: only nodes of one PostgreSQL");
	refused(*state, "node = \"\"\n", 1, "node must be");
	refused(*state, "history = 90h\n", 1, "history must be");
	refused(*state, "history = 3651\n", 1, "history must be");
	refused(*state, "node = \"A B\"\n", 1, "node must be");
	refused(
	    *state, "per-source-penalties = 2\n", 1, "per-source-penalties");
}

static void
test_compat(void **state)
{
	struct conf *c = load(*state, "compat = \"\"\n");

	assert_false(c->compat_openwrt_1505);
	conf_free(c);
	refused(*state, "\ncompat = \"openwrt-18.06\"\n", 2,
	    "compat must be \"\" or \"openwrt-15.05\"");
	refused(*state, "compat = \"openwrt-15.05 \"\n", 1, "compat must be");
}

static void
test_lists(void **state)
{
	struct conf *c =
	    load(*state, "listen = {\"127.0.0.1:0\"}\n"
			 "host-keys = {\n\t\"a\",\n\t\"b\",\n\t\"c\"\n}\n");

	assert_int_equal(c->nlisten, 1);
	assert_string_equal(c->listen[0], "127.0.0.1:0");
	assert_int_equal(c->nhostkeys, 3);
	assert_string_equal(c->hostkeys[2], "c");
	conf_free(c);
	refused(*state, "listen = {\"[::]:1\", \"\"}\n", 1,
	    "listen : not ADDRESS:PORT");
	refused(*state, "\nhost-keys = {\"\"}\n\n", 2,
	    "host-keys must not be empty");
}

static void
test_list_sizes(void **state)
{
	char text[512] = "listen = {\"[::]:1\"";
	struct conf *c;
	int i;

	for (i = 1; i < CONF_LIST; i++)
		strcat(text, ", \"[::]:1\"");
	strcat(text, "}\n\n# end\n");
	c = load(*state, text);
	assert_int_equal(c->nlisten, CONF_LIST);
	conf_free(c);
	strcpy(strchr(text, '}'), ", \"[::]:1\"}\n\n# end\n");
	refused(*state, text, 1, "listen takes 1 to 16 values");
	refused(*state, "listen = {}\n", 2, "listen takes 1 to 16 values");
	refused(
	    *state, "host-keys = {}\n", 2, "host-keys takes 1 to 16 values");
}

static bool
proxied(const struct conf *c, uint32_t address)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};

	return conf_proxied(c, (struct sockaddr *)&sin);
}

static void
test_proxy_from(void **state)
{
	char text[64 * 16 + 64] = "proxy-from = {\"192.0.2.1\"";
	struct conf *c;
	int i;

	c = load(*state, "proxy-from = {}\n");
	assert_int_equal(c->nproxy_from, 0);
	assert_false(proxied(c, 0xc0000201));
	conf_free(c);
	c = load(*state, "proxy-from = {\"192.0.2.1\", \"198.51.100.0/24\"}\n");
	assert_int_equal(c->nproxy_from, 2);
	assert_true(proxied(c, 0xc0000201));
	assert_false(proxied(c, 0xc0000202));
	assert_true(proxied(c, 0xc63364ff));
	conf_free(c);
	refused(*state, "\nproxy-from = {\"192.0.2.1\", \"lb\"}\n", 2,
	    "proxy-from lb: not an address or ADDRESS/BITS");
	refused(*state, "proxy-from = {\"192.0.2.1/24\"}\n", 1,
	    "proxy-from 192.0.2.1/24: address bits set beyond the prefix "
	    "length");
	refused(*state, "proxy-from = {\"\"}\n", 1, "proxy-from : not an");
	for (i = 1; i < CONF_NETWORKS; i++)
		strcat(text, ", \"192.0.2.1\"");
	strcat(text, "}\n");
	c = load(*state, text);
	assert_int_equal(c->nproxy_from, CONF_NETWORKS);
	conf_free(c);
	strcpy(strchr(text, '}'), ", \"::1\"}\n");
	refused(*state, text, 1, "proxy-from takes at most 64 values");
}

static void
test_operator_ports(void **state)
{
	static const struct {
		uint32_t port;
		bool may;
	} ports[] = {{0, false}, {80, false}, {1023, false}, {1024, true},
	    {1025, false}, {19999, false}, {20000, true}, {20999, true},
	    {21000, false}, {65534, false}, {65535, true}, {65536, false},
	    {65536 + 1024, false}};
	char text[64 * 16 + 64] = "operator-ports = {\"1024\"";
	struct conf *c;
	size_t i;

	c = load(*state, "operator-ports = {\"20000-20999\", \"1024\", "
			 "\"65535\"}\n");
	assert_int_equal(c->noperator_ports, 3);
	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (conf_operator_port(c, ports[i].port) != ports[i].may)
			fail_msg("port %u", ports[i].port);
	conf_free(c);
	refused(*state, "\noperator-ports = {\"20000\", \"1023\"}\n", 2,
	    "operator-ports 1023: an operator gets no port below 1024");
	refused(*state, "operator-ports = {\"1023-2000\"}\n", 1, "below 1024");
	refused(*state, "operator-ports = {\"1\"}\n", 1, "below 1024");
	refused(*state, "operator-ports = {\"0-2000\"}\n", 1, "not PORT");
	refused(*state, "operator-ports = {\"2000-65536\"}\n", 1, "not PORT");
	refused(*state, "operator-ports = {\"2001-2000\"}\n", 1, "not PORT");
	refused(*state, "operator-ports = {\"2000,2001\"}\n", 1, "not PORT");
	refused(*state, "operator-ports = {\"\"}\n", 1, "operator-ports : not");
	for (i = 1; i < CONF_PORTS; i++)
		strcat(text, ", \"1024\"");
	strcat(text, "}\n");
	c = load(*state, text);
	assert_int_equal(c->noperator_ports, CONF_PORTS);
	conf_free(c);
	strcpy(strchr(text, '}'), ", \"1024\"}\n");
	refused(*state, text, 1, "operator-ports takes at most 64 values");
}

static void
test_operator_listen(void **state)
{
	char text[64 * CONF_LIST] = "operator-listen = {\"[::]:1\"";
	struct conf *c;
	int i;

	c = load(*state, "operator-listen = {}\n");
	assert_int_equal(c->noperator_listen, 0);
	conf_free(c);
	c = load(*state, "operator-listen = \"192.0.2.1:2223\"\n");
	assert_int_equal(c->noperator_listen, 1);
	assert_string_equal(c->operator_listen[0], "192.0.2.1:2223");
	conf_free(c);
	refused(*state, "\noperator-listen = {\"[::]:1\", \"office:22\"}\n", 2,
	    "operator-listen office:22: not ADDRESS:PORT");
	refused(*state, "operator-listen = {\"\"}\n", 1,
	    "operator-listen : not ADDRESS:PORT");
	for (i = 1; i < CONF_LIST; i++)
		strcat(text, ", \"[::]:1\"");
	strcat(text, "}\n");
	c = load(*state, text);
	assert_int_equal(c->noperator_listen, CONF_LIST);
	conf_free(c);
	strcpy(strchr(text, '}'), ", \"[::]:1\"}\n");
	refused(*state, text, 1, "operator-listen takes 1 to 16 values");
}

static void
test_admin_by_ssh(void **state)
{
	static const char *const there = "operator-listen = {\"[::]:1\"}\n";
	static const char *const names[CONF_ADMINS] = {
	    "yes", "operator-listen", "no"};
	char text[256];
	struct conf *c;
	int i;

	for (i = 0; i < 2 * CONF_ADMINS; i++) {
		snprintf(text, sizeof(text), "admin-by-ssh = %s%s%s\n%s",
		    i % 2 ? "\"" : "", names[i / 2], i % 2 ? "\"" : "", there);
		c = load(*state, text);
		assert_int_equal(c->admin_by_ssh, i / 2);
		conf_free(c);
	}
	refused(*state, "\nadmin-by-ssh = maybe\n", 2,
	    "admin-by-ssh must be yes, operator-listen or no");
	refused(*state, "admin-by-ssh = \"\"\n", 1, "admin-by-ssh must be");
	refused(*state, "admin-by-ssh = true\n", 1, "admin-by-ssh must be");
	refused(*state, "admin-by-ssh = \"operator-listen\"\n", 2,
	    "admin-by-ssh = operator-listen: operator-listen has no address");
}

static void
test_alert_after(void **state)
{
	char text[64 * 16 + 64] = "alert-after-tag = {\"a=1\"";
	struct conf *c;
	int i;

	c = load(*state, "alert-after-tag = {\"site-a=10\", \"b=1000\"}\n");
	assert_int_equal(c->nalert_after_tag, 2);
	assert_string_equal(c->alert_after_tag[0].tag, "site-a");
	assert_int_equal(c->alert_after_tag[0].polls, 10);
	assert_int_equal(c->alert_after_tag[1].polls, 1000);
	conf_free(c);
	refused(*state, "\nalert-after-tag = {\"a=1\", \"a\"}\n", 2,
	    "alert-after-tag a: not TAG=POLLS, 1 to 1000");
	refused(*state, "alert-after-tag = {\"a=0\"}\n", 1, "a=0: not");
	refused(*state, "alert-after-tag = {\"a=1001\"}\n", 1, "a=1001: not");
	refused(*state, "alert-after-tag = {\"a=-1\"}\n", 1, "a=-1: not");
	refused(*state, "alert-after-tag = {\"a=1x\"}\n", 1, "a=1x: not");
	refused(*state, "alert-after-tag = {\"=1\"}\n", 1, "=1: not");
	refused(*state, "alert-after-tag = {\"A=1\"}\n", 1, "A=1: not");
	for (i = 1; i < CONF_AFTERS; i++)
		strcat(text, ", \"a=1\"");
	strcat(text, "}\n");
	c = load(*state, text);
	assert_int_equal(c->nalert_after_tag, CONF_AFTERS);
	conf_free(c);
	strcpy(strchr(text, '}'), ", \"a=1\"}\n");
	refused(*state, text, 1, "alert-after-tag takes at most 64 values");
}

static void
test_alert_quiet(void **state)
{
	static const char *const wrong[] = {"22:00", "22:00-", "22:00-22:00",
	    "24:00-06:00", "22:60-06:00", "2:00-06:00", "22:00-06:00x", "-",
	    "22-06", "22:00 - 06:00"};
	struct conf *c = load(*state, "alert-quiet = \"22:05-06:30\"\n");
	char text[64];
	size_t i;

	assert_int_equal(c->alert_quiet_first, 22 * 60 + 5);
	assert_int_equal(c->alert_quiet_last, 6 * 60 + 30);
	assert_true(alert_quiet_at(1325, 390, 1325));
	assert_true(alert_quiet_at(1325, 390, 0));
	assert_true(alert_quiet_at(1325, 390, 389));
	assert_false(alert_quiet_at(1325, 390, 390));
	assert_false(alert_quiet_at(1325, 390, 1324));
	assert_false(alert_quiet_at(60, 120, 59));
	assert_true(alert_quiet_at(60, 120, 60));
	assert_false(alert_quiet_at(60, 120, 120));
	conf_free(c);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(
		    text, sizeof(text), "alert-quiet = \"%s\"\n", wrong[i]);
		refused(*state, text, 1, "not HH:MM-HH:MM");
	}
}

/* Beside the event log, where it says, or nowhere. */
static void
test_alert_log(void **state)
{
	static const char *const logs[][2] = {
	    {"event-log = \"/x/y/events.log\"\n", "/x/y/alerts.log"},
	    {"event-log = \"events.log\"\n", "alerts.log"},
	    {"event-log = \"/x\"\nalert-log = \"/z\"\n", "/z"},
	    {"event-log = \"/x\"\nalert-log = \"\"\n", ""}};
	struct conf *c;
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		c = load(*state, logs[i][0]);
		assert_string_equal(c->alert_log, logs[i][1]);
		conf_free(c);
	}
}

static void
test_what_is_no_option(void **state)
{
	refused(*state, "# c\nuser = \"x\"\nbogus = 1\n", 3, "bogus");
	refused(*state, "sandbox = false\n", 1, "sandbox");
	refused(*state, "Workers = 1\n", 1, "Workers");
	/* What is repeated of the file is fit for a terminal. */
	refused(*state, "b\033[2Js = 1\n", 1, "b\\x1b[2Js");
	refused(*state, "listen = \"a\\nb:1\"\n", 1, "a\\x0ab:1");
}

static void
test_syntax(void **state)
{
	refused(*state, "workers = 1\nworkers 2\n", 2, "");
	refused(*state, "\n\nlisten = \"a\" \"b\"\n", 3, "");
	refused(*state, "workers = 1\n}\n", 2, "");
	refused(*state, "user =\n", 2, "");
	refused(*state, "host-keys = {\"a\",\n", 2, "");
	refused(*state, "user = \"x\n", 2, "");
}

/* What is a comment changes no line's number, and no value. */
static void
test_comments(void **state)
{
	struct conf *c =
	    load(*state, "# it's\n// \"one\n/* don't\n # */ workers = 3 # x\n"
			 "host-keys = { # none\n\t\"/a#b//c\", // \"x\",\n"
			 "\t'/*d*/'/* e */\n}#\nuser = \"a\\\"#b\"# c\n");

	assert_int_equal(c->workers, 3);
	assert_int_equal(c->nhostkeys, 2);
	assert_string_equal(c->hostkeys[0], "/a#b//c");
	assert_string_equal(c->hostkeys[1], "/*d*/");
	assert_string_equal(c->user, "a\"#b");
	conf_free(c);
	refused(*state, "# a\n# b\nbogus = 1\n", 3, "bogus");
	refused(*state, "// a\nworkers = 1 // b\nbogus = 1\n", 3, "bogus");
	refused(*state, "/* a */\n/* it's\n * b */\nbogus = 1\n", 4, "bogus");
	refused(
	    *state, "workers = 1#b\nuser = \"x\"#\nbogus = 1\n", 3, "bogus");
	refused(*state, "workers = 1\nuser = a//b\nbogus = 1 # c", 3, "bogus");
	refused(*state, "user = \"a\n#b\"\nbogus = 1\n", 3, "bogus");
}

static void
test_what_is_no_file(void **state)
{
	char error[CONF_ERROR], want[CONF_ERROR];
	struct folder *f = *state;
	const char *path = folder_file(f, "none");

	assert_null(conf_load(path, error));
	snprintf(want, sizeof(want), "%s: No such file or directory", path);
	assert_string_equal(error, want);
	assert_null(conf_load(f->path, error));
	snprintf(want, sizeof(want), "%s: not a regular file", f->path);
	assert_string_equal(error, want);
}

/* An error is forgotten by the next one that loads. */
static void
test_again(void **state)
{
	refused(*state, "bogus = 1\n", 1, "bogus");
	conf_free(load(*state, "workers = 1\n"));
	refused(*state, "workers = -1\n", 1, "workers");
}

static void
test_reload_nothing(void **state)
{
	struct conf *c = load(*state, ""), *next = load(*state, "");
	char kept[CONF_ERROR] = "x";

	conf_reload(c, next, kept);
	assert_string_equal(kept, "");
	conf_free(c);
	conf_free(next);
}

/* Every number but workers is taken over; each must change to show it. */
static void
test_reload_numbers(void **state)
{
	struct conf *c = load(*state, ""), *next;
	char text[1024] = "per-source-penalties = no\n"
			  "proxy-from = {\"192.0.2.1\"}\n"
			  "operator-ports = {\"2000-2001\"}\n"
			  "admin-by-ssh = no\n";
	char kept[CONF_ERROR];
	size_t i, n = strlen(text);

	for (i = 0; i < NNUMBERS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s = %ld\n",
		    numbers[i].name, numbers[i].value + 1);
	next = load(*state, text);
	conf_reload(c, next, kept);
	assert_string_equal(kept, "workers");
	assert_int_equal(c->workers, 0);
	for (i = 1; i < NNUMBERS; i++)
		assert_int_equal(
		    number_of(c, &numbers[i]), numbers[i].value + 1);
	assert_false(c->per_source_penalties);
	assert_true(proxied(c, 0xc0000201));
	assert_true(conf_operator_port(c, 2001));
	assert_int_equal(c->admin_by_ssh, CONF_ADMIN_NO);
	conf_free(c);
	conf_free(next);
}

static void
test_reload_kept(void **state)
{
	struct conf *c = load(*state, "node = \"a\"\n");
	struct conf *next = load(*state,
	    "listen = {\"0.0.0.0:2222\"}\nhost-keys = {\"x\", \"y\"}\n"
	    "store = \"sqlite:x\"\nuser = \"x\"\nevent-log = \"x\"\n"
	    "event-log-seal = true\nevent-log-key = \"x\"\n"
	    "forward-address = \"::1\"\nnode = \"b\"\n"
	    "compat = \"openwrt-15.05\"\nworkers = 3\n"
	    "operator-listen = {\"[::]:1\"}\n");
	char kept[CONF_ERROR];

	conf_reload(c, next, kept);
	assert_string_equal(kept, "listen, host-keys, store, user, event-log, "
				  "alert-log, event-log-seal, event-log-key, "
				  "forward-address, node, compat, workers, "
				  "operator-listen");
	assert_int_equal(c->noperator_listen, 0);
	assert_int_equal(c->nlisten, 2);
	assert_int_equal(c->workers, 0);
	assert_string_equal(c->event_log, "stderr");
	assert_string_equal(c->node, "a");
	assert_false(c->compat_openwrt_1505);
	conf_free(c);
	conf_free(next);
}

/* conf.d beside the file, with a file in it. */
static void
add(struct folder *f, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "conf.d/%s", name);
	assert_true(
	    mkdir(folder_file(f, "conf.d"), 0755) == 0 || errno == EEXIST);
	folder_write(f, path, text, 0600);
}

static void
test_folder_order(void **state)
{
	struct folder *f = *state;
	struct conf *c;

	add(f, "b.conf", "node = \"b\"\nlisten = {\"127.0.0.1:3\"}\n");
	add(f, "a.conf", "node = \"a\"\nworkers = 2\nlogin-grace = 7\n");
	add(f, "B.conf",
	    "node = \"upper\"\nlogin-grace = 6\nmax-sessions = 5\n");
	c = load(f, "node = \"main\"\nworkers = 1\nmax-sessions = 4\n"
		    "redeliver = 3\nlisten = {\"127.0.0.1:1\", "
		    "\"127.0.0.1:2\"}\n");
	assert_string_equal(c->node, "b");
	assert_int_equal(c->workers, 2);
	assert_int_equal(c->login_grace, 7);
	assert_int_equal(c->max_sessions, 5);
	assert_int_equal(c->redeliver, 3);
	assert_int_equal(c->nlisten, 1);
	assert_string_equal(c->listen[0], "127.0.0.1:3");
	conf_free(c);
}

/* A list is replaced as a whole, by nothing too. */
static void
test_folder_lists(void **state)
{
	struct folder *f = *state;
	struct conf *c;

	add(f, "1.conf", "proxy-from = {}\noperator-ports = {\"3000\"}\n");
	c = load(f, "proxy-from = {\"192.0.2.1\"}\n"
		    "operator-ports = {\"2000-2001\", \"2002\"}\n");
	assert_int_equal(c->nproxy_from, 0);
	assert_int_equal(c->noperator_ports, 1);
	assert_true(conf_operator_port(c, 3000));
	conf_free(c);
}

static void
test_folder_ignored(void **state)
{
	struct folder *f = *state;
	struct conf *c;

	add(f, "a.conf~", "bogus = 1\n");
	add(f, "a.conf.dpkg-dist", "bogus = 1\n");
	add(f, ".a.conf", "bogus = 1\n");
	add(f, ".conf", "bogus = 1\n");
	add(f, "conf", "bogus = 1\n");
	c = load(f, "workers = 1\n");
	assert_int_equal(c->workers, 1);
	conf_free(c);
}

/* The file of conf.d is named, with the line in it. */
static void
folder_refused(struct folder *f, const char *name, const char *where)
{
	const char *conf = folder_write(f, "conf", "# a\n# b\n", 0600);
	char error[CONF_ERROR], want[FOLDER_PATH + 64];

	assert_null(conf_load(conf, error));
	snprintf(want, sizeof(want), "%s/conf.d/%s%s", f->path, name, where);
	if (strncmp(error, want, strlen(want)) != 0)
		fail_msg("\"%s\" is not \"%s...\"", error, want);
}

static void
test_folder_faults(void **state)
{
	struct folder *f = *state;
	char path[FOLDER_PATH + 16], error[CONF_ERROR];

	add(f, "2.conf", "workers = 1\n\n# c\nbogus = 1\n");
	folder_refused(f, "2.conf", ":4: ");
	add(f, "1.conf", "\nworkers = 257\n");
	folder_refused(f, "1.conf", ":2: workers");
	assert_int_equal(mkdir(folder_file(f, "conf.d/0.conf"), 0755), 0);
	folder_refused(f, "0.conf", ": not a regular file");
	assert_int_equal(rmdir(folder_file(f, "conf.d/0.conf")), 0);
	snprintf(path, sizeof(path), "%s", folder_file(f, "conf.d/0.conf"));
	assert_int_equal(symlink("none", path), 0);
	folder_refused(f, "0.conf", ": No such file or directory");
	assert_int_equal(unlink(path), 0);
	if (geteuid() != 0)
		return;
	add(f, "0.conf", "");
	assert_int_equal(chown(path, 65534, 65534), 0);
	folder_refused(f, "0.conf", ": must be owned by root");
	/* The main file's owner is as good as root. */
	assert_int_equal(chown(folder_file(f, "conf"), 65534, 65534), 0);
	assert_null(conf_load(folder_file(f, "conf"), error));
	assert_non_null(strstr(error, "1.conf:2: workers"));
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_defaults),
	    WITH_FOLDER(test_several),
	    WITH_FOLDER(test_numbers),
	    WITH_FOLDER(test_text),
	    WITH_FOLDER(test_compat),
	    WITH_FOLDER(test_lists),
	    WITH_FOLDER(test_list_sizes),
	    WITH_FOLDER(test_proxy_from),
	    WITH_FOLDER(test_operator_ports),
	    WITH_FOLDER(test_operator_listen),
	    WITH_FOLDER(test_admin_by_ssh),
	    WITH_FOLDER(test_alert_after),
	    WITH_FOLDER(test_alert_quiet),
	    WITH_FOLDER(test_alert_log),
	    WITH_FOLDER(test_what_is_no_option),
	    WITH_FOLDER(test_syntax),
	    WITH_FOLDER(test_comments),
	    WITH_FOLDER(test_what_is_no_file),
	    WITH_FOLDER(test_again),
	    WITH_FOLDER(test_reload_nothing),
	    WITH_FOLDER(test_reload_numbers),
	    WITH_FOLDER(test_reload_kept),
	    WITH_FOLDER(test_folder_order),
	    WITH_FOLDER(test_folder_lists),
	    WITH_FOLDER(test_folder_ignored),
	    WITH_FOLDER(test_folder_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
