#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "conf_option.h"
#include "say.h"
#include "template.h"

const char *
conf_type_name(enum receiver_type type)
{
	static const char *const names[] = {"mail", "webhook", "command"};

	return names[type];
}

const struct receiver *
conf_receiver(const struct conf *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->receiver[i].name, name) == 0)
			return &c->receiver[i];
	return NULL;
}

/* ---- copies out of libconfuse ---- */

/* Returns 0, or -1: no memory.  An option that is not set stays NULL. */
static int
conf_take_text(cfg_t *cfg, const char *name, char **text)
{
	const char *value = cfg_getstr(cfg, name);

	return value == NULL || (*text = strdup(value)) != NULL ? 0 : -1;
}

static int
conf_take_list(cfg_t *cfg, const char *name, char ***list)
{
	unsigned int i, n = cfg_size(cfg, name);

	if ((*list = calloc(n + 1, sizeof(**list))) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (((*list)[i] = strdup(cfg_getnstr(cfg, name, i))) == NULL)
			return -1;
	return 0;
}

static int
conf_take_each(cfg_t *cfg, struct receiver *r)
{
	r->rate = (unsigned int)cfg_getint(cfg, "rate");
	r->burst = (unsigned int)cfg_getint(cfg, "burst");
	r->timeout = (unsigned int)cfg_getint(cfg, "timeout");
	if ((r->name = strdup(cfg_title(cfg))) == NULL)
		return -1;
	return conf_take_list(cfg, "kinds", &r->kinds) == 0 &&
		       conf_take_list(cfg, "subjects", &r->subjects) == 0 &&
		       conf_take_list(cfg, "severities", &r->severities) == 0 &&
		       conf_take_list(cfg, "events", &r->events) == 0
		   ? 0
		   : -1;
}

static int
conf_take_mail(cfg_t *cfg, struct receiver *r)
{
	return conf_take_list(cfg, "to", &r->to) == 0 &&
		       conf_take_text(cfg, "from", &r->from) == 0 &&
		       conf_take_text(cfg, "sendmail", &r->sendmail) == 0 &&
		       conf_take_text(cfg, "smtp", &r->smtp) == 0 &&
		       conf_take_text(cfg, "user", &r->user) == 0 &&
		       conf_take_text(cfg, "secret-file", &r->secret_file) ==
			   0 &&
		       conf_take_text(cfg, "ca-file", &r->ca_file) == 0
		   ? 0
		   : -1;
}

static int
conf_take_webhook(cfg_t *cfg, struct receiver *r)
{
	r->template = template_find(cfg_getstr(cfg, "template"));
	return conf_take_text(cfg, "url", &r->url) == 0 &&
		       conf_take_text(cfg, "url-file", &r->url_file) == 0 &&
		       conf_take_text(cfg, "target", &r->target) == 0 &&
		       conf_take_list(cfg, "headers", &r->headers) == 0 &&
		       conf_take_text(cfg, "secret-file", &r->secret_file) ==
			   0 &&
		       conf_take_text(cfg, "ca-file", &r->ca_file) == 0
		   ? 0
		   : -1;
}

static int
conf_take_command(cfg_t *cfg, struct receiver *r)
{
	return conf_take_list(cfg, "command", &r->command);
}

/* ---- what the options of a receiver must be together ---- */

static const char *
conf_lacks_mail(const struct receiver *r)
{
	if (r->to[0] == NULL || r->from == NULL)
		return "to and from are needed";
	if (r->smtp == NULL && (r->user != NULL || r->secret_file != NULL))
		return "user and secret-file need smtp";
	return (r->user == NULL) != (r->secret_file == NULL)
		   ? "user and secret-file need each other"
		   : NULL;
}

static const char *
conf_lacks_webhook(const struct receiver *r)
{
	const struct template *t = r->template;

	if (r->url != NULL && r->url_file != NULL)
		return "url and url-file are both set";
	if (r->url == NULL && r->url_file == NULL && t->url == NULL)
		return "url or url-file is needed";
	if (r->target == NULL && t->needs_target)
		return "target is needed by this template";
	if (r->secret_file == NULL && t->secret != TEMPLATE_BEARER &&
	    t->secret != TEMPLATE_NO_SECRET)
		return "secret-file is needed by this template";
	if (r->secret_file != NULL && t->secret == TEMPLATE_NO_SECRET)
		return "secret-file has no use in this template; its URL is "
		       "the secret: url-file";
	return NULL;
}

static const char *
conf_lacks_command(const struct receiver *r)
{
	if (r->command[0] == NULL)
		return "command is needed";
	return *r->command[0] == '/' ? NULL : "command is no absolute path";
}

static const struct kind {
	const char *name;
	int (*take)(cfg_t *, struct receiver *);
	const char *(*lacks)(const struct receiver *);
} kinds[] = {
    [RECEIVER_MAIL] = {"mail", conf_take_mail, conf_lacks_mail},
    [RECEIVER_WEBHOOK] = {"webhook", conf_take_webhook, conf_lacks_webhook},
    [RECEIVER_COMMAND] = {"command", conf_take_command, conf_lacks_command},
};

static const char *
conf_name_wrong(const struct conf *c, const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789._-");

	if (n == 0 || name[n] != '\0' || n >= CONF_NAME || *name == '-')
		return "a name is 1 to 31 letters, digits, '.', '_' and '-'";
	if (conf_receiver(c, name) != NULL)
		return "another receiver has this name";
	return c->n < CONF_RECEIVERS ? NULL : "more than 32 receivers";
}

static int
conf_take_receiver(cfg_t *cfg, struct conf *c, enum receiver_type type)
{
	struct receiver *r = &c->receiver[c->n];
	const char *wrong = conf_name_wrong(c, cfg_title(cfg));

	if (wrong == NULL) {
		r->type = type;
		c->n++;
		if (conf_take_each(cfg, r) == -1 ||
		    kinds[type].take(cfg, r) == -1)
			return -1;
		wrong = kinds[type].lacks(r);
	}
	if (wrong == NULL)
		return 0;
	cfg_error(cfg, "%s %s: %s", kinds[type].name, cfg_title(cfg), wrong);
	return -1;
}

static int
conf_take(cfg_t *cfg, struct conf *c)
{
	unsigned int i;
	size_t k;
	int rc = 0;

	c->keep = (unsigned int)cfg_getint(cfg, "keep");
	c->queue = (unsigned int)cfg_getint(cfg, "queue");
	c->retry = (unsigned int)cfg_getint(cfg, "retry");
	c->retry_most = (unsigned int)cfg_getint(cfg, "retry-most");
	if (conf_take_text(cfg, "stream", &c->stream) == -1 ||
	    conf_take_text(cfg, "state", &c->state) == -1)
		return -1;
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (i = 0; i < cfg_size(cfg, kinds[k].name); i++)
			if (conf_take_receiver(
				cfg_getnsec(cfg, kinds[k].name, i), c,
				(enum receiver_type)k) == -1)
				rc = -1;
	return rc;
}

struct conf *
conf_load(const char *path)
{
	struct conf *c = calloc(1, sizeof(*c));
	cfg_t *cfg = conf_declare();
	int rc;

	if (c == NULL || cfg == NULL) {
		say_error("out of memory");
		goto bad;
	}
	if ((rc = cfg_parse(cfg, path)) == CFG_FILE_ERROR)
		say_error("%s: %s", path, strerror(errno));
	if (rc != CFG_SUCCESS || conf_take(cfg, c) == -1)
		goto bad;
	cfg_free(cfg);
	return c;
bad:
	if (cfg != NULL)
		cfg_free(cfg);
	conf_free(c);
	return NULL;
}

static void
conf_free_list(char **list)
{
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

void
conf_free(struct conf *c)
{
	size_t i, k;

	for (i = 0; c != NULL && i < c->n; i++) {
		struct receiver *r = &c->receiver[i];
		char **lists[] = {r->kinds, r->subjects, r->severities,
		    r->events, r->to, r->headers, r->command};
		char *texts[] = {r->name, r->from, r->sendmail, r->smtp,
		    r->user, r->url, r->url_file, r->target, r->secret_file,
		    r->ca_file};

		for (k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
			conf_free_list(lists[k]);
		for (k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			free(texts[k]);
	}
	if (c != NULL) {
		free(c->stream);
		free(c->state);
	}
	free(c);
}
