#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "fence.h"
#include "filter.h"

/* SQLite's, and ours around it; which files, filter_store says. */
static const struct call store[] = {
    CALL(open),
    CALL(openat),
    CALL(stat),
    CALL(lstat),
    CALL(fstat),
    CALL(newfstatat),
    CALL(access),
    CALL(faccessat),
    CALL(faccessat2),
    CALL(readlink),
    CALL(readlinkat),
    CALL(getcwd),
    CALL(pread64),
    CALL(pwrite64),
    CALL(lseek),
    CALL(fsync),
    CALL(fdatasync),
    CALL(ftruncate),
    CALL(fallocate),
    CALL_IF(fchmod, 1, ARG_LACKS(1, S_ISUID | S_ISGID)),
    CALL(fchown),
    CALL(link),
    CALL(linkat),
    CALL(unlink),
    CALL(unlinkat),
    CALL(rename),
    CALL(renameat),
    CALL(renameat2),
    CALL_IF(fcntl, 1, ARG_IS(1, F_SETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_OFD_SETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_OFD_GETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETFD)),
    CALL(inotify_init1),
    CALL(inotify_add_watch),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(uname),
    CALL(sysinfo), /* qsort(3) */
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL(getrlimit),
    CALL_IF(prlimit64, 2, ARG_IS(0, 0), ARG_IS(2, 0)),
    CALL_FAILS(ioctl, ENOTTY),
    /* filter_store */
    CALL(landlock_create_ruleset),
    CALL(landlock_add_rule),
    CALL(landlock_restrict_self),
};

/* A thread of this process's; no process, and no namespace. */
#define THREAD \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define SPACES                                                         \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
static const struct call thread[] = {
    CALL_IF(clone, 1, {0, SCMP_CMP_MASKED_EQ, THREAD | SPACES, THREAD}),
    CALL_FAILS(clone3, ENOSYS), /* whose flags lie in memory: clone(2) */
    CALL(set_robust_list),
    CALL(rseq),
    CALL(rt_sigaction), /* its first one */
    CALL(gettid),
    CALL(sched_yield),
    CALL_IF(sched_getaffinity, 1, ARG_IS(0, 0)),
};

const char *
filter_enter(void)
{
	const struct call_list calls[] = {CALLS(store), CALLS(thread),
	    calls_memory, calls_loop, calls_loop_start, calls_refused};

	return calls_enter(calls, sizeof(calls) / sizeof(calls[0]));
}

const char *
filter_store(const char *url)
{
	const unsigned int all =
	    FENCE_READ | FENCE_WRITE | FENCE_MAKE | FENCE_REMOVE;
	const char *path = strchr(url, '/');
	char named[PATH_MAX], real[PATH_MAX];
	struct fence_path paths[] = {
	    {NULL, all},
	    {NULL, all},
	    {"/dev/urandom", FENCE_READ},
	    {"/etc/localtime", FENCE_READ},
	};
	const struct fence fence = {
	    .files = FENCE_ALL,
	    .paths = paths,
	    .npaths = sizeof(paths) / sizeof(paths[0]),
	};

	if (path == NULL)
		return NULL;
	/* A link to a store leads to its own folder. */
	if (realpath(path, real) != NULL)
		paths[0].path = dirname(real);
	snprintf(named, sizeof(named), "%s", path);
	paths[1].path = dirname(named);
	return fence_enter(&fence);
}
