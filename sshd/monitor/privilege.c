#include "config.h"

#include <sys/capability.h>
#include <sys/prctl.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "privilege.h"

const char *
privilege_account(const char *user, struct account *a)
{
	const struct passwd *pw;

	a->root = geteuid() == 0;
	a->uid = geteuid();
	a->gid = getegid();
	if (!a->root)
		return NULL;
	if ((pw = getpwnam(user)) == NULL)
		return "there is no such user (adduser --system --group "
		       "et-phone-home, or set user)";
	if (pw->pw_uid == 0)
		return "the processes must not run as root: set user";
	a->uid = pw->pw_uid;
	a->gid = pw->pw_gid;
	return NULL;
}

/*
 * Nothing but keep can ever be had again, and that only by inheritance, which
 * the bounding set does not limit once it is there (capabilities(7)).
 */
static int
empty_bounding(cap_value_t keep)
{
	cap_value_t c;
	cap_t caps;
	int r = -1;

	if ((caps = cap_get_proc()) != NULL &&
	    cap_set_flag(caps, CAP_INHERITABLE, 1, &keep, CAP_SET) == 0)
		r = cap_set_proc(caps);
	cap_free(caps);
	for (c = 0; r == 0 && c <= CAP_LAST_CAP; c++)
		if (cap_get_bound(c) == 1)
			r = cap_drop_bound(c);
	return r;
}

/* Hold keep (-1: nothing) as far as it is permitted, and nothing else. */
static int
set_caps(cap_value_t keep)
{
	cap_flag_value_t had = CAP_CLEAR;
	cap_t now, caps = NULL;
	int r = -1;

	if ((now = cap_get_proc()) == NULL || (caps = cap_init()) == NULL)
		goto out;
	if (keep != -1)
		cap_get_flag(now, keep, CAP_PERMITTED, &had);
	if (had == CAP_SET &&
	    (cap_set_flag(caps, CAP_PERMITTED, 1, &keep, CAP_SET) == -1 ||
		cap_set_flag(caps, CAP_EFFECTIVE, 1, &keep, CAP_SET) == -1 ||
		cap_set_flag(caps, CAP_INHERITABLE, 1, &keep, CAP_SET) == -1))
		goto out;
	r = cap_set_proc(caps);
out:
	cap_free(now);
	cap_free(caps);
	return r;
}

static int
change_user(const struct account *a, cap_value_t keep)
{
	if (empty_bounding(keep) == -1 ||
	    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
	    setgroups(1, &a->gid) == -1 ||
	    setresgid(a->gid, a->gid, a->gid) == -1 ||
	    setresuid(a->uid, a->uid, a->uid) == -1)
		return -1;
	return prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

static const char *
become(const struct account *a, cap_value_t keep)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    (a->root && change_user(a, keep) == -1) || set_caps(keep) == -1)
		return strerror(errno);
#ifndef SANITIZE /* LeakSanitizer must attach to itself */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return strerror(errno);
#endif
	return NULL;
}

const char *
privilege_launcher(const struct account *a)
{
	return become(a, CAP_SYS_CHROOT);
}

const char *
privilege_monitor(const struct account *a)
{
	return become(a, CAP_NET_BIND_SERVICE);
}

const char *
privilege_drop_low_ports(void)
{
	return set_caps(-1) == -1 ? strerror(errno) : NULL;
}

const char *
privilege_child(bool may_chroot)
{
	cap_reset_ambient();
	if (!may_chroot)
		return set_caps(-1) == -1 ? strerror(errno) : NULL;
	if (cap_set_ambient(CAP_SYS_CHROOT, CAP_SET) == -1)
		return strerror(errno);
	return NULL;
}

bool
privilege_low_ports(void)
{
	cap_flag_value_t v = CAP_CLEAR;
	cap_t caps;

	if ((caps = cap_get_proc()) == NULL)
		return false;
	cap_get_flag(caps, CAP_NET_BIND_SERVICE, CAP_EFFECTIVE, &v);
	cap_free(caps);
	return v == CAP_SET;
}
