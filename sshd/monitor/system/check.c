#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "holder.h"
#include "listen.h"
#include "monitor.h"
#include "unit_paths.h"

#define SQLITE "sqlite:"

const char *
check_hint(int error)
{
	return error == EROFS ? " (under systemd, add its directory to "
				"ReadWritePaths with systemctl edit et-sshd)"
			      : "";
}

static int
check_wrong(const char *what, const char *path, int error)
{
	fprintf(stderr, "et-sshd: %s %s: %s%s\n", what, path, strerror(error),
	    check_hint(error));
	return -1;
}

/* May the account access path so?  0, or errno. */
static int
check_access(const struct account_id *id, const char *path, int mode)
{
	bool change = geteuid() == 0 && id->uid != 0;
	gid_t group = getegid();
	int error = 0;

	if (change && (setegid(id->gid) == -1 || seteuid(id->uid) == -1))
		return errno;
	if (faccessat(AT_FDCWD, path, mode, AT_EACCESS) == -1)
		error = errno;
	if (change && (seteuid(0) == -1 || setegid(group) == -1))
		return errno;
	return error;
}

/* The directory that a path is in; 0, or errno. */
static int
check_parent(const char *path, char dir[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	snprintf(dir, PATH_MAX, "%.*s", slash == NULL ? 1 : (int)(slash - path),
	    slash == NULL ? "." : path);
	if (*dir == '\0')
		snprintf(dir, PATH_MAX, "/");
	if (stat(dir, &st) == -1)
		return errno;
	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

/*
 * libpq ignores a file of passwords that others may read.  Which server it
 * leads to, and whether that answers, the keeper finds out.
 */
static int
check_passfile(const struct monitor *m)
{
	const struct account_id *keeper = &m->account.of[ACCOUNT_KEEPER];
	const char *path = m->conf->store_passfile;
	struct stat st;
	int error;

	if (*path == '\0')
		return 0;
	if (stat(path, &st) == -1)
		return check_wrong("store-passfile", path, errno);
	if (!S_ISREG(st.st_mode))
		return check_wrong("store-passfile", path, EINVAL);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		fprintf(stderr,
		    "et-sshd: store-passfile %s: others than its owner may "
		    "use it: chmod 600\n",
		    path);
		return -1;
	}
	if ((error = check_access(keeper, path, R_OK)) == 0)
		return 0;
	fprintf(stderr,
	    "et-sshd: store-passfile %s: %s: it must be owned by %s\n", path,
	    strerror(error), m->account.root ? m->conf->user : "this user");
	return -1;
}

int
check_store(const struct monitor *m)
{
	const struct account_id *keeper = &m->account.of[ACCOUNT_KEEPER];
	const char *path = m->conf->store + strlen(SQLITE);
	char dir[PATH_MAX], above[PATH_MAX];
	int error;

	if (m->conf->several)
		return check_passfile(m);
	error = check_parent(path, dir);
	/* A start as root makes it, if its parent exists. */
	if (error == ENOENT && m->account.root && check_parent(dir, above) == 0)
		return 0;
	if (error != 0)
		return check_wrong("the store's directory", dir, error);
	if ((error = check_access(keeper, dir, W_OK | X_OK)) != 0)
		return check_wrong("the store's directory", dir, error);
	error = check_access(keeper, path, R_OK | W_OK);
	return error == 0 || error == ENOENT
		   ? 0
		   : check_wrong("the store", path, error);
}

static int
check_log(const struct monitor *m)
{
	const struct account_id self = {geteuid(), getegid()};
	const char *path = m->conf->event_log;
	char dir[PATH_MAX];
	struct stat st;
	int error;

	if (strcmp(path, "stderr") == 0)
		return 0;
	if ((error = check_parent(path, dir)) != 0)
		return check_wrong("the event log's directory", dir, error);
	if (lstat(path, &st) == -1)
		error = check_access(&self, dir, W_OK | X_OK);
	else if (S_ISLNK(st.st_mode))
		error = ELOOP;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	else
		error = check_access(&self, path, W_OK);
	return error == 0 ? 0 : check_wrong("event-log", path, error);
}

/* An address in use by a running et-sshd is no error. */
static int
check_in_use(const char *text, const char *error)
{
	unsigned int port = 0;
	const char *colon = strrchr(text, ':');

	if (colon != NULL)
		sscanf(colon + 1, "%u", &port);
	switch (holder_of(port, NULL)) {
	case HOLDER_ET_SSHD:
		return 0;
	case HOLDER_OTHER:
	case HOLDER_NOBODY:
		fprintf(stderr,
		    "et-sshd: %s (in use by another program: see ss -ltnp)\n",
		    error);
		return -1;
	default:
		fprintf(stderr,
		    "et-sshd: %s (perhaps in use by et-sshd: run as root to "
		    "tell)\n",
		    error);
		return 0;
	}
}

static int
check_listen(const char *option, const char *text, unsigned int *lacking)
{
	char error[CONF_ERROR];
	struct listen *l;

	if ((l = listen_one(option, text, error)) != NULL) {
		listen_close(l);
		return 0;
	}
	if (errno == EADDRINUSE)
		return check_in_use(text, error);
	if (errno == EAFNOSUPPORT && lacking != NULL) {
		++*lacking;
		return 0;
	}
	fprintf(stderr, "et-sshd: %s\n", error);
	return -1;
}

static unsigned int
check_listens(const struct conf *c)
{
	unsigned int wrong = 0, lacking = 0;
	size_t i;

	for (i = 0; i < c->nlisten; i++)
		wrong += check_listen("listen", c->listen[i], &lacking) != 0;
	for (i = 0; i < c->noperator_listen; i++)
		wrong += check_listen("operator-listen", c->operator_listen[i],
			     NULL) != 0;
	if (*c->metrics_listen != '\0')
		wrong += check_listen(
			     "metrics-listen", c->metrics_listen, NULL) != 0;
	if (*c->node_listen != '\0')
		wrong += check_listen("node-listen", c->node_listen, NULL) != 0;
	if (lacking < c->nlisten)
		return wrong;
	fprintf(stderr, "et-sshd: listen: the kernel has no address family of "
			"any address\n");
	return wrong + 1;
}

unsigned int
check_start(const struct monitor *m)
{
	unsigned int wrong = 0;

	wrong += check_store(m) != 0;
	wrong += check_log(m) != 0;
	wrong += check_listens(m->conf);
	if (!m->conf->several)
		unit_paths_check(m->conf_path, m->conf->store + strlen(SQLITE));
	if (strcmp(m->conf->event_log, "stderr") != 0)
		unit_paths_check(m->conf_path, m->conf->event_log);
	return wrong;
}
