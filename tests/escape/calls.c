/*
 * Steps that are one system call.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"

/* Of kernels newer than the headers may be; the same number everywhere. */
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif
#define SYS_tomorrow 999

#define ARG(p) ((long)(intptr_t)(p))
#define PATH ARG("/")

/* A system call by its name, or a case of it by another. */
#define CALL(name, ...)                  \
	{                                \
#name, NULL, SYS_##name, \
		{                        \
			__VA_ARGS__      \
		}                        \
	}
#define CASE(text, name, ...)           \
	{                               \
		text, NULL, SYS_##name, \
		{                       \
			__VA_ARGS__     \
		}                       \
	}

static char room[4096];
static struct epoll_event event;
static struct msghdr message;
static struct timespec time_of;
static uint64_t set[4];
static uint32_t word = 1;
static uint32_t length = sizeof(word);
static struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

#ifdef __x86_64__
static const struct step calls[] = {
    /* what the worker lives on */
    CALL(read, PAIR0, ARG(&room[0]), 1),
    CALL(write, PAIR1, ARG(&room[0]), 1),
    CALL(recvfrom, PAIR0, ARG(&room[0]), 1, MSG_DONTWAIT),
    CALL(sendto, PAIR1, ARG(&room[0]), 1, MSG_DONTWAIT),
    CALL(recvmsg, PAIR0, ARG(&message), MSG_DONTWAIT),
    CALL(sendmsg, PAIR1, ARG(&message), MSG_DONTWAIT),
    CALL(poll, 0, 0, 0),
    CALL(ppoll, 0, 0, ARG(&time_of)),
    CALL(epoll_ctl, EPOLL, EPOLL_CTL_ADD, PAIR0, ARG(&event)),
    CALL(epoll_wait, EPOLL, ARG(&event), 1, 0),
    CALL(epoll_pwait, EPOLL, ARG(&event), 1, 0),
    CALL(close, PAIR0),
    CALL(dup, PAIR0),
    CALL(shutdown, PAIR0, SHUT_RDWR),
    CALL(getsockopt, PAIR0, SOL_SOCKET, SO_TYPE, ARG(&word), ARG(&length)),
    CALL(setsockopt, PAIR0, SOL_SOCKET, SO_RCVLOWAT, ARG(&word), sizeof(word)),
    CALL(brk, 0),
    CALL(munmap, PAGE, PAGE_SIZE),
    CALL(mremap, PAGE, PAGE_SIZE, PAGE_SIZE, 0),
    CALL(madvise, PAGE, PAGE_SIZE, MADV_DONTNEED),
    CASE("mmap-data", mmap, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
	MAP_PRIVATE | MAP_ANONYMOUS, -1),
    CASE("mprotect-data", mprotect, PAGE, PAGE_SIZE, PROT_READ),
    CALL(futex, ARG(&word), 1, 1),
    CALL(clock_gettime, CLOCK_MONOTONIC, ARG(&time_of)),
    CALL(gettimeofday, ARG(set)),
    CALL(getrandom, ARG(&room[0]), 1),
    CALL(getpid, 0),
    CALL(rt_sigprocmask, SIG_BLOCK, 0, ARG(set), 8),
    CALL(exit, 0),
    CALL(exit_group, 0),
    CASE("accept4-nobody", accept4, LISTENER, 0, 0, SOCK_NONBLOCK),
    CASE("fcntl-getfl", fcntl, PAIR0, F_GETFL),
    CASE("fcntl-nonblock", fcntl, PAIR0, F_SETFL, O_NONBLOCK),
    /* what libraries try and can do without */
    CALL(open, PATH, O_RDONLY),
    CALL(openat, AT_FDCWD, PATH, O_RDONLY),
    CALL(openat2, AT_FDCWD, PATH, ARG(set), 24),
    CALL(creat, PATH, 0600),
    CALL(stat, PATH, ARG(room)),
    CALL(lstat, PATH, ARG(room)),
    CALL(fstat, PAIR0, ARG(room)),
    CALL(newfstatat, AT_FDCWD, PATH, ARG(room)),
    CALL(statx, AT_FDCWD, PATH, 0, 0, ARG(room)),
    CALL(access, PATH, R_OK),
    CALL(faccessat, AT_FDCWD, PATH, R_OK),
    CALL(faccessat2, AT_FDCWD, PATH, R_OK),
    CALL(readlink, PATH, ARG(room), 1),
    CALL(readlinkat, AT_FDCWD, PATH, ARG(room), 1),
    CALL(socket, AF_INET, SOCK_STREAM),
    CALL(connect, PAIR0, ARG(room), 16),
    /* code and processes */
    CASE("mmap-exec", mmap, 0, PAGE_SIZE, PROT_READ | PROT_EXEC,
	MAP_PRIVATE | MAP_ANONYMOUS, -1),
    CASE("mprotect-exec", mprotect, PAGE, PAGE_SIZE, PROT_READ | PROT_EXEC),
    CALL(pkey_mprotect, PAGE, PAGE_SIZE, PROT_READ | PROT_EXEC, -1),
    CALL(execve, PATH, 0, 0),
    CALL(execveat, AT_FDCWD, PATH, 0, 0),
    CALL(fork, 0),
    CALL(vfork, 0),
    CALL(clone, SIGCHLD),
    CALL(clone3, ARG(room), 64),
    CALL(ptrace, 0),
    CALL(kill, SELF, 0),
    CALL(tkill, SELF, 0),
    CALL(tgkill, SELF, SELF, 0),
    CALL(pidfd_open, SELF, 0),
    CALL(process_vm_readv, SELF, 0, 0, 0, 0),
    CALL(process_vm_writev, SELF, 0, 0, 0, 0),
    CALL(memfd_create, PATH, 0),
    CALL(userfaultfd, 0),
    CALL(rt_sigaction, SIGTERM, 0, ARG(room), 8),
    /* sockets that nobody passed */
    CALL(bind, PAIR0, ARG(room), 16),
    CALL(listen, PAIR0, 1),
    CALL(accept, LISTENER, 0, 0),
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, ARG(room)),
    /* descriptors */
    CASE("setsockopt-linger", setsockopt, PAIR0, SOL_SOCKET, SO_LINGER,
	ARG(room), 8),
    CASE("fcntl-dupfd", fcntl, PAIR0, F_DUPFD, 0),
    CALL(dup2, PAIR0, 100),
    CALL(dup3, PAIR0, 100, 0),
    CALL(pipe, ARG(room)),
    CALL(pipe2, ARG(room), 0),
    CALL(ioctl, PAIR0, 0, 0),
    CALL(sendfile, PAIR0, PAIR1, 0, 1),
    CALL(splice, PAIR0, 0, PAIR1, 0, 1, 0),
    CALL(tee, PAIR0, PAIR1, 1, 0),
    CALL(epoll_create1, 0),
    CALL(eventfd2, 0, 0),
    CALL(timerfd_create, CLOCK_MONOTONIC, 0),
    CALL(signalfd4, -1, ARG(set), 8, 0),
    CALL(inotify_init, 0),
    CALL(fanotify_init, 0, 0),
    /* files */
    CALL(unlink, PATH),
    CALL(rename, PATH, PATH),
    CALL(link, PATH, PATH),
    CALL(symlink, PATH, PATH),
    CALL(mkdir, PATH, 0700),
    CALL(mknod, PATH, 0),
    CALL(chmod, PATH, 0700),
    CALL(chown, PATH, 0, 0),
    CALL(truncate, PATH, 0),
    CALL(chdir, PATH),
    CALL(getdents64, PAIR0, ARG(room), 1),
    CALL(name_to_handle_at, AT_FDCWD, PATH, ARG(room), ARG(&word), 0),
    CALL(open_by_handle_at, AT_FDCWD, ARG(room), 0),
    /* the system */
    CALL(chroot, PATH),
    CALL(pivot_root, PATH, PATH),
    CALL(mount, PATH, PATH, PATH, 0, 0),
    CALL(umount2, PATH, 0),
    CALL(unshare, 0),
    CALL(setns, PAIR0, 0),
    CALL(setuid, 0),
    CALL(setresuid, 0, 0, 0),
    CALL(capset, ARG(room), 0),
    CALL(prctl, 0),
    CALL(seccomp, 0),
    CALL(setrlimit, 0, ARG(room)),
    CALL(prlimit64, 0, 0, 0, ARG(room)),
    CALL(personality, 0),
    CALL(io_uring_setup, 1, ARG(room)),
    CALL(io_setup, 1, ARG(room)),
    CALL(bpf, 0, ARG(room), 8),
    CALL(perf_event_open, ARG(room), 0, -1, -1, 0),
    CALL(keyctl, 0),
    CALL(add_key, PATH, PATH, 0, 0, 0),
    CALL(shmget, 0, 1, 0),
    CALL(msgget, 0, 0),
    CALL(semget, 0, 1, 0),
    CALL(mq_open, PATH, 0),
    CALL(reboot, 0),
    CALL(kexec_load, 0),
    CALL(init_module, 0),
    CALL(delete_module, PATH),
    CALL(swapon, PATH),
    CALL(settimeofday, 0, 0),
    CALL(clock_settime, 0, 0),
    CALL(sethostname, PATH, 1),
    CALL(acct, 0),
    CALL(syslog, 0),
    CALL(uname, ARG(room)),
    CALL(getuid, 0),
    CALL(iopl, 0),
    CALL(modify_ldt, 0),
    CALL(vmsplice, PAIR0, 0, 0, 0),
    /* what else a loop of its own, or a library, is made with */
    CASE("mmap-file", mmap, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, STORE),
    CALL(epoll_pwait2, EPOLL, ARG(&event), 1, 0, 0, 8),
    CALL(writev, PAIR1, 0, 0),
    CALL(readv, PAIR0, 0, 0),
    CALL(preadv, STORE, 0, 0, 0, 0),
    CALL(pwritev, WRITTEN, 0, 0, 0, 0),
    CALL(pread64, STORE, ARG(room), 1, 0),
    CASE("pwrite64-of-nothing", pwrite64, WRITTEN, ARG(room), 0, 0),
    CALL(lseek, STORE, 0, SEEK_CUR),
    CALL(fsync, WRITTEN),
    CALL(fdatasync, WRITTEN),
    CASE("fstat-store", fstat, STORE, ARG(room)),
    CALL(geteuid, 0),
    CALL(getppid, 0),
    CALL(gettid, 0),
    CALL(sysinfo, ARG(room)),
    CALL(times, ARG(room)),
    CALL(getrusage, 0, ARG(room)),
    CALL(nanosleep, ARG(&time_of), 0),
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, ARG(&time_of), 0),
    CASE("rt_sigaction-read", rt_sigaction, SIGTERM, 0, ARG(room), 8),
    CALL(rt_sigpending, ARG(room), 8),
    CALL(sched_yield, 0),
    CALL(getcwd, ARG(room), 4096),
    CALL(umask, 0),
    CALL(alarm, 0),
    CALL(getsockname, CONNECTED, ARG(room), ARG(&length)),
    CALL(getpeername, CONNECTED, ARG(room), ARG(&length)),
    CALL(recvmmsg, PAIR0, 0, 0, 0, 0),
    CALL(sendmmsg, PAIR1, 0, 0, 0),
    CALL(select, 0, 0, 0, 0, ARG(room)),
    CALL(membarrier, 0, 0),
    CALL(mlock, PAGE, PAGE_SIZE),
    CALL(mlockall, 1),
    CALL(mincore, PAGE, PAGE_SIZE, ARG(room)),
    CALL(msync, PAGE, PAGE_SIZE, MS_ASYNC),
    CALL(set_mempolicy, 0, 0, 0),
    CALL(mbind, PAGE, PAGE_SIZE, 0, 0, 0, 0),
    CALL(pkey_alloc, 0, 0),
    CALL(remap_file_pages, PAGE, PAGE_SIZE, 0, 0, 0),
    CALL(memfd_secret, 0),
    CALL(arch_prctl, 0x1003, ARG(room)),
    CALL(set_thread_area, ARG(room)),
    CALL(rseq, 0, 0, 0, 0),
    CALL(set_robust_list, 0, 0),
    CALL(get_robust_list, SIBLING, ARG(room), ARG(room)),
    /* the kernel */
    CALL(io_uring_enter, PAIR0, 0, 0, 0, 0, 0),
    CALL(io_uring_register, PAIR0, 0, 0, 0),
    CALL(io_submit, 0, 0, 0),
    CALL(request_key, PATH, PATH, 0, 0),
    CALL(finit_module, MEMORY, PATH, 0),
    CALL(kexec_file_load, MEMORY, MEMORY, 0, PATH, 0),
    CALL(swapoff, PATH),
    CALL(setdomainname, PATH, 1),
    CALL(adjtimex, ARG(room)),
    CALL(clock_adjtime, 0, ARG(room)),
    CALL(ioperm, 0, 1, 1),
    CALL(quotactl, 0, PATH, 0, ARG(room)),
    CALL(nfsservctl, 0),
    CALL(lookup_dcookie, 0, ARG(room), 1),
    CALL(vhangup, 0),
    CALL(uselib, PATH),
    CALL(ustat, 0, ARG(room)),
    CALL(sysfs, 3, 0, 0),
    CALL(fsopen, ARG("tmpfs"), 0),
    CALL(fsmount, MEMORY, 0, 0),
    CALL(fspick, AT_FDCWD, PATH, 0),
    CALL(open_tree, AT_FDCWD, PATH, 1),
    CALL(move_mount, FOLDER, PATH, AT_FDCWD, PATH, 0),
    CALL(mount_setattr, AT_FDCWD, PATH, 0, ARG(room), 32),
    CASE("unshare-user", unshare, CLONE_NEWUSER),
    CASE("unshare-net", unshare, CLONE_NEWNET),
    CASE("unshare-mount", unshare, CLONE_NEWNS),
    CASE("clone-newuser", clone, CLONE_NEWUSER | SIGCHLD),
    CASE("clone-newpid", clone, CLONE_NEWPID | SIGCHLD),
    CASE("clone-parent", clone, CLONE_PARENT | SIGCHLD),
    CALL(landlock_create_ruleset, 0, 0, 1),
    CALL(landlock_restrict_self, -1, 0),
    /* privilege */
    CALL(setgid, 0),
    CALL(setreuid, 0, 0),
    CALL(setregid, 0, 0),
    CALL(setresgid, 0, 0, 0),
    CALL(setfsuid, 0),
    CALL(setgroups, 0, ARG(room)),
    CALL(setsid, 0),
    CALL(setpgid, 0, 0),
    CASE("prctl-dumpable", prctl, PR_SET_DUMPABLE, 1, 0, 0, 0),
    CASE("prctl-ptracer", prctl, PR_SET_PTRACER, -1, 0, 0, 0),
    CASE("prctl-name", prctl, PR_SET_NAME, ARG("systemd"), 0, 0, 0),
    CASE("prctl-seccomp", prctl, PR_SET_SECCOMP, 0, 0, 0, 0),
    CASE("prctl-pdeathsig", prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0),
    CASE("setrlimit-core", setrlimit, RLIMIT_CORE, ARG(set)),
    /* sockets of every family */
    CASE("socket-unix", socket, AF_UNIX, SOCK_STREAM, 0),
    CASE("socket-inet6", socket, AF_INET6, SOCK_STREAM, 0),
    CASE("socket-udp", socket, AF_INET, SOCK_DGRAM, 0),
    CASE("socket-raw", socket, AF_INET, SOCK_RAW, 1),
    CASE("socket-mptcp", socket, AF_INET, SOCK_STREAM, 262),
    CASE("socket-netlink", socket, AF_NETLINK, SOCK_RAW, 0),
    CASE("socket-packet", socket, AF_PACKET, SOCK_RAW, 0),
    CASE("socket-alg", socket, 38, SOCK_SEQPACKET, 0),
    CASE("socket-vsock", socket, 40, SOCK_STREAM, 0),
    CASE("socketpair-inet", socketpair, AF_INET, SOCK_STREAM, 0, ARG(room)),
    CASE("setsockopt-fastopen-connect", setsockopt, RESET, IPPROTO_TCP, 30,
	ARG(&word), sizeof(word)),
    CASE("setsockopt-repair", setsockopt, RESET, IPPROTO_TCP, 19, ARG(&word),
	sizeof(word)),
    CASE("setsockopt-reuseport", setsockopt, LISTENER, SOL_SOCKET, SO_REUSEPORT,
	ARG(&word), sizeof(word)),
    CASE("setsockopt-filter", setsockopt, LISTENER, SOL_SOCKET,
	SO_ATTACH_FILTER, ARG(room), 16),
    CASE("setsockopt-nodelay", setsockopt, CONNECTED, IPPROTO_TCP, 1,
	ARG(&word), sizeof(word)),
    CASE("setsockopt-cork", setsockopt, CONNECTED, IPPROTO_TCP, 3, ARG(&word),
	sizeof(word)),
    /* ioctl(2) of several kinds */
    CASE("ioctl-tiocsti", ioctl, PAIR0, TIOCSTI, ARG(room)),
    CASE("ioctl-tioclinux", ioctl, PAIR0, TIOCLINUX, ARG(room)),
    CASE("ioctl-siocspgrp", ioctl, PAIR0, SIOCSPGRP, ARG(&prey.sibling)),
    CASE("ioctl-fioasync", ioctl, PAIR0, FIOASYNC, ARG(&word)),
    CASE("ioctl-siocgifconf", ioctl, LISTENER, SIOCGIFCONF, ARG(room)),
    CASE("ioctl-fionread", ioctl, PAIR0, FIONREAD, ARG(&word)),
    CASE("ioctl-fs-flags", ioctl, WRITTEN, 0x40086602, ARG(&word)),
    /* fcntl(2) by command */
    CASE("fcntl-getfd", fcntl, PAIR0, F_GETFD),
    CASE("fcntl-cloexec", fcntl, PAIR0, F_SETFD, FD_CLOEXEC),
    CASE("fcntl-no-cloexec", fcntl, PAIR0, F_SETFD, 0),
    CASE("fcntl-blocking", fcntl, PAIR0, F_SETFL, 0),
    CASE("fcntl-dupfd-cloexec", fcntl, PAIR0, F_DUPFD_CLOEXEC, 0),
    CASE("fcntl-append", fcntl, WRITTEN, F_SETFL, O_APPEND),
    CASE("fcntl-pipe-size", fcntl, PAIR0, F_SETPIPE_SZ, 4096),
    CASE("fcntl-seals", fcntl, MEMORY, F_ADD_SEALS, 0),
    CASE("fcntl-lease", fcntl, STORE, F_SETLEASE, F_RDLCK),
    CASE("fcntl-notify", fcntl, FOLDER, F_NOTIFY, 1),
    CASE("fcntl-lock", fcntl, STORE, F_SETLK, ARG(&lock)),
    CASE("fcntl-lock-waiting", fcntl, STORE, F_SETLKW, ARG(&lock)),
    CASE("fcntl-lock-asked", fcntl, STORE, F_GETLK, ARG(&lock)),
    CASE("fcntl-ofd-lock", fcntl, STORE, F_OFD_SETLK, ARG(&lock)),
    CALL(flock, STORE, LOCK_SH),
    /* other processes' descriptors and memory by the kernel's hands */
    CASE("shmat", shmat, 0, 0, SHM_EXEC),
    CALL(mq_notify, 0, 0),
    CALL(timer_settime, 0, 0, 0, 0),
    CASE("accept-listener", accept, LISTENER, 0, 0),
    CALL(eventfd, 0),
    CALL(epoll_create, 1),
    CALL(signalfd, -1, ARG(set), 8),
    CALL(inotify_init1, 0),
    CALL(copy_file_range, STORE, 0, WRITTEN, 0, 0, 0),
    CALL(sync, 0),
    CALL(syncfs, STORE),
    CALL(sync_file_range, WRITTEN, 0, 0, 0),
    CALL(fallocate, WRITTEN, 0, 0, 1),
    CALL(readahead, STORE, 0, 1),
    CALL(fadvise64, STORE, 0, 0, 0),
    CALL(close_range, 1000, 1001, 0),
    CALL(cachestat, STORE, 0, 0, 0),
    CASE("of-tomorrow", tomorrow, 0),
};
const struct steps steps_calls = {calls, sizeof(calls) / sizeof(calls[0])};
#else
const struct steps steps_calls = {NULL, 0};
#endif
