#include "config.h"

#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

#include "sandbox.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Everything that an event loop over descriptors that it was given needs. */
static const int allowed[] = {
    /* descriptors: libev, libssh, the monitor's socket, the relays */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(close),
    SCMP_SYS(dup), /* libssh closes its descriptor unasked */
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    /* malloc */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* libc and libcrypto */
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid), /* libcrypto's generator asks after fork */
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(restart_syscall),
};

/*
 * What libraries try by themselves and can do without: they get an error,
 * since a death for it would be a way to end other people's sessions.
 */
static const int refused[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(creat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
};

#ifdef SANITIZE
/*
 * AddressSanitizer's runtime: it walks its own maps, uses sigaltstack and
 * reports leaks at exit from a thread that it makes with clone and that
 * traces us.  A build that is for tests only.
 */
static const int sanitizer[] = {
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sched_yield),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(clone),
    SCMP_SYS(prctl),
    SCMP_SYS(wait4),
    SCMP_SYS(ptrace),
    SCMP_SYS(getdents64),
    SCMP_SYS(lseek),
    SCMP_SYS(prlimit64),
    SCMP_SYS(tgkill),
    SCMP_SYS(kill),
    SCMP_SYS(ioctl),
    SCMP_SYS(pipe2),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
};
#endif

static const char *
limit(int resource, rlim_t value, const char *failure)
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
	if ((failure = limit(
		 RLIMIT_NOFILE, files, "cannot limit descriptors")) != NULL ||
	    (failure = limit(RLIMIT_NPROC, 0, "cannot limit processes")) !=
		NULL ||
	    (failure = limit(RLIMIT_CORE, 0, "cannot limit core files")) !=
		NULL)
		return failure;
#ifndef SANITIZE /* whose shadow memory takes terabytes of it */
	failure = limit(
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

#ifdef HAVE_LINUX_LANDLOCK_H
bool
sandbox_has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		   LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

/* No rules: nothing of the file system may be reached. */
static const char *
enter_landlock(void)
{
	/* All rights of ABI 1, execute (bit 0) to make_sym (bit 12). */
	struct landlock_ruleset_attr attr = {
	    .handled_access_fs = (1ULL << 13) - 1};
	long rc;
	int fd;

	if (!sandbox_has_landlock())
		return NULL;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd == -1)
		return "cannot make a Landlock rule set";
	rc = syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return rc == 0 ? NULL : "cannot enter the Landlock rule set";
}
#else
bool
sandbox_has_landlock(void)
{
	return false;
}

static const char *
enter_landlock(void)
{
	return NULL;
}
#endif

/* Returns 0, or -1 when libseccomp refuses a rule. */
static int
add_calls(scmp_filter_ctx ctx, uint32_t action, const int *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, action, calls[i], 0) != 0)
			return -1;
	return 0;
}

/* Is it one of those that this process may make beside the others? */
static bool
is_more(const struct sandbox_limits *limits, int call)
{
	size_t i, k;

	for (i = 0; i < SANDBOX_CALLS; i++)
		for (k = 0; k < limits->calls[i].n; k++)
			if (limits->calls[i].call[k] == call)
				return true;
	return false;
}

static int
add_more(scmp_filter_ctx ctx, const struct sandbox_limits *limits)
{
	size_t i;

	for (i = 0; i < SANDBOX_CALLS; i++)
		if (add_calls(ctx, SCMP_ACT_ALLOW, limits->calls[i].call,
			limits->calls[i].n) == -1)
			return -1;
	for (i = 0; i < COUNT(refused); i++)
		if (!is_more(limits, refused[i]) &&
		    add_calls(ctx, SCMP_ACT_ERRNO(EACCES), &refused[i], 1) ==
			-1)
			return -1;
	return 0;
}

static int
add_rules(scmp_filter_ctx ctx, const struct sandbox_limits *limits)
{
	if (add_calls(ctx, SCMP_ACT_ALLOW, allowed, COUNT(allowed)) == -1 ||
	    add_more(ctx, limits) == -1)
		return -1;
#ifdef SANITIZE
	if (add_calls(ctx, SCMP_ACT_ALLOW, sanitizer, COUNT(sanitizer)) == -1)
		return -1;
#endif
	/* Memory, but never code. */
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
		return -1;
	/*
	 * Four options: with SO_LINGER on a socket that et-sshd holds, too,
	 * its close(2) there would wait.
	 */
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
		SCMP_A1(SCMP_CMP_EQ, IPPROTO_TCP, 0),
		SCMP_A2(SCMP_CMP_EQ, TCP_NODELAY, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
		SCMP_A1(SCMP_CMP_EQ, IPPROTO_TCP, 0),
		SCMP_A2(SCMP_CMP_EQ, TCP_CORK, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
		SCMP_A1(SCMP_CMP_EQ, IPPROTO_TCP, 0),
		SCMP_A2(SCMP_CMP_EQ, TCP_QUICKACK, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
		SCMP_A1(SCMP_CMP_EQ, SOL_SOCKET, 0),
		SCMP_A2(SCMP_CMP_EQ, SO_RCVLOWAT, 0)) != 0)
		return -1;
	/* A passed descriptor is made non-blocking; libssh does not. */
	if (is_more(limits, SCMP_SYS(fcntl)))
		return 0;
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
		SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
		SCMP_A1(SCMP_CMP_EQ, F_SETFL, 0),
		SCMP_A2(SCMP_CMP_EQ, O_NONBLOCK, 0)) != 0)
		return -1;
	return 0;
}

static const char *
enter_filter(const struct sandbox_limits *limits)
{
	scmp_filter_ctx ctx;
	int rc;

	/* It asks the kernel what it can. */
	if ((ctx = seccomp_init(SCMP_ACT_KILL_PROCESS)) == NULL)
		return "this kernel has no seccomp filters";
	/* Calls of another architecture, too. */
	rc = seccomp_attr_set(
	    ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = add_rules(ctx, limits);
	/* A tree, not a list: it is walked for every system call. */
	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? NULL : "cannot load the system call filter";
}

const char *
sandbox_enter(const struct sandbox_limits *limits)
{
	const char *failure;

	if ((failure = set_limits(limits)) != NULL ||
	    (limits->empty_root && (failure = enter_root()) != NULL) ||
	    (failure = drop_capabilities()) != NULL)
		return failure;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "cannot set no-new-privs";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return "cannot become undumpable";
	if ((failure = enter_landlock()) != NULL)
		return failure;
	return enter_filter(limits);
}
