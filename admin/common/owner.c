#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "owner.h"

#define SCHEME "sqlite:"
#define NOGROUP 65534 /* of an owner without an account */

static int
owner_fail(char error[OWNER_ERROR], const char *folder, const char *why)
{
	snprintf(error, OWNER_ERROR, "the store's directory %.100s: %s", folder,
	    why);
	return -1;
}

/* The directory of the store's file; false: the store is no file. */
static bool
store_folder(const char *url, char folder[PATH_MAX])
{
	const char *path = url + strlen(SCHEME), *slash;

	if (strncmp(url, SCHEME, strlen(SCHEME)) != 0 || *path != '/' ||
	    strlen(path) >= PATH_MAX)
		return false;
	slash = strrchr(path, '/');
	snprintf(folder, PATH_MAX, "%.*s",
	    slash == path ? 1 : (int)(slash - path), path);
	return true;
}

/* A directory, not a link, in which nobody else may put another in place. */
static bool
is_roots(const char *path, bool last)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == 0 &&
	       ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
		   (!last && (st.st_mode & S_ISVTX) != 0));
}

/*
 * Is each directory from / to folder root's?  They are looked at from the top,
 * so that nobody can exchange the next one meanwhile.
 */
static bool
way_is_roots(const char *folder)
{
	char part[PATH_MAX];
	size_t n = 1;

	for (;;) {
		snprintf(part, sizeof(part), "%.*s", (int)n, folder);
		if (!is_roots(part, folder[n] == '\0'))
			return false;
		if (folder[n] == '\0')
			return true;
		n += strspn(folder + n, "/");
		n += strcspn(folder + n, "/");
	}
}

static gid_t
group_of(const struct stat *folder)
{
	const struct passwd *pw = getpwuid(folder->st_uid);

	if (pw != NULL)
		return pw->pw_gid;
	return folder->st_gid != 0 ? folder->st_gid : NOGROUP;
}

static int
change_user(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
#ifdef SANITIZE /* LeakSanitizer must attach to itself */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == -1)
#else
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
#endif
		return -1;
	/* Capabilities that were kept by securebits(7) lead back. */
	if (setresuid(0, 0, 0) != -1) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

int
owner_become(const char *url, char error[OWNER_ERROR])
{
	char folder[PATH_MAX];
	struct stat st;

	if (geteuid() != 0 || !store_folder(url, folder))
		return 0;
	if (stat(folder, &st) == -1) {
		snprintf(error, OWNER_ERROR,
		    "the store's directory %.80s: %s (make it: install -d "
		    "-m 700 -o USER %.60s)",
		    folder, strerror(errno), folder);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return owner_fail(error, folder, strerror(ENOTDIR));
	if (st.st_uid == 0 && !way_is_roots(folder))
		return owner_fail(error, folder,
		    "owned by root, but other users can write it or a folder "
		    "above it: chown it to the server's user");
	if (st.st_uid != 0 && change_user(st.st_uid, group_of(&st)) == -1)
		return owner_fail(error, folder,
		    "root cannot change to its owner permanently");
	return 0;
}

int
owner_become_user(const char *user, char error[OWNER_ERROR])
{
	const struct passwd *pw;

	if (geteuid() != 0)
		return 0;
	if ((pw = getpwnam(user)) == NULL) {
		snprintf(error, OWNER_ERROR,
		    "user %.100s, as which the store is opened: no such user "
		    "(run systemd-sysusers, or set user in et-sshd.conf)",
		    user);
		return -1;
	}
	if (pw->pw_uid == 0 || change_user(pw->pw_uid, pw->pw_gid) == 0)
		return 0;
	snprintf(error, OWNER_ERROR, "root cannot change to user %.100s", user);
	return -1;
}
