/*
 * et-notify: sends the alerts of et-sshd to people and to other programs.
 */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alert_line.h"
#include "attempt.h"
#include "conf.h"
#include "notify.h"
#include "say.h"

#define CONF_DEFAULT ETPH_SYSCONFDIR "/et-notify.conf"
#define EX_USAGE_ 2
#define EX_CONFIG_ 78 /* sysexits.h: systemd does not start it again */

static const char usage[] =
    "usage: et-notify [-f FILE] [-t | --test NAME]\n"
    "\n"
    "Sends the alerts that et-sshd writes to the receivers of et-notify.conf.\n"
    "\n"
    "  -f FILE      the configuration, by default " CONF_DEFAULT "\n"
    "  -t           check the configuration, and exit\n"
    "  --test NAME  send a test alert to this receiver, say what came back, "
    "and\n"
    "               exit\n"
    "  --version, --help\n";

struct options {
	const char *conf;
	const char *receiver;
	bool check;
};

/* Returns -1 to go on, or the exit status. */
static int
main_options(int argc, char *argv[], struct options *o)
{
	static const struct option longs[] = {
	    {"test", required_argument, NULL, 'T'},
	    {"version", no_argument, NULL, 'V'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "f:th", longs, NULL)) != -1)
		switch (c) {
		case 'f':
			o->conf = optarg;
			break;
		case 't':
			o->check = true;
			break;
		case 'T':
			o->receiver = optarg;
			break;
		case 'V':
			puts("et-notify " PACKAGE_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return EX_USAGE_;
		}
	if (optind == argc)
		return -1;
	fprintf(stderr, "et-notify: unexpected argument: %s\n", argv[optind]);
	return EX_USAGE_;
}

static int
main_check(const struct conf *conf, const char *file)
{
	unsigned int wrong = conf_check_files(conf);

	if (conf->n == 0) {
		say_error("%s: no receiver is configured: it needs a section "
			  "mail, webhook or command",
		    file);
		wrong++;
	}
	if (wrong > 0)
		return EX_CONFIG_;
	printf(
	    "%zu receiver%s, no mistakes\n", conf->n, conf->n == 1 ? "" : "s");
	return 0;
}

/* The process becomes the attempt. */
static int
main_test(const struct conf *conf, const char *name)
{
	static const char *const outcomes[] = {
	    "sent", "not sent, would be tried again", "not sent, given up"};
	const struct receiver *r = conf_receiver(conf, name);
	struct result result;
	json_t *alert;

	if (r == NULL) {
		say_error("no receiver of this name: %s", name);
		return EX_USAGE_;
	}
	if ((alert = alert_test()) == NULL)
		return 1;
	attempt_make(r, alert, &result);
	printf("%s %s: %s: %s\n", conf_type_name(r->type), r->name,
	    outcomes[result.outcome], result.text);
	json_decref(alert);
	return result.outcome == OUTCOME_SENT ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	struct options o = {.conf = CONF_DEFAULT};
	struct conf *conf;
	int status;

	if ((status = main_options(argc, argv, &o)) != -1)
		return status;
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	if ((conf = conf_load(o.conf)) == NULL)
		return EX_CONFIG_;
	if (o.check)
		status = main_check(conf, o.conf);
	else if (o.receiver != NULL)
		status = main_test(conf, o.receiver);
	else if (conf->n == 0)
		status = main_check(conf, o.conf);
	else
		status = notify_run(conf);
	conf_free(conf);
	return status;
}
