#include "config.h"

#include <sys/capability.h>
#include <sys/prctl.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const suffixes[ACCOUNTS] = {
    [ACCOUNT_KEEPER] = "",
    [ACCOUNT_MONITOR] = "-monitor",
    [ACCOUNT_WORKER] = "-worker",
    [ACCOUNT_CONSOLE] = "-console",
    [ACCOUNT_PAGE] = "-page",
    [ACCOUNT_LINK] = "-link",
};

void
account_name(char out[ACCOUNT_NAME], const char *user, enum account_kind kind)
{
	snprintf(out, ACCOUNT_NAME, "%s%s", user, suffixes[kind]);
}

bool
account_shared(const struct account *a, enum account_kind kind)
{
	return kind != ACCOUNT_KEEPER &&
	       a->of[kind].uid == a->of[ACCOUNT_KEEPER].uid;
}

/* Is there more than one user? */
static bool
account_apart(const struct account *a)
{
	enum account_kind k;

	for (k = 0; k < ACCOUNTS; k++)
		if (a->of[k].uid != a->of[ACCOUNT_KEEPER].uid ||
		    a->of[k].gid != a->of[ACCOUNT_KEEPER].gid)
			return true;
	return false;
}

const char *
privilege_account(const char *user, struct account *a)
{
	const struct passwd *pw;
	char name[ACCOUNT_NAME];
	enum account_kind k;

	a->root = geteuid() == 0;
	for (k = 0; k < ACCOUNTS; k++) {
		a->of[k].uid = geteuid();
		a->of[k].gid = getegid();
	}
	for (k = 0; a->root && k < ACCOUNTS; k++) {
		account_name(name, user, k);
		if ((pw = getpwnam(name)) == NULL && k == ACCOUNT_KEEPER)
			return "no such user (run adduser --system --group "
			       "et-phone-home, or set user)";
		if (pw != NULL && pw->pw_uid == 0)
			return "the processes must not run as root: set user";
		a->of[k] = a->of[ACCOUNT_KEEPER];
		if (pw != NULL) {
			a->of[k].uid = pw->pw_uid;
			a->of[k].gid = pw->pw_gid;
		}
	}
	return NULL;
}

/*
 * No capability but those of keep can be regained, and these only by inheritance,
 * which the bounding set does not limit (capabilities(7)).
 */
static int
empty_bounding(const cap_value_t *keep, int n)
{
	cap_value_t c;
	cap_t caps;
	int r = -1;

	if ((caps = cap_get_proc()) != NULL &&
	    cap_set_flag(caps, CAP_INHERITABLE, n, keep, CAP_SET) == 0)
		r = cap_set_proc(caps);
	cap_free(caps);
	for (c = 0; r == 0 && c <= CAP_LAST_CAP; c++)
		if (cap_get_bound(c) == 1)
			r = cap_drop_bound(c);
	return r;
}

/* Hold those n of keep that are permitted, and nothing else. */
static int
set_caps(const cap_value_t *keep, int n)
{
	static const cap_flag_t flags[] = {
	    CAP_PERMITTED, CAP_EFFECTIVE, CAP_INHERITABLE};
	cap_flag_value_t had;
	cap_t now, caps = NULL;
	size_t k;
	int i, r = -1;

	if ((now = cap_get_proc()) == NULL || (caps = cap_init()) == NULL)
		goto out;
	for (i = 0; i < n; i++) {
		if (cap_get_flag(now, keep[i], CAP_PERMITTED, &had) == -1)
			goto out;
		for (k = 0; k < COUNT(flags); k++)
			if (cap_set_flag(caps, flags[k], 1, &keep[i], had) ==
			    -1)
				goto out;
	}
	r = cap_set_proc(caps);
out:
	cap_free(now);
	cap_free(caps);
	return r;
}

static int
set_ids(const struct account_id *id)
{
	if (setgroups(0, NULL) == -1 ||
	    setresgid(id->gid, id->gid, id->gid) == -1)
		return -1;
	return setresuid(id->uid, id->uid, id->uid);
}

static int
change_user(const struct account_id *id, const cap_value_t *keep, int n)
{
	if (empty_bounding(keep, n) == -1 ||
	    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 || set_ids(id) == -1)
		return -1;
	return prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

static const char *
become_account(const struct account *a, const cap_value_t *keep, int n)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    (a->root && change_user(&a->of[ACCOUNT_MONITOR], keep, n) == -1) ||
	    set_caps(keep, n) == -1)
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
	static const cap_value_t keep[] = {
	    CAP_SYS_CHROOT, CAP_SETUID, CAP_SETGID, CAP_KILL};

	return become_account(a, keep, account_apart(a) ? COUNT(keep) : 1);
}

const char *
privilege_monitor(const struct account *a)
{
	static const cap_value_t keep = CAP_NET_BIND_SERVICE;

	return become_account(a, &keep, 1);
}

const char *
privilege_drop_low_ports(void)
{
	return set_caps(NULL, 0) == -1 ? strerror(errno) : NULL;
}

const char *
privilege_child(const struct account *a, enum account_kind kind)
{
	static const cap_value_t worker[] = {CAP_SYS_CHROOT};
	static const cap_value_t owner[] = {CAP_SETUID, CAP_SETGID};
	const cap_value_t *keep = NULL;
	int i, n = 0;

	if (kind == ACCOUNT_WORKER && a->root) {
		keep = worker;
		n = COUNT(worker);
	} else if ((kind == ACCOUNT_CONSOLE || kind == ACCOUNT_PAGE) &&
		   !account_shared(a, kind)) {
		keep = owner;
		n = COUNT(owner);
	}
	cap_reset_ambient();
	if ((account_apart(a) && set_ids(&a->of[kind]) == -1) ||
	    set_caps(keep, n) == -1)
		return strerror(errno);
	for (i = 0; i < n; i++)
		if (cap_set_ambient(keep[i], CAP_SET) == -1)
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
