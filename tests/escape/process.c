/*
 * Steps to other processes: their signals, memory, descriptors and limits.
 */
#include "config.h"

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"

/* A descriptor's owner hears of its data by a signal of the sender's choice. */
static int
process_owner(void)
{
	return step_result(fcntl(prey.pair[0], F_SETOWN, prey.sibling));
}

static int
process_owner_group(void)
{
	return step_result(fcntl(prey.pair[0], F_SETOWN, -prey.sibling));
}

static int
process_owner_ex(void)
{
	const struct f_owner_ex owner = {F_OWNER_TID, prey.sibling};

	return step_result(fcntl(prey.pair[0], F_SETOWN_EX, &owner));
}

static int
process_signal_of_data(void)
{
	return step_result(fcntl(prey.pair[0], F_SETSIG, SIGKILL));
}

static int
process_async(void)
{
	return step_result(fcntl(prey.pair[0], F_SETFL, O_ASYNC));
}

static int
process_async_mixed(void)
{
	return step_result(fcntl(prey.pair[0], F_SETFL, O_NONBLOCK | O_ASYNC));
}

/* All of it: the sibling is told by SIGIO that there is data. */
static int
process_signal_by_data(void)
{
	if (fcntl(prey.pair[0], F_SETOWN, prey.sibling) == -1 ||
	    fcntl(prey.pair[0], F_SETSIG, SIGCONT) == -1 ||
	    fcntl(prey.pair[0], F_SETFL, O_ASYNC | O_NONBLOCK) == -1)
		return errno;
	return step_result(write(prey.pair[1], "x", 1));
}

static int
process_kill(void)
{
	return step_result(kill(prey.sibling, SIGCONT));
}

static int
process_kill_dead(void)
{
	return step_result(kill(prey.sibling, 0));
}

/* None of them is there: what is asked is whether the call is made. */
static int
process_kill_group(void)
{
	return step_result(kill(-prey.sibling, SIGKILL));
}

static int
process_tkill(void)
{
	return step_result(syscall(SYS_tkill, prey.sibling, SIGCONT));
}

static int
process_tgkill(void)
{
	return step_result(
	    syscall(SYS_tgkill, prey.sibling, prey.sibling, SIGCONT));
}

static int
process_queue(void)
{
	const union sigval value = {.sival_int = 0};

	return step_result(sigqueue(prey.sibling, SIGCONT, value));
}

static int
process_queue_thread(void)
{
	siginfo_t info = {.si_signo = SIGCONT, .si_code = SI_QUEUE};

	return step_result(syscall(
	    SYS_rt_tgsigqueueinfo, prey.sibling, prey.sibling, SIGCONT, &info));
}

static int
process_pidfd_signal(void)
{
	return step_result(
	    syscall(SYS_pidfd_send_signal, prey.sibling_fd, SIGCONT, NULL, 0));
}

static int
process_pidfd_open(void)
{
	return step_result(syscall(SYS_pidfd_open, prey.sibling, 0));
}

static int
process_pidfd_getfd(void)
{
	return step_result(
	    syscall(SYS_pidfd_getfd, prey.sibling_fd, STDERR_FILENO, 0));
}

static int
process_read_memory(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {prey.page, 1};

	return step_result(
	    process_vm_readv(prey.sibling, &here, 1, &there, 1, 0));
}

static int
process_write_memory(void)
{
	char byte = 'x';
	struct iovec here = {&byte, 1}, there = {prey.page, 1};

	return step_result(
	    process_vm_writev(prey.sibling, &here, 1, &there, 1, 0));
}

static int
process_attach(void)
{
	return step_result(ptrace(PTRACE_ATTACH, prey.sibling, NULL, NULL));
}

static int
process_seize(void)
{
	return step_result(ptrace(PTRACE_SEIZE, prey.sibling, NULL, NULL));
}

static int
process_traceme(void)
{
	return step_result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
process_open(const char *name, pid_t pid, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return step_result(open(path, flags));
}

static int
process_mem_of_sibling(void)
{
	return process_open("mem", prey.sibling, O_RDWR);
}

static int
process_mem_of_self(void)
{
	return process_open("mem", getpid(), O_RDWR);
}

static int
process_maps_of_sibling(void)
{
	return process_open("maps", prey.sibling, O_RDONLY);
}

static int
process_root_of_sibling(void)
{
	return process_open("root/etc/passwd", prey.sibling, O_RDONLY);
}

static int
process_fd_of_sibling(void)
{
	return process_open("fd/2", prey.sibling, O_RDONLY);
}

static int
process_oom_of_sibling(void)
{
	return process_open("oom_score_adj", prey.sibling, O_WRONLY);
}

static int
process_kcmp(void)
{
	return step_result(syscall(SYS_kcmp, prey.sibling, getpid(), 0, 0, 0));
}

static int
process_advise(void)
{
	struct iovec there = {prey.page, 1};

	return step_result(
	    syscall(SYS_process_madvise, prey.sibling_fd, &there, 1, 20, 0));
}

static int
process_release(void)
{
	return step_result(syscall(448, prey.sibling_fd, 0));
}

static int
process_affinity(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	return step_result(
	    sched_setaffinity(prey.sibling, sizeof(cpus), &cpus));
}

static int
process_scheduler(void)
{
	const struct sched_param p = {.sched_priority = 0};

	return step_result(sched_setscheduler(prey.sibling, SCHED_IDLE, &p));
}

static int
process_priority(void)
{
	return step_result(setpriority(PRIO_PROCESS, (id_t)prey.sibling, 19));
}

static int
process_io_priority(void)
{
	return step_result(syscall(SYS_ioprio_set, 1, prey.sibling, 3 << 13));
}

static int
process_limit(void)
{
	const struct rlimit r = {0, 0};

	return step_result(prlimit(prey.sibling, RLIMIT_CORE, &r, NULL));
}

static int
process_limit_read(void)
{
	struct rlimit r;

	return step_result(prlimit(prey.sibling, RLIMIT_CORE, NULL, &r));
}

static int
process_move_pages(void)
{
	return step_result(
	    syscall(SYS_move_pages, prey.sibling, 0, NULL, NULL, NULL, 0));
}

static int
process_migrate_pages(void)
{
	return step_result(
	    syscall(SYS_migrate_pages, prey.sibling, 0, NULL, NULL));
}

static int
process_timer(void)
{
	struct sigevent e = {
	    .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGKILL};
	int id;

	e._sigev_un._tid = prey.sibling;
	return step_result(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
}

static int
process_abort(void)
{
	return step_result(syscall(SYS_tgkill, getpid(), getpid(), 0));
}

static int
process_wait(void)
{
	return step_result(syscall(SYS_wait4, -1, NULL, WNOHANG, NULL));
}

static int
process_enter(void)
{
	return step_result(syscall(SYS_setns, prey.sibling_fd, CLONE_NEWNET));
}

/* The last of all: where it succeeds, there is no sibling any more. */
static int
process_kill_for_good(void)
{
	return step_result(kill(prey.sibling, SIGKILL));
}

static int
process_core_pattern(void)
{
	return step_result(open("/proc/sys/kernel/core_pattern", O_WRONLY));
}

#ifdef __x86_64__
/* The same kernel by its other doors: getpid(2) of x32, of i386. */
static int
process_x32(void)
{
	return step_result(syscall(0x40000000L | SYS_getpid));
}

static int
process_i386(void)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(20L)
			 : "r8", "r9", "r10", "r11", "memory");
	return r > 0 ? 0 : (int)-r;
}
#endif

static const struct step process[] = {
    STEP("owner-sibling", process_owner),
    STEP("owner-group", process_owner_group),
    STEP("owner-ex", process_owner_ex),
    STEP("owner-signal", process_signal_of_data),
    STEP("async", process_async),
    STEP("async-mixed", process_async_mixed),
    STEP("signal-by-data", process_signal_by_data),
    STEP("kill-sibling", process_kill),
    STEP("kill-0", process_kill_dead),
    STEP("kill-group", process_kill_group),
    STEP("tkill-sibling", process_tkill),
    STEP("tgkill-sibling", process_tgkill),
    STEP("tgkill-self", process_abort),
    STEP("sigqueue-sibling", process_queue),
    STEP("tgsigqueue-sibling", process_queue_thread),
    STEP("pidfd-open", process_pidfd_open),
    STEP("pidfd-signal", process_pidfd_signal),
    STEP("pidfd-getfd", process_pidfd_getfd),
    STEP("read-memory", process_read_memory),
    STEP("write-memory", process_write_memory),
    STEP("ptrace-attach", process_attach),
    STEP("ptrace-seize", process_seize),
    STEP("ptrace-me", process_traceme),
    STEP("proc-mem-sibling", process_mem_of_sibling),
    STEP("proc-mem-self", process_mem_of_self),
    STEP("proc-maps-sibling", process_maps_of_sibling),
    STEP("proc-root-sibling", process_root_of_sibling),
    STEP("proc-fd-sibling", process_fd_of_sibling),
    STEP("proc-oom-sibling", process_oom_of_sibling),
    STEP("kcmp", process_kcmp),
    STEP("process-madvise", process_advise),
    STEP("process-mrelease", process_release),
    STEP("affinity-sibling", process_affinity),
    STEP("scheduler-sibling", process_scheduler),
    STEP("priority-sibling", process_priority),
    STEP("ioprio-sibling", process_io_priority),
    STEP("prlimit-sibling", process_limit),
    STEP("prlimit-sibling-read", process_limit_read),
    STEP("move-pages", process_move_pages),
    STEP("migrate-pages", process_migrate_pages),
    STEP("timer-sibling", process_timer),
    STEP("wait", process_wait),
    STEP("setns-sibling", process_enter),
    STEP("core-pattern", process_core_pattern),
#ifdef __x86_64__
    STEP("x32", process_x32),
    STEP("i386", process_i386),
#endif
    STEP("kill-sibling-for-good", process_kill_for_good),
};
const struct steps steps_process = {
    process, sizeof(process) / sizeof(process[0])};
