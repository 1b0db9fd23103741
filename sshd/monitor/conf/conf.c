#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_folder.h"
#include "conf_option.h"
#include "conf_text.h"
#include "device.h"
#include "history.h"
#include "name.h"

#define CONF_LOGS "/var/log/et-phone-home"
#define STALE_ONE 3600 /* s, of stale-limit: with a server alone */
#define STALE_SEVERAL 60 /* with others, which serve meanwhile */

static int
conf_take_list(
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
conf_take_networks(cfg_t *cfg, struct conf *c)
{
	unsigned int i, size = cfg_size(cfg, "proxy-from");

	for (i = 0; i < size && i < CONF_NETWORKS; i++)
		if (network_parse(&c->proxy_from[c->nproxy_from],
			cfg_getnstr(cfg, "proxy-from", i)) == NULL)
			c->nproxy_from++;
}

static void
conf_take_operator_ports(cfg_t *cfg, struct conf *c)
{
	unsigned int i, size = cfg_size(cfg, "operator-ports");

	for (i = 0; i < size && i < CONF_PORTS; i++)
		if (conf_ports_parse(cfg_getnstr(cfg, "operator-ports", i),
			&c->operator_ports[c->noperator_ports]) == NULL)
			c->noperator_ports++;
}

static char *
conf_default_node(void)
{
	char name[DEVICE_NAME];

	name_of_machine(name);
	return strdup(name);
}

static int
conf_take_admin(cfg_t *cfg, struct conf *c)
{
	c->admin_by_ssh = conf_admin_parse(cfg_getstr(cfg, "admin-by-ssh"));
	if (c->admin_by_ssh != CONF_ADMIN_OPERATOR_LISTEN ||
	    c->noperator_listen > 0)
		return 0;
	cfg_error(cfg, "admin-by-ssh = operator-listen: operator-listen has "
		       "no address");
	return -1;
}

static int
conf_take_nodes(cfg_t *cfg, const struct conf *c)
{
	if (*c->node_listen == '\0' || c->several)
		return 0;
	cfg_error(cfg, "node-listen: only nodes of one PostgreSQL have other "
		       "nodes (store)");
	return -1;
}

static void
conf_take_afters(cfg_t *cfg, struct conf *c)
{
	unsigned int i, size = cfg_size(cfg, "alert-after-tag");
	struct conf_after *after;

	for (i = 0; i < size && i < CONF_AFTERS; i++) {
		after = &c->alert_after_tag[c->nalert_after_tag];
		if (alert_after_parse(cfg_getnstr(cfg, "alert-after-tag", i),
			after->tag, &after->polls))
			c->nalert_after_tag++;
	}
}

/*
 * Beside the event log; with that in the journal, in the server's folder of
 * logs, if there is one.
 */
static char *
conf_alert_log(cfg_t *cfg)
{
	const char *named = cfg_getstr(cfg, "alert-log");
	const char *log = cfg_getstr(cfg, "event-log"), *slash;
	char path[PATH_MAX];

	if (named != NULL)
		return strdup(named);
	if (strcmp(log, "stderr") == 0)
		return strdup(access(CONF_LOGS, F_OK) == 0 ? CONF_LOGS
				  "/alerts.log"
							   : "");
	slash = strrchr(log, '/');
	snprintf(path, sizeof(path), "%.*salerts.log",
	    slash != NULL ? (int)(slash + 1 - log) : 0, log);
	return strdup(path);
}

static int
conf_take(struct conf *c, cfg_t *cfg)
{
	const char *node = cfg_getstr(cfg, "node");

	conf_numbers_take(c, cfg);
	c->per_source_penalties = cfg_getbool(cfg, "per-source-penalties");
	c->compat_openwrt_1505 = *cfg_getstr(cfg, "compat") != '\0';
	conf_take_networks(cfg, c);
	conf_take_operator_ports(cfg, c);
	conf_take_afters(cfg, c);
	alert_quiet_parse(cfg_getstr(cfg, "alert-quiet"), &c->alert_quiet_first,
	    &c->alert_quiet_last);
	c->alert_log = conf_alert_log(cfg);
	c->store = strdup(cfg_getstr(cfg, "store"));
	c->store_reader = strdup(cfg_getstr(cfg, "store-reader"));
	c->store_passfile = strdup(cfg_getstr(cfg, "store-passfile"));
	c->several = store_url_several(cfg_getstr(cfg, "store"));
	if (c->stale_limit == 0)
		c->stale_limit = c->several ? STALE_SEVERAL : STALE_ONE;
	c->user = strdup(cfg_getstr(cfg, "user"));
	c->event_log = strdup(cfg_getstr(cfg, "event-log"));
	c->event_log_seal = cfg_getbool(cfg, "event-log-seal");
	c->event_log_key = strdup(cfg_getstr(cfg, "event-log-key"));
	c->forward_address = strdup(cfg_getstr(cfg, "forward-address"));
	c->metrics_listen = strdup(cfg_getstr(cfg, "metrics-listen"));
	c->node_listen = strdup(cfg_getstr(cfg, "node-listen"));
	c->installer = strdup(cfg_getstr(cfg, "installer"));
	c->public_name = strdup(cfg_getstr(cfg, "public-name"));
	c->history = (unsigned int)history_parse(cfg_getstr(cfg, "history"));
	c->node = node != NULL ? strdup(node) : conf_default_node();
	if (c->store == NULL || c->store_reader == NULL ||
	    c->store_passfile == NULL || c->user == NULL ||
	    c->event_log == NULL || c->forward_address == NULL ||
	    c->installer == NULL || c->public_name == NULL || c->node == NULL ||
	    c->event_log_key == NULL || c->metrics_listen == NULL ||
	    c->alert_log == NULL || c->node_listen == NULL)
		return -1;
	if (conf_take_list(cfg, "listen", 1, c->listen, &c->nlisten) == -1 ||
	    conf_take_list(cfg, "host-keys", 1, c->hostkeys, &c->nhostkeys) ==
		-1 ||
	    conf_take_list(cfg, "operator-listen", 0, c->operator_listen,
		&c->noperator_listen) == -1)
		return -1;
	return conf_take_admin(cfg, c) == -1 ? -1 : conf_take_nodes(cfg, c);
}

/* cfg gets the file's name, so that errors name it. */
static int
conf_parse(cfg_t *cfg, const char *path, char *text)
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
	r = conf_parse(cfg, path, text);
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
	if ((cfg = conf_declare(error)) == NULL ||
	    (c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(error, CONF_ERROR, "out of memory");
		goto out;
	}
	if (conf_read_all(cfg, path, error) == 0) {
		if (conf_take(c, cfg) == 0)
			goto out;
		if (*error == '\0')
			snprintf(error, CONF_ERROR, "out of memory");
	}
	conf_free(c);
	c = NULL;
out:
	conf_declare_end(cfg);
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
	free(c->store_reader);
	free(c->store_passfile);
	free(c->user);
	free(c->event_log);
	free(c->event_log_key);
	free(c->forward_address);
	free(c->metrics_listen);
	free(c->node_listen);
	free(c->node);
	free(c->installer);
	free(c->public_name);
	free(c->alert_log);
	free(c);
}

void
conf_store_url(const struct conf *c, bool writes, char url[STORE_URL])
{
	/* Their checks leave room for all three. */
	store_url_make(
	    url, c->store, writes ? "" : c->store_reader, c->store_passfile);
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
