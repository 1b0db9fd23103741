#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "conf_option.h"
#include "device.h"
#include "forward.h"
#include "history.h"
#include "listen.h"
#include "permit.h"

/* Options that are numbers: the field of each, and its bounds. */
static const struct number {
	const char *name;
	size_t offset;
	long value; /* default */
	long least;
	long most;
} numbers[] = {
#define NUMBER(name, field, value, least, most)                        \
	{                                                              \
		name, offsetof(struct conf, field), value, least, most \
	}
    NUMBER("workers", workers, 0, 0, 256),
    NUMBER("worker-sessions", worker_sessions, 1024, 1, 65536),
    NUMBER("worker-lifetime", worker_lifetime, 100000, 1, 1000000000),
    NUMBER("login-grace", login_grace, 30, 1, 600),
    NUMBER("max-auth-tries", max_auth_tries, 6, 1, 100),
    NUMBER("max-startups", max_startups, 512, 1, 65536),
    NUMBER("per-source-max-startups", per_source_max_startups, 16, 1, 65536),
    NUMBER("client-alive-interval", client_alive_interval, 30, 1, 86400),
    NUMBER("client-alive-count-max", client_alive_count_max, 3, 1, 1000),
    NUMBER("max-sessions", max_sessions, 64, 1, 1024),
    NUMBER("rekey-limit", rekey_limit, 0, 0, 1024),
    NUMBER("redeliver", redeliver, FORWARD_REDELIVER, 1, 86400),
    NUMBER("reach-timeout", reach_timeout, 180, 1, 86400),
    NUMBER("reach-idle", reach_idle, 300, 1, 86400),
    NUMBER("stale-limit", stale_limit, 0, 1, 30 * 86400), /* conf_take */
    NUMBER("operator-ttl", operator_ttl, 86400, 1, FORWARD_TTL_MAX),
    NUMBER("alert-after", alert_after, 2, 1, ALERT_AFTER_MOST),
    NUMBER("drain-time", drain_time, 300, 0, 86400),
#undef NUMBER
};
#define NNUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* All others: texts, lists of them, and switches. */
static char hostkeys[] =
    "{\"" ETPH_SYSCONFDIR "/ssh_host_ed25519_key\", \"" ETPH_SYSCONFDIR
    "/ssh_host_rsa_key\"}";
static char listens[] = "{\"0.0.0.0:2222\", \"[::]:2222\"}";
static const cfg_opt_t texts[] = {
    CFG_STR_LIST("listen", listens, CFGF_NONE),
    CFG_STR("store", "sqlite:" ETPH_STATEDIR "/store.db", CFGF_NONE),
    CFG_STR("store-reader", "", CFGF_NONE),
    CFG_STR("store-passfile", "", CFGF_NONE),
    CFG_STR_LIST("host-keys", hostkeys, CFGF_NONE),
    CFG_STR("user", "et-phone-home", CFGF_NONE),
    CFG_STR("event-log", "stderr", CFGF_NONE),
    CFG_STR("forward-address", "127.0.0.1", CFGF_NONE),
    CFG_STR("metrics-listen", "", CFGF_NONE),
    CFG_STR("node", NULL, CFGF_NONE),
    CFG_STR("history", "90d", CFGF_NONE),
    CFG_STR("installer", ETPH_DATADIR "/install.sh", CFGF_NONE),
    /* et-admin's alone */
    CFG_STR("public-name", "", CFGF_NONE),
    CFG_BOOL("per-source-penalties", cfg_true, CFGF_NONE),
    CFG_STR("compat", "", CFGF_NONE),
    CFG_STR_LIST("proxy-from", NULL, CFGF_NONE),
    CFG_STR_LIST("operator-ports", NULL, CFGF_NONE),
    CFG_STR_LIST("operator-listen", NULL, CFGF_NONE),
    CFG_STR("admin-by-ssh", "yes", CFGF_NONE),
    CFG_BOOL("event-log-seal", cfg_false, CFGF_NONE),
    CFG_STR(
	"event-log-key", ETPH_SYSCONFDIR "/event_log_ed25519_key", CFGF_NONE),
    CFG_STR_LIST("alert-after-tag", NULL, CFGF_NONE),
    CFG_STR("alert-quiet", "", CFGF_NONE),
    /* Where the event log is, unless it says. */
    CFG_STR("alert-log", NULL, CFGF_NONE),
    CFG_STR("node-listen", "", CFGF_NONE),
};
#define NTEXTS (sizeof(texts) / sizeof(texts[0]))

static const char *const admins[CONF_ADMINS] = {
    [CONF_ADMIN_YES] = "yes",
    [CONF_ADMIN_OPERATOR_LISTEN] = "operator-listen",
    [CONF_ADMIN_NO] = "no",
};

/* libconfuse hands errors to a callback without an argument of ours. */
static char *conf_sink;

static void conf_keep_error(cfg_t *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

static void
conf_keep_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char raw[CONF_ERROR / 2], what[CONF_ERROR / 2];

	if (conf_sink == NULL || *conf_sink != '\0')
		return;
	/* libconfuse's message quotes the file, which may have any bytes. */
	vsnprintf(raw, sizeof(raw), fmt, ap);
	clean_text(what, sizeof(what), raw);
	snprintf(conf_sink, CONF_ERROR, "%s:%d: %s",
	    cfg != NULL && cfg->filename != NULL ? cfg->filename : "?",
	    cfg != NULL ? cfg->line : 0, what);
}

static int
conf_check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	long v = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);
	size_t i;

	for (i = 0; i < NNUMBERS; i++) {
		if (strcmp(numbers[i].name, opt->name) != 0)
			continue;
		if (v >= numbers[i].least && v <= numbers[i].most)
			return 0;
		cfg_error(cfg, "%s must be between %ld and %ld, not %ld",
		    opt->name, numbers[i].least, numbers[i].most, v);
		return -1;
	}
	return 0;
}

static int
conf_check_compat(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (*v == '\0' || strcmp(v, "openwrt-15.05") == 0)
		return 0;
	cfg_error(cfg, "compat must be \"\" or \"openwrt-15.05\"");
	return -1;
}

enum conf_admin
conf_admin_parse(const char *v)
{
	int i = 0;

	while (i < CONF_ADMINS && strcmp(v, admins[i]) != 0)
		i++;
	return (enum conf_admin)i;
}

static int
conf_check_admin(cfg_t *cfg, cfg_opt_t *opt)
{
	if (conf_admin_parse(cfg_opt_getnstr(opt, 0)) < CONF_ADMINS)
		return 0;
	cfg_error(cfg, "admin-by-ssh must be yes, operator-listen or no");
	return -1;
}

static int
conf_check_node(cfg_t *cfg, cfg_opt_t *opt)
{
	if (device_name_valid(cfg_opt_getnstr(opt, 0)))
		return 0;
	cfg_error(cfg, "node must be like a device's id: a-z 0-9 . _ -, "
		       "at most 64 bytes");
	return -1;
}

static int
conf_check_history(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (history_parse(v) != -1)
		return 0;
	cfg_error(cfg, "history must be a number of days, 0 to %dd, not %.32s",
	    HISTORY_DAYS_MAX, v);
	return -1;
}

static int
conf_check_room(cfg_t *cfg, cfg_opt_t *opt)
{
	if (cfg_opt_size(opt) <= CONF_LIST)
		return 0;
	cfg_error(cfg, "%s takes 1 to %d values", opt->name, CONF_LIST);
	return -1;
}

static int
conf_check_text(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (*v != '\0')
		return conf_check_room(cfg, opt);
	cfg_error(cfg, "%s must not be empty", opt->name);
	return -1;
}

static int
conf_check_listen(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (listen_valid(v))
		return conf_check_room(cfg, opt);
	cfg_error(cfg,
	    "%s %s: not ADDRESS:PORT (as in 0.0.0.0:2222 or "
	    "[::]:2222)",
	    opt->name, v);
	return -1;
}

static int
conf_check_metrics_listen(cfg_t *cfg, cfg_opt_t *opt)
{
	return *cfg_opt_getnstr(opt, 0) == '\0' ? 0
						: conf_check_listen(cfg, opt);
}

/* Other nodes connect to it as it is written here. */
static int
conf_check_node_listen(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (*v == '\0' || listen_reachable(v))
		return 0;
	cfg_error(cfg,
	    "node-listen %s: not ADDRESS:PORT at which the other nodes reach "
	    "this one (as in 10.0.1.7:2223)",
	    v);
	return -1;
}

static int
conf_check_forward_address(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (listen_address_valid(v))
		return 0;
	cfg_error(cfg, "forward-address %s: not a numeric address", v);
	return -1;
}

static int
conf_check_store(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0), *wrong = store_url_check(v);

#ifndef HAVE_POSTGRESQL
	if (wrong == NULL && store_url_several(v))
		wrong = "this et-sshd was built without PostgreSQL";
#endif
	if (wrong == NULL)
		return 0;
	cfg_error(cfg, "store: %s", wrong);
	return -1;
}

static int
conf_check_passfile(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (*v == '\0' || (*v == '/' && strlen(v) < STORE_URL / 8))
		return 0;
	cfg_error(cfg, "store-passfile %.64s: not an absolute path", v);
	return -1;
}

static int
conf_check_reader(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (strlen(v) < DEVICE_NAME)
		return 0;
	cfg_error(cfg, "store-reader: a role's name has 63 bytes at most");
	return -1;
}

static int
conf_check_proxy_from(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1), *wrong;
	struct network n;

	if ((wrong = network_parse(&n, v)) != NULL)
		cfg_error(cfg, "proxy-from %s: %s", v, wrong);
	else if (cfg_opt_size(opt) > CONF_NETWORKS)
		cfg_error(
		    cfg, "proxy-from takes at most %d values", CONF_NETWORKS);
	else
		return 0;
	return -1;
}

/* Ports from 1024 on: below it are those of the system's own services. */
const char *
conf_ports_parse(const char *text, struct port_range *range)
{
	if (permit_parse_ports(text, &range->first, &range->last) == -1)
		return "not PORT or PORT-PORT, 1024 to 65535";
	return range->first < 1024 ? "an operator gets no port below 1024"
				   : NULL;
}

static int
conf_check_operator_ports(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1), *wrong;
	struct port_range range;

	if ((wrong = conf_ports_parse(v, &range)) != NULL)
		cfg_error(cfg, "operator-ports %s: %s", v, wrong);
	else if (cfg_opt_size(opt) > CONF_PORTS)
		cfg_error(
		    cfg, "operator-ports takes at most %d values", CONF_PORTS);
	else
		return 0;
	return -1;
}

static int
conf_check_after(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	struct conf_after after;

	if (!alert_after_parse(v, after.tag, &after.polls))
		cfg_error(cfg, "alert-after-tag %s: not TAG=POLLS, 1 to %d", v,
		    ALERT_AFTER_MOST);
	else if (cfg_opt_size(opt) > CONF_AFTERS)
		cfg_error(cfg, "alert-after-tag takes at most %d values",
		    CONF_AFTERS);
	else
		return 0;
	return -1;
}

static int
conf_check_quiet(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);
	unsigned int first, last;

	if (alert_quiet_parse(v, &first, &last))
		return 0;
	cfg_error(cfg, "alert-quiet %s: not HH:MM-HH:MM, as in 22:00-06:00", v);
	return -1;
}

static const struct {
	const char *name;
	int (*check)(cfg_t *, cfg_opt_t *);
} checks[] = {
    {"compat", conf_check_compat},
    {"node", conf_check_node},
    {"history", conf_check_history},
    {"listen", conf_check_listen},
    {"host-keys", conf_check_text},
    {"store", conf_check_store},
    {"store-passfile", conf_check_passfile},
    {"store-reader", conf_check_reader},
    {"proxy-from", conf_check_proxy_from},
    {"operator-ports", conf_check_operator_ports},
    {"event-log", conf_check_text},
    {"event-log-key", conf_check_text},
    {"installer", conf_check_text},
    {"forward-address", conf_check_forward_address},
    {"operator-listen", conf_check_listen},
    {"metrics-listen", conf_check_metrics_listen},
    {"node-listen", conf_check_node_listen},
    {"admin-by-ssh", conf_check_admin},
    {"alert-after-tag", conf_check_after},
    {"alert-quiet", conf_check_quiet},
};

cfg_t *
conf_declare(char error[CONF_ERROR])
{
	cfg_opt_t opts[NTEXTS + NNUMBERS + 1];
	const cfg_opt_t end = CFG_END();
	cfg_t *cfg;
	size_t i;

	memcpy(opts, texts, sizeof(texts));
	for (i = 0; i < NNUMBERS; i++) {
		const cfg_opt_t one = CFG_INT(numbers[i].name, 0, CFGF_NONE);

		opts[NTEXTS + i] = one;
		opts[NTEXTS + i].def.number = numbers[i].value;
	}
	opts[NTEXTS + NNUMBERS] = end;
	if ((cfg = cfg_init(opts, CFGF_NONE)) == NULL)
		return NULL;
	conf_sink = error;
	for (i = 0; i < NNUMBERS; i++)
		cfg_set_validate_func(cfg, numbers[i].name, conf_check_number);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		cfg_set_validate_func(cfg, checks[i].name, checks[i].check);
	cfg_set_error_function(cfg, conf_keep_error);
	return cfg;
}

void
conf_declare_end(cfg_t *cfg)
{
	if (cfg != NULL)
		cfg_free(cfg);
	conf_sink = NULL;
}

void
conf_numbers_take(struct conf *c, cfg_t *cfg)
{
	size_t i;

	for (i = 0; i < NNUMBERS; i++)
		*(unsigned int *)(void *)((char *)c + numbers[i].offset) =
		    (unsigned int)cfg_getint(cfg, numbers[i].name);
}

void
conf_numbers_copy(struct conf *c, const struct conf *next)
{
	size_t i;

	for (i = 0; i < NNUMBERS; i++)
		memcpy((char *)c + numbers[i].offset,
		    (const char *)next + numbers[i].offset,
		    sizeof(unsigned int));
}
