#include "config.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "calls.h"

#define SET_VMA 0x53564d41 /* PR_SET_VMA, of newer headers */

static const struct call memory[] = {
    CALL(brk),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    CALL_IF(mmap, 1, ARG_LACKS(2, PROT_EXEC)),
    CALL_IF(mprotect, 1, ARG_LACKS(2, PROT_EXEC)),
    CALL(futex),
    CALL(clock_gettime),
    CALL(gettimeofday),
    CALL(getrandom),
    CALL(getpid), /* libcrypto's generator asks after fork */
    CALL(exit),
    CALL(exit_group),
    CALL(rt_sigreturn),
    CALL(rt_sigprocmask),
    CALL(restart_syscall),
};
const struct call_list calls_memory = CALLS(memory);

static const struct call loop[] = {
    CALL(read),
    CALL(write),
    CALL(recvfrom),
    CALL(recvmsg),
    CALL_IF(sendto, 2, ARG_LACKS(3, MSG_FASTOPEN), ARG_IS(4, 0)),
    CALL_IF(sendmsg, 1, ARG_LACKS(2, MSG_FASTOPEN)),
    CALL(poll),
    CALL(ppoll),
    CALL(epoll_wait),
    CALL(epoll_pwait),
    CALL(epoll_ctl),
    CALL(close),
    CALL(shutdown),
    CALL(getsockopt),
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETFL)),
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFL), ARG_IS(2, O_NONBLOCK)),
};
const struct call_list calls_loop = CALLS(loop);

static const struct call loop_start[] = {
    CALL(epoll_create1),
    CALL(eventfd2),
    CALL(timerfd_create),
    CALL(timerfd_settime),
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFD), ARG_IS(2, FD_CLOEXEC)),
};
const struct call_list calls_loop_start = CALLS(loop_start);

/*
 * The process is not killed for these calls: that would be a way to end other
 * people's sessions.
 */
static const struct call refused[] = {
    CALL_FAILS(open, EACCES),
    CALL_FAILS(openat, EACCES),
    CALL_FAILS(openat2, EACCES),
    CALL_FAILS(creat, EACCES),
    CALL_FAILS(stat, EACCES),
    CALL_FAILS(lstat, EACCES),
    CALL_FAILS(newfstatat, EACCES),
    CALL_FAILS(statx, EACCES),
    CALL_FAILS(access, EACCES),
    CALL_FAILS(faccessat, EACCES),
    CALL_FAILS(faccessat2, EACCES),
    CALL_FAILS(readlink, EACCES),
    CALL_FAILS(readlinkat, EACCES),
    CALL_FAILS(socket, EACCES),
    CALL_FAILS(connect, EACCES),
};
const struct call_list calls_refused = CALLS(refused);

static const struct call refused_fstat[] = {CALL_FAILS(fstat, EACCES)};
const struct call_list calls_refused_fstat = CALLS(refused_fstat);

/*
 * SQLite's calls, and those of the store around it; Landlock decides on which
 * files.
 */
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
    /* Landlock, around these processes */
    CALL(landlock_create_ruleset),
    CALL(landlock_add_rule),
    CALL(landlock_restrict_self),
};

const struct call_list calls_store = CALLS(store);

static const struct call network[] = {
    /* of the family's own protocols: Landlock knows no other, like MPTCP */
    CALL_IF(socket, 2, ARG_IS(0, AF_INET), ARG_IS(2, 0)),
    CALL_IF(socket, 2, ARG_IS(0, AF_INET6), ARG_IS(2, 0)),
    CALL_FAILS_IF(socket, EACCES, 1, {2, SCMP_CMP_NE, 0, 0}),
    CALL_FAILS_IF(socket, EACCES, 1, {0, SCMP_CMP_GT, AF_INET6, 0}),
    CALL(connect), /* Landlock decides to which ports */
    CALL(getsockname),
    CALL(getpeername),
    CALL(sendmmsg), /* to DNS */
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_KEEPALIVE)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_NODELAY)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPIDLE)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPINTVL)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPCNT)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_USER_TIMEOUT)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_IP), ARG_IS(2, IP_RECVERR)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_IPV6), ARG_IS(2, IPV6_RECVERR)),
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFD), ARG_IS(2, FD_CLOEXEC)),
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFL), ARG_IS(2, O_RDWR | O_NONBLOCK)),
    CALL_IF(ioctl, 1, ARG_IS(1, FIONREAD)),
    CALL_FAILS_IF(ioctl, ENOTTY, 1, {1, SCMP_CMP_NE, FIONREAD, 0}),
};
const struct call_list calls_network = CALLS(network);

static const struct call network_unix[] = {
    CALL_IF(socket, 2, ARG_IS(0, AF_UNIX), ARG_IS(2, 0)),
};
const struct call_list calls_network_unix = CALLS(network_unix);

static const struct call network_no_unix[] = {
    CALL_FAILS_IF(socket, EACCES, 1, ARG_IS(0, AF_UNIX)),
};
const struct call_list calls_network_no_unix = CALLS(network_no_unix);

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
    CALL(rt_sigaction), /* libpthread's first thread */
    CALL(gettid),
    CALL(sched_yield),
    CALL_IF(sched_getaffinity, 1, ARG_IS(0, 0)),
};
const struct call_list calls_thread = CALLS(thread);

static const struct call start[] = {
    /* ld.so, libc */
    CALL_IF(mmap, 1, ARG_LACKS(3, MAP_ANONYMOUS)), /* libraries */
    CALL(arch_prctl),
    CALL(set_tid_address),
    CALL(set_robust_list),
    CALL(rseq),
    CALL_IF(prlimit64, 1, ARG_IS(0, 0)),
    CALL(getrlimit),
    CALL(setrlimit),
    CALL(uname),
    CALL(sysinfo),
    CALL(sched_getaffinity),
    CALL(sched_yield),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(getppid),
    CALL(gettid),
    CALL(rt_sigaction),
    CALL(sigaltstack),
    CALL(umask),
    CALL(clock_getres),
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL_FAILS(clone3, ENOSYS), /* whose flags lie in memory: clone(2) */
    CALL_FAILS(ioctl, ENOTTY), /* isatty(3) */
    /* files, as far as Landlock and their owner permit */
    CALLS_FILES,
    CALL(chdir),
    CALL(pread64),
    CALL(lseek),
    CALL(dup),
    CALL(dup2),
    CALL(dup3),
    /* the seal */
    CALL(chroot),
    CALL_IF(prctl, 1, ARG_IS(0, PR_CAPBSET_READ)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_CAPBSET_DROP)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_CAP_AMBIENT)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_GET_KEEPCAPS)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_SET_KEEPCAPS)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_GET_SECUREBITS)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_SET_NO_NEW_PRIVS)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_GET_NO_NEW_PRIVS)),
    CALL_IF(prctl, 2, ARG_IS(0, PR_SET_DUMPABLE), ARG_IS(1, 0)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_SET_SECCOMP)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_GET_SECCOMP)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_SET_NAME)),
    CALL_IF(prctl, 1, ARG_IS(0, SET_VMA)), /* malloc names its memory */
    CALL(capget),
    CALL(capset),
    CALL(seccomp),
    CALL(landlock_create_ruleset),
    CALL(landlock_add_rule),
    CALL(landlock_restrict_self),
};
const struct call_list calls_start = CALLS(start);

#ifdef SANITIZE
/*
 * AddressSanitizer's runtime, in builds for tests only: it walks its own maps,
 * uses sigaltstack, and reports leaks at exit from a thread that it makes with
 * clone and that traces the process.
 */
static const struct call sanitizer[] = {
    CALL(sigaltstack),
    CALL(rt_sigaction),
    CALL(sched_yield),
    CALL(sched_getaffinity),
    CALL(gettid),
    CALL(getppid),
    CALL(getuid),
    CALL(geteuid),
    CALL(clone),
    CALL(prctl),
    CALL(wait4),
    CALL(ptrace),
    CALL(getdents64),
    CALL(lseek),
    CALL(prlimit64),
    CALL(tgkill),
    CALL(kill),
    CALL(ioctl),
    CALL(pipe2),
    CALL(process_vm_readv),
    CALL(nanosleep),
    CALL(clock_nanosleep),
};
#endif

#define LISTS 12 /* the most rules, with the sanitizer's */

static bool
call_is_made(const struct call_list *list, size_t n, int number)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < list[i].n; k++)
			if (list[i].call[k].number == number &&
			    list[i].call[k].error == 0)
				return true;
	return false;
}

static int
call_add(scmp_filter_ctx ctx, const struct call *c)
{
	uint32_t action =
	    c->error != 0 ? SCMP_ACT_ERRNO((uint32_t)c->error) : SCMP_ACT_ALLOW;
	int rc;

	rc = seccomp_rule_add_array(ctx, action, c->number, c->n, c->arg);
	return rc == -EEXIST ? 0 : rc; /* a call that is in two lists */
}

/*
 * A rule with a condition may stand beside another such rule, but not beside a
 * rule without.
 */
static int
calls_add(scmp_filter_ctx ctx, const struct call_list *list, size_t n)
{
	const struct call *c;
	size_t i, k;
	int rc;

	for (i = 0; i < n; i++)
		for (k = 0; k < list[i].n; k++) {
			c = &list[i].call[k];
			if (c->error != 0 && c->n == 0 &&
			    call_is_made(list, n, c->number))
				continue;
			if ((rc = call_add(ctx, c)) != 0)
				return rc;
		}
	return 0;
}

static const char *
calls_load(const struct call_list *list, size_t n)
{
	scmp_filter_ctx ctx;
	int rc;

	/* libseccomp asks the kernel what it supports. */
	if ((ctx = seccomp_init(SCMP_ACT_KILL_PROCESS)) == NULL)
		return "this kernel has no seccomp filters";
	/* The filter kills for calls of another architecture, too. */
	rc = seccomp_attr_set(
	    ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = calls_add(ctx, list, n);
	/* The filter is a tree, not a list: it runs for every system call. */
	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? NULL : "cannot load the system call filter";
}

const char *
calls_enter(const struct call_list *list, size_t n)
{
	struct call_list all[LISTS];

	if (n >= LISTS)
		return "too many lists of system calls";
	memcpy(all, list, n * sizeof(*list));
#ifdef SANITIZE
	all[n++] = (struct call_list)CALLS(sanitizer);
#endif
	return calls_load(all, n);
}
