#include "config.h"

#include <confuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "conf.h"
#include "conf_folder.h"
#include "conf_text.h"
#include "device.h"
#include "forward.h"
#include "listen.h"
#include "permit.h"

/* The numbers: where each goes, and between what it must lie. */
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
    NUMBER("stale-limit", stale_limit, 3600, 1, 30 * 86400),
    NUMBER("operator-ttl", operator_ttl, 86400, 1, FORWARD_TTL_MAX),
#undef NUMBER
};
#define NNUMBERS (sizeof(numbers) / sizeof(numbers[0]))
#define OTHERS 17 /* options that are no numbers */

static const char *const admins[CONF_ADMINS] = {
    [CONF_ADMIN_YES] = "yes",
    [CONF_ADMIN_OPERATOR_LISTEN] = "operator-listen",
    [CONF_ADMIN_NO] = "no",
};

static unsigned int *
number_at(struct conf *c, const struct number *n)
{
	return (unsigned int *)(void *)((char *)c + n->offset);
}

/* libconfuse hands errors to a callback without an argument of ours. */
static char *sink;

static void keep_error(cfg_t *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

static void
keep_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char raw[CONF_ERROR / 2], what[CONF_ERROR / 2];

	if (sink == NULL || *sink != '\0')
		return;
	/* It repeats the file's text, which may be anything. */
	vsnprintf(raw, sizeof(raw), fmt, ap);
	clean_text(what, sizeof(what), raw);
	snprintf(sink, CONF_ERROR, "%s:%d: %s",
	    cfg != NULL && cfg->filename != NULL ? cfg->filename : "?",
	    cfg != NULL ? cfg->line : 0, what);
}

static int
check_number(cfg_t *cfg, cfg_opt_t *opt)
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
check_compat(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (*v == '\0' || strcmp(v, "openwrt-15.05") == 0)
		return 0;
	cfg_error(cfg, "compat must be \"\" or \"openwrt-15.05\"");
	return -1;
}

static enum conf_admin
admin_of(const char *v)
{
	int i = 0;

	while (i < CONF_ADMINS && strcmp(v, admins[i]) != 0)
		i++;
	return (enum conf_admin)i;
}

static int
check_admin(cfg_t *cfg, cfg_opt_t *opt)
{
	if (admin_of(cfg_opt_getnstr(opt, 0)) < CONF_ADMINS)
		return 0;
	cfg_error(cfg, "admin-by-ssh must be yes, operator-listen or no");
	return -1;
}

static int
check_node(cfg_t *cfg, cfg_opt_t *opt)
{
	if (device_name_valid(cfg_opt_getnstr(opt, 0)))
		return 0;
	cfg_error(cfg, "node must be like a device's id: a-z 0-9 . _ -, "
		       "at most 64 bytes");
	return -1;
}

static int
check_room(cfg_t *cfg, cfg_opt_t *opt)
{
	if (cfg_opt_size(opt) <= CONF_LIST)
		return 0;
	cfg_error(cfg, "%s takes 1 to %d values", opt->name, CONF_LIST);
	return -1;
}

static int
check_text(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (*v != '\0')
		return check_room(cfg, opt);
	cfg_error(cfg, "%s must not be empty", opt->name);
	return -1;
}

static int
check_listen(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (listen_valid(v))
		return check_room(cfg, opt);
	cfg_error(cfg,
	    "%s %s: not ADDRESS:PORT (as in 0.0.0.0:2222 or "
	    "[::]:2222)",
	    opt->name, v);
	return -1;
}

static int
check_forward_address(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (listen_address_valid(v))
		return 0;
	cfg_error(cfg, "forward-address %s: not a numeric address", v);
	return -1;
}

static int
check_store(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, 0);

	if (strncmp(v, "sqlite:", strlen("sqlite:")) == 0)
		return 0;
	cfg_error(cfg, "store %s: not sqlite:/path", v);
	return -1;
}

static int
check_proxy_from(cfg_t *cfg, cfg_opt_t *opt)
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
static const char *
parse_ports(const char *text, struct port_range *range)
{
	if (permit_parse_ports(text, &range->first, &range->last) == -1)
		return "not PORT or PORT-PORT, 1024 to 65535";
	return range->first < 1024 ? "an operator gets no port below 1024"
				   : NULL;
}

static int
check_operator_ports(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *v = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1), *wrong;
	struct port_range range;

	if ((wrong = parse_ports(v, &range)) != NULL)
		cfg_error(cfg, "operator-ports %s: %s", v, wrong);
	else if (cfg_opt_size(opt) > CONF_PORTS)
		cfg_error(
		    cfg, "operator-ports takes at most %d values", CONF_PORTS);
	else
		return 0;
	return -1;
}

static int
take_list(
    cfg_t *cfg, const char *name, unsigned int least, char **list, size_t *n)
{
	unsigned int i, size = cfg_size(cfg, name);

	if (size < least || size > CONF_LIST) {
		cfg_error(cfg, "%s takes 1 to %d values", name, CONF_LIST);
		return -1;
	}
	for (i = 0; i < size; i++) {
		if ((list[i] = strdup(cfg_getnstr(cfg, name, i))) == NULL)
			return -1;
		(*n)++;
	}
	return 0;
}

static void
take_networks(cfg_t *cfg, struct conf *c)
{
	unsigned int i, size = cfg_size(cfg, "proxy-from");

	for (i = 0; i < size && i < CONF_NETWORKS; i++)
		if (network_parse(&c->proxy_from[c->nproxy_from],
			cfg_getnstr(cfg, "proxy-from", i)) == NULL)
			c->nproxy_from++;
}

static void
take_operator_ports(cfg_t *cfg, struct conf *c)
{
	unsigned int i, size = cfg_size(cfg, "operator-ports");

	for (i = 0; i < size && i < CONF_PORTS; i++)
		if (parse_ports(cfg_getnstr(cfg, "operator-ports", i),
			&c->operator_ports[c->noperator_ports]) == NULL)
			c->noperator_ports++;
}

/* The host's name, made into a valid node name. */
static char *
default_node(void)
{
	char name[DEVICE_NAME] = "";
	char *p;

	if (gethostname(name, sizeof(name) - 1) == -1)
		name[0] = '\0';
	for (p = name; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return strdup(device_name_valid(name) ? name : "node");
}

static int
take_admin(cfg_t *cfg, struct conf *c)
{
	c->admin_by_ssh = admin_of(cfg_getstr(cfg, "admin-by-ssh"));
	if (c->admin_by_ssh != CONF_ADMIN_OPERATOR_LISTEN ||
	    c->noperator_listen > 0)
		return 0;
	cfg_error(cfg, "admin-by-ssh = operator-listen: operator-listen has "
		       "no address");
	return -1;
}

static int
take(struct conf *c, cfg_t *cfg)
{
	const char *node = cfg_getstr(cfg, "node");
	size_t i;

	for (i = 0; i < NNUMBERS; i++)
		*number_at(c, &numbers[i]) =
		    (unsigned int)cfg_getint(cfg, numbers[i].name);
	c->per_source_penalties = cfg_getbool(cfg, "per-source-penalties");
	c->compat_openwrt_1505 = *cfg_getstr(cfg, "compat") != '\0';
	take_networks(cfg, c);
	take_operator_ports(cfg, c);
	c->store = strdup(cfg_getstr(cfg, "store"));
	c->user = strdup(cfg_getstr(cfg, "user"));
	c->event_log = strdup(cfg_getstr(cfg, "event-log"));
	c->event_log_seal = cfg_getbool(cfg, "event-log-seal");
	c->event_log_key = strdup(cfg_getstr(cfg, "event-log-key"));
	c->forward_address = strdup(cfg_getstr(cfg, "forward-address"));
	c->installer = strdup(cfg_getstr(cfg, "installer"));
	c->node = node != NULL ? strdup(node) : default_node();
	if (c->store == NULL || c->user == NULL || c->event_log == NULL ||
	    c->forward_address == NULL || c->installer == NULL ||
	    c->node == NULL || c->event_log_key == NULL)
		return -1;
	if (take_list(cfg, "listen", 1, c->listen, &c->nlisten) == -1 ||
	    take_list(cfg, "host-keys", 1, c->hostkeys, &c->nhostkeys) == -1 ||
	    take_list(cfg, "operator-listen", 0, c->operator_listen,
		&c->noperator_listen) == -1)
		return -1;
	return take_admin(cfg, c);
}

static cfg_t *
declare(void)
{
	static char hostkeys[] =
	    "{\"" ETPH_SYSCONFDIR "/ssh_host_ed25519_key\", \"" ETPH_SYSCONFDIR
	    "/ssh_host_rsa_key\"}";
	static char listen[] = "{\"0.0.0.0:2222\", \"[::]:2222\"}";
	cfg_opt_t opts[OTHERS + NNUMBERS + 1] = {
	    CFG_STR_LIST("listen", listen, CFGF_NONE),
	    CFG_STR("store", "sqlite:" ETPH_STATEDIR "/store.db", CFGF_NONE),
	    CFG_STR_LIST("host-keys", hostkeys, CFGF_NONE),
	    CFG_STR("user", "et-phone-home", CFGF_NONE),
	    CFG_STR("event-log", "stderr", CFGF_NONE),
	    CFG_STR("forward-address", "127.0.0.1", CFGF_NONE),
	    CFG_STR("node", NULL, CFGF_NONE),
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
	    CFG_STR("event-log-key", ETPH_SYSCONFDIR "/event_log_ed25519_key",
		CFGF_NONE),
	};
	const cfg_opt_t end = CFG_END();
	cfg_t *cfg;
	size_t i;

	for (i = 0; i < NNUMBERS; i++) {
		const cfg_opt_t one = CFG_INT(numbers[i].name, 0, CFGF_NONE);

		opts[OTHERS + i] = one;
		opts[OTHERS + i].def.number = numbers[i].value;
	}
	opts[OTHERS + NNUMBERS] = end;
	if ((cfg = cfg_init(opts, CFGF_NONE)) == NULL)
		return NULL;
	for (i = 0; i < NNUMBERS; i++)
		cfg_set_validate_func(cfg, numbers[i].name, check_number);
	cfg_set_validate_func(cfg, "compat", check_compat);
	cfg_set_validate_func(cfg, "node", check_node);
	cfg_set_validate_func(cfg, "listen", check_listen);
	cfg_set_validate_func(cfg, "host-keys", check_text);
	cfg_set_validate_func(cfg, "store", check_store);
	cfg_set_validate_func(cfg, "proxy-from", check_proxy_from);
	cfg_set_validate_func(cfg, "operator-ports", check_operator_ports);
	cfg_set_validate_func(cfg, "event-log", check_text);
	cfg_set_validate_func(cfg, "event-log-key", check_text);
	cfg_set_validate_func(cfg, "installer", check_text);
	cfg_set_validate_func(cfg, "forward-address", check_forward_address);
	cfg_set_validate_func(cfg, "operator-listen", check_listen);
	cfg_set_validate_func(cfg, "admin-by-ssh", check_admin);
	cfg_set_error_function(cfg, keep_error);
	return cfg;
}

/* Named, so that errors name it. */
static int
parse(cfg_t *cfg, const char *path, char *text)
{
	FILE *f;
	int r;

	if ((f = fmemopen(text, strlen(text), "r")) == NULL)
		return CFG_FILE_ERROR;
	free(cfg->filename);
	cfg->filename = strdup(path);
	r = cfg_parse_fp(cfg, f);
	fclose(f);
	return r;
}

/* Returns 0, or -1 and one line in error. */
static int
conf_read_file(cfg_t *cfg, const char *path, char error[CONF_ERROR])
{
	char *text = conf_text_read(path, error);
	int r;

	if (text == NULL)
		return -1;
	r = parse(cfg, path, text);
	free(text);
	if (r == CFG_SUCCESS)
		return 0;
	if (*error == '\0')
		snprintf(error, CONF_ERROR, "%s: cannot be read", path);
	return -1;
}

/* The file, then those of conf.d, whose options replace earlier ones. */
static int
conf_read_all(cfg_t *cfg, const char *path, char error[CONF_ERROR])
{
	char **paths = NULL;
	int i, n = 0, r;

	if ((r = conf_read_file(cfg, path, error)) == 0 &&
	    (n = conf_folder_list(path, &paths, error, CONF_ERROR)) == -1)
		r = -1;
	for (i = 0; r == 0 && i < n; i++)
		r = conf_read_file(cfg, paths[i], error);
	conf_folder_free(paths);
	return r;
}

struct conf *
conf_load(const char *path, char error[CONF_ERROR])
{
	struct conf *c = NULL;
	cfg_t *cfg = NULL;

	*error = '\0';
	sink = error;
	if ((cfg = declare()) == NULL || (c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(error, CONF_ERROR, "out of memory");
		goto out;
	}
	if (conf_read_all(cfg, path, error) == 0) {
		if (take(c, cfg) == 0)
			goto out;
		if (*error == '\0')
			snprintf(error, CONF_ERROR, "out of memory");
	}
	conf_free(c);
	c = NULL;
out:
	if (cfg != NULL)
		cfg_free(cfg);
	sink = NULL;
	return c;
}

void
conf_free(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nlisten; i++)
		free(c->listen[i]);
	for (i = 0; i < c->nhostkeys; i++)
		free(c->hostkeys[i]);
	for (i = 0; i < c->noperator_listen; i++)
		free(c->operator_listen[i]);
	free(c->store);
	free(c->user);
	free(c->event_log);
	free(c->event_log_key);
	free(c->forward_address);
	free(c->node);
	free(c->installer);
	free(c);
}

static bool
same_list(char *const *a, size_t na, char *const *b, size_t nb)
{
	size_t i;

	if (na != nb)
		return false;
	for (i = 0; i < na; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static void
note(char kept[CONF_ERROR], bool same, const char *name)
{
	size_t n = strlen(kept);

	if (!same)
		snprintf(
		    kept + n, CONF_ERROR - n, "%s%s", n > 0 ? ", " : "", name);
}

void
conf_reload(struct conf *c, const struct conf *next, char kept[CONF_ERROR])
{
	unsigned int workers = c->workers;
	size_t i;

	*kept = '\0';
	note(kept,
	    same_list(c->listen, c->nlisten, next->listen, next->nlisten),
	    "listen");
	note(kept,
	    same_list(
		c->hostkeys, c->nhostkeys, next->hostkeys, next->nhostkeys),
	    "host-keys");
	note(kept, strcmp(c->store, next->store) == 0, "store");
	note(kept, strcmp(c->user, next->user) == 0, "user");
	note(kept, strcmp(c->event_log, next->event_log) == 0, "event-log");
	note(kept, c->event_log_seal == next->event_log_seal, "event-log-seal");
	note(kept, strcmp(c->event_log_key, next->event_log_key) == 0,
	    "event-log-key");
	note(kept, strcmp(c->forward_address, next->forward_address) == 0,
	    "forward-address");
	note(kept, strcmp(c->installer, next->installer) == 0, "installer");
	note(kept, strcmp(c->node, next->node) == 0, "node");
	note(kept, c->compat_openwrt_1505 == next->compat_openwrt_1505,
	    "compat");
	note(kept, c->workers == next->workers, "workers");
	note(kept,
	    same_list(c->operator_listen, c->noperator_listen,
		next->operator_listen, next->noperator_listen),
	    "operator-listen");
	for (i = 0; i < NNUMBERS; i++)
		*number_at(c, &numbers[i]) =
		    *number_at((struct conf *)(uintptr_t)next, &numbers[i]);
	c->workers = workers;
	c->per_source_penalties = next->per_source_penalties;
	memmove(c->proxy_from, next->proxy_from, sizeof(c->proxy_from));
	c->nproxy_from = next->nproxy_from;
	memmove(
	    c->operator_ports, next->operator_ports, sizeof(c->operator_ports));
	c->noperator_ports = next->noperator_ports;
	c->admin_by_ssh = next->admin_by_ssh;
}

bool
conf_proxied(const struct conf *c, const struct sockaddr *addr)
{
	size_t i;

	for (i = 0; i < c->nproxy_from; i++)
		if (network_holds(&c->proxy_from[i], addr))
			return true;
	return false;
}

bool
conf_operator_port(const struct conf *c, uint32_t port)
{
	size_t i;

	for (i = 0; i < c->noperator_ports; i++)
		if (port >= c->operator_ports[i].first &&
		    port <= c->operator_ports[i].last)
			return true;
	return false;
}
