#include "config.h"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fence.h"
#include "sandbox.h"

static const char *
set_limit(int resource, rlim_t value, const char *failure)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	return setrlimit(resource, &r) == 0 ? NULL : failure;
}

static const char *
set_limits(const struct sandbox_limits *limits)
{
	const char *failure;
	struct rlimit r;
	rlim_t files = limits->files;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_max < files)
		files = r.rlim_max;
	if ((failure = set_limit(
		 RLIMIT_NOFILE, files, "cannot limit descriptors")) != NULL ||
	    (failure = set_limit(RLIMIT_NPROC, 0, "cannot limit processes")) !=
		NULL ||
	    (failure = set_limit(RLIMIT_CORE, 0, "cannot limit core files")) !=
		NULL)
		return failure;
#ifndef SANITIZE /* a sanitizer's shadow memory takes terabytes */
	failure = set_limit(
	    RLIMIT_AS, limits->address_space, "cannot limit the address space");
#endif
	return failure;
}

static bool
is_empty(const char *path)
{
	struct dirent *e;
	bool empty = true;
	DIR *d;

	if ((d = opendir(path)) == NULL)
		return false;
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			empty = false;
	closedir(d);
	return empty;
}

static const char *
enter_root(void)
{
	if (chroot(".") == -1 || chdir("/") == -1)
		return "cannot change to an empty root directory";
	return is_empty("/") ? NULL : "the root directory is not empty";
}

/*
 * The bounding set can be emptied only with CAP_SETPCAP.  Without it the set
 * is what the parent left, and no-new-privs makes it void: nothing can be
 * gained by exec, which the filter kills in any case.
 */
static const char *
drop_capabilities(void)
{
	cap_t none;
	int rc;
	cap_value_t c;

	for (c = 0; cap_get_bound(c) >= 0; c++)
		if (cap_get_bound(c) == 1 && cap_drop_bound(c) == -1 &&
		    errno != EPERM)
			return "cannot drop the bounding set";
	if (cap_reset_ambient() == -1)
		return "cannot drop ambient capabilities";
	if ((none = cap_init()) == NULL)
		return "out of memory";
	rc = cap_set_proc(none);
	cap_free(none);
	return rc == 0 ? NULL : "cannot drop capabilities";
}

const char *
sandbox_enter(const struct sandbox_limits *limits)
{
	const struct fence none = {.files = FENCE_ALL};
	const char *failure;

	if ((failure = set_limits(limits)) != NULL ||
	    (limits->empty_root && (failure = enter_root()) != NULL) ||
	    (failure = drop_capabilities()) != NULL)
		return failure;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "cannot set no-new-privs";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return "cannot become undumpable";
	/* An empty fence: no path, no socket, no process. */
	if ((failure = fence_enter(&none)) != NULL)
		return failure;
	return calls_enter(limits->calls, limits->n);
}
