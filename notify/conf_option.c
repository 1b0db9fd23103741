#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_option.h"
#include "say.h"
#include "template.h"

#define HOUR 3600

static void conf_say(cfg_t *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

static void
conf_say(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[512];

	vsnprintf(text, sizeof(text), fmt, ap);
	say_clean(text);
	say_error("%s:%d: %s", cfg->filename != NULL ? cfg->filename : "?",
	    cfg->line, text);
}

/* The last value that an option was given. */
static const char *
conf_last(cfg_opt_t *opt)
{
	return cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
}

static int
conf_check_text(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);
	size_t i;

	if (cfg_opt_size(opt) > CONF_WORDS) {
		cfg_error(
		    cfg, "%s: more than %d values", opt->name, CONF_WORDS);
		return -1;
	}
	if (*s == '\0') {
		cfg_error(cfg, "%s: empty", opt->name);
		return -1;
	}
	for (i = 0; s[i] != '\0'; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f) {
			cfg_error(
			    cfg, "%s: has a control character", opt->name);
			return -1;
		}
	return 0;
}

/* One that a header of a mail and a word of a command can be. */
static int
conf_check_address(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);
	size_t i;

	if (conf_check_text(cfg, opt) == -1)
		return -1;
	for (i = 0; s[i] != '\0'; i++)
		if (s[i] <= ' ' || s[i] > '~' || strchr("<>,;:\"\\()", s[i]))
			break;
	if (s[i] == '\0' && *s != '-')
		return 0;
	cfg_error(cfg, "%s: no mail address: %s", opt->name, s);
	return -1;
}

static int
conf_check_path(cfg_t *cfg, cfg_opt_t *opt)
{
	if (conf_check_text(cfg, opt) == -1)
		return -1;
	if (*conf_last(opt) == '/')
		return 0;
	cfg_error(cfg, "%s: no absolute path: %s", opt->name, conf_last(opt));
	return -1;
}

/* A URL may have a secret in it, so it is never repeated. */
static int
conf_check_url(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);

	if (conf_check_text(cfg, opt) == -1)
		return -1;
	if (strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0)
		return 0;
	cfg_error(cfg, "%s: neither http:// nor https://", opt->name);
	return -1;
}

static int
conf_check_smtp(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);

	if (conf_check_text(cfg, opt) == -1)
		return -1;
	if (strncmp(s, "smtp://", 7) == 0 || strncmp(s, "smtps://", 8) == 0)
		return 0;
	cfg_error(cfg, "%s: neither smtp:// nor smtps://", opt->name);
	return -1;
}

static int
conf_check_header(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789-_");

	if (conf_check_text(cfg, opt) == -1)
		return -1;
	if (n > 0 && s[n] == ':')
		return 0;
	cfg_error(cfg, "%s: no \"Name: value\"", opt->name);
	return -1;
}

static int
conf_check_template(cfg_t *cfg, cfg_opt_t *opt)
{
	if (template_find(conf_last(opt)) != NULL)
		return 0;
	cfg_error(cfg, "%s: unknown: %s; there are " TEMPLATE_NAMES, opt->name,
	    conf_last(opt));
	return -1;
}

static int
conf_check_event(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);

	if (strcmp(s, "open") == 0 || strcmp(s, "close") == 0)
		return 0;
	cfg_error(cfg, "%s: neither open nor close: %s", opt->name, s);
	return -1;
}

static int
conf_check_severity(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = conf_last(opt);

	if (strcmp(s, "warning") == 0 || strcmp(s, "critical") == 0)
		return 0;
	cfg_error(cfg, "%s: neither warning nor critical: %s", opt->name, s);
	return -1;
}

static const struct bounds {
	const char *name;
	long least, most;
} bounds[] = {
    {"keep", 1, 24 * 30},
    {"queue", 10, 10000},
    {"retry", 1, HOUR},
    {"retry-most", 1, 24 * HOUR},
    {"rate", 0, 36000},
    {"burst", 1, 1000},
    {"timeout", 1, 300},
};

static int
conf_check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	long v = cfg_opt_getnint(opt, 0);
	size_t i;

	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		if (strcmp(bounds[i].name, opt->name) == 0 &&
		    (v < bounds[i].least || v > bounds[i].most)) {
			cfg_error(cfg, "%s: not from %ld to %ld: %ld",
			    opt->name, bounds[i].least, bounds[i].most, v);
			return -1;
		}
	return 0;
}

static const struct check {
	const char *option;
	cfg_validate_callback_t check;
} checks[] = {
    {"stream", conf_check_path},
    {"state", conf_check_path},
    {"mail|to", conf_check_address},
    {"mail|from", conf_check_address},
    {"mail|sendmail", conf_check_path},
    {"mail|smtp", conf_check_smtp},
    {"mail|user", conf_check_text},
    {"mail|secret-file", conf_check_path},
    {"mail|ca-file", conf_check_path},
    {"webhook|url", conf_check_url},
    {"webhook|url-file", conf_check_path},
    {"webhook|template", conf_check_template},
    {"webhook|target", conf_check_text},
    {"webhook|headers", conf_check_header},
    {"webhook|secret-file", conf_check_path},
    {"webhook|ca-file", conf_check_path},
    {"command|command", conf_check_text},
};

static const char *const sections[] = {"mail", "webhook", "command"};

static void
conf_set_checks(cfg_t *cfg)
{
	static const struct check each[] = {
	    {"kinds", conf_check_text},
	    {"subjects", conf_check_text},
	    {"severities", conf_check_severity},
	    {"events", conf_check_event},
	    {"rate", conf_check_number},
	    {"burst", conf_check_number},
	    {"timeout", conf_check_number},
	};
	char name[64];
	size_t i, k;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		cfg_set_validate_func(cfg, checks[i].option, checks[i].check);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		for (k = 0; k < sizeof(each) / sizeof(each[0]); k++) {
			snprintf(name, sizeof(name), "%s|%s", sections[i],
			    each[k].option);
			cfg_set_validate_func(cfg, name, each[k].check);
		}
	for (i = 0; i < 4; i++)
		cfg_set_validate_func(cfg, bounds[i].name, conf_check_number);
}

#define SECTION (CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)
#define EACH(seconds)                                                        \
	CFG_STR_LIST("kinds", NULL, CFGF_NONE),                              \
	    CFG_STR_LIST("subjects", NULL, CFGF_NONE),                       \
	    CFG_STR_LIST("severities", NULL, CFGF_NONE),                     \
	    CFG_STR_LIST("events", NULL, CFGF_NONE),                         \
	    CFG_INT("rate", 60, CFGF_NONE), CFG_INT("burst", 10, CFGF_NONE), \
	    CFG_INT("timeout", (seconds), CFGF_NONE)

cfg_t *
conf_declare(void)
{
	cfg_opt_t mail[] = {EACH(60), CFG_STR_LIST("to", NULL, CFGF_NONE),
	    CFG_STR("from", NULL, CFGF_NONE),
	    CFG_STR("sendmail", "/usr/sbin/sendmail", CFGF_NONE),
	    CFG_STR("smtp", NULL, CFGF_NONE), CFG_STR("user", NULL, CFGF_NONE),
	    CFG_STR("secret-file", NULL, CFGF_NONE),
	    CFG_STR("ca-file", NULL, CFGF_NONE), CFG_END()};
	cfg_opt_t webhook[] = {EACH(30), CFG_STR("url", NULL, CFGF_NONE),
	    CFG_STR("url-file", NULL, CFGF_NONE),
	    CFG_STR("template", "json", CFGF_NONE),
	    CFG_STR("target", NULL, CFGF_NONE),
	    CFG_STR_LIST("headers", NULL, CFGF_NONE),
	    CFG_STR("secret-file", NULL, CFGF_NONE),
	    CFG_STR("ca-file", NULL, CFGF_NONE), CFG_END()};
	cfg_opt_t command[] = {
	    EACH(60), CFG_STR_LIST("command", NULL, CFGF_NONE), CFG_END()};
	cfg_opt_t opts[] = {
	    CFG_STR("stream", "/var/log/et-phone-home/alerts.log", CFGF_NONE),
	    CFG_STR("state", ETPH_STATEDIR "-notify", CFGF_NONE),
	    CFG_INT("keep", 24, CFGF_NONE), CFG_INT("queue", 1000, CFGF_NONE),
	    CFG_INT("retry", 10, CFGF_NONE),
	    CFG_INT("retry-most", HOUR, CFGF_NONE),
	    CFG_SEC("mail", mail, SECTION),
	    CFG_SEC("webhook", webhook, SECTION),
	    CFG_SEC("command", command, SECTION), CFG_END()};
	cfg_t *cfg = cfg_init(opts, CFGF_NONE);

	if (cfg == NULL)
		return NULL;
	cfg_set_error_function(cfg, conf_say);
	conf_set_checks(cfg);
	return cfg;
}
