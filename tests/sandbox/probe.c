/*
 * Tries system calls from inside the sandbox that the worker enters, each in
 * a process of its own, and prints "NAME OUTCOME" for each: ok, EACCES (or
 * another error's number) or SIGSYS.  probe.sh compares that with the list.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "seal.h"

#define SKIPPED 77 /* to automake */
#define NO_SANDBOX 254 /* a child's exit status; else an errno */

#define ARG(p) ((long)(intptr_t)(p))
#define PATH ARG("/")

/* A system call by its name, or a case of it by another. */
#define CALL(name, ...)             \
	{                           \
#name, SYS_##name,  \
		{                   \
			__VA_ARGS__ \
		}                   \
	}
#define CASE(text, name, ...)       \
	{                           \
		text, SYS_##name,   \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

/* Descriptors and memory that exist before the sandbox. */
static struct {
	int pair[2];
	int listener;
	int epoll;
	char *page;
	char byte;
	struct epoll_event event;
	struct msghdr message;
	struct timespec time;
	uint64_t set[4];
	uint32_t word;
	uint32_t length;
	char room[4096];
} state = {.word = 1, .length = sizeof(uint32_t)};

/* Arguments that are known only at run time. */
enum { PAIR0 = -1000, PAIR1, LISTENER, EPOLL, PAGE, SELF, PAGE_SIZE };

static const struct probe {
	const char *name;
	long number;
	long args[6];
} probes[] = {
    /* what the worker lives on */
    CALL(read, PAIR0, ARG(&state.byte), 1),
    CALL(write, PAIR1, ARG(&state.byte), 1),
    CALL(recvfrom, PAIR0, ARG(&state.byte), 1, MSG_DONTWAIT),
    CALL(sendto, PAIR1, ARG(&state.byte), 1, MSG_DONTWAIT),
    CALL(recvmsg, PAIR0, ARG(&state.message), MSG_DONTWAIT),
    CALL(sendmsg, PAIR1, ARG(&state.message), MSG_DONTWAIT),
    CALL(poll, 0, 0, 0),
    CALL(ppoll, 0, 0, ARG(&state.time)),
    CALL(epoll_ctl, EPOLL, EPOLL_CTL_ADD, PAIR0, ARG(&state.event)),
    CALL(epoll_wait, EPOLL, ARG(&state.event), 1, 0),
    CALL(epoll_pwait, EPOLL, ARG(&state.event), 1, 0),
    CALL(close, PAIR0),
    CALL(dup, PAIR0),
    CALL(shutdown, PAIR0, SHUT_RDWR),
    CALL(getsockopt, PAIR0, SOL_SOCKET, SO_TYPE, ARG(&state.word),
	ARG(&state.length)),
    CALL(setsockopt, PAIR0, SOL_SOCKET, SO_RCVLOWAT, ARG(&state.word),
	sizeof(state.word)),
    CALL(brk, 0),
    CALL(munmap, PAGE, PAGE_SIZE),
    CALL(mremap, PAGE, PAGE_SIZE, PAGE_SIZE, 0),
    CALL(madvise, PAGE, PAGE_SIZE, MADV_DONTNEED),
    CASE("mmap-data", mmap, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
	MAP_PRIVATE | MAP_ANONYMOUS, -1),
    CASE("mprotect-data", mprotect, PAGE, PAGE_SIZE, PROT_READ),
    CALL(futex, ARG(&state.word), 1, 1),
    CALL(clock_gettime, CLOCK_MONOTONIC, ARG(&state.time)),
    CALL(gettimeofday, ARG(state.set)),
    CALL(getrandom, ARG(&state.byte), 1),
    CALL(getpid, 0),
    CALL(rt_sigprocmask, SIG_BLOCK, 0, ARG(state.set), 8),
    CALL(exit, 0),
    CALL(exit_group, 0),
    CASE("fcntl-getfl", fcntl, PAIR0, F_GETFL),
    CASE("fcntl-nonblock", fcntl, PAIR0, F_SETFL, O_NONBLOCK),
    /* what libraries try and can do without */
    CALL(open, PATH, O_RDONLY),
    CALL(openat, AT_FDCWD, PATH, O_RDONLY),
    CALL(openat2, AT_FDCWD, PATH, ARG(state.set), 24),
    CALL(creat, PATH, 0600),
    CALL(stat, PATH, ARG(state.room)),
    CALL(lstat, PATH, ARG(state.room)),
    CALL(fstat, PAIR0, ARG(state.room)),
    CALL(newfstatat, AT_FDCWD, PATH, ARG(state.room)),
    CALL(statx, AT_FDCWD, PATH, 0, 0, ARG(state.room)),
    CALL(access, PATH, R_OK),
    CALL(faccessat, AT_FDCWD, PATH, R_OK),
    CALL(faccessat2, AT_FDCWD, PATH, R_OK),
    CALL(readlink, PATH, ARG(state.room), 1),
    CALL(readlinkat, AT_FDCWD, PATH, ARG(state.room), 1),
    CALL(socket, AF_INET, SOCK_STREAM),
    CALL(connect, PAIR0, ARG(state.room), 16),
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
    CALL(clone3, ARG(state.room), 64),
    CALL(ptrace, 0),
    CALL(kill, SELF, 0),
    CALL(tkill, SELF, 0),
    CALL(tgkill, SELF, SELF, 0),
    CALL(pidfd_open, SELF, 0),
    CALL(process_vm_readv, SELF, 0, 0, 0, 0),
    CALL(process_vm_writev, SELF, 0, 0, 0, 0),
    CALL(memfd_create, PATH, 0),
    CALL(userfaultfd, 0),
    CALL(rt_sigaction, SIGTERM, 0, ARG(state.room), 8),
    /* sockets that nobody passed */
    CALL(bind, PAIR0, ARG(state.room), 16),
    CALL(listen, PAIR0, 1),
    CALL(accept, LISTENER, 0, 0),
    CALL(accept4, LISTENER, 0, 0, SOCK_NONBLOCK),
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, ARG(state.room)),
    /* descriptors */
    CASE("setsockopt-linger", setsockopt, PAIR0, SOL_SOCKET, SO_LINGER,
	ARG(state.room), 8),
    CASE("fcntl-dupfd", fcntl, PAIR0, F_DUPFD, 0),
    CASE("fcntl-async", fcntl, PAIR0, F_SETFL, O_ASYNC),
    CASE("fcntl-setown", fcntl, PAIR0, F_SETOWN, SELF),
    CALL(dup2, PAIR0, 100),
    CALL(dup3, PAIR0, 100, 0),
    CALL(pipe, ARG(state.room)),
    CALL(pipe2, ARG(state.room), 0),
    CALL(ioctl, PAIR0, 0, 0),
    CALL(sendfile, PAIR0, PAIR1, 0, 1),
    CALL(splice, PAIR0, 0, PAIR1, 0, 1, 0),
    CALL(tee, PAIR0, PAIR1, 1, 0),
    CALL(epoll_create1, 0),
    CALL(eventfd2, 0, 0),
    CALL(timerfd_create, CLOCK_MONOTONIC, 0),
    CALL(signalfd4, -1, ARG(state.set), 8, 0),
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
    CALL(getdents64, PAIR0, ARG(state.room), 1),
    CALL(name_to_handle_at, AT_FDCWD, PATH, ARG(state.room), ARG(&state.word),
	0),
    CALL(open_by_handle_at, AT_FDCWD, ARG(state.room), 0),
    /* the system */
    CALL(chroot, PATH),
    CALL(pivot_root, PATH, PATH),
    CALL(mount, PATH, PATH, PATH, 0, 0),
    CALL(umount2, PATH, 0),
    CALL(unshare, 0),
    CALL(setns, PAIR0, 0),
    CALL(setuid, 0),
    CALL(setresuid, 0, 0, 0),
    CALL(capset, ARG(state.room), 0),
    CALL(prctl, 0),
    CALL(seccomp, 0),
    CALL(setrlimit, 0, ARG(state.room)),
    CALL(prlimit64, 0, 0, 0, ARG(state.room)),
    CALL(personality, 0),
    CALL(io_uring_setup, 1, ARG(state.room)),
    CALL(io_setup, 1, ARG(state.room)),
    CALL(bpf, 0, ARG(state.room), 8),
    CALL(perf_event_open, ARG(state.room), 0, -1, -1, 0),
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
    CALL(uname, ARG(state.room)),
    CALL(getuid, 0),
    CALL(iopl, 0),
    CALL(modify_ldt, 0),
    CALL(vmsplice, PAIR0, 0, 0, 0),
};

static long
argument(long a)
{
	switch (a) {
	case PAIR0:
		return state.pair[0];
	case PAIR1:
		return state.pair[1];
	case LISTENER:
		return state.listener;
	case EPOLL:
		return state.epoll;
	case PAGE:
		return ARG(state.page);
	case SELF:
		return getpid();
	case PAGE_SIZE:
		return sysconf(_SC_PAGESIZE);
	default:
		return a;
	}
}

static int
prepare(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	state.page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE),
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	state.epoll = epoll_create1(EPOLL_CLOEXEC);
	state.listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (state.page == MAP_FAILED || state.epoll == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, state.pair) == -1 ||
	    bind(state.listener, (struct sockaddr *)&in, sizeof(in)) == -1 ||
	    listen(state.listener, 1) == -1)
		return -1;
	return write(state.pair[1], "x", 1) == 1 ? 0 : -1;
}

/* Root's working directory becomes one that is empty and gone. */
static int
enter_nowhere(void)
{
	char path[] = "/tmp/etph-probe-XXXXXX";

	if (mkdtemp(path) == NULL)
		return -1;
	return chdir(path) == 0 && rmdir(path) == 0 ? 0 : -1;
}

static void
child(const struct probe *p)
{
	const char *failure;
	long a[6], r;
	int i;

	for (i = 0; i < 6; i++)
		a[i] = argument(p->args[i]);
	if ((failure = seal(geteuid() == 0, 64)) != NULL) {
		fprintf(stderr, "probe: %s\n", failure);
		_exit(NO_SANDBOX);
	}
	r = syscall(p->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	_exit(r == -1 ? errno : 0);
}

static int
outcome(const struct probe *p, int status)
{
	if (WIFSIGNALED(status))
		printf("%s %s\n", p->name,
		    WTERMSIG(status) == SIGSYS ? "SIGSYS"
					       : strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == NO_SANDBOX)
		return -1;
	else if (WEXITSTATUS(status) == 0)
		printf("%s ok\n", p->name);
	else if (WEXITSTATUS(status) == EACCES)
		printf("%s EACCES\n", p->name);
	else if (WEXITSTATUS(status) == EAGAIN)
		printf("%s EAGAIN\n", p->name);
	else
		printf("%s error %d\n", p->name, WEXITSTATUS(status));
	return 0;
}

static int
try(const struct probe *p)
{
	pid_t pid;
	int status;

	fflush(stdout);
	if ((pid = fork()) == -1)
		return -1;
	if (pid == 0)
		child(p);
	if (waitpid(pid, &status, 0) == -1)
		return -1;
	return outcome(p, status);
}

int
main(void)
{
	size_t i;

#ifdef SANITIZE
	/* Such a build allows what AddressSanitizer does, too. */
	return SKIPPED;
#endif
	if (prepare() == -1 || (geteuid() == 0 && enter_nowhere() == -1)) {
		perror("probe");
		return EXIT_FAILURE;
	}
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (try(&probes[i]) == -1)
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
