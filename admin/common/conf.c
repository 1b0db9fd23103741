#include "config.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "conf_folder.h"
#include "store_url.h"

#define CONF_STORE "sqlite:" ETPH_STATEDIR "/store.db"
#define CONF_LISTEN "{\"0.0.0.0:2222\"}"
#define CONF_KEYS                                                           \
	"{\"" ETPH_SYSCONFDIR "/ssh_host_ed25519_key\", \"" ETPH_SYSCONFDIR \
	"/ssh_host_rsa_key\"}"

/* libconfuse hands its complaint to a callback that has no other argument. */
static void __attribute__((format(printf, 2, 0)))
keep_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[CONF_ERROR - 128];
	char *out = cfg_opt_getnstr(cfg_getopt(cfg, "__error"), 0);

	if (out != NULL && *out != '\0')
		return; /* the first says it best */
	vsnprintf(text, sizeof(text), fmt, ap);
	cfg_setstr(cfg, "__error", text);
}

/* libpq reads the passwords itself. */
static char *
conf_store(cfg_t *cfg)
{
	const char *url = cfg_getstr(cfg, "store");
	char made[STORE_URL];

	if (store_url_make(made, url, "", cfg_getstr(cfg, "store-passfile")) ==
	    -1)
		return strdup(url);
	return strdup(made);
}

static struct conf *
conf_copy(cfg_t *cfg)
{
	struct conf *c;
	unsigned int i, n;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->store_reader = strdup(cfg_getstr(cfg, "store-reader"));
	c->store_passfile = strdup(cfg_getstr(cfg, "store-passfile"));
	c->store = conf_store(cfg);
	c->user = strdup(cfg_getstr(cfg, "user"));
	c->forward_address = strdup(cfg_getstr(cfg, "forward-address"));
	c->public_name = strdup(cfg_getstr(cfg, "public-name"));
	c->installer = strdup(cfg_getstr(cfg, "installer"));
	c->event_log = strdup(cfg_getstr(cfg, "event-log"));
	c->event_log_key = strdup(cfg_getstr(cfg, "event-log-key"));
	c->node = strdup(cfg_getstr(cfg, "node"));
	c->listen = strdup(
	    cfg_size(cfg, "listen") > 0 ? cfg_getnstr(cfg, "listen", 0) : "");
	n = cfg_size(cfg, "host-keys");
	for (i = 0; i < n && i < CONF_HOSTKEYS; i++) {
		c->hostkey[i] = strdup(cfg_getnstr(cfg, "host-keys", i));
		if (c->hostkey[i] == NULL)
			break;
		c->hostkeys++;
	}
	if (c->store == NULL || c->store_reader == NULL ||
	    c->store_passfile == NULL || c->user == NULL ||
	    c->forward_address == NULL || c->public_name == NULL ||
	    c->listen == NULL || c->installer == NULL ||
	    c->event_log_key == NULL || c->event_log == NULL ||
	    c->node == NULL || (i < n && i < CONF_HOSTKEYS)) {
		conf_free(c);
		return NULL;
	}
	return c;
}

/*
 * libconfuse counts the lines of comments more than once, so the line that
 * it would name is wrong; et-sshd -t looks closer.
 */
static int
conf_read_file(
    cfg_t *cfg, const char *path, const char *main, char error[CONF_ERROR])
{
	struct stat st;
	int result;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		snprintf(error, CONF_ERROR, "%s: not a regular file", path);
		return -1;
	}
	result = cfg_parse(cfg, path);
	if (result == CFG_SUCCESS)
		return 0;
	if (result == CFG_FILE_ERROR)
		snprintf(error, CONF_ERROR, "%s: %s", path, strerror(errno));
	else
		snprintf(error, CONF_ERROR,
		    "%s: %s (et-sshd -t -f %s prints the line)", path,
		    cfg_getstr(cfg, "__error"), main);
	return -1;
}

/* The file, unless it is the default one and not there; then conf.d. */
static int
conf_parse(cfg_t *cfg, const char *path, char error[CONF_ERROR])
{
	bool named = path != NULL;
	char **paths = NULL;
	struct stat st;
	int i, n = 0, r = 0;

	if (!named)
		path = CONF_DEFAULT;
	if (named || stat(path, &st) == 0 || errno != ENOENT)
		r = conf_read_file(cfg, path, path, error);
	if (r == 0 &&
	    (n = conf_folder_list(path, &paths, error, CONF_ERROR)) == -1)
		r = -1;
	for (i = 0; r == 0 && i < n; i++)
		r = conf_read_file(cfg, paths[i], path, error);
	conf_folder_free(paths);
	return r;
}

struct conf *
conf_read(const char *path, char error[CONF_ERROR])
{
	cfg_opt_t opts[] = {CFG_STR("store", CONF_STORE, CFGF_NONE),
	    CFG_STR("store-reader", "", CFGF_NONE),
	    CFG_STR("store-passfile", "", CFGF_NONE),
	    CFG_STR("user", "et-phone-home", CFGF_NONE),
	    CFG_STR("forward-address", "127.0.0.1", CFGF_NONE),
	    CFG_STR("public-name", "", CFGF_NONE),
	    CFG_STR("installer", ETPH_DATADIR "/install.sh", CFGF_NONE),
	    CFG_STR("event-log", "stderr", CFGF_NONE),
	    CFG_STR("node", "", CFGF_NONE),
	    CFG_STR("event-log-key", ETPH_SYSCONFDIR "/event_log_ed25519_key",
		CFGF_NONE),
	    CFG_STR_LIST("listen", CONF_LISTEN, CFGF_NONE),
	    CFG_STR_LIST("host-keys", CONF_KEYS, CFGF_NONE),
	    CFG_STR("__error", "", CFGF_NONE),
	    CFG_STR("__unknown", NULL, CFGF_NONE), CFG_END()};
	struct conf *c = NULL;
	cfg_t *cfg;

	snprintf(error, CONF_ERROR, "out of memory");
	if ((cfg = cfg_init(opts, CFGF_IGNORE_UNKNOWN)) == NULL)
		return NULL;
	cfg_set_error_function(cfg, keep_error);
	if (conf_parse(cfg, path, error) == 0)
		c = conf_copy(cfg);
	cfg_free(cfg);
	return c;
}

const char *
conf_path(const char *path)
{
	return path != NULL ? path : CONF_DEFAULT;
}

void
conf_free(struct conf *c)
{
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < c->hostkeys; i++)
		free(c->hostkey[i]);
	free(c->forward_address);
	free(c->public_name);
	free(c->installer);
	free(c->event_log);
	free(c->node);
	free(c->event_log_key);
	free(c->listen);
	free(c->user);
	free(c->store);
	free(c->store_reader);
	free(c->store_passfile);
	free(c);
}
