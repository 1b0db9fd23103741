/*
 * et-sshd(8): the start, in the order that dropping privileges requires.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "alert_list.h"
#include "alert_sweep.h"
#include "check.h"
#include "event_file.h"
#include "filter.h"
#include "installer.h"
#include "lacks.h"
#include "launch.h"
#include "loop.h"
#include "monitor.h"
#include "node.h"
#include "notify.h"
#include "pins.h"
#include "quantum.h"
#include "recent.h"
#include "relay.h"
#include "scrape.h"
#include "restore_mark.h"

#define NOFILE 1048576 /* descriptors wanted; the hard limit may be lower */

static pid_t launcher_pid; /* once m.launcher is its socket */

static const char usage[] =
    "usage: et-sshd [-t] [-f CONF]\n"
    "  -f CONF  the configuration (default: " CONF_DEFAULT ")\n"
    "  -t       check configuration, keys and system, then exit\n"
    "  -h, --help      -V, --version\n";

/*
 * Print the failure.  Returns the exit status, EX_CONFIG for an error that a
 * restart cannot mend.
 */
static int
report_failure(int status, const char *what, const char *why)
{
	fprintf(
	    stderr, "et-sshd: %s%s%s\n", what, *what != '\0' ? ": " : "", why);
	return status;
}

/* The exit status of an errno; some may pass by themselves. */
static int
status_of(int error)
{
	switch (error) {
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case ENOBUFS:
	case EIO:
	case EINTR:
	case EADDRINUSE:
	case EADDRNOTAVAIL:
		return 1;
	default:
		return EX_CONFIG;
	}
}

/* Keep connections off descriptors 0 to 2. */
static void
keep_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

static void
raise_nofile(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	if (geteuid() == 0 && rl.rlim_max < NOFILE) {
		struct rlimit more = {NOFILE, NOFILE};

		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			return;
	}
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
}

/*
 * As root only: make the folder of a SQLite store if it does not exist, with
 * mode 0700 and the keeper's user as its owner.
 */
static int
make_store_folder(const struct monitor *m)
{
	static const char scheme[] = "sqlite:";
	const struct account_id *keeper = &m->account.of[ACCOUNT_KEEPER];
	char path[PATH_MAX];
	char *slash;

	if (!m->account.root ||
	    strncmp(m->conf->store, scheme, sizeof(scheme) - 1) != 0)
		return 0;
	snprintf(path, sizeof(path), "%s", m->conf->store + sizeof(scheme) - 1);
	if ((slash = strrchr(path, '/')) == NULL || slash == path)
		return 0;
	*slash = '\0';
	if (mkdir(path, 0700) == -1)
		return errno == EEXIST ? 0
				       : report_failure(status_of(errno), path,
					     strerror(errno));
	if (chown(path, keeper->uid, keeper->gid) == -1)
		return report_failure(status_of(errno), path, strerror(errno));
	return 0;
}

static int
read_configuration(struct monitor *m)
{
	char error[CONF_ERROR];
	const char *why;
	long cores;

	if (restore_mark_stands(m->conf_path))
		return report_failure(EX_CONFIG, m->conf_path,
		    "a restore was interrupted: run et-admin restore, without "
		    "a file, to complete it");
	if ((m->conf = conf_load(m->conf_path, error)) == NULL)
		return report_failure(EX_CONFIG, "", error);
	if (m->conf->workers == 0) {
		cores = sysconf(_SC_NPROCESSORS_ONLN);
		m->conf->workers = cores < 1	 ? 1
				   : cores > 256 ? 256
						 : (unsigned int)cores;
	}
	if ((why = privilege_account(m->conf->user, &m->account)) != NULL)
		return report_failure(EX_CONFIG, m->conf->user, why);
	return 0;
}

/*
 * The monitor's user reopens the log after a rotation, one from a version
 * without that user too.  What is not its own stays so.
 */
static int
give_log(int fd, const struct account_id *monitor)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return 0;
	return fchown(fd, monitor->uid, monitor->gid);
}

static int
seal_log(struct monitor *m)
{
	const char *key = m->conf->event_log_key, *why;
	char text[CONF_ERROR];

	if (!m->conf->event_log_seal ||
	    (why = event_chain(m->log, key)) == NULL)
		return 0;
	snprintf(text, sizeof(text), "%s%s", why,
	    access(key, F_OK) == -1 ? "; run et-admin log generate" : "");
	return report_failure(EX_CONFIG, key, text);
}

static int
open_log(struct monitor *m, int test)
{
	const char *path = test ? "/dev/null" : m->conf->event_log;
	char why[CONF_ERROR];
	int status;

	if ((m->log = event_open(path, m->conf->node)) == NULL) {
		status = status_of(errno);
		snprintf(why, sizeof(why), "%s%s", strerror(errno),
		    check_hint(errno));
		return report_failure(status, path, why);
	}
	if (m->account.root && !test && strcmp(path, "stderr") != 0 &&
	    give_log(event_fd(m->log), &m->account.of[ACCOUNT_MONITOR]) == -1)
		return report_failure(status_of(errno), path, strerror(errno));
	m->recent = recent_start(m->log);
	return seal_log(m);
}

/*
 * The stream of alerts, for the group of those that send them on.  Where there
 * is no such group, the monitor's.
 */
static int
open_alerts(struct monitor *m, int test)
{
	const char *path = test ? "" : m->conf->alert_log;
	struct account_id owner = m->account.of[ACCOUNT_MONITOR];
	const struct group *group = getgrnam("et-phone-home-notify");
	char why[CONF_ERROR];
	int status;

	if ((m->alerts = alerts_new(path)) == NULL) {
		status = status_of(errno);
		snprintf(why, sizeof(why), "%s%s", strerror(errno),
		    check_hint(errno));
		return report_failure(status, path, why);
	}
	if (group != NULL)
		owner.gid = group->gr_gid;
	if (m->account.root && m->alerts->file != NULL &&
	    give_log(m->alerts->file->fd, &owner) == -1)
		return report_failure(status_of(errno), path, strerror(errno));
	return 0;
}

/*
 * The launcher is forked before host keys and listening sockets are opened, so
 * that it has neither.
 */
static int
prepare_start(struct monitor *m, int test)
{
	char error[CONF_ERROR];
	const char *why;
	int status;

	if (m->conf->several && !nodes_start(m))
		return report_failure(1, "", strerror(ENOMEM));
	m->launcher = launch_start(&m->account, store_url_reach(m->conf->store),
	    &launcher_pid, error, sizeof(error));
	if (m->launcher == -1)
		return report_failure(1, "", error);
	if (test && check_start(m) > 0)
		return EX_CONFIG;
	if ((m->hostkeys = hostkey_load(m->conf, error)) == NULL)
		return report_failure(EX_CONFIG, "", error);
	if (!test) {
		if ((status = make_store_folder(m)) != 0)
			return status;
		if (check_store(m) == -1)
			return EX_CONFIG;
		if ((m->listens = listen_open(m->conf, error)) == NULL)
			return report_failure(status_of(errno), "", error);
		if (scrape_open(m, &m->scrape, error) == -1 ||
		    relay_open(m, error) == -1)
			return report_failure(status_of(errno), "", error);
	}
	if ((m->installer = installer_new(m->conf->installer)) == NULL ||
	    (m->pins = pins_new(m->conf)) == NULL)
		return report_failure(1, "", strerror(ENOMEM));
	if ((status = open_log(m, test)) != 0 ||
	    (status = open_alerts(m, test)) != 0)
		return status;
	if ((why = privilege_monitor(&m->account)) != NULL)
		return report_failure(1, "cannot give up privileges", why);
	json_object_seed(0); /* of random bytes, while they can be had */
	m->notify = notify_open();
	if ((why = filter_monitor(m->conf, m->conf_path, relay_port(m))) !=
	    NULL)
		return report_failure(1, "sandbox", why);
	return 0;
}

static int
parse_options(int argc, char **argv, struct monitor *m, int *test)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	int ch;

	while ((ch = getopt_long(argc, argv, "f:thV", longs, NULL)) != -1) {
		switch (ch) {
		case 'f':
			m->conf_path = optarg;
			break;
		case 't':
			*test = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			puts(PACKAGE_STRING);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr,
		    "et-sshd: unexpected argument: %s\n"
		    "%s",
		    argv[optind], usage);
		return 2;
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct monitor m = {.launcher = -1, .notify = -1};
	char *path;
	int test = 0, status;

	m.conf_path = CONF_DEFAULT;
	if ((status = parse_options(argc, argv, &m, &test)) != -1)
		return status;
	keep_standard();
	signal(SIGPIPE, SIG_IGN);
	umask(027);
	raise_nofile();
	/* SIGHUP reads it again, from wherever this process stands then. */
	if ((path = realpath(m.conf_path, NULL)) != NULL)
		m.conf_path = path;
	if ((status = read_configuration(&m)) == 0 &&
	    (status = prepare_start(&m, test)) == 0)
		status = test ? loop_test(&m) : loop_run(&m);
	if (test && status == 0) {
		lacks_say(&m);
		printf("et-sshd: configuration, host keys and sandbox are "
		       "good\n");
		if (quantum_safe(&m.quantum))
			printf("et-sshd: key exchange is post-quantum: %s, by "
			       "libssh %s\n",
			    m.quantum.kex, m.quantum.libssh);
	}
	if (m.launcher != -1)
		launch_stop(m.launcher, launcher_pid);
	alerts_free(m.alerts);
	event_close(m.log);
	recent_free(m.recent);
	scrape_free(m.scrape);
	relay_free(&m);
	nodes_free(&m);
	listen_close(m.listens);
	hostkey_free(m.hostkeys);
	installer_free(m.installer);
	pins_free(m.pins);
	conf_free(m.conf);
	free(path);
	return status;
}
